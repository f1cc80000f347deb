"""``petitioner build --fit``: sizes at which the pages of all letters of a language break well."""

import pytest

from conftest import WorkspaceCopy
from paper_workspace import approve_all
from petitioner.build.fit import list_fits
from petitioner.model.theme import Fonts

FIT = "letters/2027/fit.yaml"
SENTENCE = "We ask for those who fled, one by one, and for all of them together as people."
FONTS = Fonts(pdf=("Noto Serif",), docx="Times New Roman", size=10.5, pitch=15.5)


def write_letter(workspace: WorkspaceCopy, *paragraphs: str) -> None:
    text = "\n\n".join(paragraphs)
    workspace.write(
        "letters/2027/petition.en.md",
        f"---\nsubject: Petition\nsalutation: 'Dear Sir:'\nclosing: Yours,\n---\n{text}\n",
    )


def test_a_last_page_with_few_lines_is_reported_and_the_chosen_size_avoids_it(workspace: WorkspaceCopy) -> None:
    write_letter(workspace, *[SENTENCE] * 23)
    before = workspace.run("build")
    assert "petition.en.pdf: warning: page 2, with the closing, has 2 lines of the text, not 4 [F921]" in before.err
    assert "Run: petitioner build --fit" in before.err
    after = workspace.run("build", "--fit")
    assert (after.status, "F921" in after.err) == (0, False)
    assert "en: 1" in after.err
    assert "all letters fit.\n" in after.err
    assert "en: {size: 1" in (workspace.folder / FIT).read_text("utf-8")


def test_the_sizes_of_the_file_hold_for_every_build_whatever_is_chosen(workspace: WorkspaceCopy) -> None:
    write_letter(workspace, *[SENTENCE] * 23)
    workspace.run("build", "--fit")
    for chosen in ([], ["--only", "jp-osaka"], ["--lang", "en"]):
        ending = workspace.run("build", *chosen)
        assert (ending.status, "F921" in ending.err, " made" in ending.err) == (0, False, False)


@pytest.mark.parametrize("chosen", [["--only", "jp-osaka"], ["--limit", "1"], ["--lang", "en"]])
def test_sizes_are_not_chosen_for_some_recipients_only(workspace: WorkspaceCopy, chosen: list[str]) -> None:
    ending = workspace.run("build", "--fit", *chosen)
    assert ending.status == 2
    assert "Run: petitioner build --fit" in ending.err
    assert not (workspace.folder / FIT).exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("en: {size: 14, pitch: 15.5}", "the size of en is 14 pt, but the theme allows 11 to 12 pt"),
        ("en: {size: 11.5, pitch: 20}", "the pitch of en is 20 pt, but the theme allows 15.67 to 18.15 pt"),
        ("en: {size: 10.5}", "'pitch' is missing"),
        ("xx: {size: 10.5, pitch: 15.5}", "'xx'"),
    ],
)
def test_an_edited_file_is_checked_and_choosing_again_replaces_it(
    workspace: WorkspaceCopy, line: str, words: str
) -> None:
    workspace.write(FIT, f"fit:\n  {line}\n")
    ending = workspace.run("check")
    assert ending.status == 3
    assert f"{FIT}:2: " in ending.err
    assert words in ending.err
    assert workspace.run("build", "--fit").status == 0
    assert workspace.run("check").status == 0


def test_no_entry_of_a_list_is_alone_on_its_page(workspace: WorkspaceCopy) -> None:
    for count in range(12, 22):
        entries = "\n".join(f"{number}. {SENTENCE}" for number in range(1, 5))
        write_letter(workspace, *[SENTENCE] * count, entries, *[SENTENCE] * 5)
        assert "F926" not in workspace.run("build", "--lang", "en", "--only", "jp-osaka").err


@pytest.mark.slow
def test_a_letter_for_which_no_size_is_good_is_named_with_what_else_helps(workspace: WorkspaceCopy) -> None:
    entries = "\n".join(f"{number}. {SENTENCE * 45}" for number in range(1, 3))
    write_letter(workspace, *[SENTENCE] * 5, entries, *[SENTENCE] * 5)
    ending = workspace.run("build", "--fit")
    assert ending.status == 0
    assert "en: " in ending.err
    assert "letters will not fit" in ending.err
    assert "out/2027/jp-osaka/petition.en.pdf: warning: page" in ending.err
    assert "No size that the theme allows helps. Shorten the text a little, or lengthen it." in ending.err
    assert "build --fit" not in ending.err


def test_an_approval_ends_when_a_size_is_changed(workspace: WorkspaceCopy) -> None:
    approve_all(workspace)
    assert workspace.run("print").status == 0
    workspace.write(FIT, "fit:\n  en: {size: 11, pitch: 16.5}\n  ja: {size: 10, pitch: 17}\n")
    assert workspace.run("build").status == 0
    ending = workspace.run("print")
    assert "jp-osaka" in ending.err
    assert "approve" in ending.err
    assert ending.status != 0


def test_the_sizes_of_the_theme_are_tried_first_and_all_are_within_their_range() -> None:
    fits = list_fits(FONTS)
    assert (fits[0].size, fits[0].pitch) == (FONTS.size, FONTS.pitch)
    assert {fit.size for fit in fits} == {10.0, 10.5, 11.0}
    assert min(fit.pitch for fit in fits) == round(15.5 * 0.95, 2)
    assert max(fit.pitch for fit in fits) == round(15.5 * 1.1, 2)


def write_growing_paragraphs(workspace: WorkspaceCopy, language: str, step: str, end: str) -> str:
    """Write paragraphs that are each one step longer, and return what a build says of them."""
    path = f"letters/2027/petition.{language}.md"
    head = (workspace.folder / path).read_text("utf-8").split("---\n")[1]
    text = "\n\n".join(step * count + end for count in range(30, 80))
    workspace.write(path, f"---\n{head}---\n{text}\n")
    return workspace.run("build", "--lang", language, "--only", "jp-tokyo").err


@pytest.mark.parametrize(("language", "step", "end"), [("en", "be ", "kind."), ("ja", "い", "る。")])
def test_no_word_or_character_is_alone_on_a_line(workspace: WorkspaceCopy, language: str, step: str, end: str) -> None:
    assert "F927" not in write_growing_paragraphs(workspace, language, step, end)


def test_a_long_word_alone_on_a_line_is_reported(workspace: WorkspaceCopy) -> None:
    shown = write_growing_paragraphs(workspace, "en", "be ", "1951-1967-1982-2027-2028.")
    assert "is alone on the last line of its paragraph [F927]" in shown
