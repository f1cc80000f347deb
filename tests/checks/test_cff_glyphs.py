"""Fonts with CFF outlines are read as fontTools reads them, also if they differ only in some glyphs, or are damaged."""

import random
from functools import cache

import pytest

from letters_for_renderers import sample_letter, sample_theme
from petitioner.checks.pages import cff_glyphs
from petitioner.checks.pages.cff_glyphs import read_glyphs
from petitioner.checks.pages.pdf_file import read_file
from petitioner.outlines import read_outlines
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
