"""Fonts in a print run: stored once, with the pages as they were approved."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import read_mapped_text, read_pdf_pages
from fonts_and_pixels import compare, paint_by_pdfium, paint_by_poppler, read_fonts, read_outlines
from letters_for_renderers import paragraph, sample_letter, sample_locale, sample_theme
from petitioner.outlines import merge_outlines
from petitioner.paper.print_batch import PrintDocument, PrintPacket, impose
from petitioner.render.pdf import render_pdf

NAMES = ("見本一郎", "楢葉二郎", "櫻井三郎")
KINDS = ("/FontFile", "/FontFile2", "/FontFile3")


def render(language: str, **changes: object) -> bytes:
    return render_pdf(sample_letter(language, **changes), sample_theme(), sample_locale(language))


def print_out(*documents: bytes) -> bytes:
    papers = tuple(PrintDocument(f"{n}.pdf", lambda content=one: content) for n, one in enumerate(documents))  # type: ignore[misc]
    return impose([PrintPacket("REF-1", "Mission", papers)], duplex=False, title="Letters").content


def list_files(content: bytes) -> list[bytes]:
    """The font files that are stored, with the keys that name their kind."""
    with pikepdf.open(BytesIO(content)) as pdf:
        descriptors = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing]
        files = {thing[key].objgen: thing[key] for thing in descriptors for key in KINDS if key in thing}
        return [file.read_bytes() for file in files.values()]


@pytest.fixture(scope="module")
def letters() -> list[bytes]:
    """Letters in three languages to three persons."""
    greeted = [render("ja", salutation=f"{name}閣下", body=(paragraph(f"{name}へ"),)) for name in NAMES]
    return [*greeted, render("en"), render("en", subject="A petition"), render("zh-Hans"), render("ko")]


def change_fonts(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same PDF with other files of its large fonts."""
    with pikepdf.open(BytesIO(content)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/FontFile3" in thing:
                thing.FontFile3.write(change(thing.FontFile3.read_bytes()))
        stream = BytesIO()
        pdf.save(stream)
    return stream.getvalue()


def test_each_font_is_stored_once(letters: list[bytes]) -> None:
    run = print_out(*letters)
    names = {name for letter in letters for name in read_fonts(letter)}
    tables = [file for file in list_files(run) if not file.startswith((b"\0\1\0\0", b"true"))]
    assert len(tables) == len(names)
    assert len(print_out(*letters[:3])) < 0.6 * sum(map(len, letters[:3]))


def test_the_shared_file_has_every_glyph_as_it_was(letters: list[bytes]) -> None:
    shared = read_fonts(print_out(*letters))
    for letter in letters:
        for name, font in read_fonts(letter).items():
            assert read_outlines(font.file).items() <= read_outlines(shared[name].file).items()
            assert shared[name].kind == font.kind


def test_the_pages_say_and_show_what_was_approved(letters: list[bytes], tmp_path: Path) -> None:
    run = print_out(*letters)
    assert read_pdf_pages(run) == [page for letter in letters for page in read_pdf_pages(letter)]
    assert read_mapped_text(run) == "".join(map(read_mapped_text, letters))
    before = [page for letter in letters for page in paint_by_pdfium(letter, 100)]
    assert all(sum(found[1:]) == 0 for found in compare(before, paint_by_pdfium(run, 100)))
    painted = [page for n, one in enumerate(letters) for page in paint_by_poppler(one, tmp_path / f"{n}")]
    assert paint_by_poppler(run, tmp_path / "run") == painted


def test_the_same_letters_give_the_same_bytes(letters: list[bytes]) -> None:
    assert print_out(*letters) == print_out(*letters)


def test_fonts_of_one_name_with_other_outlines_are_kept_apart(letters: list[bytes]) -> None:
    """As after an update of the font, between two approvals."""
    first, second = (read_fonts(letter)["Noto-Serif-CJK-JP"].file for letter in letters[:2])
    pieces = (first[start : start + 40] for start in range(len(first) // 2, len(first)))
    common = next(piece for piece in pieces if piece in second)  # code of a glyph that both letters use
    updated = change_fonts(letters[1], lambda file: file.replace(common, common[::-1]))
    run = print_out(letters[0], updated)
    assert len(list_files(run)) == len(list_files(letters[0])) + len(list_files(updated)) - 1  # the bold one is shared
    before = [page for letter in (letters[0], updated) for page in paint_by_pdfium(letter, 100)]
    assert all(sum(found[1:]) == 0 for found in compare(before, paint_by_pdfium(run, 100)))


def test_a_broken_font_in_an_enclosure_is_left_as_it_is(letters: list[bytes]) -> None:
    run = print_out(letters[0], change_fonts(letters[1], lambda _: b"broken"))
    assert b"broken" in list_files(run)
    assert read_pdf_pages(run)[0] == read_pdf_pages(letters[0])[0]


@given(st.data())
def test_a_damaged_table_is_never_an_error(letters: list[bytes], data: st.DataObject) -> None:
    font = next(iter(read_fonts(letters[0]).values())).file
    start = data.draw(st.integers(0, len(font)))
    damage = data.draw(st.binary(min_size=1, max_size=8))
    damaged = font[:start] + damage + font[start + len(damage) :]
    merged = merge_outlines([font, damaged])
    assert merged is None or len(merged) > 1000
    assert merge_outlines([font, font[:start]]) is None or start == len(font)
