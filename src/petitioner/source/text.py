"""Decode text as UTF-8 without hidden characters, and detect the type of a file."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from petitioner.errors import Problem, Severity
from petitioner.model.characters import compose_text, explain_refused_character, find_refused_character

_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_PDF, _PDF_END, _PDF_TAIL = b"%PDF-", b"%%EOF", 1024  # bytes at the end in which readers look for %%EOF
_UTF_16 = "is saved as UTF-16 ('Unicode' in some editors)"
_NO_TEXT = {
    b"\xff\xfe": _UTF_16,
    b"\xfe\xff": _UTF_16,
    b"PK\x03\x04": "is a Word or Excel file, or another archive, not plain text",
    b"\xd0\xcf\x11\xe0": "is an old Word or Excel file, not plain text",
    b"{\\rtf": "is a rich-text file, not plain text",
    _PDF: "is a PDF, not plain text",
}
_JIS = b"\x1b$B"  # begins kanji in ISO-2022-JP
_SAMPLE_BYTES = 20_000  # bytes

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
_BOM = b"\xef\xbb\xbf"
# Encodings that are usual in Japanese, Chinese and Korean offices.
_LEGACY = ["cp932", "gb18030", "euc_jp", "euc_kr", "big5", "cp1252"]
_NAMES = {"cp932": "Shift_JIS", "gb18030": "GB18030", "gbk": "GB18030", "euc_kr": "EUC-KR", "cp949": "EUC-KR"}
_SAMPLE = 20_000  # bytes around the fault, from which the encoding is guessed
_MOST_LINES = 10  # with hidden characters that are reported one by one: a broken file has thousands
_REPLACEMENT = "\u00b7"
_MERGE = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: .*)?")  # the lines that git puts into a file that it could not merge


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
    """Return why a file is not UTF-8 text, although its bytes may be valid UTF-8; else an empty text."""
    half = len(content[:_SAMPLE_BYTES]) // 2
    if half and content.count(0, 0, _SAMPLE_BYTES) * 3 > half:  # in UTF-16 every second byte of Latin text is zero
        return f"{_UTF_16}, or is not plain text"
    if _JIS in content:
        return "is not UTF-8; it looks like ISO-2022-JP"
    return next((reason for start, reason in _NO_TEXT.items() if content.startswith(start)), "")


def is_png(content: bytes) -> bool:
    """Whether it is a complete PNG, not one that was cut off."""
    return content.startswith(_PNG) and content.rstrip(b"\0").endswith(_PNG_END)


def is_jpeg(content: bytes) -> bool:
    """Whether it is a complete JPEG; cameras may write more data after its end."""
    return content.startswith(_JPEG) and _JPEG_END in content


def is_picture(content: bytes) -> bool:
    """Whether a file's content is a PNG or JPEG, the pictures that a letter can show."""
    return is_png(content) or is_jpeg(content)


def is_pdf(content: bytes) -> bool:
    """Whether it is a complete PDF."""
    return content.startswith(_PDF) and _PDF_END in content[-_PDF_TAIL:]


def decode(path: str, content: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    """Decode a file as UTF-8, and return its text, in NFC and with Unix line ends, and its problems.

    The text is None if it cannot be decoded. A byte-order mark, which Windows editors write, is only a warning. A
    hidden character is reported and replaced, so that it is reported once.
    """
    if reason := explain_no_text(content):
        return None, (_make_encoding_problem(path, 1, reason),)
    marked = tuple(_warn_of_bom(path)) if content.startswith(_BOM) else ()
    content = content.removeprefix(_BOM)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, (_make_encoding_problem(path, line, _describe_encoding(content, error.start)),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return None, (Problem(path, 1, "S108", "the file is empty", "Restore it from a copy, or write it again."),)
    if unmerged := tuple(_check_merge(path, text)):
        return None, (*marked, *unmerged)
    hidden = tuple(_check_characters(path, text))
    return compose_text(hide_refused_characters(text) if hidden else text), (*marked, *hidden)


def hide_refused_characters(text: str) -> str:
    """Replace each character that is not allowed in a letter by a dot."""
    return "".join(
        _REPLACEMENT if character not in "\n\t" and explain_refused_character(character) else character
        for character in text
    )


def guess_text(content: bytes) -> str | None:
    """Decode bytes in the encoding that they probably have; None if it cannot be guessed."""
    best = _guess_encoding(content[:_SAMPLE])
    return content.decode(best, "replace") if best else None


def _guess_encoding(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - loaded when a file is not in UTF-8

    best = from_bytes(sample, cp_isolation=_LEGACY, preemptive_behaviour=False).best()
    return best.encoding if best else None


def _warn_of_bom(path: str) -> Iterator[Problem]:
    message = "the file starts with a byte-order mark, which was ignored"
    yield Problem(path, 1, "S102", message, "Save the file as 'UTF-8' rather than 'UTF-8 with BOM'.", Severity.WARNING)


def _check_merge(path: str, text: str) -> Iterator[Problem]:
    """Yield a problem for each place where git left two versions in a file."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return
    marks = [(number, line[0]) for number, line in enumerate(text.split("\n"), 1) if _MERGE.fullmatch(line)]
    if not any(character in "<>" for _, character in marks):
        return  # a line of = alone is also written under a heading
    starts = [place for place, (_, character) in enumerate(marks) if character == "<" or place == 0]
    for start, end in zip(starts, [*starts[1:], len(marks)], strict=True):
        numbers = ", ".join(str(number) for number, _ in marks[start:end])
        lines = f"line{'s' if end - start > 1 else ''} {numbers}"
        message = f"git left two versions here, between its markers on {lines}; the file was not read"
        hint = "Keep one version, and delete the lines that start with <<<<<<<, ======= or >>>>>>>."
        yield Problem(path, marks[start][0], "S112", message, hint)


def _check_characters(path: str, text: str) -> Iterator[Problem]:
    """Yield a problem for each line with a character that is not allowed; after ten lines one for all others."""
    if find_refused_character(text.replace("\t", " ")) is None:
        return
    found = (
        (number, find_refused_character(line.replace("\t", " "))) for number, line in enumerate(text.split("\n"), 1)
    )
    lines = [(number, *fault) for number, fault in found if fault]
    for number, offset, name, reason in lines[:_MOST_LINES]:
        message = f"character {offset + 1} of this line is {name}, which is {reason}"
        yield Problem(path, number, "S107", message, "Delete it, and type the text around it again.")
    if more := lines[_MOST_LINES:]:
        message = f"{len(more)} more lines contain such characters, from this one on"
        yield Problem(
            path, more[0][0], "S107", message, "Is this the right file? If it is damaged, restore it from a copy."
        )


def _describe_encoding(content: bytes, offset: int) -> str:
    reason = f"is not UTF-8 (byte 0x{content[offset]:02X} on this line)"
    sample = content[max(offset - _SAMPLE // 2, 0) : offset + _SAMPLE // 2]
    best = _guess_encoding(sample)
    if best is None:
        return reason
    name = _NAMES.get(best, best.upper().replace("_", "-"))
    return f"{reason}; it looks like {name}"


def _make_encoding_problem(path: str, line: int, reason: str) -> Problem:
    hint = "Open it in an editor that shows the text correctly, and save it as plain text with the encoding UTF-8."
    return Problem(path, line, "S101", f"{PurePosixPath(path).name} {reason}", hint)
