"""The report of a year or of all: figures that agree with the logs, the same bytes, and nothing half written."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import sync_playwright

from components import require
from conformance import find_faults
from conftest import WorkspaceCopy, copy_workspace
from log_tampering import tamper
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import State
from petitioner.log.storage.store import MailingLog
from petitioner.model.types import OWN_LANGUAGE
from petitioner.report.letters import Outcome
from petitioner.report.words import load_words
from report_logs import JAPAN, KOREA, Step, list_drafts, make_log

NOW = datetime(2027, 12, 1, 3, tzinfo=UTC)
LOG = "mailing-log.sqlite"
PAPER = "'posted', 'handed over', 'left in the letter box', 'refused at the gate', 'faxed'"
SENT = f"({PAPER}, 'committing', 'drafted', 'exported')"
COUNTED = (
    "id NOT IN (SELECT json_extract(json, '$.withdraws') FROM details WHERE json_extract(json, '$.withdraws') > 0)"
)
LETTERS = f"""
    SELECT DISTINCT campaign, edition, recipient, channel, attempt FROM events AS sent
    WHERE kind IN {SENT} AND {COUNTED} AND NOT EXISTS (
        SELECT 1 FROM events AS other WHERE other.kind IN ('deferred', 'settled not sent')
        AND (other.campaign, other.recipient, other.channel) = (sent.campaign, sent.recipient, sent.channel))
"""  # noqa: S608 - our own words


@pytest.fixture
def japan(real: WorkspaceCopy) -> WorkspaceCopy:
    """The seven missions in Japan, with a log of three years and every kind of event."""
    events = make_log(real.folder / LOG, JAPAN)
    assert {event.kind for event in events} == set(Kind)
    return real


@pytest.fixture
def korea(tmp_path: Path) -> Path:
    """A log of another country, which wrote to the embassy in Tokyo, too."""
    path = tmp_path / "korea.sqlite"
    make_log(path, {**KOREA, "jp-tokyo": "주일본 중화인민공화국 대사관"}, shift=4)
    return path


def report(workspace: WorkspaceCopy, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    """Write a report, and return its figures; only the page, which takes less time, unless files are named."""
    to = () if "--to" in arguments else ("--to", str(workspace.folder.parent / "page.html"))
    return write(workspace, *arguments, *to)


def write(workspace: WorkspaceCopy, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    ending = workspace.run("report", *arguments, "--json", now=NOW)
    assert ending.status == 0, ending.err
    return json.loads(ending.out)


def read_page(workspace: WorkspaceCopy) -> str:
    return (workspace.folder.parent / "page.html").read_text("utf-8")


def ask(path: Path, statement: str) -> set[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute(statement))


def test_the_sums_of_two_countries_are_those_of_the_rows_in_both_logs(japan: WorkspaceCopy, korea: Path) -> None:
    told = report(japan, "--all", str(korea))
    own = japan.folder / LOG
    letters = [ask(path, LETTERS) for path in (own, korea)]
    assert told["letters"] == sum(map(len, letters)) > 20
    assert sum(one["letters"] for one in told["by_country"]) == told["letters"]
    for one in told["by_channel"]:
        assert sum(one[outcome] for outcome in ("answered", "sent", "unknown", "failed")) == sum(
            key[3] == one["channel"] for keys in letters for key in keys
        )
    missions = {(key[0], key[2]) for keys in letters for key in keys}
    assert told["missions"] == len({recipient for _, recipient in missions})
    for one in told["by_year"]:
        in_year = {recipient for year, recipient in missions if year == one["year"]}
        assert one["answered"] + one["sent"] + one["unknown"] + one["failed"] == len(in_year)
        replied = f"SELECT DISTINCT recipient FROM events WHERE kind = 'replied' AND campaign = '{one['year']}'"  # noqa: S608
        assert one["answered"] == len(ask(own, replied) | ask(korea, replied))


def test_missions_that_two_logs_wrote_to_are_named_and_counted_once(japan: WorkspaceCopy, korea: Path) -> None:
    told = report(japan, "--all", str(korea))
    assert {(one["campaign"], *one["recipients"]) for one in told["overlaps"]} >= {("2025", "jp-tokyo")}
    assert all(one["logs"] == ["korea.sqlite", LOG] for one in told["overlaps"])
    assert "Written to from more than one log" in read_page(japan)


def test_one_destination_under_two_ids_is_an_overlap_too(japan: WorkspaceCopy, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    sent = (("post", (Step(Kind.POSTED),)),)
    log = MailingLog(other)
    (drafts,) = list_drafts({"jp-edo": "大使馆"}, ("2025",), stories=sent)
    log.append(lambda _: [replace(one, destination="JP-OSAKA 1-2-3") for one in drafts])
    told = report(japan, "--all", str(other))
    assert [one["recipients"] for one in told["overlaps"]] == [["jp-edo", "jp-osaka"]]


def test_the_same_logs_give_the_same_bytes_and_an_earlier_report_is_replaced(japan: WorkspaceCopy) -> None:
    made = [japan.folder / "out" / name for name in ("report.html", "report.pdf")]
    assert write(japan, "--all")["files"] == ["out/report.html", "out/report.pdf"]
    first = [path.read_bytes() for path in made]
    write(japan, "--all")
    assert [path.read_bytes() for path in made] == first
    assert all(path.stat().st_mode & 0o077 == 0 for path in made)


def test_a_year_has_its_own_files_and_the_public_edition_another_name(japan: WorkspaceCopy) -> None:
    told = write(japan, "--campaign", "2026", "--public")
    assert told["files"] == ["out/2026/report-public.html", "out/2026/report-public.pdf"]
    assert told["years"] == ["2026"]


class Assets(HTMLParser):
    """Everything that a page loads, and its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loaded: list[str] = []
        self.alternatives: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        self.loaded += [given[name] or "" for name in ("src", "href", "srcset", "data") if name in given]
        self.alternatives += [given.get("alt") or ""] if tag == "img" else []


def test_the_page_loads_nothing_and_runs_nothing(japan: WorkspaceCopy) -> None:
    report(japan, "--all")
    page = read_page(japan)
    assets = Assets()
    assets.feed(page)
    assert not {"script", "link", "iframe", "object", "form"} & assets.tags
    assert assets.loaded
    assert all(one.startswith("data:image/") for one in assets.loaded)
    assert all(assets.alternatives)
    for svg in list_images(page, "svg+xml"):
        assert not re.search(rb"<script|<!--|href|url\(|@import", svg)


def list_images(page: str, kind: str) -> list[bytes]:
    return [b64decode(one) for one in re.findall(rf"data:image/{re.escape(kind)};base64,([^\"]+)", page)]


def list_headings(page: str) -> dict[str, str]:
    """The parts of a page by their headings."""
    parts = re.split(r"<h2>(.*?)</h2>", page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def write_letters(real: WorkspaceCopy, stories: dict[str, tuple[Step, ...]]) -> None:
    """Record e-mails of 2027: what happened to each of them."""
    drafts = [
        draft
        for recipient, steps in stories.items()
        for made in list_drafts({recipient: JAPAN[recipient]}, ("2027",), stories=(("email", steps),))
        for draft in made
    ]
    MailingLog(real.folder / LOG).append(lambda _: drafts)


ACCEPTED = tuple(map(Step, (Kind.APPROVED, Kind.HANDING_OVER, Kind.COMMITTING, Kind.ACCEPTED)))


def test_a_letter_that_is_only_approved_is_under_not_sent_and_not_under_who_was_written_to(real: WorkspaceCopy) -> None:
    write_letters(real, {"jp-tokyo": ACCEPTED, "jp-osaka": (Step(Kind.APPROVED),)})
    report(real)
    parts = list_headings(read_page(real))
    assert "Embassy" in parts["Who was written to"]
    assert "Osaka" not in parts["Who was written to"]
    assert "approved, not sent yet" in parts["Not sent"]
    assert "Embassy" not in parts["Not sent"]


def test_one_letter_has_tables_without_charts_and_no_words_about_a_dark_part(real: WorkspaceCopy) -> None:
    write_letters(real, {"jp-tokyo": ACCEPTED})
    report(real)
    page = read_page(real)
    assert not list_images(page, "svg+xml")
    assert "Missions by year" in page
    assert "The dark part" not in page
    assert "Not sent" not in list_headings(page)


def test_several_letters_have_charts_tracking_numbers_and_unbroken_words(japan: WorkspaceCopy) -> None:
    report(japan, "--all")
    page = read_page(japan)
    assert len(list_images(page, "svg+xml")) == 3
    assert "The dark part shows those that answered." in page
    assert "tracking number RR123456785JP" in page
    assert '<span class="whole">e-mail</span>' in page
    report(japan, "--all", "--public")
    assert "RR123456785JP" not in read_page(japan)


def test_the_public_table_of_ages_has_no_empty_columns(japan: WorkspaceCopy) -> None:
    records = japan.folder / "recipients.yaml"
    lines = records.read_text("utf-8").splitlines(keepends=True)
    records.write_text("".join(one for one in lines if not one.strip().startswith("as_of:")), "utf-8")
    report(japan, "--public")
    part = list_headings(read_page(japan))["How old the addresses are"]
    assert re.findall(r'<th scope="col">(.*?)</th>', part) == ["City", "Mission", "Source", "Confirmed"]


def test_photographs_carry_nothing_but_their_pixels(japan: WorkspaceCopy) -> None:
    report(japan, "--all")
    shown = list_images(read_page(japan), "jpeg")
    assert len(shown) == 2
    for content in shown:
        with Image.open(BytesIO(content)) as picture:
            assert picture.size == (1200, 800)
            assert not picture.getexif()
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_public_report_shows_only_photographs_that_are_marked_for_it(japan: WorkspaceCopy) -> None:
    report(japan, "--all", "--public")
    page = read_page(japan)
    assert len(list_images(page, "jpeg")) == 1
    assert "Mr. Wang" not in page


def test_a_photograph_is_marked_for_the_public_when_it_is_recorded(japan: WorkspaceCopy, tmp_path: Path) -> None:
    photograph = tmp_path / "door.png"
    Image.new("RGB", (300, 200), "teal").save(photograph)
    add = ("log", "add", "handed", "jp-nagoya", "--file", str(photograph), "--by", "Hanako")
    assert japan.run(*add, "--public", now=NOW).status == 0
    report(japan, "--public")
    assert len(list_images(read_page(japan), "jpeg")) == 2
    ending = japan.run("log", "add", "posted", "jp-osaka", "--public", now=NOW)
    assert ending.status == 2
    assert "no file is named" in ending.err


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: tamper(path, "UPDATE events SET happened_on = '2025-09-30' WHERE id = 3"), "Event 3"),
        (lambda path: tamper(path, "UPDATE blobs SET bytes = x'00' WHERE rowid = 1"), "bytes were swapped"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "damaged"),
        (lambda path: path.write_text("no database at all, but long enough to be read as one"), "not a mailing log"),
        (lambda path: path.unlink(), "No such file"),
        (lambda path: path.write_bytes(b""), "has no events"),
    ],
)
def test_a_log_that_cannot_be_verified_ends_the_report_with_its_name(
    japan: WorkspaceCopy, korea: Path, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(korea)
    ending = japan.run("report", "--all", str(korea), now=NOW)
    assert ending.status == 1
    assert f"{korea}: " in ending.err
    assert words in ending.err
    assert japan.list_made() == []


def test_every_log_that_cannot_be_verified_is_named_at_once(japan: WorkspaceCopy, tmp_path: Path) -> None:
    tamper(japan.folder / LOG, "UPDATE events SET channel = 'fax' WHERE id = 2")
    ending = japan.run("report", str(tmp_path / "a.sqlite"), str(tmp_path / "b.sqlite"), now=NOW)
    assert ending.status == 1
    assert all(f"{name}: " in ending.err for name in (LOG, "a.sqlite", "b.sqlite"))


def test_an_earlier_copy_of_a_log_is_not_counted_again(japan: WorkspaceCopy, tmp_path: Path) -> None:
    assert japan.run("log", "copy", str(tmp_path / "copy.sqlite"), now=NOW).status == 0
    assert japan.run("log", "add", "replied", "jp-tokyo", "--by", "Hanako", now=NOW).status == 0
    ending = japan.run("report", "--all", str(tmp_path / "copy.sqlite"), "--to", str(tmp_path / "copy.html"), now=NOW)
    assert "copy.sqlite is an earlier copy of mailing-log.sqlite" in ending.err
    assert report(japan, "--all", str(tmp_path / "copy.sqlite")) == report(japan, "--all")


def test_two_versions_of_one_log_are_refused(
    japan: WorkspaceCopy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.sqlite"
    assert japan.run("log", "copy", str(copy), now=NOW).status == 0
    assert japan.run("log", "add", "replied", "jp-tokyo", "--by", "Hanako", now=NOW).status == 0
    elsewhere = tmp_path / "elsewhere"
    copy_workspace(japan.origin, elsewhere)
    (elsewhere / LOG).write_bytes(copy.read_bytes())
    other = WorkspaceCopy(elsewhere, capsys)
    assert other.run("log", "add", "returned", "jp-osaka", "--by", "Taro", now=NOW).status == 0
    ending = japan.run("report", "--all", str(elsewhere / LOG), now=NOW)
    assert ending.status == 1
    assert "are two versions of one log, which differ from event" in ending.err


def test_a_folder_is_read_as_the_log_in_it_and_names_are_told_apart(
    japan: WorkspaceCopy, korea: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    korea.rename(tmp_path / "one" / LOG)
    make_log(tmp_path / "two" / LOG, {"fr-paris": "驻法国大使馆"}, shift=2)
    told = report(japan, "--all", str(tmp_path / "one"), str(tmp_path / "two"))
    assert [one["country"] for one in told["by_country"]] == ["FR", "JP", "KR"]
    assert [one["name"] for one in told["logs"]] == [LOG, "one", "two"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--campaign", "2031"), "The log has nothing of 2031; it has 2025, 2026, 2027."),
        (("--all", "--campaign", "2026"), "cannot be used together"),
        (("--lang", "xx"), "'xx' is not a known language."),
        (("--to", "report.docx"), "ends in neither .html nor .pdf"),
        (("--to", "letters/2027/report.pdf"), "in a folder of letters"),
    ],
)
def test_options_that_make_no_sense_are_explained(
    japan: WorkspaceCopy, options: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(japan.folder)
    ending = japan.run("report", *options, now=NOW)
    assert ending.status == 2
    assert words in ending.err
    assert japan.list_made() == []


def test_only_a_report_is_ever_replaced(japan: WorkspaceCopy, tmp_path: Path) -> None:
    mine = tmp_path / "minutes.pdf"
    mine.write_bytes(b"%PDF-1.7 the minutes of our meeting")
    ending = japan.run("report", "--to", str(mine), now=NOW)
    assert ending.status == 1
    assert "is not a report that petitioner made" in ending.err
    assert mine.read_bytes().endswith(b"meeting")
    for name in ("new.pdf", "new.html"):
        assert report(japan, "--to", str(tmp_path / name))["files"] == [str(tmp_path / name)]
        assert report(japan, "--to", str(tmp_path / name))["files"] == [str(tmp_path / name)]
    assert japan.list_made() == []


def test_names_are_in_the_chosen_language_where_they_are_known(japan: WorkspaceCopy) -> None:
    report(japan, "--lang", "ja")
    page = read_page(japan)
    assert '<span class="lang-ja" lang="ja">中華人民共和国駐大阪総領事館</span>' in page


def test_without_any_log_there_is_nothing_to_report(real: WorkspaceCopy) -> None:
    ending = real.run("report", now=NOW)
    assert ending.status == 1
    assert "There is no log yet" in ending.err


def test_every_state_and_outcome_has_words_and_every_text_is_used() -> None:
    words = load_words(OWN_LANGUAGE)
    assert set(words.states) == set(State) - {State.CLOSED, State.SKIPPED}
    assert set(words.outcomes) == set(Outcome)
    folder = Path(sys.modules["petitioner.report.words"].__file__ or "").parent
    sources = "".join(path.read_text("utf-8") for path in folder.iterdir() if path.suffix in (".py", ".html"))
    unused = {key for key in words.texts if f'"{key}"' not in sources and not key.endswith("_note")}
    assert not unused


def test_only_the_report_loads_the_library_of_charts(japan: WorkspaceCopy) -> None:
    work = (
        "import sys; from petitioner.cli import main; main(['-C', sys.argv[1], 'log']); print('pygal' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", work, str(japan.folder)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "False", done.stderr


@pytest.mark.slow
def test_verapdf_finds_nothing_against_pdf_ua_1(japan: WorkspaceCopy, korea: Path) -> None:
    write(japan, "--all", str(korea))
    write(japan, "--public", "--lang", "ja")
    made = [japan.folder / "out/report.pdf", japan.folder / "out/2027/report-public.pdf"]
    found = find_faults([("ua1", path) for path in made])
    assert {key: faults for key, faults in found.items() if faults} == {}


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1100])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    japan: WorkspaceCopy, korea: Path, tmp_path: Path, width: int
) -> None:
    to = tmp_path / "shown.html"
    report(japan, "--all", str(korea), "--to", str(to))
    flags = ["--no-sandbox"] if os.getuid() == 0 else []  # which Chromium wants of root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require("chromium"), args=flags)
        page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
        page.goto(to.as_uri())
        found = Axe().run(page).response["violations"]
        widest = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert widest <= width
