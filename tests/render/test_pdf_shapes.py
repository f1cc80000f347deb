"""Letters of one shape: their pages are laid out once, and no byte differs from a letter that is rendered alone."""

import gc
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hostile_words import HOSTILE, list_letters, put_words
from letter_texts import ROOT
from letters_for_renderers import paragraph, rich_letter, sample_letter, sample_locale, sample_theme
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.render import RenderError, pdf
from petitioner.render.pdf import render_pdf, render_pdf_plainly
from petitioner.render.pdf_internals import prepared
from petitioner.render.pdf_internals.memo import Memo
from petitioner.render.pdf_internals.shapes import ShapeMemory
from petitioner.tables.locales import load_locales
from scale import IS_LONG
from similar_letters import rename

LANGUAGES = ("en", "ja", "ko", "zh-Hans")
WORKSPACES = (ROOT, *sorted((ROOT / "examples").iterdir()))
WORDS = {
    "en": "Osaka Nagoya the of & China’s Republic Łódź “New” Consulate-General 2027 São Tomé, in office affairs",
    "ja": "大阪 名古屋 総領事館 の、中国 駐日 「」館長 御中様。 神戸市 ー 2027年 九月 一二三 アジア",
    "ko": "오사카 총영사관 대한민국 주 나고야 2027 귀하, 중화인민공화국",
    "zh-Hans": "驻大阪 总领事馆，中国 “名古屋” 的。 外交部 2027年 一二三 北京 上海",
}
COUNT = 200 if IS_LONG else 10


@pytest.fixture(autouse=True)
def _forget_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_shapes", ShapeMemory())


def differs(letter: Letter, theme: Theme | None = None) -> bool:
    """Whether a letter differs from the one that is rendered alone; what is wrong with it must be the same too."""
    found: list[bytes | tuple[str, ...]] = []
    for render in (render_pdf, render_pdf_plainly):
        try:
            found.append(render(letter, theme or sample_theme(), load_locales()[letter.language]))
        except RenderError as error:
            found.append(error.faults)
    return found[0] != found[1]


def count_full(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each letter that is laid out in full from now on."""
    laid_out: list[object] = []
    lay_out = pdf._lay_out  # noqa: SLF001 - to count its calls

    def count(page: str, *rest: object) -> object:
        laid_out.append(page)
        return lay_out(page, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pdf, "_lay_out", count)
    return laid_out


def make_letters(language: str, letter: Letter, count: int) -> Iterator[Letter]:
    """The letter with random words in the address, the subject and a paragraph."""
    chance, space = random.Random(language), "" if language in ("ja", "zh-Hans") else " "  # noqa: S311 - the same each time

    def write(least: int, most: int) -> str:
        return space.join(chance.choices(WORDS[language].split(), k=chance.randint(least, most)))

    for number in range(count):
        names = [write(1, 4) for _ in letter.address.lines]
        body = (paragraph(write(5, 80)), *letter.body)
        changes = {"subject": write(2, 8), "body": body} if number % 2 else {}
        yield replace(rename(letter, names, number), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("folder", WORKSPACES, ids=["real", *(folder.name for folder in WORKSPACES[1:])])
def test_shipped_letters_have_the_same_bytes_as_those_rendered_alone(folder: Path) -> None:
    theme, letters = list_letters(folder)
    assert [letter.file_stem for letter in letters if differs(letter, theme)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_random_words_have_the_same_bytes(language: str) -> None:
    assert [
        letter.reference for letter in make_letters(language, sample_letter(language), COUNT) if differs(letter)
    ] == []


@pytest.mark.parametrize("language", ["en", "ja", "zh-Hans"])
def test_random_words_in_the_real_letters_have_the_same_bytes(language: str) -> None:
    theme, letters = list_letters(ROOT)
    letter = next(one for one in letters if one.language == language)
    found = [one.reference for one in make_letters(language, letter, COUNT) if differs(one, theme)]
    assert found == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("language", ["en", "ja"] if IS_LONG else ["en"])
def test_hostile_words_have_the_same_bytes(language: str, text: str) -> None:
    letter = sample_letter(language)
    for simple in put_words(letter, "simple"):
        render_pdf(simple, sample_theme(), sample_locale(language))
    # A word of thousands of letters takes WeasyPrint a minute.
    assert [differs(other) for other in put_words(letter, text[:300])] == [False] * 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_that_differ_are_set_in_pages_that_are_laid_out_once(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, full = sample_letter(language), count_full(monkeypatch)
    letters = [rename(letter, ["Osaka", "Nagoya", "Kobe"], number) for number in range(10, 20)]
    found = [render_pdf(one, sample_theme(), sample_locale(language)) for one in letters]
    assert len(full) == 1
    assert found == [render_pdf_plainly(one, sample_theme(), sample_locale(language)) for one in letters]


def test_a_paragraph_that_crosses_a_page_is_set_again(monkeypatch: pytest.MonkeyPatch) -> None:
    letter, full = sample_letter("en"), count_full(monkeypatch)
    long = " ".join(["We write about refugees from North Korea."] * 12)
    letters = [
        replace(letter, body=tuple(paragraph(f"{name} {long}") for _ in range(9))) for name in ("Osaka", "Tokyo")
    ]
    found = [render_pdf(one, sample_theme(), sample_locale("en")) for one in letters]
    assert len(full) == 1
    assert found == [render_pdf_plainly(one, sample_theme(), sample_locale("en")) for one in letters]
    assert found[0].count(b"/Page ") == 0  # the pages are in an object stream
    assert len(found[0]) > 10_000


def test_another_number_of_lines_is_laid_out_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    letter, full = sample_letter("en"), count_full(monkeypatch)
    for text in ("words", "words " * 40, "names", "names " * 40):
        assert not differs(replace(letter, body=(paragraph(text.strip()),)))
    assert len(full) == 4 + 2  # each plainly, and one for each number of lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_with_footnotes_pictures_and_tables_have_the_same_bytes(language: str) -> None:
    for letter in (rich_letter(language), rename(rich_letter(language), ["Osaka"], 7)):
        assert not differs(letter)


def test_the_bytes_do_not_depend_on_the_letters_before(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = [*make_letters("en", sample_letter("en"), 6), *make_letters("ja", sample_letter("ja"), 6)]
    forward = [render_pdf(one, sample_theme(), sample_locale(one.language)) for one in letters]
    monkeypatch.setattr(pdf, "_shapes", ShapeMemory())
    backward = [render_pdf(one, sample_theme(), sample_locale(one.language)) for one in reversed(letters)]
    assert forward == backward[::-1]


def test_no_more_than_a_few_shapes_are_kept() -> None:
    memory = pdf._shapes  # noqa: SLF001 - what this test is about
    for count in range(20):
        letter = replace(sample_letter("en"), body=tuple(paragraph("words") for _ in range(count)))
        render_pdf(letter, sample_theme(), sample_locale("en"))
    assert len(memory._known) == 16  # noqa: SLF001


def test_all_shapes_share_their_memories() -> None:
    def count_memories() -> int:
        return sum(isinstance(one, Memo) for one in gc.get_objects())

    before = count_memories()
    for count in range(3):
        letter = replace(sample_letter("en"), body=tuple(paragraph("words") for _ in range(count)))
        for one in make_letters("en", letter, 3):
            render_pdf(one, sample_theme(), sample_locale("en"))
    assert count_memories() == before
    assert prepared._results._total  # noqa: SLF001 - what this test is about


def test_a_memory_forgets_what_was_not_used_for_the_longest_time() -> None:
    made: list[str] = []

    def find(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key * 3

        return memory.find(key, make, len)

    memory = Memo[str](limit=9)
    assert [*map(find, "abcadb")] == ["aaa", "bbb", "ccc", "aaa", "ddd", "bbb"]
    assert made == ["a", "b", "c", "d", "b"]
    assert find("eeee") == "e" * 12  # larger than the limit: it is the only one
    assert find("b") == "bbb"
    assert made[5:] == ["eeee", "b"]
