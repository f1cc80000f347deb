"""Pages of letters that differ only in address, reference and running head: HTML that is written once and filled in."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from hostile_words import HOSTILE
from letters_for_renderers import paragraph, sample_letter, sample_locale, sample_theme
from petitioner.model.letter import Letter
from petitioner.render import letter_pages
from petitioner.render.html import render_styles
from petitioner.render.letter_pages import LetterPage, read_page, write_page
from petitioner.render.pdf_internals.slots import make_mark, read_slots
from similar_letters import rename

LANGUAGES = ("en", "ja", "ko", "zh-Hans")
NAMES = ["Osaka", "Łódź", "“O’Hara” & <Co>", "大阪 総領事館", "وارسو", "a  b", " c", "", "&amp;", make_mark(3)]


@pytest.fixture(autouse=True)
def _forget_pages() -> None:
    letter_pages._read_marked.cache_clear()  # noqa: SLF001 - the cache itself


def find_different(letters: Sequence[Letter]) -> list[str]:
    """The references of letters whose page differs from the one that is written for them alone."""
    theme, locale, different = sample_theme(), sample_locale(letters[0].language), []
    for letter in letters:
        alone = LetterPage(read_slots(write_page(letter, theme, locale)), render_styles(letter, theme, locale))
        different += [] if read_page(letter, theme, locale) == alone else [letter.reference]
    return different


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_those_that_are_written_alone(language: str) -> None:
    letters = [rename(sample_letter(language), [name, "Nagoya"], number) for number, name in enumerate(NAMES)]
    assert find_different([*letters, *letters]) == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_do_not_change_the_page_around_them(text: str) -> None:
    letter = sample_letter("en")
    lines = tuple(replace(line, text=text) for line in letter.address.lines)
    other = replace(letter, address=replace(letter.address, lines=lines), running_head=text)
    assert find_different([letter, letter, other, replace(letter, reference=text, reference_line=text)]) == []


@pytest.mark.parametrize("number", [0, 3, 500])
def test_characters_that_are_marks_stay_in_the_text(number: int) -> None:
    letter = sample_letter("en", body=(paragraph(f"the {make_mark(number)} office"), paragraph(make_mark(number))))
    assert find_different([rename(letter, [name], 7) for name in ("Osaka", "Nagoya", "Kobe")]) == []


def test_the_page_is_written_once_for_letters_that_differ_in_names(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Letter] = []

    def write(letter: Letter, *rest: object) -> str:
        written.append(letter)
        return write_page(letter, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(letter_pages, "write_page", write)
    letters = [rename(sample_letter("en"), ["Osaka", "Nagoya", "Kobe"], number) for number in range(9)]
    assert find_different(letters) == []
    assert len(written) == 2  # with marks, and the first one to compare
