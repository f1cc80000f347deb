"""The letters of this repository as checks read them, with the words that a test puts in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from petitioner.checks import LETTER_CHECKS, PAPER_CHECKS
from petitioner.checks.letter_text import LetterText
from petitioner.errors import Problem
from petitioner.inputs.selection import Selection
from petitioner.inputs.workspace import read_workspace
from petitioner.model.blocks import Paragraph, Plain
from petitioner.model.letter import PartName
from petitioner.tables.locales import load_locales
from petitioner.templates.merge import merge_batch

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "ja", "ko", "zh-Hans")


@cache
def read_letter_texts() -> dict[str, LetterText]:
    """One letter in each language: to the embassy in Tokyo, and to the one in Seoul."""
    return {
        letter_text.letter.language: letter_text
        for folder in (ROOT / "examples/five-languages", ROOT / "examples/seoul", ROOT)
        for letter_text in _read(folder)
    }


def make_letter_text(
    tag: str, *text: str, opening: str | None = "", salutation: str | None = "", closing: str = ""
) -> LetterText:
    """A letter in a language, with paragraphs and other parts of a test's own; None removes a part."""
    letter_text = read_letter_texts()[tag]
    letter = replace(
        letter_text.letter,
        body=tuple(Paragraph((Plain(words),)) for words in text) or letter_text.letter.body,
        opening=letter_text.letter.opening if opening == "" else opening,
        salutation=letter_text.letter.salutation if salutation == "" else salutation,
        closing=closing or letter_text.letter.closing,
    )
    return replace(letter_text, letter=letter)


def read_paragraphs(tag: str) -> list[str]:
    """The paragraphs, list entries and so on of the letter in a language."""
    return [part.text for part in read_letter_texts()[tag].parts if part.name is PartName.TEXT]


def find(letter_text: LetterText) -> list[Problem]:
    """What all checks on letters say."""
    return [problem for check in (*PAPER_CHECKS, *LETTER_CHECKS) for problem in check(letter_text)]


def codes(letter_text: LetterText) -> list[str]:
    """The codes of all that is found, in order and each once."""
    return sorted({problem.code for problem in find(letter_text)})


@dataclass(frozen=True)
class AllFonts:
    """Fonts that have every character, each with a glyph of its own: these tests are about words."""

    def __call__(self, language: str, character: str) -> bool:
        """Whether they can draw it."""
        return bool(language and character)

    def find_glyph(self, language: str, character: str) -> str:
        """By which glyph."""
        return f"{language}/{character}"


def _read(folder: Path) -> Iterator[LetterText]:
    workspace, problems = read_workspace(folder, None)
    batch = merge_batch(workspace, problems, Selection(), lambda text, tag: 1.0)  # noqa: ARG005 - no line is too long
    assert workspace.campaign
    for letter in reversed(batch.letters):
        template, locale = workspace.templates[letter.stem, letter.language], load_locales()[letter.language]
        recipient = next(who for who in workspace.recipients if who.id == letter.recipient)
        yield LetterText(letter, template, recipient, workspace.campaign, locale, {}, date(2027, 9, 1), AllFonts())
