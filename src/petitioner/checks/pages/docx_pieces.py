"""Read a DOCX in pieces, each of which is read once in a process: its parts, and the paragraphs of its document.

What a piece says depends on its bytes alone, so a piece with the same bytes is not read again. This reader knows only
the form in which the program writes its archives: every other reader finds the same parts. Its document has no
declarations, comments or other namespaces, so that each paragraph can be read by itself. A file in any other form is
read by ``docx_reader``. The result is the same.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

from petitioner.checks.pages.docx_reader import (
    DOCUMENT,
    MAX_UNPACKED_BYTES,
    READ_ERRORS,
    DocxText,
    Layout,
    Node,
    Words,
    has_layout,
    is_read,
    join_parts,
    join_words,
    parse_part,
    read_docx,
    read_layout,
    read_words,
)
from petitioner.model.limits import KEPT_TEXTS

# An archive (PKWARE's APPNOTE 6.3, chapter 4): members, the directory, and its end.
_HEADER, _ENTRY, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5HLL"), struct.Struct("<4s4H2LH")
_MEMBER, _MODE = b"PK\3\4", 0o600 << 16
_USUAL = (20, 0, 8, 0, 0x21, 0)  # version 2.0, no flags, deflated, on 1 January 1980, nothing more

_ROOT = re.compile(rb"<\?xml version='1\.0' encoding='UTF-8' standalone='yes'\?>\n<w:document [^<>]*>")
_START, _STOP, _EMPTY, _DOCUMENT_END = b"<w:p>", b"</w:p>", b"<w:p/>", b"</w:document>"
_OTHER_MARKUP = b"<!", b"<?"  # comments and the like


class _UnfamiliarError(Exception):
    """A file does not have the form of this program's files."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A packed part, with its checksum and its size when it is unpacked."""

    checksum: int
    size: int
    packed: bytes

    def unpack(self) -> bytes:
        """Return the part. Raises ``_UnfamiliarError`` if it is damaged."""
        unpacked = zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.packed, self.size + 1)
        if len(unpacked) != self.size or zlib.crc32(unpacked) != self.checksum:
            raise _UnfamiliarError
        return unpacked


def read_docx_in_pieces(content: bytes) -> DocxText:
    """Read the parts of a DOCX. Raises ``UnreadablePageError`` if it is not a DOCX, or damaged."""
    try:
        members = _find_members(content)
        parts = {name: _parse(member) for name, member in members.items() if name != DOCUMENT}
        words, layout = _read_document(members[DOCUMENT].unpack())
        return join_parts(parts, words, layout)
    except (_UnfamiliarError, struct.error, *READ_ERRORS):
        return read_docx(content)


def _find_members(content: bytes) -> dict[str, _Member]:
    """Return the parts that are read, by name. Raises ``_UnfamiliarError`` unless the directory has the same parts."""
    found: dict[str, _Member] = {}
    directory: list[bytes] = []
    place = 0
    while content.startswith(_MEMBER, place):
        _, *usual, checksum, packed, size, length, extra = header = _HEADER.unpack_from(content, place)
        if (*usual, extra) != _USUAL:
            raise _UnfamiliarError
        start = place + _HEADER.size + length
        name = content[start - length : start]
        directory += _ENTRY.pack(b"PK\1\2", _USUAL[0], *header[1:], 0, 0, 0, _MODE, place), name
        found[name.decode("ascii")] = _Member(checksum, size, content[start : start + packed])
        place = start + packed
    entries = b"".join(directory)
    count = len(directory) // 2
    if content[place:] != entries + _END.pack(b"PK\5\6", 0, 0, count, count, len(entries), place, 0):
        raise _UnfamiliarError
    members = {name: member for name, member in found.items() if is_read(name)}
    if len(found) != count or sum(member.size for member in members.values()) > MAX_UNPACKED_BYTES:
        raise _UnfamiliarError
    return members


@lru_cache(maxsize=64)  # letters share most of their parts
def _parse(member: _Member) -> Node:
    return parse_part(member.unpack())


def _read_document(content: bytes) -> tuple[Words, Layout]:
    """Read the paragraphs of a document, and what is around them. Raises ``_UnfamiliarError``."""
    found = _ROOT.match(content)
    if not found or any(content.find(mark, found.end()) >= 0 for mark in _OTHER_MARKUP):
        raise _UnfamiliarError
    *pieces, last = content.split(_STOP)
    divided = [piece.partition(_START) for piece in pieces]
    layout = _read_layout(found[0], _EMPTY.join((*(before for before, _, _ in divided), last)))
    return join_words([_read_paragraph(found[0], paragraph) for _, _, paragraph in divided]), layout


@lru_cache(maxsize=256)
def _read_layout(root: bytes, content: bytes) -> Layout:
    """Read a document whose paragraphs are empty. Raises ``_UnfamiliarError`` if other words are in it."""
    document = parse_part(content)
    if content.count(b"xmlns") != root.count(b"xmlns") or read_words(document) != Words():
        raise _UnfamiliarError
    return read_layout(document)


@lru_cache(maxsize=KEPT_TEXTS)
def _read_paragraph(root: bytes, content: bytes) -> Words:
    """Read a paragraph. Raises ``_UnfamiliarError`` if a part of the layout is in it."""
    paragraph = parse_part(b"".join((root, _START, content, _STOP, _DOCUMENT_END)))
    if has_layout(paragraph):
        raise _UnfamiliarError
    return read_words(paragraph)
