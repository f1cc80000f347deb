"""Remove the metadata of photographs: place, time, camera and owner. No pixel changes.

Exif, GPS, XMP, IPTC and data after the picture are removed, or overwritten where other parts are found by offsets.
Only the orientation stays. Sources: ITU-T T.81 and JEITA CP-3451 (JPEG, Exif), W3C PNG, TIFF 6.0, RFC 9649 (WebP),
ISO/IEC 14496-12 and 23008-12 (HEIC, AVIF).
"""

import re
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from itertools import chain

from PIL import Image

_ORIENTATION = 0x0112
_UPRIGHT, _LAST_ORIENTATION = 1, 8
_LARGEST_CHUNK = 0x7FFFFFFF

_NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers of JPEG without a length
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_APPLICATION = range(0xE0, 0xF0)
_JFIF, _EXIF = 0xE0, 0xE1
_KEPT_SEGMENTS = {0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_JFIF_LENGTH = 12  # before the size of its thumbnail

_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS = frozenset(
    b"tRNS gAMA cHRM sRGB iCCP sBIT bKGD hIST pHYs sPLT cICP mDCV cLLI acTL fcTL fdAT".split()
)  # of those that a reader may pass over: colours, sizes and moving pictures

_KEPT_IN_WEBP = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04

_KEPT_TAGS = frozenset(  # how the pixels are to be read, and ICC profiles
    chain(
        *(range(254, 260), range(262, 267), range(273, 275), range(277, 285), range(286, 288), range(290, 294)),
        *(range(296, 298), range(317, 326), range(332, 337), range(338, 348), range(512, 522), range(529, 533)),
        (301, 330, 351, 34675),
    )
)
_PHOTOMETRIC, _DNG = 262, 50706
_SUB_DIRECTORIES = frozenset({330, 34665, 34853, 40965})  # of more pictures; of Exif, GPS and Interoperability
_RAW = frozenset({32803, 34892})
_TIFF_SIZES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4)  # bytes of each type of value

_KEPT_BOXES = frozenset({b"ftyp", b"meta", b"mdat", b"free"})
_EMPTY_EXIF = b"\0\0\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"  # an offset, and a directory without entries


def strip_metadata(media_type: str, content: bytes) -> bytes:
    """Return the photograph without its metadata; the same bytes when it has none.

    Raises ValueError when that cannot be taken out.
    """
    clean = _CLEANERS.get(media_type)
    if clean is None:
        raise ValueError(f"nothing can be taken out of {media_type}")
    try:
        return clean(content)
    except (struct.error, IndexError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("it is not built as such a picture is") from error


def may_hold_metadata(media_type: str) -> bool:
    """Return whether files of a type may hold metadata: where and with what they were made."""
    kind, _, form = media_type.partition("/")
    return kind == "video" or (kind == "image" and form not in ("gif", "bmp"))


def _read_orientation(content: bytes) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about its size and its Exif; nothing is decoded here
        with Image.open(BytesIO(content)) as picture:
            found = picture.getexif().get(_ORIENTATION)
    return found if isinstance(found, int) and _UPRIGHT <= found <= _LAST_ORIENTATION else _UPRIGHT


def _make_exif(orientation: int) -> bytes:
    """Make the smallest Exif data that has an orientation."""
    return b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0) + b"\0\0\0\0"


def _clean_jpeg(content: bytes) -> bytes:
    orientation = _read_orientation(content)
    exif = _make_segment(_EXIF, b"Exif\0\0" + _make_exif(orientation)) if orientation != _UPRIGHT else b""
    kept = [_clean_segment(marker, segment) for marker, segment in _list_segments(content)]
    opening = b"".join(segment for segment in kept if segment[1:2] == bytes([_JFIF]))
    return content[:2] + opening + exif + b"".join(segment for segment in kept if segment[1:2] != bytes([_JFIF]))


def _clean_segment(marker: int, segment: bytes) -> bytes:
    """Return a segment without metadata, or nothing if it is only metadata."""
    payload = segment[4:]
    if marker == _JFIF and payload.startswith(b"JFIF\0"):
        return _make_segment(marker, payload[:_JFIF_LENGTH] + b"\0\0")
    if marker in _KEPT_SEGMENTS:
        return segment if payload.startswith(_KEPT_SEGMENTS[marker]) else b""
    return b"" if marker in _APPLICATION or marker == _COMMENT else segment


def _make_segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _list_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the marker and bytes of each segment of a JPEG; a scan includes its image data."""
    place = 2
    while True:
        found = _NEXT_MARKER.search(content, place)
        if found is None:
            raise ValueError("it was cut off")
        place, marker = found.start(), content[found.start() + 1]
        length = 0 if marker in _ALONE or marker == _END else struct.unpack_from(">H", content, place + 2)[0]
        end = place + 2 + length
        if marker == _SCAN:
            after = _NEXT_MARKER.search(content, end)
            end = after.start() if after else len(content)
        yield marker, content[place:end]
        if marker == _END:
            return
        place = end


def _clean_png(content: bytes) -> bytes:
    orientation = _read_orientation(content)
    kept, place = [_PNG], len(_PNG)
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        if length > _LARGEST_CHUNK or place + length + 12 > len(content):
            raise ValueError("it was cut off")
        is_needed = kind[:1].isupper() or kind in _KEPT_CHUNKS
        kept += [content[place : place + length + 12]] if is_needed else []
        if kind == b"IHDR" and orientation != _UPRIGHT:
            exif = b"eXIf" + _make_exif(orientation)
            kept.append(struct.pack(">I", len(exif) - 4) + exif + struct.pack(">I", zlib.crc32(exif)))
        if kind == b"IEND":
            return b"".join(kept)
        place += length + 12
    raise ValueError("it was cut off")


def _clean_webp(content: bytes) -> bytes:
    orientation = _read_orientation(content)
    end = 8 + struct.unpack_from("<I", content, 4)[0]
    kept, place = bytearray(), 12
    while place < end:
        kind, length = struct.unpack_from("<4sI", content, place)
        chunk = bytearray(content[place : place + 8 + length + length % 2])
        if kind == b"VP8X":
            chunk[8] &= ~(_WEBP_EXIF | _WEBP_XMP) & 0xFF
            chunk[8] |= _WEBP_EXIF if orientation != _UPRIGHT else 0
        kept += chunk if kind in _KEPT_IN_WEBP else b""
        place += len(chunk)
    if orientation != _UPRIGHT:
        exif = _make_exif(orientation)
        kept += struct.pack("<4sI", b"EXIF", len(exif)) + exif
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP" + bytes(kept)


def _clean_tiff(content: bytes) -> bytes:
    """Remove entries from the directories and overwrite their values; all else keeps its offset."""
    order = "<" if content[:2] == b"II" else ">"
    blanked, seen = bytearray(content), set[int]()
    pending = [(struct.unpack_from(f"{order}I", content, 4)[0], True)]
    while pending:
        place, is_picture = pending.pop()
        if not place or place in seen:
            continue
        seen.add(place)
        count, kept = struct.unpack_from(f"{order}H", content, place)[0], b""
        after = place + 2 + count * 12
        for entry in range(place + 2, after, 12):
            tag, at, length = _read_entry(content, entry, order)
            if is_picture and tag in _KEPT_TAGS:
                kept += content[entry : entry + 12]
            else:
                blanked[at : at + length] = bytes(len(content[at : at + length]))
            if tag in _SUB_DIRECTORIES:
                found = struct.unpack_from(f"{order}{length // 4}I", content, at)
                pending += ((one, is_picture and tag in _KEPT_TAGS) for one in found)
        pending.append((struct.unpack_from(f"{order}I", content, after)[0], is_picture))
        directory = struct.pack(f"{order}H", len(kept) // 12) + kept + content[after : after + 4]
        blanked[place : after + 4] = directory.ljust(after + 4 - place, b"\0")
    return bytes(blanked)


def _read_entry(content: bytes, entry: int, order: str) -> tuple[int, int, int]:
    """Return tag, offset and length of a value in a TIFF. Raises ValueError for a camera's raw picture."""
    tag, kind, count = struct.unpack_from(f"{order}HHI", content, entry)
    length = (_TIFF_SIZES[kind] if kind < len(_TIFF_SIZES) else 1) * count
    at = entry + 8 if length <= 4 else struct.unpack_from(f"{order}I", content, entry + 8)[0]  # noqa: PLR2004 - as wide as the entry has room for
    is_raw = tag == _PHOTOMETRIC and struct.unpack_from(f"{order}H", content, at)[0] in _RAW
    if is_raw or tag == _DNG:
        raise ValueError("it is the raw picture of a camera")
    return tag, at, length


def _clean_heif(content: bytes) -> bytes:
    """Overwrite the Exif and XMP items, and boxes that are no part of the picture."""
    blanked = bytearray(content)
    for kind, start, body, end in _list_boxes(content, 0, len(content)):
        if kind == b"meta":
            for at, length, is_exif in _list_metadata(content, body + 4, end):
                empty = _EMPTY_EXIF if is_exif and length >= len(_EMPTY_EXIF) else b""
                blanked[at : at + length] = empty.ljust(length, b"\0" if is_exif else b" ")
        elif kind == b"moov":
            raise ValueError("it holds a film")
        elif kind not in _KEPT_BOXES:
            blanked[start + 4 : start + 8] = b"free"
            blanked[body:end] = bytes(end - body)
    return bytes(blanked)


def _list_boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield kind, start, start of the content, and end of each box."""
    while start < end:
        size, kind = struct.unpack_from(">I4s", content, start)
        body = start + 8
        if size == 1:
            size, body = struct.unpack_from(">Q", content, body)[0], body + 8
        size = size or end - start
        if size < body - start or start + size > end:
            raise ValueError("it was cut off")
        yield kind, start, body, start + size
        start += size


def _list_metadata(content: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the offset and length of each piece of metadata in the file, and whether it is Exif."""
    boxes = {kind: (body, after) for kind, _, body, after in _list_boxes(content, start, end)}
    if b"iinf" not in boxes or b"iloc" not in boxes:
        raise ValueError("it does not say what it holds")
    is_exif_by_item = dict(_list_metadata_items(content, *boxes[b"iinf"]))
    within = boxes.get(b"idat", (0, 0))[0]
    for item, place, length, method in _list_extents(content, boxes[b"iloc"][0]):
        if item in is_exif_by_item and length:
            if method > 1:
                raise ValueError("it keeps its metadata in an unusual place")
            yield place + (within if method else 0), length, is_exif_by_item[item]


def _list_metadata_items(content: bytes, body: int, end: int) -> Iterator[tuple[int, bool]]:
    """Yield the number of each metadata item, and whether it is Exif."""
    width = 4 if content[body] else 2
    for kind, _, inner, _ in _list_boxes(content, body + 4 + width, end):
        version = content[inner]
        wide = version > 2  # noqa: PLR2004 - the version from which ids are wide
        item = struct.unpack_from(">I" if wide else ">H", content, inner + 4)[0]
        place = inner + 4 + (4 if wide else 2) + 2
        name = content[place : place + 4] if version > 1 else b""
        if kind == b"infe" and name in (b"Exif", b"mime", b"uri "):
            yield item, name == b"Exif"


def _list_extents(content: bytes, body: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield item, offset, length and construction method of each extent (ISO/IEC 14496-12, 8.11.3)."""
    version, sizes = content[body], struct.unpack_from(">H", content, body + 4)[0]
    offset, length, base, index = (sizes >> shift & 0xF for shift in (12, 8, 4, 0))
    wide = 4 if version > 1 else 2
    stream = BytesIO(content[body + 6 :])

    def take(width: int) -> int:
        found = stream.read(width)
        if len(found) < width:
            raise ValueError("it was cut off")
        return int.from_bytes(found, "big")

    for _ in range(take(wide)):
        item = take(wide)
        method = take(2) & 0xF if version else 0
        take(2)
        start = take(base)
        for _ in range(take(2)):
            take(index if version else 0)
            place = take(offset)
            yield item, start + place, take(length), method


_CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _clean_jpeg,
    "image/png": _clean_png,
    "image/apng": _clean_png,
    "image/webp": _clean_webp,
    "image/tiff": _clean_tiff,
    "image/heic": _clean_heif,
    "image/heif": _clean_heif,
    "image/avif": _clean_heif,
}
