"""Text within a line: emphasis, links, footnotes, punctuation of two scripts, and the direction of words.

Word mirrors a paragraph marked ``bidi``: left and right are then the start and end of lines. A run marked ``rtl`` runs
from right to left, which also chooses its font and size (ECMA-376-1, 17.3.2.30).
"""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby
from typing import cast
from unicodedata import bidirectional

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.parts.document import DocumentPart

from petitioner.model.blocks import Emphasis, Footnote, Inline, LineBreak, Link, Plain, Strong
from petitioner.model.letter import LocalizedLine
from petitioner.model.locale import Direction
from petitioner.render.docx.elements import Element, LetterContext, make, make_paragraph, make_run, make_text
from petitioner.render.docx.template import name_language_style, read_part
from petitioner.tables.locales import load_locales

# Word uses the Latin font for these unless a hint asks for the East Asian one (ECMA-376-1, 17.3.2.26).
_SHARED = re.compile("([–—‘’“”‥…‰′″※℃№·×÷±§¶°•\u2160-\u217f\u2190-\u22ff\u2460-\u27bf]+)")
_NAME = re.compile(r"[\w’'-]*[A-ZÀ-ÞА-Я][\w’'-]*(?:[ \u00a0][\w’'-]*[A-ZÀ-ÞА-Я][\w’'-]*)*")
_LONG_WORD = re.compile(r"\w{5}")  # shorter ones are not divided

UNDIVIDED = "Undivided"
"""The character style of words that may be names, which are not hyphenated."""

_LATIN = re.compile("[!-\u024f\u1e00-\u1eff]")

_STYLES = {
    frozenset[str](): None,
    frozenset({"strong"}): "Strong",
    frozenset({"emphasis"}): "Emphasis",
    frozenset({"strong", "emphasis"}): "IntenseEmphasis",
}

_NOTES = PackURI("/word/footnotes.xml")
_SEPARATORS = 2
_MARK = "FootnoteReference"

_RIGHT_TO_LEFT = frozenset(["R", "AL", "AN"])  # classes of characters in UAX #9
_AFTER_CYRILLIC = re.compile(r"[^\x00-\u058f]")  # no character before runs from right to left
_LEFT_TO_RIGHT = "L"
_NOT_MIRRORED = "EnvelopeAddress"  # the window of an envelope is on the left in any language


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The footnotes of one letter. ``part`` holds the addresses of their links."""

    part: XmlPart

    def add(self, content: Iterable[Element]) -> Element:
        """Add a footnote, numbered from 1, and return the run that refers to it."""
        notes = self.part.element
        number = len(notes) - _SEPARATORS + 1
        mark = make_run(make("footnoteRef"), _MARK)
        notes.append(
            make("footnote", make_paragraph("FootnoteText", [mark, make_run(make_text(" ")), *content]), id=number)
        )
        return make_run(make("footnoteReference", id=number), _MARK)


def add_footnotes_part(document: DocumentPart) -> Footnotes:
    """Add the part for footnotes, which begins with the two separators that Word requires."""
    element = parse_xml(read_part("footnotes.xml").encode())
    part = XmlPart(_NOTES, CONTENT_TYPE.WML_FOOTNOTES, element, document.package)
    document.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return Footnotes(part)


@dataclass(frozen=True, slots=True)
class Story:
    """A part of the document: ``part`` holds the addresses of links, ``notes`` the footnotes, None within a footnote.

    ``is_east_asian``: the language of the text has an East Asian font. ``divides_words``: it is hyphenated.
    """

    part: Part
    is_east_asian: bool
    divides_words: bool
    notes: Footnotes | None = None


def make_text_runs(text: str, style: str | None = None, *, is_east_asian: bool) -> Iterator[Element]:
    """Yield runs for plain text, split where punctuation needs a hint."""
    if not is_east_asian:
        yield make_run(make_text(text), style)
        return
    for words, needs_hint in split_by_hint(text):
        hint = [make("rFonts", hint="eastAsia")] if needs_hint else []
        yield make_run(make_text(words), style, *hint)


def split_by_hint(text: str) -> Iterator[tuple[str, bool]]:
    """Yield stretches of East Asian text, each with whether it is punctuation that needs a hint."""
    start = 0
    for shared in _SHARED.finditer(text):
        if _is_among_latin(text, shared):
            continue
        if shared.start() > start:
            yield text[start : shared.start()], False
        yield shared[0], True
        start = shared.end()
    if start < len(text):
        yield text[start:], False


def make_inline(
    content: Iterable[Inline], story: Story, marks: frozenset[str] = frozenset(), style: str | None = None
) -> Iterator[Element]:
    """Yield runs and links for the content of a paragraph. ``style`` is for text without emphasis."""
    for part in content:
        match part:
            case Plain(text):
                yield from _make_plain_runs(text, _STYLES[marks] or style, story)
            case LineBreak():
                yield make_run(make("br"))
            case Strong(inner):
                yield from make_inline(inner, story, marks | {"strong"}, style)
            case Emphasis(inner):
                yield from make_inline(inner, story, marks | {"emphasis"}, style)
            case Link(target, inner):
                yield _make_link(target, make_inline(inner, story, marks, "Hyperlink"), story)
            case Footnote(inner):
                yield from _make_footnote(inner, story)


def _make_plain_runs(text: str, style: str | None, story: Story) -> Iterator[Element]:
    if story.divides_words and style is None:
        return (make_run(make_text(words), UNDIVIDED if is_name else None) for words, is_name in split_names(text))
    return make_text_runs(text, style, is_east_asian=story.is_east_asian)


def split_names(text: str) -> Iterator[tuple[str, bool]]:
    """Yield stretches of text, each with whether it has the style ``UNDIVIDED``: long words with a capital letter."""
    start = 0
    for name in _NAME.finditer(text):
        if _LONG_WORD.search(name[0]):
            if name.start() > start:
                yield text[start : name.start()], False
            yield name[0], True
            start = name.end()
    if start < len(text):
        yield text[start:], False


def _is_among_latin(text: str, shared: re.Match[str]) -> bool:
    """Whether Latin letters or digits are on both sides, as in 2020–2027 or the people’s own."""
    before, after = text[: shared.start()].rstrip()[-1:], text[shared.end() :].lstrip()[:1]
    return bool(_LATIN.match(before) and _LATIN.match(after))


def _make_link(target: str, runs: Iterable[Element], story: Story) -> Element:
    link = make("hyperlink", *runs, history=1)
    link.set(qn("r:id"), story.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    return link


def _make_footnote(content: tuple[Inline, ...], story: Story) -> Iterator[Element]:
    if story.notes is None:
        # Word accepts no footnote within a footnote: its text is kept in place.
        yield from make_inline(content, story)
    else:
        yield story.notes.add(make_inline(content, Story(story.notes.part, story.is_east_asian, story.divides_words)))


def make_line(style: str, text: str, context: LetterContext) -> Element:
    """Make a line in the letter's language."""
    return make_paragraph(style, make_text_runs(text, is_east_asian=context.is_east_asian))


def make_line_in_language(style: str, line: LocalizedLine, context: LetterContext) -> Element:
    """Make a line in its own language, which may differ from the letter's."""
    language_style = None if line.language == context.locale.tag else name_language_style(line.language)
    runs = make_text_runs(line.text, language_style, is_east_asian=context.has_east_asian_font(line.language))
    direction = load_locales()[line.language].direction
    turn = (
        () if direction is context.locale.direction else (make("bidi", val=int(direction is Direction.RIGHT_TO_LEFT)),)
    )
    return make_paragraph(style, runs, *turn)


def mark_right_to_left_runs(root: Element) -> None:
    """Split the runs of a part by direction, and mark those from right to left."""
    if not has_right_to_left("".join(words.text or "" for words in root.iter(qn("w:t")))):
        return
    for paragraph in root.iter(qn("w:p"), qn("w:hyperlink")):
        for run in cast("list[Element]", paragraph.findall(qn("w:r"))):
            text = "".join(words.text or "" for words in run.iter(qn("w:t")))
            if has_right_to_left(text):
                for words, right_to_left in _split_words(text):
                    run.addprevious(_copy_run(run, words, right_to_left=right_to_left))
                paragraph.remove(run)


def has_right_to_left(text: str) -> bool:
    """Return whether a text has a character that runs from right to left."""
    return any(bidirectional(sign) in _RIGHT_TO_LEFT for sign in _AFTER_CYRILLIC.findall(text))


def mirror_tables(root: Element) -> None:
    """Make the first column of tables the rightmost, except in the address field."""
    for table in root.iter(qn("w:tbl")):
        if not any(style.get(qn("w:val")) == _NOT_MIRRORED for style in table.iter(qn("w:pStyle"))):
            next(table.iter(qn("w:tblPr"))).insert(1, make("bidiVisual"))


def _split_words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield stretches of text, each with whether it runs from right to left."""
    kinds = _find_kinds(text)
    for right_to_left, group in groupby(zip(text, kinds, strict=True), key=lambda pair: pair[1]):
        yield "".join(sign for sign, _ in group), right_to_left


def _find_kinds(text: str) -> list[bool]:
    """Return for each character whether it runs from right to left; digits after Latin letters do not."""
    strong = [
        (place, kind)
        for place, sign in enumerate(text)
        if (kind := bidirectional(sign)) in {*_RIGHT_TO_LEFT, _LEFT_TO_RIGHT}
    ]
    kinds = [True] * len(text)
    for (start, kind), (end, next_kind) in zip(strong, [*strong[1:], (len(text), "")], strict=True):
        if kind == _LEFT_TO_RIGHT:
            reach = end if next_kind == _LEFT_TO_RIGHT else _find_end_of_digits(text, start + 1)
            kinds[start:reach] = [False] * (reach - start)
    return kinds


def _find_end_of_digits(text: str, start: int) -> int:
    """Return where digits end that follow Latin letters directly or after a hyphen: A4, EG-2027."""
    end = start
    for place in range(start, len(text)):
        if bidirectional(text[place]) == "EN":
            end = place + 1
        elif text[place] not in "-/.":
            break
    return end


def _copy_run(run: Element, words: str, *, right_to_left: bool) -> Element:
    turn = (make("rtl"),) if right_to_left else ()
    look = (cast(Element, deepcopy(setting)) for properties in run.iter(qn("w:rPr")) for setting in properties)
    return make("r", make("rPr", *look, *turn), make_text(words))
