"""What is printed, posted and handed over is recorded on the page as `log add` records it."""

from collections.abc import Iterator

import pytest

from conftest import WorkspaceCopy
from paper_workspace import approve_all
from review_page import ReviewPage, list_rows, open_page, read_doubts

TRUE, FALSE, OTHER = "RR123456785JP", "RR123456784JP", "RR100000003JP"


@pytest.fixture
def page(workspace: WorkspaceCopy) -> Iterator[ReviewPage]:
    approve_all(workspace)
    with open_page(workspace.folder) as opened:
        opened.enter()
        yield opened


def find_row(page: ReviewPage, id_: str, channel: str = "post") -> str:
    rows = list_rows(page.ask("/paper").text)
    return next(row for row in rows if row.startswith(f"{id_}:{channel}:"))


def test_packets_are_recorded_as_printed_and_then_as_posted_with_their_numbers(
    page: ReviewPage, workspace: WorkspaceCopy
) -> None:
    rows = [find_row(page, "jp-tokyo"), find_row(page, "jp-osaka")]
    answer = page.post("/paper", ("fact", "printed"), *(("packet", row) for row in rows))
    assert answer.status == 303, answer.text
    rows = [find_row(page, "jp-tokyo"), find_row(page, "jp-osaka")]
    numbers = zip(rows, (TRUE, OTHER), strict=True)
    typed = [(f"tracking:{row}", number) for row, number in numbers]
    answer = page.post("/paper", ("fact", "posted"), ("class", "registered"), ("postage", "460"), *typed)
    assert answer.status == 303, answer.text
    said = workspace.run("log", "show", "jp-tokyo").out
    assert "printed by post" in said
    assert f"tracking number {TRUE}" in said
    assert "registered, 460 JPY" in said
    assert OTHER in page.ask("/paper").text


def test_a_wrong_check_digit_is_asked_about_before_it_is_recorded(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    row = find_row(page, "jp-tokyo")
    typed = (("fact", "posted"), (f"tracking:{row}", FALSE), ("note", "at the counter"))
    answer = page.post("/paper", *typed)
    assert answer.status == 409
    assert "jp-tokyo: the check digit of RR123456784JP is wrong" in answer.text
    assert "This is correct." in answer.text
    assert FALSE in answer.text.partition("tracking number")[2]
    assert 'value="at the counter"' in answer.text
    assert "posted" not in workspace.run("log", "show", "jp-tokyo").out
    doubts = [("accepted", one) for one in read_doubts(answer.text)]
    assert page.post("/paper", *typed, *doubts).status == 303
    assert "the check digit" in workspace.run("log").out


def test_all_mistakes_are_shown_at_once_and_what_was_typed_is_kept(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    row = find_row(page, "jp-tokyo")
    typed = (("fact", "posted"), (f"tracking:{row}", TRUE), ("class", "pigeon"))
    answer = page.post("/paper", *typed)
    assert answer.status == 409
    assert "pigeon" in answer.text
    assert TRUE in answer.text
    assert "No packet is ticked" in page.post("/paper", ("fact", "posted")).text
    assert "not a day of the calendar" in page.post("/paper", *typed[:2], ("on", "tomorrow")).text
    assert "was still to come" in page.post("/paper", *typed[:2], ("on", "2027-09-20")).text
    assert "posted" not in workspace.run("log", "show", "jp-tokyo").out


def test_a_packet_that_changed_meanwhile_is_not_recorded(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    row = find_row(page, "jp-tokyo")
    workspace.run("log", "add", "posted", "jp-tokyo", "--tracking", TRUE)
    answer = page.post("/paper", ("fact", "posted"), ("packet", row))
    assert answer.status == 409
    assert "Changed since you saw it: jp-tokyo" in answer.text
    for forged in ("../../x:post:1", "jp-tokyo:post", "", "jp-tokyo:fax:1"):
        assert page.post("/paper", ("fact", "posted"), ("packet", forged)).status == 409
    assert page.post("/paper", ("fact", "eaten"), ("packet", row)).status == 409


def test_a_letter_is_recorded_as_handed_over_with_who_took_it(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    row = find_row(page, "jp-osaka", "hand")
    fields = (("fact", "handed"), ("packet", row), (f"outcome:{row}", "refused"), (f"met:{row}", "<b>the guard</b>"))
    assert page.post("/paper", *fields).status == 303
    text = page.ask("/paper").text
    assert "refused at the gate" in workspace.run("log", "show", "jp-osaka").out
    assert "&lt;b&gt;the guard" in text
    assert "<b>the guard" not in text


def test_the_last_entries_are_taken_back_but_only_those_that_were_shown(
    page: ReviewPage, workspace: WorkspaceCopy
) -> None:
    page.post("/paper", ("fact", "posted"), ("packet", find_row(page, "jp-tokyo")))
    seen = workspace.run("log", "show", "jp-tokyo").out.partition("event ")[0]
    assert "What you recorded last" in page.ask("/paper").text
    assert page.post("/paper/undo", ("events", "1")).status == 409
    number = max(event.id for event in page.live.snapshot.events)
    assert page.post("/paper/undo", ("events", str(number))).status == 303
    assert "withdrawn by event" in workspace.run("log", "show", "jp-tokyo").out
    assert seen
    assert find_row(page, "jp-tokyo")


def test_what_is_on_hold_or_not_approved_cannot_be_ticked(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    row = find_row(page, "jp-tokyo")
    path = "letters/2027/petition.en.md"
    workspace.write(path, (workspace.folder / path).read_text() + "\nOne sentence more.\n")
    assert page.post("/paper", ("fact", "posted"), ("packet", row)).status == 409
    text = page.ask("/paper").text
    assert "lapsed" in text
    assert not [one for one in list_rows(text) if one.startswith("jp-tokyo")]


def test_an_approved_letter_has_the_same_colour_as_on_the_page_of_letters(page: ReviewPage) -> None:
    assert '<span class="state good">approved</span>' in page.ask("/paper").text
    assert '<span class="state good">approved</span>' in page.ask("/letters/jp-tokyo/petition.en").text


def test_today_leads_from_what_needs_attention_to_where_it_is_settled(
    page: ReviewPage, workspace: WorkspaceCopy
) -> None:
    workspace.run("log", "add", "posted", "jp-tokyo", "--tracking", FALSE, "--yes")
    page.live.refresh()
    text = page.ask("/").text.partition("Needs attention")[2]
    assert '<a href="/recipients/jp-tokyo">jp-tokyo</a>' in text
    assert "petitioner log confirm" in text


def test_the_last_day_to_post_and_the_commands_to_print_are_shown(page: ReviewPage) -> None:
    text = page.ask("/paper").text
    assert "petitioner print envelopes" in text
    assert "September 2027" in text


def test_a_page_that_is_only_for_reading_offers_and_records_nothing(workspace: WorkspaceCopy) -> None:
    approve_all(workspace)
    with open_page(workspace.folder, read_only=True) as page:
        page.enter()
        text = page.ask("/paper").text
        assert not list_rows(text)
        assert "<button class" not in text
        for path in ("/paper", "/paper/settle", "/paper/undo"):
            answer = page.post(path, ("fact", "posted"), ("packet", "jp-tokyo:post:2"))
            assert answer.status == 409
            assert "read only" in answer.text
