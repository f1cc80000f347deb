"""Text within a line: emphasis, links, footnotes, the punctuation that two scripts share, and the direction of words.

Word mirrors a paragraph that is marked ``bidi``: its left and right are then where lines start and end. Each run within
says by ``rtl`` whether its words run from right to left, which also chooses font and size (ECMA-376-1, 17.3.2.30).
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

# Word sets these in the Latin font unless a hint claims them for the East Asian one (ECMA-376-1, 17.3.2.26).
_SHARED = re.compile("([–—‘’“”‥…‰′″※℃№·×÷±§¶°•\u2160-\u217f\u2190-\u22ff\u2460-\u27bf]+)")
_LATIN = re.compile("[!-\u024f\u1e00-\u1eff]")

_STYLES = {
    frozenset[str](): None,
    frozenset({"strong"}): "Strong",
    frozenset({"emphasis"}): "Emphasis",
    frozenset({"strong", "emphasis"}): "IntenseEmphasis",
}

_NAME = PackURI("/word/footnotes.xml")
_SEPARATORS = 2
_MARK = "FootnoteReference"

_LEFTWARDS = frozenset(["R", "AL", "AN"])  # classes of characters in UAX #9
_RIGHTWARDS = "L"
_PLACED = "EnvelopeAddress"  # an envelope is not mirrored, nor is the table in its window


@dataclass(frozen=True, slots=True)
class Notes:
    """The footnotes of one letter. ``part`` keeps the addresses of the links in them."""

    part: XmlPart

    def add(self, content: Iterable[Element]) -> Element:
        """Take up a note, and give the run that calls it from the text. Notes count from 1."""
        notes = self.part.element
        number = len(notes) - _SEPARATORS + 1
        mark = make_run(make("footnoteRef"), _MARK)
        notes.append(
            make("footnote", make_paragraph("FootnoteText", [mark, make_run(make_text(" ")), *content]), id=number)
        )
        return make_run(make("footnoteReference", id=number), _MARK)


def open_notes(document: DocumentPart) -> Notes:
    """Give a document its part for footnotes, which holds the two separators that Word wants first."""
    element = parse_xml(read_part("footnotes.xml").encode())
    part = XmlPart(_NAME, CONTENT_TYPE.WML_FOOTNOTES, element, document.package)
    document.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return Notes(part)


@dataclass(frozen=True, slots=True)
class Story:
    """Where words go: ``part`` keeps the addresses of their links, ``notes`` take their footnotes.

    ``is_east_asian`` says that the language of the words has an East Asian font. In a note ``notes`` is None.
    """

    part: Part
    is_east_asian: bool
    notes: Notes | None = None


def set_words(text: str, style: str | None = None, *, is_east_asian: bool) -> Iterator[Element]:
    """Runs for plain words, split where punctuation needs a hint."""
    if not is_east_asian:
        yield make_run(make_text(text), style)
        return
    start = 0
    for shared in _SHARED.finditer(text):
        if _is_among_latin(text, shared):
            continue
        if shared.start() > start:
            yield make_run(make_text(text[start : shared.start()]), style)
        yield make_run(make_text(shared[0]), style, make("rFonts", hint="eastAsia"))
        start = shared.end()
    if start < len(text):
        yield make_run(make_text(text[start:]), style)


def set_inline(
    content: Iterable[Inline], story: Story, marks: frozenset[str] = frozenset(), style: str | None = None
) -> Iterator[Element]:
    """Runs and links for the content of a paragraph. ``style`` is for words without any mark."""
    for part in content:
        match part:
            case Plain(text):
                yield from set_words(text, _STYLES[marks] or style, is_east_asian=story.is_east_asian)
            case LineBreak():
                yield make_run(make("br"))
            case Strong(inner):
                yield from set_inline(inner, story, marks | {"strong"}, style)
            case Emphasis(inner):
                yield from set_inline(inner, story, marks | {"emphasis"}, style)
            case Link(target, inner):
                yield _set_link(target, set_inline(inner, story, marks, "Hyperlink"), story)
            case Footnote(inner):
                yield from _set_note(inner, story)


def _is_among_latin(text: str, shared: re.Match[str]) -> bool:
    """Whether Latin letters or digits are on both sides, as in 2020–2027 or the people’s own."""
    before, after = text[: shared.start()].rstrip()[-1:], text[shared.end() :].lstrip()[:1]
    return bool(_LATIN.match(before) and _LATIN.match(after))


def _set_link(target: str, runs: Iterable[Element], story: Story) -> Element:
    link = make("hyperlink", *runs, history=1)
    link.set(qn("r:id"), story.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    return link


def _set_note(content: tuple[Inline, ...], story: Story) -> Iterator[Element]:
    if story.notes is None:
        # A note within a note is no document to Word; its words are kept where it stood.
        yield from set_inline(content, story)
    else:
        yield story.notes.add(set_inline(content, Story(story.notes.part, story.is_east_asian)))


def set_line(style: str, text: str, context: LetterContext) -> Element:
    """A line in the letter's own language."""
    return make_paragraph(style, set_words(text, is_east_asian=context.is_east_asian))


def set_spoken_line(style: str, line: LocalizedLine, context: LetterContext) -> Element:
    """A line in a language of its own, which may be another one than the letter's."""
    tongue = None if line.language == context.locale.tag else name_language_style(line.language)
    runs = set_words(line.text, tongue, is_east_asian=context.speaks_east_asian(line.language))
    direction = load_locales()[line.language].direction
    turn = (
        () if direction is context.locale.direction else (make("bidi", val=int(direction is Direction.RIGHT_TO_LEFT)),)
    )
    return make_paragraph(style, runs, *turn)


def mark_right_to_left_runs(root: Element) -> None:
    """Mark the words of a part that run from right to left, each in a run of its own."""
    for paragraph in root.iter(qn("w:p"), qn("w:hyperlink")):
        for run in cast("list[Element]", paragraph.findall(qn("w:r"))):
            text = "".join(words.text or "" for words in run.iter(qn("w:t")))
            if any(bidirectional(sign) in _LEFTWARDS for sign in text):
                for words, leftwards in _split_words(text):
                    run.addprevious(_copy_run(run, words, leftwards=leftwards))
                paragraph.remove(run)


def mirror_tables(root: Element) -> None:
    """Let the first column of tables be the rightmost, except in the address field."""
    for table in root.iter(qn("w:tbl")):
        if not any(style.get(qn("w:val")) == _PLACED for style in table.iter(qn("w:pStyle"))):
            next(table.iter(qn("w:tblPr"))).insert(1, make("bidiVisual"))


def _split_words(text: str) -> Iterator[tuple[str, bool]]:
    """Stretches of text with whether they run leftwards; signs between two of one kind belong to them."""
    kinds = _find_kinds(text)
    for leftwards, group in groupby(zip(text, kinds, strict=True), key=lambda pair: pair[1]):
        yield "".join(sign for sign, _ in group), leftwards


def _find_kinds(text: str) -> list[bool]:
    """For each character whether it is to run leftwards; figures among Latin letters run with these."""
    strong = [
        (place, kind) for place, sign in enumerate(text) if (kind := bidirectional(sign)) in {*_LEFTWARDS, _RIGHTWARDS}
    ]
    kinds = [True] * len(text)
    for (start, kind), (end, next_kind) in zip(strong, [*strong[1:], (len(text), "")], strict=True):
        if kind == _RIGHTWARDS:
            reach = end if next_kind == _RIGHTWARDS else _end_of_figures(text, start + 1)
            kinds[start:reach] = [False] * (reach - start)
    return kinds


def _end_of_figures(text: str, start: int) -> int:
    """Where figures end that follow Latin letters immediately or after a hyphen, as in A4 and EG-2027."""
    end = start
    for place in range(start, len(text)):
        if bidirectional(text[place]) == "EN":
            end = place + 1
        elif text[place] not in "-/.":
            break
    return end


def _copy_run(run: Element, words: str, *, leftwards: bool) -> Element:
    turn = (make("rtl"),) if leftwards else ()
    look = (cast(Element, deepcopy(setting)) for properties in run.iter(qn("w:rPr")) for setting in properties)
    return make("r", make("rPr", *look, *turn), make_text(words))
