"""Addresses, contacts and values: what is found in them, and what is left alone."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from petitioner.checks import WORKSPACE_CHECKS
from petitioner.checks.records.posts import find_countries, may_be_called, may_be_postal_code
from petitioner.inputs.recipients import read_recipients
from petitioner.inputs.theme import read_theme
from petitioner.inputs.workspace import Workspace
from petitioner.model.codes import ERRORS, WARNINGS
from problems import EARLY, brief, find, find_codes, find_one

LIST = "recipients.yaml"
CAMPAIGN = "letters/2027/campaign.yaml"
TOKYO = 'en: [3-4-33 Moto-Azabu, "Minato-ku, Tokyo 106-0046"]'
OSAKA = "ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]"
POST = "    channels: [post, hand]\n"


def add(workspace: WorkspaceCopy, *lines: str) -> None:
    """Further lines in the entry of Osaka, from line 29 of the file on."""
    workspace.edit(LIST, POST, "".join(f"    {line}\n" for line in lines) + POST)


@pytest.mark.parametrize("example", ["real", "seoul", "five_languages", "workspace"])
@pytest.mark.parametrize("early", [True, False])
def test_the_letters_that_will_be_sent_are_without_any_finding(
    example: str, *, early: bool, request: pytest.FixtureRequest
) -> None:
    workspace: WorkspaceCopy = request.getfixturevalue(example)
    assert (find(workspace, EARLY) if early else find(workspace)) == []


# --- the window -------------------------------------------------------------------------------------------------------


def test_everything_that_does_not_fit_the_window_is_told_at_once(workspace: WorkspaceCopy) -> None:
    wide = "x" * 70
    workspace.edit(LIST, TOKYO, f"en: [{wide}, y{wide}, Tokyo 106-0046, a, b, c, d]")
    workspace.edit(CAMPAIGN, "  short_name: LFNKR", f"  short_name: {wide * 2}")
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {envelope: dl, window: din-680}")
    told = [(problem.code, problem.line) for problem in find(workspace) if problem.code.startswith("A8")]
    assert told.count(("A801", 13)) == 2
    assert ("A802", 13) in told
    assert {code for code, _ in told} == {"A801", "A802", "A803"}


# --- the country ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "country"),
    [
        ("JAPAN", "JP"),
        ("JAPON", "JP"),
        ("REPUBLIC OF KOREA", "KR"),
        ("DPR Korea", "KP"),
        ("Kingdom of Denmark", "DK"),
        ("Republic of Ireland", "IE"),
        ("Czech Republic", "CZ"),
        ("TURKEY", "TR"),
        ("Cape Verde", "CV"),
        ("CÔTE D'IVOIRE", "CI"),
        ("Cote d’Ivoire", "CI"),
        ("FEDERAL REPUBLIC OF GERMANY", "DE"),
        ("THE NETHERLANDS", "NL"),
        ("GUINEA", "GN"),
        ("GUINEA-BISSAU", "GW"),
        ("USA", "US"),
    ],
)
def test_a_country_is_known_by_any_name_that_posts_use(line: str, country: str) -> None:
    assert find_countries(line) == {country}


@pytest.mark.parametrize("line", ["KOREA", "CONGO", "REPUBLIC", "BUNDESREPUBLIK DEUTSCHLAND", "日本", "Atlantis", "…"])
def test_a_name_that_could_be_two_countries_or_none_is_not_guessed_at(line: str) -> None:
    assert find_countries(line) == frozenset()


def test_a_territory_may_be_called_by_its_state() -> None:
    assert may_be_called("NC", frozenset(["FR"]))
    assert may_be_called("HK", frozenset(["CN"]))
    assert not may_be_called("KR", frozenset(["KP"]))


def test_a_wrong_country_is_an_error_that_names_both(seoul: WorkspaceCopy) -> None:
    seoul.edit(LIST, "REPUBLIC OF KOREA", "DEMOCRATIC PEOPLE’S REPUBLIC OF KOREA")
    problem = find_one(seoul, "R314")
    assert "NORTH KOREA" in problem.message
    assert "KR, SOUTH KOREA" in problem.message
    assert problem.severity == "error"


def test_the_country_is_named_for_mail_abroad_in_each_language_whose_lines_are_shown(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "    kind: consulate-general\n    country: JP", "    kind: consulate-general\n    country: KR")
    workspace.edit(CAMPAIGN, "country_line: {en: JAPAN, ja: JAPAN}", "country_line: {ja: JAPAN}")
    sender, osaka = [problem for problem in find(workspace) if problem.code == "R306"]
    assert (sender.place, osaka.place) == (f"{CAMPAIGN}:20", f"{LIST}:24")
    assert "'country_line: {en: JAPAN}'" in sender.hint
    assert (
        "'country_line: {ja: SOUTH KOREA}'" in osaka.hint
    )  # there are no English lines, so the Japanese ones are shown


def test_a_country_line_that_no_letter_shows_is_left_alone(workspace: WorkspaceCopy) -> None:
    workspace.edit(
        LIST, "      postal_code: 550-0004\n", "      postal_code: 550-0004\n      country_line: {ja: 日本}\n"
    )
    assert find(workspace) == []


def test_a_city_that_is_called_like_its_country_is_no_country_in_the_lines(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "    kind: consulate-general\n    country: JP", "    kind: consulate-general\n    country: SG")
    workspace.edit(LIST, "city: {en: Osaka, ja: 大阪}", "city: {en: Singapore, ja: 大阪}")
    workspace.edit(LIST, OSAKA, 'ja: [大阪 150 Tanglin Road, "Singapore, 247969"]')
    workspace.edit(LIST, "postal_code: 550-0004", "country_line: {ja: SINGAPORE}\n      postal_code: 247969")
    assert {problem.code for problem in find(workspace)} == {"R336"}, "the lines are not in a language of Singapore"


# --- postal codes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("JP", "106-0046"),
        ("JP", "1060046"),
        ("JP", "１０６-００４６"),
        ("KR", "04537"),
        ("DE", "D-10179"),
        ("MD", "MD-2012"),
        ("AZ", "AZ 1000"),
        ("GB", "W1B 1JL"),
        ("GB", "sw1a 2aa"),
        ("CA", "V6H3K3"),
        ("NL", "2517 KX"),
        ("IE", "D04 X2C5"),
        ("US", "20008-1234"),
        ("AE", "any at all"),
    ],
)
def test_a_code_in_the_shape_of_its_country_is_right(country: str, code: str) -> None:
    assert may_be_postal_code(country, code)


@pytest.mark.parametrize(
    ("country", "code"),
    [("JP", "550"), ("JP", "06-6445-9481"), ("KR", "110-756"), ("GB", "10115"), ("US", "V6H3K3"), ("DE", "D-101790")],
)
def test_a_code_in_another_shape_is_doubted(country: str, code: str) -> None:
    assert not may_be_postal_code(country, code)


def test_a_telephone_number_in_the_place_of_a_code_is_called_so(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "postal_code: 550-0004", "postal_code: 06-6445-9481")
    workspace.edit(LIST, OSAKA, "ja: [〒06-6445-9481, 大阪府大阪市西区靱本町3-9-2]")
    problem = find_one(workspace, "R323")
    assert problem.hint.startswith("Is it a telephone number?")
    assert "9999999" in problem.hint


def test_figures_of_houses_and_streets_may_stand_twice(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, TOKYO, 'en: [Apt 33 House 33, 3-4 Moto-Azabu, "Tokyo 106-0046"]')
    assert find(workspace) == []


# --- the lines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        'en: [PO BOX 33, "Minato-ku, TOKYO 106-0046"]',  # Royal Mail asks for the town in capitals
        'en: ["NTT-X 3-4-33 Moto-Azabu", "Tokyo 106-0046"]',
        'en: [Mail Road 3, "Tokyo 106-0046"]',
        'en: ["Maison d\'Été, Łódź Road 3?", "Tokyo 106-0046"]',
    ],
)
def test_lines_as_a_careful_typist_writes_them_are_left_alone(workspace: WorkspaceCopy, lines: str) -> None:
    workspace.edit(LIST, TOKYO, lines)
    assert find(workspace) == []


@pytest.mark.parametrize("city", ["Minato-ku", "TOKYO", "Tōkyō"])
def test_a_borough_or_another_spelling_is_a_city_as_long_as_the_lines_have_it(
    workspace: WorkspaceCopy, city: str
) -> None:
    workspace.edit(LIST, "city: {en: Tokyo, ja: 東京}", f"city: {{en: {city}, ja: 東京}}")
    assert find(workspace) == []


# --- contacts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "telephone: 06-6445-9481",
        "telephone: +81-6-6445-9481",
        "telephone: +81 (0)6 6445 9481",
        "telephone: 06（6445）9481",
        "telephone: '06-6445-9481\u3000'",
        "website: http://osaka.china-consulate.gov.cn/",
        "website: www.northkoreanrefugees.com",
        "website: https://例え.jp/a?b=1#c",
        "email: [Petition.Desk+2027@MFA.gov.cn]",
    ],
)
def test_contacts_in_any_usual_form_are_left_alone(workspace: WorkspaceCopy, line: str) -> None:
    add(workspace, line)
    assert find(workspace) == []


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("mailto:a@example.org", "for web pages"),
        ("http://lyon.example.org/", "website"),
        ("a@example.org; b@example.org", "more than one"),
        ("a@example.org b@example.org", "more than one"),
        ("a@example.org.", "period"),
        ("a@mfa.gov.추", "'.추', which is not a domain"),
        ("a@mfа.gov.cn", "CYRILLIC SMALL LETTER A"),
        ("оffice@mfa.gov.cn", "CYRILLIC SMALL LETTER O"),
        ("a＠example.org", "full-width"),
        ("office", "@-sign"),
    ],
)
def test_an_address_to_which_no_mail_can_go_is_an_error_that_says_why(
    workspace: WorkspaceCopy, email: str, said: str
) -> None:
    add(workspace, f"email: ['{email}']")
    problem = find_one(workspace, "R313")
    assert said in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    ("email", "said"),
    [("x@例え.jp", "xn--r8jz45g.jp"), ("総領事@example.org", "CJK"), ("CHINA@WANADOO.FR", "free mail")],
)
def test_an_unusual_address_is_a_warning(workspace: WorkspaceCopy, email: str, said: str) -> None:
    add(workspace, f"email: ['{email}']")
    problem = find_one(workspace, "R320")
    assert said in problem.message + problem.hint
    assert problem.severity == "warning"


def test_the_sender_may_have_free_mail(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "  country: JP\n", "  country: JP\n  email: office@hotmail.com\n  website: example.org\n")
    assert find(workspace) == []


# --- the dirt of real lists, each as it was seen ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("email: [a@example.org;]", {"R313"}),  # a stray delimiter
        ("source: '<p>a list</p>'", {"R311"}),  # HTML in a cell
        ("city: {ja: 大阪, en: Gr?nsakstorget}", {"R312"}),  # letters that GBK cannot hold
        ("email: [无邮箱]", {"R310", "R313"}),
        ("website: 无网址", {"R310", "R321"}),
        ("telephone: nan", {"R310", "R322"}),
        ("fax: '-'", {"R310", "R322"}),
        ("telephone: None", {"R310", "R322"}),
        ("email: ['https://lyon.example.org/']", {"R313"}),
        ("telephone: 0034-934342950（本部），932547070（領事部）", {"R322"}),
        ("telephone: 064)900-8830/40", {"R322"}),
        ("telephone: 001-213-8078088, 8078011", {"R322"}),
        ("telephone: 738-1038", {"R322"}),
        ("email: ['mailto:a@example.org']", {"R313"}),
        ("email: [a@daum.net]", {"R320"}),
    ],
)
def test_what_lists_of_missions_really_hold_is_found(workspace: WorkspaceCopy, line: str, codes: set[str]) -> None:
    if line.startswith("city"):
        workspace.edit(LIST, "city: {en: Osaka, ja: 大阪}", line)
    else:
        add(workspace, line)
    assert find_codes(workspace) == codes


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ('en: ["3-4-33&nbsp;Moto-Azabu", "Tokyo 106-0046"]', {"R311"}),
        ('en: ["3-4-33  Moto-Azabu", "Tokyo 106-0046"]', {"R327"}),
        ('en: ["ELBCHAUSSEE 268，MINATO", "Tokyo 106-0046"]', {"R327"}),
        ('en: [3-4-33 Moto-Azabu, "106-0046, JAPAN, 106-0046 Tokyo"]', {"R324", "R326"}),
        ("en: [Embassy of the People’s Republic of China in Japan, 3-4-33 Azabu, Tokyo 106-0046]", {"R328"}),
        ('en: ["３-４-３３ Moto-Azabu", "Tokyo 106-0046"]', {"G101"}),
    ],
)
def test_what_addresses_in_such_lists_really_hold_is_found(
    workspace: WorkspaceCopy, lines: str, codes: set[str]
) -> None:
    workspace.edit(LIST, TOKYO, lines)
    assert find_codes(workspace) >= codes


def test_tel_is_also_the_beginning_of_a_city(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, TOKYO, 'en: [Tel Aviv Street 3-4-33, "Tokyo 106-0046"]')
    assert find_codes(workspace) == set()


def test_a_list_in_another_encoding_is_refused_as_a_whole(workspace: WorkspaceCopy) -> None:
    workspace.write(LIST, "recipients:\n  de-hamburg:\n    city: {en: 汉堡}\n".encode("gb18030"))
    assert "S101" in find_codes(workspace)


def test_a_mission_without_a_city_is_refused(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "city: {en: Osaka, ja: 大阪}", "city: {}")
    assert find_codes(workspace) == {"R302"}


def test_an_ideographic_blank_in_a_name_is_how_some_write_it(real: WorkspaceCopy) -> None:
    head = "    head: {name: {en: Guo Wei, ja: 郭　瑋, zh-Hans: 郭　玮}, confirmed: 2027-08-20}\n"
    real.edit(LIST, "    # email: sapporo@csm", f"{head}    # email: sapporo@csm")
    assert find(real) == []


def test_a_kind_that_no_list_of_china_knows_is_refused(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "kind: embassy", "kind: de facto embassy")
    assert find_codes(workspace) == {"V204"}


def test_words_that_mean_nothing_may_stand_within_others(workspace: WorkspaceCopy) -> None:
    add(workspace, "source: none of the lists; nan is what they say", "hold: no telephone yet")
    assert find(workspace) == []


def test_namibia_is_no_placeholder(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "    kind: consulate-general\n    country: JP", "    kind: consulate-general\n    country: NA")
    assert "R310" not in find_codes(workspace)


# --- how old it is ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("verified: 2027-09-01", None),
        ("verified: 2027-09-02", None),  # it already is tomorrow in Auckland
        ("verified: 2027-09-03", "R315"),
        ("verified: 2026-09-24", None),
        ("verified: 2026-09-23", "R329"),
        ("as_of: 2027", None),
        ("as_of: 2027-10", "R315"),
        ("as_of: 2012", None),
        ("as_of: 2011-12", "R329"),
    ],
)
def test_a_date_is_neither_of_the_future_nor_of_long_ago(workspace: WorkspaceCopy, line: str, code: str | None) -> None:
    add(workspace, line)
    assert brief(workspace) == ([(29, code)] if code else [])


def test_an_old_source_does_not_matter_once_somebody_confirmed_it(workspace: WorkspaceCopy) -> None:
    add(workspace, "as_of: 1999", "verified: 2027-08-20")
    assert find(workspace) == []


def test_the_day_of_the_check_is_that_of_the_campaigns_time_zone(workspace: WorkspaceCopy) -> None:
    add(workspace, "verified: 2027-09-03")
    assert find(workspace, datetime(2027, 9, 1, 16, 0, tzinfo=UTC)) == []  # the second already in Tokyo


@pytest.mark.parametrize(
    ("confirmed", "said"),
    [
        ("2027-08-20", None),
        ("2026-09-24", None),
        ("2026-09-23", "was confirmed on 2026-09-23"),
        (None, "was never confirmed"),
    ],
)
def test_a_head_that_will_not_be_named_is_a_warning(
    workspace: WorkspaceCopy, confirmed: str | None, said: str | None
) -> None:
    add(workspace, f"head: {{name: {{en: Xue Jian}}{f', confirmed: {confirmed}' if confirmed else ''}}}")
    problems = find(workspace)
    assert [problem.code for problem in problems] == (["R309"] if said else [])
    assert said is None or said in problems[0].message


def test_a_closed_mission_is_history_and_is_left_as_it_was(workspace: WorkspaceCopy) -> None:
    add(workspace, "closed: 2020-07-24", "telephone: '-'", "verified: 2012-01-01", "email: [gone]")
    assert find(workspace) == []


# --- anything at all --------------------------------------------------------------------------------------------------

ENTRY = """\
recipients:
  jp-osaka:
    kind: office
    country: JP
    city: {en: Osaka}
    name: {en: Office}
    address:
      lines: {en: [1 Road, Osaka]}
    languages: [en]
    channels: [post]
"""
PLACES = {
    "telephone": ("    languages", "    telephone: VALUE\n    languages"),
    "fax": ("    languages", "    fax: VALUE\n    languages"),
    "website": ("    languages", "    website: VALUE\n    languages"),
    "email": ("    languages", "    email: [VALUE]\n    languages"),
    "hold": ("    languages", "    hold: VALUE\n    languages"),
    "line": ("1 Road", "VALUE"),
    "city": ("{en: Osaka}", "{en: VALUE}"),
    "name": ("Office", "VALUE"),
    "country_line": ("      lines", "      country_line: {en: VALUE}\n      lines"),
    "postal_code": ("      lines", "      postal_code: VALUE\n      lines"),
}
THEME, _ = read_theme("", {})


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), st.sampled_from([*PLACES]))
def test_no_value_is_too_strange_to_be_judged(text: str, place: str) -> None:
    old, new = PLACES[place]
    people, _ = read_recipients(ENTRY.replace(old, new.replace("VALUE", json.dumps(text))).encode())
    workspace = Workspace(Path(), THEME, recipients=people)
    for check in WORKSPACE_CHECKS:
        for problem in check(workspace, date(2027, 9, 1)):
            assert problem.code in {*ERRORS, *WARNINGS}
            assert problem.line > 0


def test_a_letter_without_lines_of_the_sender_in_its_language_says_which_would_do(workspace: WorkspaceCopy) -> None:
    shutil.rmtree(workspace.folder)
    shutil.copytree(Path(__file__).parents[1] / "data" / "cairo", workspace.folder)
    campaign = "letters/2027/campaign.yaml"
    workspace.edit(campaign, "      en: [Hongo", "      ja: [〒113-0033, 東京都文京区本郷1-33-3-801]\n      en: [Hongo")
    workspace.edit(campaign, "{en: JAPAN}", "{en: JAPAN, ja: JAPAN, ar: JAPAN}")
    problem = find_one(workspace, "G101")
    assert problem.message == ("the address of the sender has no ar lines, and no font for ar has 〒東京都文区本郷")
    line = 'ar: ["Hongo 1-33-3-801", "Bunkyo-ku, Tokyo 113-0033"]'
    assert problem.hint == f"The lines in en would do; add '{line}'."
    workspace.edit(campaign, "      en: [Hongo", f"      {line}\n      en: [Hongo")
    assert not find(workspace)


def test_lines_below_another_language_than_theirs_are_one_problem(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "en: [3-4-33 Moto-Azabu, ", "en: [東京都港区元麻布, ")
    problem = find_one(workspace, "G101")
    assert "東京都港区元麻布 in the en lines of jp-tokyo" in problem.message
    assert "move them below ja" in problem.hint
