"""Letters of one shape: python-docx is used twice, and no byte differs from a letter that it makes alone."""

import os
from collections.abc import Iterable
from dataclasses import fields, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostile_words import HOSTILE, list_letters, put_words
from letter_texts import ROOT
from letters_for_renderers import (
    LANGUAGES,
    paragraph,
    rich_letter,
    sample_letter,
    sample_locale,
    sample_picture,
    sample_theme,
)
from petitioner.model.blocks import (
    Emphasis,
    Footnote,
    Heading,
    Inline,
    LineBreak,
    Link,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
)
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.render import RenderError
from petitioner.render.docx import render_docx, shapes
from petitioner.render.docx.document import make_parts
from petitioner.render.docx.elements import LetterContext
from petitioner.render.docx.shapes import render_plainly
from petitioner.tables.locales import load_locales

THEME = sample_theme()
WORKSPACES = (ROOT, *sorted((ROOT / "examples").iterdir()))

REFUSED = ("\x00", "a\x07b", "\ud800", "\ufffe", "\uffff")
"""Characters that XML does not allow."""


def differs(letter: Letter, theme: Theme = THEME) -> bool:
    """Whether a letter differs from the one that python-docx makes alone."""
    locale = load_locales()[letter.language]
    return render_docx(letter, theme, locale) != render_plainly(letter, theme, locale)


def render_all(letters: Iterable[Letter], theme: Theme = THEME) -> list[bytes]:
    return [render_docx(letter, theme, load_locales()[letter.language]) for letter in letters]


def count_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of the letters and models that python-docx makes from now on."""
    made: list[str] = []

    def count(context: LetterContext, title: str) -> dict[str, bytes]:
        made.append(title)
        return make_parts(context, title)

    monkeypatch.setattr(shapes, "make_parts", count)
    return made


@pytest.mark.parametrize("folder", WORKSPACES, ids=["real", *(folder.name for folder in WORKSPACES[1:])])
def test_shipped_letters_have_the_same_bytes_as_those_of_python_docx(folder: Path) -> None:
    theme, letters = list_letters(folder)
    assert letters
    assert [letter.file_stem for letter in (*letters, *letters) if differs(letter, theme)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("logo", [None, sample_picture()], ids=["plain", "logo"])
def test_letters_with_every_block_have_the_same_bytes(language: str, logo: bytes | None) -> None:
    theme = sample_theme(logo)
    for letter in (rich_letter(language), replace(rich_letter(language), subject="Other words, and Łódź")):
        assert not differs(letter, theme)


def test_python_docx_makes_one_letter_and_one_model_for_each_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    theme, letters = list_letters(ROOT)
    made = count_made(monkeypatch)
    render_all(letters, theme)
    assert len(made) < len(letters)
    render_all(letters, theme)
    twice = len(made)
    render_all(letters, theme)
    assert len(made) == twice


def test_the_only_letter_of_a_shape_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    letter, theme, made = sample_letter("en"), sample_theme(), count_made(monkeypatch)
    counts = [len(made) for _ in range(4) if render_docx(letter, theme, sample_locale("en"))]
    assert counts == [1, 2, 2, 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_that_differ_use_the_model(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    letter, locale = rich_letter(language), sample_locale(language)
    render_all([letter] * 2)
    made = count_made(monkeypatch)
    for name in ("Osaka", "Łódź & Kraków", "大阪 “x”", "Nagoya-shi, Naka-ku"):
        lines = tuple(replace(line, text=name) for line in letter.address.lines)
        reference = f"LFNKR-2027-{len(name)}"
        other = replace(
            letter,
            address=replace(letter.address, lines=lines),
            reference=reference,
            reference_line=f"{letter.reference_line.partition('LFNKR')[0]}{reference}",
            salutation=f"Dear {name}",
            body=(paragraph(f"We write to {name} today."), *letter.body[1:]),
        )
        content = render_docx(other, THEME, locale)
        assert made == []
        assert content == render_plainly(other, THEME, locale)
        made.clear()


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_hostile_words_have_the_same_bytes(language: str, text: str) -> None:
    theme, letter = sample_theme(), sample_letter(language)
    for _ in range(2):  # the second time makes the models
        render_all(put_words(letter, "simple"), theme)
    assert [differs(other, theme) for other in put_words(letter, text)] == [False] * 4


@pytest.mark.parametrize("text", REFUSED)
def test_characters_that_xml_refuses_are_errors_with_and_without_a_model(text: str) -> None:
    theme, letter = sample_theme(), sample_letter("en")
    for _ in range(3):
        for other in put_words(letter, text):
            with pytest.raises(RenderError):
                render_docx(other, theme, sample_locale("en"))
        render_all(put_words(letter, "simple"), theme)


@pytest.mark.parametrize("has_window", [False, True], ids=["no window", "window"])
def test_the_bytes_do_not_depend_on_the_letters_before(*, has_window: bool) -> None:
    letters = [
        replace(one, address=replace(one.address, has_window=has_window), salutation=text)
        for one, text in product(map(sample_letter, LANGUAGES), ("Madam", "", None, "Hello, Łódź"))
    ]
    assert render_all(letters, sample_theme()) == render_all(reversed(letters), sample_theme())[::-1]


def test_another_theme_has_models_of_its_own() -> None:
    letter, other = sample_letter("en"), sample_theme(accent="#aa0000")
    assert [differs(letter, theme) for theme in (THEME, other, THEME, other)] == [False] * 4
    assert render_all([letter]) != render_all([letter], other)


def test_characters_that_are_placeholders_keep_their_place() -> None:
    """The title is the first placeholder, so a closing that is the same character must not be replaced by it."""
    theme, letter = sample_theme(), sample_letter("en", subject="\ue000", closing="\ue000")
    assert not differs(letter, theme)
    assert not differs(replace(letter, subject="Another title"), theme)


def test_a_model_that_gives_other_bytes_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    theme, letter = sample_theme(), sample_letter("en", salutation="Only in this test")
    monkeypatch.setattr(shapes, "escape", lambda text: text.replace("Only", "Never"))
    assert [differs(letter, theme) for _ in range(3)] == [False] * 3


TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(HOSTILE), st.text("Osaka …“” 大阪’-é", max_size=12))


@st.composite
def inlines(draw: st.DrawFn, depth: int = 2) -> tuple[Inline, ...]:
    plain = st.builds(Plain, TEXTS)
    if not depth:
        return tuple(draw(st.lists(plain, max_size=2)))
    inner = inlines(depth - 1)
    marked = st.one_of(
        st.builds(Strong, inner),
        st.builds(Emphasis, inner),
        st.builds(Footnote, inner),
        st.builds(Link, st.sampled_from(["https://a.example", "mailto:b@example.org"]), inner),
        st.builds(LineBreak),
    )
    return tuple(draw(st.lists(st.one_of(plain, marked), max_size=3)))


PARAGRAPHS = st.one_of(st.builds(Paragraph, inlines()), st.builds(Heading, inlines()))
BLOCKS = st.recursive(
    PARAGRAPHS,
    lambda inner: st.one_of(
        st.builds(Quotation, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        st.builds(
            Listing,
            st.booleans(),
            st.lists(st.lists(inner, min_size=1, max_size=2).map(tuple), min_size=1, max_size=2).map(tuple),
        ),
    ),
    max_leaves=4,
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Letter, Letter]:
    """Two letters of one language that differ in one or all of their texts."""
    letter = sample_letter(draw(st.sampled_from(LANGUAGES)), body=tuple(draw(st.lists(BLOCKS, max_size=3))))
    lines = tuple(replace(line, text=draw(TEXTS)) for line in letter.address.lines)
    changes: dict[str, Any] = {
        name: draw(TEXTS) for name in ("subject", "salutation", "opening", "reference", "closing")
    }
    changes["address"] = replace(letter.address, lines=lines, has_window=draw(st.booleans()))
    changes["reference_line"] = draw(TEXTS) + changes["reference"] + draw(TEXTS)
    changes["body"] = tuple(draw(st.lists(BLOCKS, max_size=3)))
    chosen = draw(st.sets(st.sampled_from(sorted(changes))))
    assert {one.name for one in fields(Letter)} >= chosen
    return letter, replace(letter, **{name: changes[name] for name in chosen})


def render_or_refuse(letter: Letter, theme: Theme) -> tuple[bytes | str, bytes | str]:
    """The letter by shape and plainly, or what is wrong with it."""
    locale = sample_locale(letter.language)
    try:
        content: bytes | str = render_docx(letter, theme, locale)
    except RenderError:
        content = "refused"
    try:
        return content, render_plainly(letter, theme, locale)
    except ValueError:
        return content, "refused"


@settings(max_examples=40 * int(os.environ.get("PETITIONER_TORTURE", "1")))
@given(pairs())
def test_random_letters_have_the_same_bytes(both: tuple[Letter, Letter]) -> None:
    theme = sample_theme()
    for letter in (*both, *both):
        found, wanted = render_or_refuse(letter, theme)
        assert found == wanted
