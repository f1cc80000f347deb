"""Proofs of the letters that stand in this repository, with the words that a test puts in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from petitioner.checks import LETTER_CHECKS, PAPER_CHECKS
from petitioner.checks.letter_text import Proof
from petitioner.errors import Problem
from petitioner.inputs.recipients import Selection
from petitioner.inputs.workspace import read_workspace
from petitioner.model.blocks import Paragraph, Plain
from petitioner.model.letter import PartName
from petitioner.tables.locales import load_locales
from petitioner.templates.merge import merge_batch

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "ja", "ko", "zh-Hans")


@cache
def read_proofs() -> dict[str, Proof]:
    """One letter in each language: to the embassy in Tokyo, and to the one in Seoul."""
    return {proof.letter.language: proof for folder in (ROOT, ROOT / "examples/seoul") for proof in _read(folder)}


def proof_of(tag: str, *text: str, opening: str | None = "", salutation: str | None = "", closing: str = "") -> Proof:
    """The proof of a letter in a language, with paragraphs and other parts of a test's own; None takes a part out."""
    proof = read_proofs()[tag]
    letter = replace(
        proof.letter,
        body=tuple(Paragraph((Plain(words),)) for words in text) or proof.letter.body,
        opening=proof.letter.opening if opening == "" else opening,
        salutation=proof.letter.salutation if salutation == "" else salutation,
        closing=closing or proof.letter.closing,
    )
    return replace(proof, letter=letter)


def read_text(tag: str) -> list[str]:
    """The paragraphs, list entries and so on of the letter in a language."""
    return [part.text for part in read_proofs()[tag].parts if part.name is PartName.TEXT]


def find(proof: Proof) -> list[Problem]:
    """What all checks on letters say."""
    return [problem for check in (*PAPER_CHECKS, *LETTER_CHECKS) for problem in check(proof)]


def codes(proof: Proof) -> list[str]:
    """The codes of all that is found, in order and each once."""
    return sorted({problem.code for problem in find(proof)})


@dataclass(frozen=True)
class AllFonts:
    """Fonts that have every character, each with a glyph of its own: these tests are about words."""

    def __call__(self, language: str, character: str) -> bool:
        """Whether they can draw it."""
        return bool(language and character)

    def draw(self, language: str, character: str) -> str:
        """By which glyph."""
        return f"{language}/{character}"


def _read(folder: Path) -> Iterator[Proof]:
    workspace, problems = read_workspace(folder, None)
    batch = merge_batch(workspace, problems, Selection(), lambda text, tag: 1.0)  # noqa: ARG005 - no line is too long
    assert workspace.campaign
    for letter in reversed(batch.letters):
        template, locale = workspace.templates[letter.stem, letter.language], load_locales()[letter.language]
        recipient = next(who for who in workspace.recipients if who.id == letter.recipient)
        yield Proof(letter, template, recipient, workspace.campaign, locale, {}, date(2027, 9, 1), AllFonts())
