"""A fault in one of many letters that differ only in words is found, and in no other letter.

The faults are those of a broken renderer: the page of a neighbour, words that are missing, moved or invisible, a glyph
that is not drawn.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO

import pikepdf
import pytest

from letters_for_renderers import paragraph, sample_letter, sample_locale, sample_theme
from petitioner.checks.pages import check_pages, find_page_problems
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.checks.pages.known_files import KnownFiles
from petitioner.model.letter import Letter
from petitioner.render.docx import render_docx
from petitioner.render.pdf import render_pdf

THEME = sample_theme()
TOWNS = ("Osaka", "Nagoya", "Fukuoka", "Sapporo", "Niigata")
MIDDLE = 2

Files = Mapping[str, bytes]


@cache
def list_letters() -> tuple[Letter, ...]:
    return tuple(_write_letter(town) for town in TOWNS)


def _write_letter(town: str) -> Letter:
    letter = sample_letter("en")
    lines = (*letter.address.lines[:-1], replace(letter.address.lines[-1], text=f"3-9-2 Aoba, {town}"))
    reference = f"LFNKR-2027-{town}"
    return replace(
        letter,
        reference=reference,
        reference_line=f"Ref.: {reference}",
        address=replace(letter.address, lines=lines),
        body=(
            *letter.body,
            paragraph(f"We would be grateful to be received in {town} on the day, or at another time."),
        ),
    )


def render(letter: Letter, style: str = "") -> Files:
    theme, locale = THEME.model_copy(update={"css": THEME.css + style}), sample_locale("en")
    return {"pdf": render_pdf(letter, theme, locale), "docx": render_docx(letter, theme, locale)}


@cache
def render_letters() -> tuple[Files, ...]:
    return tuple(map(render, list_letters()))


def restyle(style: str) -> Callable[[Letter, Files], Files]:
    """A fault of the PDF, made by a style."""
    return lambda letter, files: {**files, "pdf": render(letter, style)["pdf"]}


def take(ending: str, place: int) -> Callable[[Letter, Files], Files]:
    """The file of another letter."""
    return lambda _, files: {**files, ending: render_letters()[place][ending]}


def edit(change: Callable[[pikepdf.Pdf], None]) -> Callable[[Letter, Files], Files]:
    """A fault that is put into the finished PDF."""

    def apply(_: Letter, files: Files) -> Files:
        stream = BytesIO()
        with pikepdf.open(BytesIO(files["pdf"])) as pdf:
            change(pdf)
            pdf.save(stream)
        return {**files, "pdf": stream.getvalue()}

    return apply


def _list_fonts(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    yield from pdf.pages[0].Resources.Font.values()


def map_to_snowman(pdf: pikepdf.Pdf) -> None:
    for font in _list_fonts(pdf):
        font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"<0053>", b"<2603>"))


def swap_letters(pdf: pikepdf.Pdf) -> None:
    for font in _list_fonts(pdf):
        font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"<0046>", b"<0054>"))  # F becomes T


def drop_last_line(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.contents_coalesce()
    before, _, after = page.Contents.read_bytes().rpartition(b"ET")
    start = before.rindex(b"BT")
    page.Contents = pdf.make_stream(before[:start] + after)


def move_first_line(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.contents_coalesce()
    before, mark, after = page.Contents.read_bytes().partition(b"BT")
    page.Contents = pdf.make_stream(before + b"q 1 0 0 1 -110 0 cm " + mark + after.replace(b"ET", b"ET Q", 1))


def add_note(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 20, 20], Contents="!")
    pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))


def shrink_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].trimbox = pikepdf.Rectangle(0, 0, 500, 800)


FAULTS = {
    "the PDF of the letter before": ("F908", take("pdf", MIDDLE - 1)),
    "the DOCX of the letter before": ("F909", take("docx", MIDDLE - 1)),
    "words that are missing": ("F908", restyle("main p:last-of-type { display: none }")),
    "words in white": ("F908", restyle("#address { color: white }")),
    "words that are cut away": ("F908", restyle("main { height: 1mm; overflow: hidden }")),
    "words over others": ("F904", restyle("#salutation { margin-top: -4mm }")),
    "words outside the window": ("F903", restyle("#address { margin-left: -9mm }")),
    "words too near to the edge": ("F902", edit(move_first_line)),
    "lines wider than the column": ("F925", restyle("main p { white-space: nowrap; font-size: 6pt }")),
    "a line that is not drawn": ("F908", edit(drop_last_line)),
    "a glyph that is not in the font": ("F906", edit(map_to_snowman)),
    "another letter for a glyph": ("F908", edit(swap_letters)),
    "another font": ("F907", restyle("main { font-family: 'Noto Serif CJK SC' }")),
    "too many pages": ("F923", restyle("main p { break-after: page }")),
    "a signature alone on a page": ("F910", restyle("#close { break-before: page }")),
    "another size of the page": ("F901", edit(shrink_page)),
    "a note on the page": ("F905", edit(add_note)),
}


@pytest.mark.parametrize(("code", "spoil"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_one_letter_of_many_is_found_there_and_nowhere_else(
    code: str, spoil: Callable[[Letter, Files], Files]
) -> None:
    letters, files = list_letters(), list(render_letters())
    files[MIDDLE] = spoil(letters[MIDDLE], files[MIDDLE])
    in_full = [find_page_problems(letter, THEME, "out/letter", own) for letter, own in zip(letters, files, strict=True)]
    readers = KnownFiles().choose_readers(in_full=False)
    by_shape = [
        check_pages(FinishedLetter(letter, THEME, "out/letter", own, readers))
        for letter, own in zip(letters, files, strict=True)
    ]
    assert by_shape == in_full
    assert code in {problem.code for problem in in_full.pop(MIDDLE)}
    assert in_full == [()] * (len(letters) - 1)
