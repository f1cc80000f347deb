"""The type of a file, found by its first and last bytes and not by its name."""

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
