"""The log on the page: found, chosen, counted and saved."""

import csv
from collections.abc import Iterator
from dataclasses import fields
from io import StringIO
from urllib.parse import quote

import pytest

from conftest import WorkspaceCopy
from petitioner.log.events import Draft, Entry
from petitioner.log.storage.store import MailingLog
from review_page import ReviewPage, open_page

SCRIPT = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def page(workspace: WorkspaceCopy) -> Iterator[ReviewPage]:
    workspace.run("log", "add", "posted", "jp-tokyo", "--tracking", "RR123456784JP", "--note", f"green box {SCRIPT}")
    workspace.run("log", "add", "handed", "jp-osaka", "--met", "the guard")
    workspace.run("log", "add", "replied", "jp-osaka", "--by", "Taro")
    reply = MailingLog.within(workspace.folder).read()[-1]
    draft = Draft(**{one.name: getattr(reply, one.name) for one in fields(Entry)})
    MailingLog.within(workspace.folder).append(lambda _: [draft] * 100)
    with open_page(workspace.folder) as opened:
        opened.enter()
        yield opened


def count(page: ReviewPage, query: str) -> str:
    text = page.ask(f"/log?{query}").text
    return text.partition('<p role="status">')[2].partition(" of")[0]


def test_the_log_is_searched_chosen_and_turned_page_by_page(page: ReviewPage) -> None:
    assert count(page, "") == "103"
    assert count(page, "q=GREEN+box") == "1"
    assert count(page, "q=rr123456784jp") == "1"
    assert count(page, "q=no+such+words") == "0"
    assert count(page, "recipient=jp-osaka") == "102"
    assert count(page, "kind=handed+over") == "1"
    assert count(page, "channel=post&year=2027&by=Taro") == "0"
    assert count(page, "by=Taro&recipient=jp-osaka") == "101"
    assert count(page, "year=1999") == "0"
    assert count(page, "attention=1") == "1"
    first, second = page.ask("/log").text, page.ask("/log?page=2").text
    assert 'href="/log?page=2" rel="next"' in first
    assert first.count('<th scope="row"') == 100
    assert second.count('<th scope="row"') == 3
    for number in ("0", "-1", "x", "99999999999999999999", "%D9%A3"):
        assert page.ask(f"/log?page={number}").status == 200
    assert 'page=2" rel="next"' in page.ask("/log?recipient=jp-osaka").text


def test_what_people_typed_is_escaped_in_events_and_in_filters(page: ReviewPage) -> None:
    text = page.ask(f"/log?page=2&q={quote(SCRIPT)}").text + page.ask("/log?page=2").text
    assert "<img" not in text
    assert "&gt;&lt;img" in text


def test_chosen_events_are_saved_as_the_command_exports_them(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    answer = page.ask("/log/log.csv")
    assert answer.text.replace("\r\n", "\n") == workspace.run("log", "export").out.replace("\r\n", "\n")
    assert answer.headers["content-disposition"] == "attachment; filename=\"log.csv\"; filename*=UTF-8''log.csv"
    rows = list(csv.DictReader(StringIO(page.ask("/log/log.csv?q=guard").text.lstrip("\ufeff"))))
    assert [row["recipient"] for row in rows] == ["jp-osaka"]
    book = page.ask("/log/log.xlsx?q=guard")
    assert book.text.startswith("PK")
    for ending in ("json", "exe", "..%2f..%2fx"):
        assert page.ask(f"/log/log.{ending}").status == 404


def test_the_last_entry_is_taken_back_on_the_page_of_the_log(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    workspace.run("log", "add", "posted", "jp-osaka", "--by", "Hanako Sato")
    events = page.live.refresh().events
    assert page.post("/log/undo", ("events", str(events[-1].id)), ("because", "the wrong day")).status == 303
    assert "the wrong day" in workspace.run("log", "show", "jp-osaka").out
    assert 'class="withdrawn"' in page.ask("/log").text
