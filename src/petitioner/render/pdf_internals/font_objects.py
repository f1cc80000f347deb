"""Write the objects of the fonts in a PDF (ISO 32000-1, 9.6 to 9.10) as WeasyPrint does, but faster."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from pydyf import Dictionary, Stream
from weasyprint import pdf
from weasyprint.pdf import fonts as library
from weasyprint.pdf import stream as user

from petitioner.render.pdf_internals.cid_fonts import CompactFont
from petitioner.render.pdf_internals.unicode_maps import write_map_end

Node: TypeAlias = Any
"""An object of WeasyPrint or pydyf, which have no types."""

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

    Each stream gets the attribute ``parts``.
    """
    for font in fonts.values():
        font.arrange()
    if not subset or any(font.bitmap or font.missing or font.used_in_forms for font in fonts.values()):
        return library.build_fonts_dictionary(target, fonts, compress, subset, options)
    files: dict[str, bytes] = {}
    for font in fonts.values():
        if font.hash not in files:
            alike = [one for one in fonts.values() if one.hash == font.hash]
            files[font.hash] = _add_file(target, alike, hinting=options["hinting"])
    made = Dictionary()
    for font in fonts.values():
        characters = _add_stream(target, (font.collect_own().map_start, write_map_end(font.added)))
        described = Dictionary({"Type": "/Font", "Subtype": "/Type0", "BaseFont": font.name, "ToUnicode": characters})
        # The library needs only the greatest width, and whether there are several. Listing all widths takes long.
        widest = dict.fromkeys(range(min(len(font.widths), 2)), max(font.widths.values(), default=0))
        library._build_vector_font_dictionary(  # noqa: SLF001 - WeasyPrint has no public function for this
            described, target, font, widest, compress, files[font.hash], options["pdf_version"]
        )
        target.objects[-1]["W"] = font.collect_own().write_widths(font.widths)
        target.add_object(described)
        made[font.hash] = described.reference
    return made


def _add_file(target: Node, alike: Sequence[CompactFont], *, hinting: bool) -> bytes:
    """Add the file of fonts with one face, and return its reference."""
    font = alike[0]
    glyphs: dict[int, str] = {}
    for one in alike:
        glyphs |= {glyph: text for glyph, text in one.to_unicode.items() if glyph not in glyphs}
    font.clean(glyphs, hinting)
    kind = {"Subtype": _ALONE if font.is_compact else "/OpenType"}
    extra = kind if font.type == "otf" else {"Length1": len(font.file_content)}
    return _add_stream(target, font.parts or (font.file_content,), extra)


def _add_stream(target: Node, parts: Sequence[bytes], extra: dict[str, Node] | None = None) -> bytes:
    stream = Stream([b"".join(parts)], Dictionary(extra or {}), compress=True)
    stream.parts = [part for part in parts if part]
    target.add_object(stream)
    return bytes(stream.reference)
