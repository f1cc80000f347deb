"""Names, numbers and addresses on the web that were exchanged between two missions."""

import re

import pytest

from conftest import WorkspaceCopy
from petitioner.errors import Problem
from problems import find

LIST = "recipients.yaml"
NAGOYA, NIIGATA = "jp-nagoya", "jp-niigata"


def exchange(workspace: WorkspaceCopy, one: str, other: str, pattern: str) -> None:
    """Put what a pattern finds in the entry of one mission in the place of that of another, and the other way round."""
    text = (workspace.folder / LIST).read_text("utf-8")
    places = []
    for name in (one, other):
        start = text.index(f"  {name}:\n")
        found = re.compile(pattern, re.MULTILINE).search(text, start)
        assert found
        places.append((found.span(), found.group()))
    ((start, end), first), ((start_2, end_2), second) = sorted(places)
    workspace.write(LIST, text[:start] + second + text[end:start_2] + first + text[end_2:])


def find_exchanged(workspace: WorkspaceCopy) -> list[Problem]:
    return [problem for problem in find(workspace) if problem.code == "R335"]


def test_two_names_exchanged_in_every_language_are_found_in_each(real: WorkspaceCopy) -> None:
    exchange(real, NAGOYA, NIIGATA, r"^    name:\n(?:      .*\n)+")
    told = find_exchanged(real)
    assert len(told) == 6
    assert told[0].message == (
        "the en name of jp-nagoya seems to belong to jp-niigata, on line 142: "
        "'Consulate-General of the People’s Republic of China in Niigata'"
    )


@pytest.mark.parametrize("key", ["telephone", "fax", "website"])
def test_two_numbers_or_websites_exchanged_are_found_at_both(real: WorkspaceCopy, key: str) -> None:
    exchange(real, NAGOYA, NIIGATA, rf"^    {key}: .*$")
    assert len(find_exchanged(real)) == 2


def test_the_embassy_s_website_and_a_consulate_s_are_found_at_the_one_that_names_a_city(real: WorkspaceCopy) -> None:
    exchange(real, "jp-tokyo", "jp-osaka", r"^    website: .*$")
    assert [problem.line for problem in find_exchanged(real)] == [27]


def test_the_names_of_embassies_in_two_countries_exchanged_are_found(real: WorkspaceCopy) -> None:
    seoul = """
  kr-seoul:
    kind: embassy
    country: KR
    city: {en: Seoul}
    name: {en: Embassy of the People’s Republic of China in Japan}
    address: {lines: {en: [27 Myeongdong 2-gil, Seoul]}, country_line: {en: REPUBLIC OF KOREA}}
    languages: [en]
    channels: [post]
    website: http://jp.china-embassy.gov.cn/x
"""
    text = (real.folder / LIST).read_text("utf-8")
    text = text.replace("China in Japan", "China in the Republic of Korea")
    real.write(LIST, text.replace("http://jp.china", "http://kr.china") + seoul)
    told = {re.sub(" seems to.*", "", problem.message) for problem in find_exchanged(real)}
    assert told == {"the en name of kr-seoul", "the website of jp-tokyo", "the website of kr-seoul"}


def test_two_mailboxes_and_two_ids_exchanged_are_found(real: WorkspaceCopy) -> None:
    for name in ("nagoya", "niigata"):
        real.edit(
            LIST, f"http://{name}.china-consulate.gov.cn/\n", f"http://{name}.cn/\n    email: [{name}@example.cn]\n"
        )
    exchange(real, NAGOYA, NIIGATA, r"^    email: .*$")
    exchange(real, NAGOYA, NIIGATA, r"^  jp-\w+:$")
    assert len(find_exchanged(real)) == 4


def test_missions_that_share_on_purpose_may_name_each_other(real: WorkspaceCopy) -> None:
    exchange(real, NAGOYA, NIIGATA, r"^    telephone: .*$")
    real.edit(LIST, "    fax: 052-932-1169\n", "    fax: 052-932-1169\n    shares_with: jp-niigata\n")
    assert not find_exchanged(real)


@pytest.mark.parametrize(
    ("name", "city", "other"),
    [
        ("Embassy of the People’s Republic of China in Romania", "Bucharest", "Rome"),
        ("Consulate-General of the People’s Republic of China in São Paulo", "Sao Paulo", "Paulo"),
        ("Embassy of the People’s Republic of China in the United Kingdom and Northern Ireland", "London", "Belfast"),
    ],
)
def test_a_name_that_holds_another_city_within_a_word_or_its_own_is_left_alone(
    workspace: WorkspaceCopy, name: str, city: str, other: str
) -> None:
    workspace.edit(LIST, "en: Embassy of the People's Republic of China in Japan", f"en: {name}")
    workspace.edit(LIST, "city: {en: Tokyo", f"city: {{en: {city}")
    workspace.edit(LIST, "city: {en: Osaka", f"city: {{en: {other}")
    assert not [problem for problem in find_exchanged(workspace) if "name of jp-tokyo" in problem.message]
