"""Write the objects of the fonts in a PDF (ISO 32000-1, 9.6 to 9.10) as WeasyPrint does, but faster."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from pydyf import Dictionary, Stream
from weasyprint import pdf
from weasyprint.pdf import fonts as library
from weasyprint.pdf import stream as user

from petitioner.render.pdf_internals.cid_fonts import CompactFont
from petitioner.render.pdf_internals.unicode_maps import write_unicode_map

Node: TypeAlias = Any
"""An object of WeasyPrint or pydyf, which have no types."""

OBJECTS = 5
"""What a font has in a PDF: its file, ToUnicode, a descriptor, and two dictionaries."""

_ALONE = "/CIDFontType0C"  # of a table of outlines that is not in an OpenType file


@contextmanager
def compact_fonts() -> Iterator[None]:
    """Make WeasyPrint draw documents with ``CompactFont`` inside this block."""
    original, build = user.Font, pdf.build_fonts_dictionary
    user.Font, pdf.build_fonts_dictionary = CompactFont, build_fonts
    try:
        yield
    finally:
        user.Font, pdf.build_fonts_dictionary = original, build


def build_fonts(
    target: Node,
    fonts: dict[Node, CompactFont],
    compress: bool,  # noqa: FBT001 - the signature of WeasyPrint
    subset: bool,  # noqa: FBT001
    options: dict[str, Node],
) -> Node:
    """Add fonts to a PDF, as WeasyPrint does, in an order of glyphs that does not depend on the text.

    Each adds as many objects as ``OBJECTS`` says.
    """
    alike = merge_alike(fonts.values())
    for font in alike.values():
        font.arrange()
    if not subset or any(font.bitmap or font.missing or font.used_in_forms for font in alike.values()):
        return library.build_fonts_dictionary(target, alike, compress, subset, options)
    made = Dictionary()
    for font in alike.values():
        font.clean(font.to_unicode, options["hinting"])
        kind = {"Subtype": _ALONE if font.is_compact else "/OpenType"}
        extra = kind if font.type == "otf" else {"Length1": len(font.file_content)}
        file = _add_stream(target, font.file_content, extra, is_dense=font.is_filled and font.is_compact)
        characters = _add_stream(target, write_unicode_map(tuple(font.to_unicode.items())), {})
        described = Dictionary({"Type": "/Font", "Subtype": "/Type0", "BaseFont": font.name, "ToUnicode": characters})
        # The library needs only the greatest width, and whether there are several. Listing all widths takes long.
        widest = dict.fromkeys(range(min(len(font.widths), 2)), max(font.widths.values(), default=0))
        library._build_vector_font_dictionary(  # noqa: SLF001 - WeasyPrint has no public function for this
            described, target, font, widest, compress, file, options["pdf_version"]
        )
        target.objects[-1]["W"] = _write_widths(font.widths)
        target.add_object(described)
        made[font.hash] = described.reference
    return made


def merge_alike(fonts: Iterable[CompactFont]) -> dict[str, CompactFont]:
    """Return fonts by their hashes, in order, each with all of its glyphs. Those of filled lines are added last."""
    held = list(fonts)
    merged = {font.hash: font.renew() for font in reversed(held)}
    for font in sorted(held, key=lambda one: one.is_filled):
        merged[font.hash].add_glyphs(font)
    return {font.hash: merged[font.hash] for font in held}


def _add_stream(target: Node, content: bytes, extra: dict[str, Node], *, is_dense: bool = False) -> bytes:
    stream = Stream([content], Dictionary(extra), compress=True)
    stream.is_dense = is_dense
    target.add_object(stream)
    return bytes(stream.reference)


def _write_widths(widths: Mapping[int, int]) -> bytes:
    """Return the widths of glyphs (ISO 32000-1, 9.7.4.3): for each run of numbers the first, and the widths."""
    glyphs = sorted(widths)
    pairs = zip([None, *glyphs], glyphs, strict=False)
    text = "".join(
        f" {widths[glyph]}" if before == glyph - 1 else f"] {glyph} [{widths[glyph]}" for before, glyph in pairs
    )
    return f"[{text.removeprefix('] ')}{']' * bool(text)}]".encode()
