"""Fonts in a print run: each font file once, and one file for the parts of a font that several letters have."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress

from pikepdf import Dictionary, Name, Object, Pdf, PdfError, Stream

from petitioner.files import digest
from petitioner.outlines import merge_outlines

_FILES = (Name.FontFile, Name.FontFile2, Name.FontFile3)
_OUTLINES = Name.CIDFontType0C


def share_fonts(run: Pdf) -> None:
    """Store each font file once. Letters in Chinese, Japanese or Korean then share the files of their fonts too.

    A page uses the same glyphs as before: each has its number, its outline and its width in the shared file.
    """
    known: dict[str, Object] = {}
    parts: dict[str, list[Object]] = defaultdict(list)
    for descriptor, key in _list_files(run):
        with suppress(PdfError):  # a font that cannot be read stays as it is
            file = known.setdefault(_identify(descriptor[key]), descriptor[key])
            descriptor[key] = file
            if file.get(Name.Subtype) == _OUTLINES:
                parts[str(descriptor.FontName).rpartition("+")[2]].append(descriptor)  # a letter may have two of a face
    for descriptors in parts.values():
        with suppress(PdfError):
            _merge(run, descriptors)


def _list_files(run: Pdf) -> Iterator[tuple[Object, Name]]:
    """Yield each font descriptor with the key of its file (ISO 32000-1, table 122)."""
    for thing in run.objects:
        if isinstance(thing, Dictionary) and thing.get(Name.Type) == Name.FontDescriptor and Name.FontName in thing:
            yield from ((thing, key) for key in _FILES if isinstance(thing.get(key), Stream))


def _identify(file: Object) -> str:
    """Return a text that is equal for equal streams."""
    return f"{digest(file.read_raw_bytes())} {file.stream_dict.unparse()!r}"


def _merge(run: Pdf, descriptors: list[Object]) -> None:
    """Give the parts of a font one file with the glyphs of all, if they can be merged."""
    files = {descriptor.FontFile3.objgen: descriptor.FontFile3 for descriptor in descriptors}
    merged = merge_outlines(file.read_bytes() for file in files.values()) if len(files) > 1 else None
    if merged:
        shared = run.make_stream(merged, Subtype=_OUTLINES)
        for descriptor in descriptors:
            descriptor.FontFile3 = shared
