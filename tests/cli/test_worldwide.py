"""The example with the missions of the whole world: complete, sound, and nothing in it is invented."""

import re
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from babel.languages import get_official_languages

from conftest import WorkspaceCopy, copy_workspace
from petitioner.inputs.recipients import read_recipients
from petitioner.model.recipient import Recipient
from petitioner.tables.starter import make_workspace_files

ROOT = Path(__file__).parents[2]
WORLDWIDE = ROOT / "examples/worldwide"
ROWS_OF_THE_FORM = 269


@pytest.fixture
def worldwide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    copy_workspace(WORLDWIDE, tmp_path / "worldwide")
    return WorkspaceCopy(tmp_path / "worldwide", capsys, WORLDWIDE)


@cache
def read_missions(folder: Path) -> tuple[Recipient, ...]:
    missions, problems = read_recipients((folder / "recipients.yaml").read_bytes())
    assert not problems
    return missions


def list_languages(country: str) -> tuple[str, ...]:
    """The rule of the example: Chinese, then the official languages in which it has a letter, or English."""
    written = {path.name.split(".")[1] for path in (WORLDWIDE / "letters/2027").glob("petition.*.md")}
    official = ["zh-Hans" if tag == "zh" else tag for tag in get_official_languages(country)]
    own = [tag for tag in official if tag in written]
    return tuple(dict.fromkeys(["zh-Hans", *(own or ["en"])]))


def test_it_has_no_error_and_no_warning(worldwide: WorkspaceCopy) -> None:
    ending = worldwide.run("check", "--strict")
    assert (ending.status, ending.out) == (0, "")
    assert ending.err.startswith("18 letters to 9 recipients; 0 errors, 0 warnings.")


def test_a_letter_whose_address_is_in_another_language_is_made(worldwide: WorkspaceCopy) -> None:
    ending = worldwide.run("build", "--only", "fr-paris", "--lang", "zh-Hans")
    assert (ending.status, ending.out) == (0, "")
    assert {"2027/fr-paris/petition.zh-Hans.docx", "2027/fr-paris/petition.zh-Hans.pdf"} <= {*worldwide.list_made()}


def test_every_row_of_the_visa_form_is_one_mission() -> None:
    sources = [
        re.match(r"visa form (\d+)(?: and (\d+))?", mission.source or "") for mission in read_missions(WORLDWIDE)
    ]
    rows = [int(row) for source in sources if source for row in source.groups() if row]
    assert sorted(rows) == list(range(1, ROWS_OF_THE_FORM + 1))


def test_missions_stand_by_country() -> None:
    countries = [country for country, _ in groupby(mission.country for mission in read_missions(WORLDWIDE))]
    assert len(countries) == len(set(countries))


def test_it_says_of_each_mission_what_is_known() -> None:
    for mission in read_missions(WORLDWIDE):
        source = mission.source or ""
        known = {"en", "zh-Hans"} if source.startswith("visa form") else {"en"}
        assert known <= mission.name.keys(), mission.id
        assert mission.id.startswith(f"{mission.country.lower()}-"), mission.id


def test_a_mission_without_an_address_is_skipped_and_has_the_languages_of_its_country() -> None:
    for mission in read_missions(WORLDWIDE):
        if mission.skip:
            assert not mission.address.lines, mission.id
            assert mission.languages == list_languages(mission.country), mission.id


def test_a_mission_with_an_address_is_on_hold_since_this_is_an_example() -> None:
    for mission in read_missions(WORLDWIDE):
        if not mission.skip:
            assert mission.hold, mission.id
            assert mission.source, mission.id
            assert [*mission.languages] == [tag for tag in list_languages(mission.country) if tag in mission.name]


def test_missions_in_japan_are_as_in_the_list_that_is_used() -> None:
    used = {mission.id: mission for mission in read_missions(ROOT)}
    copies = {mission.id: mission for mission in read_missions(WORLDWIDE) if mission.country == "JP"}
    assert copies.keys() == used.keys()
    for name in ("kind", "city", "name", "address", "telephone", "fax", "website", "as_of"):
        assert {id_: getattr(copy, name) for id_, copy in copies.items()} == {
            id_: getattr(mission, name) for id_, mission in used.items()
        }


@pytest.mark.parametrize("tag", ["ar", "en", "fr", "ja", "ko", "ru", "zh-Hans"])
def test_the_letters_are_those_of_a_new_workspace(tag: str) -> None:
    starter = make_workspace_files([tag], date(2027, 9, 24), "", date(2027, 9, 1))[f"letters/2027/petition.{tag}.md"]
    here = (WORLDWIDE / f"letters/2027/petition.{tag}.md").read_text("utf-8")
    assert starter == here
