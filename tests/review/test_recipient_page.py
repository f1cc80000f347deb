"""A recipient's record, history and evidence on the page."""

from collections.abc import Iterator
from datetime import date

import pytest

from conftest import WorkspaceCopy
from paper_workspace import approve_all
from petitioner.review.ages import describe_age
from review_page import ReviewPage, open_page

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def page(workspace: WorkspaceCopy) -> Iterator[ReviewPage]:
    approve_all(workspace)
    workspace.write("receipt.html", f"<html><body>{SCRIPT}</body></html>")
    file = str(workspace.folder / "receipt.html")
    workspace.run("log", "add", "posted", "jp-tokyo", "--note", f"A {SCRIPT}", "--file", file)
    with open_page(workspace.folder) as opened:
        opened.enter()
        yield opened


def test_the_record_has_its_sources_and_their_ages(page: ReviewPage) -> None:
    text = page.ask("/recipients/jp-tokyo").text
    assert "recipients.yaml:" in text
    assert "address, source" in text
    assert "address, confirmed" in text
    assert 'href="/letters/jp-tokyo/petition.' in text


def test_the_table_of_recipients_names_each_source(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja, en]\n    source: telephone call")
    with open_page(workspace.folder) as page:
        page.enter()
        text = page.ask("/recipients").text
    assert "jp-tokyo" in text
    assert "<td>telephone call</td>" in text


def test_what_people_typed_is_shown_as_text(page: ReviewPage) -> None:
    text = page.ask("/recipients/jp-tokyo").text
    assert SCRIPT not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_file_of_the_log_is_saved_and_never_shown(page: ReviewPage) -> None:
    number = max(event.id for event in page.live.snapshot.events)
    event = page.live.snapshot.events[number - 1]
    place = next(place for place, one in enumerate(event.documents, start=1) if one.role == "evidence")
    answer = page.ask(f"/files/{number}/{place}")
    assert answer.status == 200
    assert SCRIPT in answer.text
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{number}-receipt.html"')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_only_files_and_recipients_of_the_log_are_found(page: ReviewPage) -> None:
    for path in ("0/1", "99/1", "1/0", "1/99", "-1/1", "x/1", "1/..%2f1"):
        assert page.ask(f"/files/{path}").status == 404
    for name in ("nobody", "..%2f..%2frecipients.yaml", "%00", "%3Cscript%3Ealert"):
        answer = page.ask(f"/recipients/{name}")
        assert answer.status == 404
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2027", "this year"),
        ("2013-11", "13 years ago"),
        ("2027-09", "this month"),
        ("2027-08-31", "1 day ago"),
        ("2027-09-01", "today"),
        ("2026-12-24", "8 months ago"),
        ("2020-09-02", "6 years ago"),
    ],
)
def test_an_age_is_counted_in_words(day: str, words: str) -> None:
    assert describe_age(day, date(2027, 9, 1)) == words
