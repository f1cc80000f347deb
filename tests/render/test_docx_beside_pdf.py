"""The DOCX as LibreOffice sets it, beside the PDF: every paragraph at its place, also after a writer has edited it."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import measure_docx
import measure_letters
import pytest

from components import require
from documents import MM_PER_PT, read_docx_text, read_pdf_pages
from letters_for_renderers import LANGUAGES, rich_letter, sample_letter, sample_locale, sample_picture, sample_theme
from petitioner.checks.pages.expected_text import normalize_text
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.model.letter import Letter
from petitioner.render.docx import render_docx
from petitioner.render.pdf import render_pdf

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
WORKSPACES = (".", "examples/seoul", "examples/showcase", "examples/five-languages")
THEME = sample_theme(sample_picture(400, 400))


def finish(letter: Letter) -> FinishedLetter:
    return FinishedLetter(letter, THEME, "", {"pdf": render_pdf(letter, THEME, sample_locale(letter.language))})


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[measure_docx.Offset]]:
    """The distances in every letter of this repository, and in samples with a window and a logo."""
    require("soffice")
    shipped = [finished for name in WORKSPACES for finished in measure_letters.list_files(ROOT / name)]
    letters = [*shipped, *(finish(sample_letter(tag)) for tag in LANGUAGES)]
    converted = measure_docx.convert_letters(letters, tmp_path_factory.mktemp("beside"))
    names = [f"{number} {finished.letter.file_stem}" for number, finished in enumerate(letters)]
    return {
        name: measure_docx.list_offsets(finished, theirs)
        for name, finished, theirs in zip(names, letters, converted, strict=True)
    }


def test_every_paragraph_is_on_the_same_page_and_within_a_millimetre(
    measured: Mapping[str, list[measure_docx.Offset]],
) -> None:
    assert len(measured) > 30
    far = [f"{name}: {offset}" for name, offsets in measured.items() for offset in offsets if not offset.is_near]
    assert far == []


@pytest.mark.parametrize("kind", ["letterhead", "paragraph", "number", "ending"])
def test_every_kind_of_line_was_measured(measured: Mapping[str, list[measure_docx.Offset]], kind: str) -> None:
    counts = [sum(offset.kind == kind for offset in offsets) for offsets in measured.values()]
    assert sum(count > 0 for count in counts) > 20


def test_the_measure_sees_a_list_that_is_indented_otherwise(tmp_path: Path) -> None:
    require("soffice")
    finished = finish(rich_letter("en"))
    content = render_docx(finished.letter, THEME, finished.locale)
    other = edit(content, "word/numbering.xml", lambda text: re.sub(r'w:hanging="\d+"', 'w:hanging="200"', text))
    moved = measure_docx.convert_files({"moved.docx": other}, THEME, tmp_path)["moved.docx"]
    offsets = measure_docx.list_offsets(finished, moved)
    assert "number" in {offset.kind for offset in offsets if not offset.is_near}


# --- edited by a writer


def edit(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The package with one part changed, as if saved by Word."""
    stream = BytesIO()
    with ZipFile(BytesIO(content)) as package, ZipFile(stream, "w") as other:
        for name in package.namelist():
            text = package.read(name)
            other.writestr(name, change(text.decode()).encode() if name == part else text)
    return stream.getvalue()


def add_address_lines(text: str) -> str:
    """Two more lines at the end of the address."""
    lines = list(re.finditer(r'<w:p><w:pPr><w:pStyle w:val="(EnvelopeAddress|AddresseeName)"/>.*?</w:p>', text))
    last = lines[-1]
    more = "".join(re.sub(r"(<w:t[^>]*>)[^<]*", rf"\g<1>{words}", last[0], count=1) for words in MORE)
    return text[: last.end()] + more + text[last.end() :]


def lengthen(text: str) -> str:
    """The first paragraph four times as long."""
    found = re.search(r'<w:pStyle w:val="BodyText"/></w:pPr>(.*?)</w:p>', text)
    assert found
    return text.replace(found[1], found[1] * 4, 1)


def enlarge(text: str) -> str:
    """All type half as large again."""
    return re.sub(r'(<w:sz(?:Cs)? w:val=")(\d+)"', lambda size: f'{size[1]}{round(int(size[2]) * 1.5)}"', text)


MORE = ("SECOND-FLOOR-EAST", "BUILDING-NUMBER-SEVEN")
EDITS: dict[str, tuple[str, Callable[[str], str]]] = {
    "two more address lines": ("word/document.xml", add_address_lines),
    "a longer paragraph": ("word/document.xml", lengthen),
    "larger type": ("word/styles.xml", enlarge),
}


def list_edited() -> dict[str, bytes]:
    letters = [finished.letter for finished in measure_letters.list_files(ROOT)[::7]]
    letters += [rich_letter(tag) for tag in ("en", "ja")]
    return {
        f"{number} {letter.language} {name}.docx": edit(
            render_docx(letter, THEME, sample_locale(letter.language)), part, change
        )
        for number, letter in enumerate(letters)
        for name, (part, change) in EDITS.items()
    }


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[bytes, bytes]]:
    """DOCX files as a writer has changed them, each with the PDF that LibreOffice makes of it."""
    require("soffice")
    files = list_edited()
    converted = measure_docx.convert_files(files, THEME, tmp_path_factory.mktemp("edited"))
    return {name: (content, converted[name]) for name, content in files.items()}


def test_nothing_of_an_edited_letter_is_hidden(edited: Mapping[str, tuple[bytes, bytes]]) -> None:
    for name, (content, pdf) in edited.items():
        shown = Counter(normalize_text("".join(read_pdf_pages(pdf))))
        written = Counter(normalize_text(read_docx_text(content)))
        assert written - shown == Counter(), name


def test_no_line_of_an_edited_letter_is_over_another(edited: Mapping[str, tuple[bytes, bytes]]) -> None:
    for name, (_, pdf) in edited.items():
        signs = [sign for sign in measure_docx.read_signs(pdf) if sign.text.isalpha()]
        # Lines of one column: characters with nearly the same left edge.
        columns: dict[tuple[int, int], list[float]] = {}
        for sign in signs:
            columns.setdefault((sign.page, round(sign.x * 2)), []).append(sign.y)
        for heights in columns.values():
            steps = [below - above for above, below in pairwise(sorted(heights)) if below - above > 0.01]
            assert all(step > 5.5 * MM_PER_PT for step in steps), name
