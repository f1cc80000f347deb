"""Letters of one shape, for which python-docx is used only twice.

The parts of the shape are made as those of any letter, and kept in pieces between the placeholders. Each letter of the
shape is put together from these pieces and its own runs; a part without placeholders stays packed. So a letter has the
same bytes as if python-docx had made it, which is compared for the first letter of each shape.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from xml.sax.saxutils import escape

from petitioner.model.letter import Letter
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.locale import Locale
from petitioner.model.same import Same
from petitioner.model.theme import Theme
from petitioner.render.docx.document import make_parts
from petitioner.render.docx.elements import LetterContext, measure_date_column
from petitioner.render.docx.package import Member, pack, pack_part, sort_names, write_package
from petitioner.render.docx.placeholders import (
    ADDRESS_COLUMN,
    COLUMN,
    DATE_COLUMN,
    TITLE,
    Split,
    Texts,
    describe_shape,
)
from petitioner.render.docx.text_runs import UNDIVIDED, split_by_hint, split_names
from petitioner.render.typography import add_no_break_spaces

_SLOT = re.compile(
    "<w:r>(?:<w:rPr>(?P<look>(?:(?!</w:rPr>).)*)</w:rPr>)?"
    '<w:t xml:space="preserve">(?P<words>[\ue000-\uf8ff])</w:t></w:r>'
    "|(?P<value>[\ue000-\uf8ff])"
)
_TEXT = '<w:t xml:space="preserve">{}</w:t>'
_SETTINGS: Mapping[Split, str] = {
    split_by_hint: '{}<w:rFonts w:hint="eastAsia"/>',
    split_names: f'<w:rStyle w:val="{UNDIVIDED}"/>{{}}',
}


@dataclass(frozen=True, slots=True)
class _Slot:
    """The place of a text within a part: in runs with certain settings, or as it is (``settings`` is None)."""

    number: int
    settings: str | None

    def fill(self, texts: Texts) -> str:
        text, split = texts[self.number]
        return escape(text) if self.settings is None else _write_runs(text, split, self.settings)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the package with slots: what is before each of them, and after the last."""

    name: str
    before: tuple[tuple[str, _Slot], ...]
    after: str

    def fill(self, texts: Texts) -> Member:
        pieces = chain.from_iterable((piece, slot.fill(texts)) for piece, slot in self.before)
        return pack_part(self.name, ("".join(pieces) + self.after).encode())


@dataclass(slots=True)
class _Shape:
    """The parts of a shape; none before its second letter, and if they would give other bytes than python-docx.

    ``first`` is its first letter, until the second is made: the texts, and the package from python-docx.
    """

    parts: tuple[Member | _Part, ...] = ()
    first: tuple[Texts, bytes] | None = None
    is_known: bool = False

    def fill(self, texts: Texts) -> bytes:
        return write_package(part if isinstance(part, Member) else part.fill(texts) for part in self.parts)


def render_by_shape(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Return a letter as DOCX, from the pieces of its shape if there are any. Raises as ``render_plainly`` does."""
    context = _make_context(letter, theme, locale)
    described = describe_shape(context, letter.subject)
    if described is None:
        return pack(make_parts(context, letter.subject))
    stand_in, texts = described
    shape = _open_shape(stand_in, Same(theme), Same(locale))
    if shape.first:
        first, package = shape.first
        made = _Shape(tuple(_make_parts(LetterContext(stand_in, theme, locale, COLUMN))))
        shape.parts, shape.first = made.parts if made.fill(first) == package else (), None
    if shape.parts:
        return shape.fill(texts)
    parts = make_parts(context, letter.subject)
    package = pack(parts)
    if not shape.is_known:
        shape.is_known = True
        # A letter may have a character that is the same as a placeholder.
        has_others = any(_has_slots(name, content) for name, content in parts.items())
        shape.first = None if has_others else (texts, package)
    return package


def render_plainly(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Return a letter as DOCX, made with python-docx alone. Raises ``RenderError`` for a damaged picture."""
    return pack(make_parts(_make_context(letter, theme, locale), letter.subject))


def _make_context(letter: Letter, theme: Theme, locale: Locale) -> LetterContext:
    column = 0 if letter.address.has_window else measure_date_column(letter, theme.fonts[letter.language])
    return LetterContext(add_no_break_spaces(letter, locale), theme, locale, column)


@lru_cache(maxsize=256)
def _open_shape(_stand_in: Letter, _theme: Same[Theme], _locale: Same[Locale]) -> _Shape:
    return _Shape()


def _make_parts(context: LetterContext) -> Iterator[Member | _Part]:
    """Yield the parts of a shape, in the order of the package."""
    parts = make_parts(context, TITLE)
    # The other width follows from the placeholder for the first.
    widths = {f'"{COLUMN}"': f'"{DATE_COLUMN}"', f'"{context.text_width - COLUMN}"': f'"{ADDRESS_COLUMN}"'}
    for name in sort_names(parts):
        content = parts[name]
        for width, placeholder in widths.items():
            content = content.replace(width.encode(), placeholder.encode())
        yield _cut(name, content.decode()) if _has_slots(name, content) else pack_part(name, content)


def _has_slots(name: str, content: bytes) -> bool:
    return name.endswith(".xml") and _SLOT.search(content.decode()) is not None


def _cut(name: str, text: str) -> _Part:
    """Cut a part with placeholders into pieces."""
    pieces: list[tuple[str, _Slot]] = []
    place = 0
    for found in _SLOT.finditer(text):
        number = ord(found["words"] or found["value"]) - ord(TITLE)
        pieces.append((text[place : found.start()], _Slot(number, None if found["value"] else found["look"] or "")))
        place = found.end()
    return _Part(name, tuple(pieces), text[place:])


@lru_cache(maxsize=KEPT_TEXTS)
def _write_runs(text: str, split: Split | None, settings: str) -> str:
    """Return the runs of a text as XML, as lxml writes them."""
    if split is None:
        return _write_run(text, settings)
    other = _SETTINGS[split].format(settings)
    return "".join(_write_run(words, other if is_other else settings) for words, is_other in split(text))


def _write_run(text: str, settings: str) -> str:
    properties = f"<w:rPr>{settings}</w:rPr>" if settings else ""
    return f"<w:r>{properties}{_TEXT.format(escape(text))}</w:r>"
