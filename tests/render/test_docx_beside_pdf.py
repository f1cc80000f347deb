"""The DOCX as LibreOffice sets it, beside the PDF: as many pages, and everything that has a place of its own in it.

Lines of the text break elsewhere, since Word's fonts are narrower than ours (Times beside Noto Serif) and LibreOffice
lets commas hang in the margin; so the end of a letter is compared from its closing on, and not from the sheet's top.
"""

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from components import require
from documents import Glyph, read_glyphs, read_pdf_pages
from letters_for_renderers import LANGUAGES, rich_letter, sample_letter, sample_locale, sample_picture, sample_theme
from petitioner.fonts import measure_line
from petitioner.inputs.recipients import Selection
from petitioner.inputs.workspace import read_workspace
from petitioner.model.blocks import walk_blocks, walk_text
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.render.docx import render_docx
from petitioner.render.pdf import render_pdf
from petitioner.templates.merge import merge_batch

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
THEME = sample_theme(sample_picture(400, 400))
NEAR = 1  # mm


@dataclass(frozen=True)
class Pair:
    """A letter, its PDF, and the PDF that LibreOffice makes of its DOCX."""

    letter: Letter
    ours: bytes
    theirs: bytes


def list_letters() -> Iterator[tuple[str, Letter]]:
    """Every letter that will be sent, the example, and samples in each language."""
    for folder in (ROOT, ROOT / "examples" / "seoul", ROOT / "examples" / "five-languages"):
        workspace, problems = read_workspace(folder)
        batch = merge_batch(workspace, problems, Selection(), partial(measure, workspace.theme))
        yield from ((f"{letter.recipient}.{letter.language}", letter) for letter in batch.letters)
    for tag in LANGUAGES:
        yield f"short.{tag}", sample_letter(tag)
        yield f"rich.{tag}", rich_letter(tag)


def measure(theme: Theme, text: str, tag: str) -> float:
    return measure_line(text, theme.fonts[tag].pdf, theme.window.font_size)


LETTERS = dict(list_letters())


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Pair]:
    """All letters set twice; LibreOffice is started once."""
    soffice = require("soffice")
    folder = tmp_path_factory.mktemp("beside")
    for name, letter in LETTERS.items():
        (folder / f"{name}.docx").write_bytes(render_docx(letter, THEME, sample_locale(letter.language)))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    order = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*order, *sorted(map(str, folder.glob("*.docx")))], check=True, capture_output=True, timeout=300)
    return {
        name: Pair(
            letter, render_pdf(letter, THEME, sample_locale(letter.language)), (folder / f"{name}.pdf").read_bytes()
        )
        for name, letter in LETTERS.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", LETTERS)
def test_both_have_as_many_pages(pairs: Mapping[str, Pair], name: str) -> None:
    pair = pairs[name]
    assert len(read_pdf_pages(pair.theirs)) == len(read_pdf_pages(pair.ours))


@pytest.mark.parametrize("name", LETTERS)
def test_what_has_a_place_of_its_own_has_it_in_both(pairs: Mapping[str, Pair], name: str) -> None:
    """Base lines and left edges, or right edges where lines end together, within a millimetre."""
    pair = pairs[name]
    ours, theirs = read_glyphs(pair.ours), read_glyphs(pair.theirs)
    for line in list_placed(pair.letter):
        found, other = locate(ours, line), locate(theirs, line)
        assert other.bottom == pytest.approx(found.bottom, abs=NEAR), line
        ends = line in (pair.letter.date_line, pair.letter.reference_line)
        left, right = (found.right, other.right) if ends else (found.left, other.left)
        assert left == pytest.approx(right, abs=NEAR), line


@pytest.mark.parametrize("name", LETTERS)
def test_closing_sender_and_signature_stand_in_both_as_far_apart(pairs: Mapping[str, Pair], name: str) -> None:
    pair = pairs[name]
    letter = pair.letter
    ends = [letter.closing, letter.sender, letter.signatures[0].name, letter.signatures[0].title]
    ours, theirs = (list_steps(content, ends) for content in (pair.ours, pair.theirs))
    assert theirs == pytest.approx(ours, abs=NEAR)


def list_placed(letter: Letter) -> Iterator[str]:
    """The frame down to the first line of the text; of what may break, the words before the first break."""
    yield letter.letterhead.name
    yield letter.address.return_line.text
    yield from (line.text for line in letter.address.lines)
    yield from (letter.date_line, letter.reference_line, letter.subject[:8])
    yield from (text[:12] for text in (letter.salutation, letter.opening) if text)
    yield "".join(walk_text(next(walk_blocks(letter.body))))[:12]


def list_steps(content: bytes, lines: list[str]) -> list[float]:
    """How far each line stands below the first one, on the last page."""
    glyphs = read_glyphs(content, len(read_pdf_pages(content)) - 1)
    feet = [locate(glyphs, line, after=lines[0]).bottom for line in lines]
    return [foot - feet[0] for foot in feet]


def locate(glyphs: list[Glyph], words: str, after: str = "") -> Glyph:
    """The box of the first run of characters that spells ``words``, blanks aside, from where others are spelt."""
    spelt = "".join(glyph.text for glyph in glyphs)
    wanted = "".join(words.split())
    start = spelt.index(wanted, spelt.index("".join(after.split())))
    run = glyphs[start : start + len(wanted)]
    return Glyph(
        words,
        min(glyph.left for glyph in run),
        min(glyph.top for glyph in run),
        max(glyph.right for glyph in run),
        max(glyph.bottom for glyph in run),
    )
