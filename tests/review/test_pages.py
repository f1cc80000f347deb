"""What the pages show and record; the same functions as those of the commands do the work."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest

from conftest import WorkspaceCopy
from petitioner.errors import PetitionerError
from petitioner.review.live import LiveWorkspace, Snapshot
from review_page import NOW, ReviewPage, open_page, read_form

LETTER = "/letters/jp-tokyo/petition.en"


@pytest.fixture
def page(workspace: WorkspaceCopy) -> Iterator[ReviewPage]:
    with open_page(workspace.folder) as opened:
        opened.enter()
        yield opened


def test_today_shows_the_day_the_next_step_and_every_packet(page: ReviewPage) -> None:
    text = page.ask("/").text
    assert "23 days are left." in text
    assert "Read and approve" in text
    assert "jp-tokyo" in text


def test_the_button_names_the_letters_and_the_page_says_under_which_name_it_is_recorded(page: ReviewPage) -> None:
    text = page.ask(LETTER).text
    assert "Approve: petition.ja, petition.en (by post)</button>" in text
    assert "recorded under the name Hanako Sato" in text
    assert "petitioner review --by NAME" in text


def test_what_is_on_hold_is_said_with_the_command_that_solves_it(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja, en]\n    hold: ring them first")
    workspace.edit("recipients.yaml", "languages: [en]", "languages: [en]\n    hold: they have moved")
    page.live.refresh()
    words = " ".join(re.sub("<[^>]*>", "", page.ask(LETTER).text).split())
    assert "by post on hold: ring them first. To solve this: petitioner recipients verify jp-tokyo" in words
    assert "<code>petitioner recipients verify jp-tokyo jp-osaka</code>" in page.ask("/").text


def test_a_letter_is_approved_as_it_was_seen_and_the_log_keeps_it(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    form = read_form(page.ask(LETTER).text, "approve")
    answer = page.post(f"{LETTER}/approve", *form)
    assert answer.status == 303, answer.text
    assert "approved" in workspace.run("log", "show", "jp-tokyo").out


def test_a_letter_that_changed_meanwhile_is_not_approved(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    form = read_form(page.ask(LETTER).text, "approve")
    path = "letters/2027/petition.en.md"
    workspace.write(path, (workspace.folder / path).read_text() + "\nOne sentence more.\n")
    answer = page.post(f"{LETTER}/approve", *form)
    assert answer.status == 409
    assert "changed since you saw them" in answer.text
    assert not (workspace.folder / "mailing-log.sqlite").exists()


def test_a_reading_is_recorded_in_the_file_and_refused_for_another_text(
    page: ReviewPage, workspace: WorkspaceCopy
) -> None:
    path = "letters/2027/petition.en.md"
    form = read_form(page.ask(LETTER).text, "read")
    assert page.post(f"{LETTER}/read", *form, ("by", "  ")).status == 409
    before = (workspace.folder / path).read_text()
    workspace.write(path, before + "\nOne sentence more.\n")
    assert "changed since you saw it" in page.post(f"{LETTER}/read", *form, ("by", "Ann Reader")).text
    workspace.write(path, before)
    assert page.post(f"{LETTER}/read", *form, ("by", "Ann Reader")).status == 303
    assert "Ann Reader" in (workspace.folder / path).read_text()
    assert "Ann Reader read petition.en on 2027-09-01" in page.ask(LETTER).text


def test_a_doubt_that_was_not_accepted_stops_the_approval(page: ReviewPage) -> None:
    form = read_form(page.ask(LETTER).text, "approve")
    doubts = [value for name, value in form if name == "accepted"]
    assert doubts
    answer = page.post(f"{LETTER}/approve", *[one for one in form if one != ("accepted", doubts[0])])
    assert answer.status == 409
    assert "Mark each doubt that you accept." in answer.text


def test_an_approval_is_taken_back_with_a_reason(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    page.post(f"{LETTER}/approve", *read_form(page.ask(LETTER).text, "approve"))
    form = read_form(page.ask(LETTER).text, "take-back")
    assert page.post(f"{LETTER}/take-back", *form).status == 409
    assert page.post(f"{LETTER}/take-back", *form, ("because", "the date is wrong")).status == 303
    assert "the date is wrong" in workspace.run("log", "show", "jp-tokyo").out
    assert "not approved" in page.ask(LETTER).text


def test_a_page_that_is_only_for_reading_records_nothing(workspace: WorkspaceCopy) -> None:
    with open_page(workspace.folder, read_only=True) as page:
        page.enter()
        assert '<form method="post"' not in page.ask(LETTER).text
        for name in ("read", "approve", "take-back"):
            answer = page.post(f"{LETTER}/{name}", ("seen", "x"))
            assert answer.status == 409
            assert "read only" in answer.text
    assert not (workspace.folder / "mailing-log.sqlite").exists()


def test_what_changed_since_it_was_read_is_shown_in_words(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    page.post(f"{LETTER}/read", *read_form(page.ask(LETTER).text, "read"), ("by", "Ann Reader"))
    path = "letters/2027/petition.en.md"
    workspace.write(path, (workspace.folder / path).read_text() + "\nOne sentence more.\n")
    page.live.refresh()
    text = page.ask(LETTER).text
    assert "Since Ann Reader read it on 2027-09-01" in text
    assert '<ins class="line"><span class="hidden">added: </span>One sentence more.</ins>' in text


def test_what_changed_since_it_was_approved_is_shown_by_part(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    page.post(f"{LETTER}/approve", *read_form(page.ask(LETTER).text, "approve"))
    workspace.edit("letters/2027/campaign.yaml", "date: 2027-09-01", "date: 2027-09-02")
    page.live.refresh()
    text = page.ask(LETTER).text
    assert "Since Hanako Sato approved it" in text
    assert "petition.en: date" in text
    assert "<mark>2</mark> September" in text


def test_a_finding_is_shown_at_its_line_of_the_file(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    path = "letters/2027/petition.en.md"
    workspace.write(path, (workspace.folder / path).read_text() + "\nTwo  spaces ,and a comma.\n")
    page.live.refresh()
    text = page.ask(LETTER).text
    assert '<li class="warning"><code>Two  spaces ,and a comma.</code>' in text


HOSTILE = "<script>alert(1)</script>\"' <img src=x onerror=alert(1)>"


def test_words_that_a_person_wrote_are_never_markup(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    path = "letters/2027/petition.en.md"
    escaped = "".join(f"\\{sign}" if sign in "<>\"'&()=" else sign for sign in HOSTILE)
    workspace.write(path, (workspace.folder / path).read_text() + f"\n{escaped}\n")
    page.live.refresh()
    assert page.post(f"{LETTER}/read", *read_form(page.ask(LETTER).text, "read"), ("by", HOSTILE)).status == 303
    assert page.post(f"{LETTER}/approve", *read_form(page.ask(LETTER).text, "approve")).status == 303
    form = read_form(page.ask(LETTER).text, "take-back")
    assert page.post(f"{LETTER}/take-back", *form, ("because", HOSTILE)).status == 303
    shown = ""
    for address in (
        "/",
        LETTER,
        f"{LETTER}?beside=ja",
        f"{LETTER}?note={quote(HOSTILE)}",
        f"/letters/{quote(HOSTILE)}/x",
    ):
        text = page.ask(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        shown += text
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


def test_a_letter_with_errors_is_replaced_by_what_to_correct(page: ReviewPage, workspace: WorkspaceCopy) -> None:
    path = "letters/2027/petition.en.md"
    workspace.write(path, (workspace.folder / path).read_text() + "\n{{ campaign.dya }}\n")
    page.live.refresh()
    answer = page.ask(LETTER)
    assert answer.status == 409
    assert "dya" in answer.text
    assert "<h1>A file has an error</h1>" in answer.text
    assert "The page continues by itself" in answer.text
    assert "Go to Today" in answer.text
    assert page.ask("/").status == 200
    answer = page.post(f"{LETTER}/approve", ("seen", "x"))
    assert "Nothing was recorded." in answer.text


def test_records_with_an_error_are_shown_on_every_page_until_they_are_saved_again(
    page: ReviewPage, workspace: WorkspaceCopy
) -> None:
    before = (workspace.folder / "recipients.yaml").read_text()
    workspace.edit("recipients.yaml", "languages: [ja, en]", "langages: [ja, en]")
    with suppress(PetitionerError):
        page.live.refresh()
    text = page.ask("/").text
    assert "langages" in text
    assert "The page continues by itself" in text
    assert "nothing was done" not in text
    assert "run this again" not in text
    assert "Go to Today" not in text
    workspace.write("recipients.yaml", before)
    page.live.refresh()
    assert page.ask("/").status == 200


def test_of_many_letters_those_on_the_screen_are_read_first(
    workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("petitioner.review.live._MANY", 1)
    snapshots: list[Snapshot] = []
    live = LiveWorkspace(workspace.folder, None, lambda: NOW, "Hanako", shown="jp-tokyo")
    live.refresh()
    make = live._make_snapshot  # noqa: SLF001 - what is shown between two readings cannot be seen from outside

    def note(_: LiveWorkspace, *given: Any) -> Snapshot:  # noqa: ANN401 - as above
        snapshots.append(make(*given))
        return snapshots[-1]

    monkeypatch.setattr(LiveWorkspace, "_make_snapshot", note)
    path = "letters/2027/petition.en.md"
    workspace.write(path, (workspace.folder / path).read_text() + "\nOne sentence more.\n")
    live.refresh_after_save()
    first, whole = [{who for (who, _, _), one in made.letters.items() if "more" in str(one.body)} for made in snapshots]
    assert first == {"jp-tokyo"}
    assert whole == {who for who, _, tag in live.snapshot.letters if tag == "en"}
    assert not live.snapshot.is_partial
