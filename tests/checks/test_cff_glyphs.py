"""Fonts with CFF outlines are read as fontTools reads them, also if they differ only in some glyphs, or are damaged."""

import random
from contextlib import suppress
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.boundsPen import ControlBoundsPen

from letters_for_renderers import sample_letter, sample_theme
from petitioner.charstrings import UnfamiliarCharstringError, measure_points
from petitioner.checks.pages import cff_glyphs
from petitioner.checks.pages.cff_glyphs import read_glyphs
from petitioner.checks.pages.pdf_file import read_file
from petitioner.outlines import measure_outline, read_outlines
from petitioner.render.pdf import render_pdf
from petitioner.tables.locales import load_locales
from scale import IS_LONG
from similar_letters import make_letters

COUNT = 200 if IS_LONG else 8


@cache
def list_tables(language: str) -> tuple[bytes, ...]:
    """The fonts of letters that have some glyphs in common."""
    locale = load_locales()[language]
    letters = make_letters(language, sample_letter(language), COUNT)
    files = [read_file(render_pdf(letter, sample_theme(), locale)) for letter in letters]
    return tuple(
        file.read_stream(number)
        for file in files
        for number, stream in file.streams.items()
        if b"/CIDFontType0C" in stream.description
    )


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The tables that fontTools reads."""
    monkeypatch.setattr(cff_glyphs, "_known", type(cff_glyphs._known)())  # noqa: SLF001 - no other test comes before
    found: list[bytes] = []

    def count(table: bytes) -> object:
        found.append(table)
        return read_outlines(table)

    monkeypatch.setattr("petitioner.outlines.read_outlines", count)
    return found


@pytest.mark.parametrize("language", ["ja", "ko", "zh-Hans"])
def test_fonts_are_read_as_fonttools_reads_them(language: str, full: list[bytes]) -> None:
    tables = list_tables(language)
    assert len(set(tables)) > COUNT // 2
    for table in tables:
        expected = read_outlines(table)
        assert expected is not None
        assert read_glyphs(table) == expected
    assert len(full) < len(tables)


def measure_with_fonttools(code: bytes) -> object:
    """The bounds of an outline, or None if it has no points or cannot be read."""
    pen = ControlBoundsPen(None)
    try:
        T2CharString(code, private=SimpleNamespace(nominalWidthX=0, defaultWidthX=0), globalSubrs=[]).draw(pen)
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError, ArithmeticError, NotImplementedError):
        return None
    return pen.bounds


def measure_with_ours(code: bytes) -> object:
    try:
        return measure_outline(code)
    except ValueError:
        return None


def list_outlines(language: str) -> list[bytes]:
    """The outlines of all glyphs in the fonts of letters."""
    found = [read_outlines(table) for table in list_tables(language)]
    return sorted({code for _, glyphs in filter(None, found) for code, _ in cast("Any", glyphs).values()})


@pytest.mark.parametrize("language", ["ja", "ko", "zh-Hans"])
def test_the_points_of_outlines_are_those_that_fonttools_finds(language: str) -> None:
    outlines = list_outlines(language)
    assert len(outlines) > 150
    for code in outlines:
        assert measure_points(code) == measure_with_fonttools(code)


def test_a_damaged_outline_is_measured_as_fonttools_measures_it() -> None:
    chance = random.Random(1)  # noqa: S311 - the same each time
    accepted = 0
    for code in list_outlines("ja")[:: 2 if IS_LONG else 10]:
        for _ in range(5):
            place = chance.randrange(len(code))
            for damaged in (code[:place], code[:place] + bytes((chance.randrange(256),)) + code[place + 1 :]):
                assert measure_with_ours(damaged) == measure_with_fonttools(damaged)
                with suppress(UnfamiliarCharstringError):
                    measure_points(damaged)
                    accepted += 1
    assert accepted > 20


@pytest.mark.parametrize(
    "program",
    [
        [500, "endchar"],
        [3, 4, "rmoveto", "endchar"],
        [500, 10, 20, "hstemhm", 5, 6, 7, 8, "hintmask", b"\x00", 7, "hmoveto", 9, -300, 2000, "hlineto", "endchar"],
        [1.5, "vmoveto", *range(1, 13), "rrcurveto", 1, 2, 3, 4, 5, 6, 7, 8, "rcurveline", "endchar"],
        [1, "vmoveto", 1, 2, 3, 4, 5, 6, 7, 8, "rlinecurve", 1, 2, 3, 4, 5, "hhcurveto", "endchar"],
        [1, "vmoveto", *range(9), "vvcurveto", *range(9), "vhcurveto", *range(8), "hvcurveto", "endchar"],
        [1, "hmoveto", 1, 2, 3, 4, 5, 6, 7, "hflex", "endchar"],
        [1, 2, "rlineto", "endchar"],
    ],
)
def test_each_operator_of_an_outline_moves_as_in_fonttools(program: list[object]) -> None:
    drawn = T2CharString(program=program)
    drawn.compile()
    assert measure_with_ours(drawn.bytecode) == measure_with_fonttools(drawn.bytecode)


def test_a_change_of_any_byte_is_seen(full: list[bytes]) -> None:
    (table, *_) = list_tables("ja")
    chance = random.Random(1)  # noqa: S311 - the same each time
    read_glyphs(table)
    places = [*range(500), *(chance.randrange(len(table)) for _ in range(100 * COUNT))]
    for place in places:
        changed = table[:place] + bytes((table[place] ^ chance.randrange(1, 256),)) + table[place + 1 :]
        assert read_glyphs(changed) == read_outlines(changed), place
    assert len(full) < len(places)


def test_a_font_that_ends_anywhere_is_read_as_fonttools_reads_it(full: list[bytes]) -> None:
    (table, *_) = list_tables("ja")
    read_glyphs(table)
    for end in (*range(300), *range(300, len(table), len(table) // 97)):
        assert read_glyphs(table[:end]) == read_outlines(table[:end]), end
    assert full
