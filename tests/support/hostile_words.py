"""Letters with words that might be set, escaped or compared wrongly, and the letters of a workspace."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from letters_for_renderers import paragraph, words
from petitioner.fonts import measure_line
from petitioner.inputs.selection import Selection
from petitioner.inputs.workspace import read_workspace
from petitioner.model.blocks import (
    Block,
    Emphasis,
    Footnote,
    Heading,
    LineBreak,
    Link,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
)
from petitioner.model.letter import Letter, LocalizedLine
from petitioner.model.theme import Theme
from petitioner.templates.merge import merge_batch

HOSTILE = (
    "",
    " ",
    "  leading and trailing  ",
    "a\u00a0b\tc",
    "<w:t>&amp;</w:t> ]]> <!-- \"'",
    "&#13;&quot;",
    "{{ recipient }} {% if %} $words {0} %s \\1",
    "الصين مع China 2027",
    "\u200fא\u200e",
    "👩‍👩‍👧🇰🇵😀 𠀀 葛\U000e0100",
    "x" * 3000,
    "Donaudampfschifffahrtsgesellschaftskapitän " * 9,
    "Osaka … “Hyōgo” — 大阪 … “神戸” — №5",
    "\ue000\ue001\uf8ff",
    "soft\u00adhyphen zero\u200bwidth \u2028line",
    "e\u0301 \x85 \x7f \ufffd",
    "LFNKR-2027-JP-OSAKA on 1 September 2027",
)


def list_letters(folder: Path) -> tuple[Theme, tuple[Letter, ...]]:
    workspace, problems = read_workspace(folder, None)
    theme = workspace.theme

    def measure(text: str, tag: str) -> float:
        return measure_line(text, theme.fonts[tag].pdf, theme.window.font_size)

    return theme, merge_batch(workspace, problems, Selection(), measure).letters


def put_words(letter: Letter, text: str) -> Iterator[Letter]:
    """The letter with a text in the places that a model fills, and in others."""
    first, *rest = (replace(line, text=text) for line in letter.address.lines)
    lines = (first, *rest, LocalizedLine(text, "ja"))
    address, body = replace(letter.address, lines=lines), make_body(text)
    yield replace(letter, subject=text, salutation=text, opening=text, address=address, body=body)
    yield replace(letter, closing=text, signatures=tuple(replace(one, name=text) for one in letter.signatures))
    yield replace(letter, date_line=text, running_head=text)
    yield replace(letter, reference=text, reference_line=f"Ref.: {text}", running_head=f"{letter.date_line} {text}")


def make_body(text: str) -> tuple[Block, ...]:
    """Blocks with a text in each of them."""
    marked = (
        Strong(words(text)),
        Emphasis((Strong(words(text)), Plain("and"))),
        Link("https://example.org", words(text)),
    )
    content = (Plain(text), LineBreak(), *marked, Footnote(words(text)))
    return (
        Paragraph(content),
        Heading(words(text)),
        Quotation((Paragraph(content),)),
        Listing(ordered=True, items=((Paragraph(content), paragraph(text)),)),
    )
