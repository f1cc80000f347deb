"""The type of a file, found by its first and last bytes and not by its name."""

import re

_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_PDF, _PDF_END, _PDF_TAIL = b"%PDF-", b"%%EOF", 1024  # bytes at the end in which readers look for the mark
_UTF_16 = "is saved as UTF-16 ('Unicode' in some editors)"
_NO_TEXT = {
    b"\xff\xfe": _UTF_16,
    b"\xfe\xff": _UTF_16,
    b"PK\x03\x04": "is a Word or Excel file, or another archive, and no plain text",
    b"\xd0\xcf\x11\xe0": "is an old Word or Excel file, and no plain text",
    b"{\\rtf": "is a rich-text file, and no plain text",
    _PDF: "is a PDF, and no plain text",
}
_JIS = b"\x1b$B"  # how ISO-2022-JP turns to kanji
_SAMPLE = 20_000  # bytes

# Begin of a file, and its media type; the first that matches. Sources: RFC 9649 (WebP), ISO/IEC 14496-12 and 23008-12
# (MP4, HEIC), RFC 9559 (Matroska), ECMA-376-2 and OpenDocument 1.3, part 2 (packages), MS-CFB and MS-DOC.
_OLE, _HEAD = rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", rb"PK\x03\x04.{26}"
_MEDIA_TYPES = (
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"\x89PNG\r\n\x1a\n(?:(?!IDAT).){0,9999}acTL", "image/apng"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"GIF8", "image/gif"),
    (rb"RIFF.{4}WEBP", "image/webp"),
    (rb"II\*\0.{4}CR", "image/x-canon-cr2"),
    (rb"II\*\0|MM\0\*", "image/tiff"),
    (rb"BM.{4}\0{4}", "image/bmp"),
    (rb"8BPS", "image/vnd.adobe.photoshop"),
    (rb".{4}ftyp(?:avi[fs]|m[is]f1.{4}(?:.{4}){0,9}avif)", "image/avif"),
    (rb".{4}ftyp(?:he[iv][cmsx]|m[is]f1)", "image/heic"),
    (rb".{4}ftypqt", "video/quicktime"),
    (rb".{4}ftypM4A", "audio/mp4"),
    (rb".{4}ftyp", "video/mp4"),
    (rb"\x1aE\xdf\xa3.{0,99}webm", "video/webm"),
    (rb"\x1aE\xdf\xa3", "video/x-matroska"),
    (rb"RIFF.{4}AVI ", "video/x-msvideo"),
    (rb"RIFF.{4}WAVE", "audio/x-wav"),
    (rb"ID3|\xff\xfb", "audio/mpeg"),
    (rb"(?:\xef\xbb\xbf)?%PDF", "application/pdf"),
    (rb"\{\\rtf", "application/rtf"),
    (_HEAD + rb"mimetype(?P<type>application/vnd\.oasis\.opendocument\.[a-z]+)", ""),
    (_HEAD + rb"(?P<part>\[Content_Types\]\.xml|_rels/|docProps|word/|xl/|ppt/)", "application/zip"),
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", "application/zip"),
    (_OLE + rb".{504}\xec\xa5\xc1\0", "application/msword"),
    (_OLE + rb".{504}\t\x08", "application/vnd.ms-excel"),
    (rb"\x1f\x8b\x08", "application/gzip"),
    (rb"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (rb"Rar!\x1a\x07", "application/x-rar-compressed"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OFFICE_TYPES = {
    b"word": "wordprocessingml.document",
    b"xl": "spreadsheetml.sheet",
    b"ppt": "presentationml.presentation",
}


def find_media_type(content: bytes) -> str:
    """Return the media type of a photograph, scan, film, office file or archive by its signature, or an empty text."""
    for begin, kind in _MEDIA_TYPES:
        if not (found := re.match(begin, content, re.DOTALL)):
            continue
        groups = found.groupdict()
        if "part" in groups and (part := re.search(_HEAD + rb"(word|xl|ppt)/", content, re.DOTALL)):
            return _OFFICE + _OFFICE_TYPES[part[1]]
        return groups["type"].decode() if "type" in groups else kind
    return ""


def explain_no_text(content: bytes) -> str:
    """What a file is that is no text in UTF-8 although its bytes may pass for it, or nothing."""
    half = len(content[:_SAMPLE]) // 2
    if half and content.count(0, 0, _SAMPLE) * 3 > half:  # in UTF-16 every second byte of Latin text is zero
        return f"{_UTF_16}, or is no plain text"
    if _JIS in content:
        return "is not UTF-8; it looks like ISO-2022-JP"
    return next((said for start, said in _NO_TEXT.items() if content.startswith(start)), "")


def is_png(content: bytes) -> bool:
    """Whether this is a PNG from its start to its end; one that was cut off while it was copied is none."""
    return content.startswith(_PNG) and content.rstrip(b"\0").endswith(_PNG_END)


def is_jpeg(content: bytes) -> bool:
    """Whether this is a JPEG from its start to its end; cameras write more behind the end."""
    return content.startswith(_JPEG) and _JPEG_END in content


def is_picture(content: bytes) -> bool:
    """Whether this is a picture that a letter can show."""
    return is_png(content) or is_jpeg(content)


def is_pdf(content: bytes) -> bool:
    """Whether this is a PDF from its start to its end."""
    return content.startswith(_PDF) and _PDF_END in content[-_PDF_TAIL:]
