"""Words within a line: emphasis, links, calls of footnotes, and the punctuation that two scripts share."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml.ns import qn

from petitioner.model.blocks import Emphasis, Footnote, Inline, LineBreak, Link, Plain, Strong
from petitioner.renderers.docx.elements import Element, make, make_run, make_text
from petitioner.renderers.docx.notes import Notes

# Word sets these in the Latin font unless a hint claims them for the East Asian one (ECMA-376-1, 17.3.2.26).
_SHARED = re.compile("([–—‘’“”‥…‰′″※℃№·×÷±§¶°•\u2160-\u217f\u2190-\u22ff\u2460-\u27bf]+)")
_LATIN = re.compile("[!-\u024f\u1e00-\u1eff]")

_STYLES = {
    frozenset[str](): None,
    frozenset({"strong"}): "Strong",
    frozenset({"emphasis"}): "Emphasis",
    frozenset({"strong", "emphasis"}): "IntenseEmphasis",
}


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
    """Whether Latin letters or digits stand on both sides, as in 2020–2027 or the people’s own."""
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
