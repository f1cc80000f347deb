"""Finished pages of a known shape are read only where they differ, and nothing is found or missed that a full reading
would not find.

The faults are put into the objects of a PDF that is otherwise in the form of the program's own.
"""

import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice, permutations
from pathlib import Path

import pytest

from hostile_words import HOSTILE, list_letters, put_words
from letter_texts import ROOT
from letters_for_renderers import rich_letter, sample_letter, sample_locale, sample_theme
from petitioner.build import letter_files
from petitioner.build.letter_files import LetterFiles, LetterMaker, Task
from petitioner.checks.pages import find_page_problems, pdf_shapes
from petitioner.checks.pages.finished import IN_FULL
from petitioner.checks.pages.known_files import KnownFiles
from petitioner.checks.pages.pdf_file import UnfamiliarFileError, read_file
from petitioner.checks.pages.pdf_lines import are_same
from petitioner.checks.pages.pdf_reader import Page, read_pages
from petitioner.errors import Problem
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.render import RenderError
from petitioner.render.docx import render_docx
from petitioner.render.pdf import render_pdf
from petitioner.tables.locales import load_locales
from rewritten_pdf import Parts, replace_streams, rewrite
from scale import IS_LONG
from similar_letters import make_letters, rename_by_chance

LANGUAGES = ("en", "ja", "ko", "zh-Hans")
THEME = sample_theme()
COUNT = 1000 if IS_LONG else 6
BAD = COUNT // 2
WORKSPACES = (ROOT, *sorted((ROOT / "examples").iterdir()))


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> KnownFiles:
    files = KnownFiles()
    monkeypatch.setattr(letter_files, "_known", files)
    return files


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The PDFs that are read in full by the reader of known files."""
    found: list[bytes] = []

    def count(content: bytes) -> tuple[Page, ...]:
        found.append(content)
        return read_pages(content)

    monkeypatch.setattr(pdf_shapes, "read_pages", count)
    return found


@cache
def render(language: str) -> tuple[tuple[Letter, dict[str, bytes]], ...]:
    """Letters of one shape, with their files, in which nothing is wrong."""
    chance = random.Random(language)  # noqa: S311 - the same each time
    locale = sample_locale(language)

    def make_all() -> Iterator[tuple[Letter, dict[str, bytes]]]:
        for number in itertools.count():
            one = rename_by_chance(sample_letter(language), number, chance)
            files = {"pdf": render_pdf(one, THEME, locale), "docx": render_docx(one, THEME, locale)}
            if not find_page_problems(one, THEME, "out", files):  # three long words are wider than the window
                yield one, files

    return tuple(islice(make_all(), COUNT))


def make(letter: Letter, files: dict[str, bytes], *, in_full: bool, monkeypatch: pytest.MonkeyPatch) -> LetterFiles:
    """What the build says about files that a renderer made."""

    def load(ending: str, *, plain: bool) -> object:  # noqa: ARG001 - the argument has a name
        return lambda *_: files[ending]

    monkeypatch.setattr(letter_files, "_load_renderer", load)
    return LetterMaker(THEME, "out").make(Task(letter, frozenset(files), in_full=in_full))


def list_problems(made: LetterFiles) -> list[Problem]:
    return [problem for ending in ("pdf", "docx") for problem in made.problems.get(ending, ())]


def change_line(place: int, pattern: bytes, new: bytes) -> Callable[[Parts], None]:
    """A fault in a line of the page: 1 is above the address, 5 in it."""

    def change(parts: Parts) -> None:
        line = parts.list_lines()[place]
        changed, count = re.subn(pattern, new, line, count=1)
        assert count == 1, line
        parts.replace(line, changed)

    return change


def change_all(pattern: bytes, new: bytes, words: bytes = b"") -> Callable[[Parts], None]:
    """A fault in each object and stream with some words."""

    def change(parts: Parts) -> None:
        total = 0
        for held in (parts.objects, parts.streams):
            for number, data in held.items():
                held[number], count = re.subn(pattern, new, data) if words in data else (data, 0)
                total += count
        assert total

    return change


def empty_outline(parts: Parts) -> None:
    """Take the outline of one glyph out of each TrueType font."""
    for number, font in parts.streams.items():
        if font.startswith(b"\0\1\0\0"):
            rows = [font[start : start + 16] for start in range(12, 12 + 16 * font[5], 16)]
            places = {row[:4]: int.from_bytes(row[8:12]) for row in rows}
            size = 4 if font[places[b"head"] + 51] else 2
            start = places[b"loca"] + size * 0x48  # the letter e
            parts.streams[number] = font[:start] + font[start + size : start + 2 * size] + font[start + size :]


def reverse_order(parts: Parts) -> None:
    """Let a reader begin with the last part of the letter."""
    number = parts.find(b"/S /Document")
    kids = re.search(rb"/K \[([^\]]*)\]", parts.objects[number])
    assert kids
    turned = b" ".join(b"%b 0 R" % one for one in reversed(re.findall(rb"(\d+) 0 R", kids[1])))
    parts.objects[number] = parts.objects[number].replace(kids[1], turned)


E = rb"<0048>"  # the glyph of e
INSIDE: dict[str, tuple[str, Callable[[Parts], None]]] = {
    "another glyph in a line of the address": ("F908", change_line(5, rb"\[<....>", rb"[<0049>")),
    "another glyph in a line that all letters have": ("F908", change_line(-4, E, rb"<0049>")),
    "a line without words": ("F908", change_line(5, rb"\[.*\]", rb"[]")),
    "a line of all letters that is not drawn": ("F908", change_line(-4, rb"(?s)BT.*ET\n", b"")),
    "a line of the address too far to the right": ("F902", change_line(5, rb"-1 [\d.]+", rb"-1 700.5")),
    "a line of all letters too far to the right": ("F902", change_line(-4, rb"-1 [\d.]+", rb"-1 700.5")),
    "a line over another": ("F904", change_line(5, rb"[\d.]+ Tm", rb"233.0 Tm")),
    "a line outside the window": ("F903", change_line(5, rb"-1 [\d.]+", rb"-1 70.5")),
    "a smaller font in the address": ("F908", change_line(5, rb"Tf\n.*", rb"Tf\n1 1 1 rg\n[<0048>0] TJ\n")),
    "words in white": ("F908", change_line(-4, rb"BT", rb"1 1 1 rg\nBT")),
    "words that are cut away": ("F908", change_line(-4, rb"BT", rb"0 0 1 1 re W n\nBT")),
    "another character for a glyph": ("F908", change_all(rb"<0048> <0065>", rb"<0048> <0066>")),
    "no character for a glyph": ("F908", change_all(rb"<0048> <0065>\n", b"")),
    "a character that no font has": ("F908", change_all(rb"<0048> <0065>", rb"<0048> <2603>")),
    "a glyph without an outline": ("F906", empty_outline),
    "glyphs that are too wide": ("F925", change_all(rb"/W \[(\d+) \[260\]", rb"/W [\1 [2600]")),
    "another font": ("F907", change_all(rb"\+Noto-Serif/", rb"+Other-Face/")),
    "another size of the page": ("F901", change_all(rb"/TrimBox \[[^\]]*\]", rb"/TrimBox [0 0 500 800]")),
    "a note on the page": (
        "F905",
        change_all(rb"/Tabs /S", rb"/Tabs /S/Annots [<</Type /Annot/Subtype /Text/Rect [9 9 20 20]/Contents (!)>>]"),
    ),
    "another order of reading": ("F908", reverse_order),
}
"""Faults in the objects of the PDF of one letter, and the code of one problem that they cause."""


@pytest.mark.parametrize(("code", "change"), INSIDE.values(), ids=INSIDE)
def test_a_fault_in_one_letter_of_many_is_found_as_by_a_full_reading(
    code: str, change: Callable[[Parts], None], full: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = list(render("en"))
    bad, files = letters[BAD]
    letters[BAD] = bad, {**files, "pdf": rewrite(files["pdf"], change)}
    found = [
        list_problems(make(letter, files, in_full=letter is letters[0][0], monkeypatch=monkeypatch))
        for letter, files in letters
    ]
    expected = find_page_problems(bad, THEME, f"out/{bad.file_stem}", letters[BAD][1])
    assert code in {problem.code for problem in expected}
    assert found.pop(BAD) == list(expected)
    assert found == [[]] * (COUNT - 1)
    assert len(full) < 6  # one with a missing glyph is read in full three times


def test_an_update_that_shows_another_letter_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    (first, files), (second, others), *_ = render("en")
    assert list_problems(make(first, files, in_full=True, monkeypatch=monkeypatch)) == []
    own, other = read_file(others["pdf"]), read_file(files["pdf"])
    (page,) = (number for number in own.streams if b"\nBT\n" in own.read_stream(number))
    update = replace_streams(others["pdf"], {page: other.read_stream(page)})
    found = list_problems(make(second, {**others, "pdf": update}, in_full=False, monkeypatch=monkeypatch))
    assert found == list(find_page_problems(second, THEME, f"out/{second.file_stem}", {**others, "pdf": update}))
    assert "F908" in {problem.code for problem in found}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"%PDF-1.7", b"%PDF-1.4"),
        (b"/Index [0 ", b"/Index [1 "),
        (b"startxref\n", b"startxref\n1"),
        (b"\nendobj\nstartxref", b"\nendobj \nstartxref"),
        (b"%%EOF\n", b"%%EOF\n5 0 obj\n<<>>\nendobj\n"),
        (b"5 0 obj\n<<", b"7 0 obj\n<<"),
        (b"/FlateDecode/Length ", b"/FlateDecode/Length 1"),
    ],
)
def test_a_file_in_any_other_form_is_unfamiliar(old: bytes, new: bytes) -> None:
    content = render("en")[0][1]["pdf"]
    assert old in content
    read_file(content)
    with pytest.raises(UnfamiliarFileError):
        read_file(content.replace(old, new))


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_of_one_shape_are_read_in_full_once(language: str, known: KnownFiles, full: list[bytes]) -> None:
    for _, files in render(language):
        assert_alike(files["pdf"], known)
    assert len(full) <= 2  # a wider glyph makes another shape


STATES = {
    "space between characters": b"2 Tc\n",
    "narrow characters": b"70 Tz\n",
    "a raised line": b"4 Ts\n",
    "a line that is turned": b"0.9 0.1 -0.1 0.9 0 0 cm\n",
    "a state that is not nested": b"Q\n",
    "light words": b"1 1 1 rg\n",
    "a part that may be cut away": b"0 0 600 800 re W n\n",
    "a part that may be cut away by another rule": b"0 0 m 600 0 l 600 800 l\nW*\nn\n",
}
"""Operators before each line of a page that change how they are drawn."""


@pytest.mark.parametrize("operators", STATES.values(), ids=STATES)
def test_pages_whose_lines_are_drawn_in_an_unusual_way_are_always_read_in_full(
    operators: bytes, known: KnownFiles, full: list[bytes]
) -> None:
    def draw_otherwise(parts: Parts) -> None:
        for number, data in parts.streams.items():
            parts.streams[number] = data.replace(b"BT\n", operators + b"BT\n")

    files = [rewrite(files["pdf"], draw_otherwise) for _, files in render("en")[:3]]
    for content in files:
        assert known.choose_readers(in_full=False).pdf(content) == read_pages(content)
    assert full == files


def test_a_longer_line_that_is_cut_away_is_found_after_shorter_ones_that_are_not(known: KnownFiles) -> None:
    theme = THEME.model_copy(
        update={"css": THEME.css + "#salutation { overflow: hidden; width: 60mm; white-space: nowrap }"}
    )
    words = ("Dear Mr. President:", "Dear Madam President:", "Your Excellency, dear Mr. President of the People:")
    for salutation in words:
        letter = replace(sample_letter("en"), salutation=salutation)
        content = render_pdf(letter, theme, load_locales()["en"])
        assert known.choose_readers(in_full=False).pdf(content) == read_pages(content)


def test_characters_that_share_one_glyph_are_not_missing(known: KnownFiles) -> None:
    letter = sample_letter("en")
    content = render_pdf(replace(letter, salutation="Dear Ma˩˥chi:"), THEME, load_locales()["en"])
    for readers in (known.choose_readers(in_full=True), known.choose_readers(in_full=False), IN_FULL):
        assert not [run for page in readers.pdf(content) for run in page.runs if run.missing_glyphs]


def test_a_letter_that_must_be_read_in_full_is(known: KnownFiles, full: list[bytes]) -> None:
    for _ in range(2):
        known.choose_readers(in_full=True).pdf(render("en")[0][1]["pdf"])
    assert len(full) == 2


def assert_alike(content: bytes, known: KnownFiles) -> None:
    """Compare what is read by shape with a full reading, in which PDFium adds blanks and rounds boxes."""
    found, full = known.choose_readers(in_full=False).pdf(content), read_pages(content)
    assert [replace(page, runs=()) for page in found] == [replace(page, runs=()) for page in full]
    for page, whole in zip(found, full, strict=True):
        assert [pair for pair in zip(page.runs, whole.runs, strict=True) if not are_same(*pair)] == []


def read_alike(
    letters: Iterator[Letter], known: KnownFiles, full: list[bytes], theme: Theme = THEME
) -> tuple[int, int]:
    """Read letters by their shape, and compare with a full reading. Return how many, and how many of them in full."""
    count = 0
    for letter in letters:
        try:
            content = render_pdf(letter, theme, load_locales()[letter.language])
        except RenderError:
            continue  # no font has a character
        assert_alike(content, known)
        count += 1
    return count, len(full)


@pytest.mark.slow
@pytest.mark.parametrize("folder", WORKSPACES, ids=["real", *(folder.name for folder in WORKSPACES[1:])])
def test_shipped_letters_are_read_as_in_full(folder: Path, known: KnownFiles, full: list[bytes]) -> None:
    theme, letters = list_letters(folder)
    read_alike(iter(letters), known, full, theme)


@pytest.mark.parametrize("language", LANGUAGES)
def test_random_words_are_read_as_in_full(language: str, known: KnownFiles, full: list[bytes]) -> None:
    count, in_full = read_alike(make_letters(language, sample_letter(language), COUNT + 2), known, full)
    assert in_full < count


ENDS = ("Osaka-", "a", "-", "Osaka\u00ad", "Consulate- ", ".", "1-", "Osaka", "—", "Osaka\u2010")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_that_end_with_a_hyphen_are_read_as_in_full(language: str, known: KnownFiles, full: list[bytes]) -> None:
    letter = sample_letter(language)

    def write(words: tuple[str, ...]) -> Letter:
        lines = zip(letter.address.lines, words, strict=False)
        return replace(
            letter, address=replace(letter.address, lines=tuple(replace(line, text=word) for line, word in lines))
        )

    chosen = islice(permutations(ENDS, 3), 0, None, 1 if IS_LONG else 60)
    count, _ = read_alike(map(write, chosen), known, full)
    assert count


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ja", "zh-Hans"])
def test_random_words_in_the_real_letters_are_read_as_in_full(
    language: str, known: KnownFiles, full: list[bytes]
) -> None:
    theme, letters = list_letters(ROOT)
    letter = next(one for one in letters if one.language == language)
    read_alike(make_letters(language, letter, COUNT), known, full, theme)


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_read_as_in_full(text: str, known: KnownFiles, full: list[bytes]) -> None:
    letter = sample_letter("en")
    read_alike(put_words(letter, "simple"), known, full)
    read_alike(put_words(letter, text[:300]), known, full)


def test_footnotes_pictures_and_tables_are_read_as_in_full(known: KnownFiles, full: list[bytes]) -> None:
    chance = random.Random(1)  # noqa: S311 - the same each time
    letters = (
        rename_by_chance(rich_letter(language), number, chance) for language in ("en", "ja") for number in range(3)
    )
    assert read_alike(letters, known, full) == (6, 2)
