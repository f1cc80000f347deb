"""Read e-mails saved as files, for accounts without IMAP: .eml, .emlx, mbox, or a folder of them.

The format is found by the bytes, since mail programs name an mbox in many ways. Every file that was not read is
reported, since it may hold a bounce.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from petitioner.errors import UsageError
from petitioner.files import get_file_size
from petitioner.mail.inbox.imap_folders import MAX_MAIL_BYTES, SearchResult
from petitioner.mail.inbox.parsing import clean_content
from petitioner.mail.inbox.read_mail import read_mail
from petitioner.mail.inbox.returned_mail import Mail

_MBOX_START = re.compile(rb"From \S[^\n]*\n[>A-Za-z][\w>-]*[: ]")  # RFC 4155: its first line, and a header
_EMLX_START = re.compile(rb"\s*(\d+)\s*\n(?=[A-Za-z][\w-]*:)")  # Apple Mail: the length, then the e-mail
_HEADERS = re.compile(rb"(?im)^(?:from|to|date|subject|received|return-path|message-id|mime-version|delivered-to):")
_ANY_HEADER = re.compile(rb"[A-Za-z][\w-]*[ \t]*:")
_MIN_HEADERS = 2
_MAX_NAMED_FILES = 5  # files named in the error when nothing could be read
_FORMAT_BYTES = 8_192  # bytes that show the format of a file
_MAX_MBOX_BYTES = 500_000_000
_OUTLOOK_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of .msg, and of old Word and Excel files
_SYSTEM_FILES = frozenset({"desktop.ini", "thumbs.db"})
_HINT = "Save the e-mails there from your mail program, as .eml files or as one mbox file."


def read_saved_mails(path: Path) -> SearchResult:
    """Read every e-mail under a path, and list the files not read. Raises UsageError when there is no e-mail."""
    try:
        results = [*_read_path(path)]
    except OSError as error:
        raise UsageError(
            f"{error.filename or path} cannot be read: {error.strerror}.", "Name another folder."
        ) from None
    mails = tuple(mail for mail in results if isinstance(mail, Mail))
    skipped = tuple(text for text in results if isinstance(text, str))
    if not mails:
        reasons = list(skipped[:_MAX_NAMED_FILES])
        if len(skipped) > _MAX_NAMED_FILES:
            reasons.append(f"{len(skipped) - _MAX_NAMED_FILES} more files were not read either.")
        raise UsageError(" ".join((f"{path} has no e-mail that can be read.", *reasons)), _HINT)
    return SearchResult(mails, len(mails), skipped)


def _read_path(path: Path) -> Iterator[Mail | str]:
    if not path.is_dir():
        yield from _read_mails_or_reasons(path)
        return
    files = (file for file in path.rglob("*") if file.is_file())
    for file in sorted(files):
        if not file.name.startswith(".") and file.name.lower() not in _SYSTEM_FILES:
            yield from _read_mails_or_reasons(file)


def _read_mails_or_reasons(file: Path) -> Iterator[Mail | str]:
    """Yield the e-mails of a file, and a sentence for each that was not read."""
    size = get_file_size(file)
    if not size:
        yield f"{file} is empty."
        return
    with file.open("rb") as opened:
        start = opened.read(_FORMAT_BYTES)
    cleaned_start = clean_content(start)
    is_mbox = bool(_MBOX_START.match(cleaned_start))
    if size > (_MAX_MBOX_BYTES if is_mbox else MAX_MAIL_BYTES):
        yield f"{file} has {size / 1e6:.0f} MB and was not read; look at it yourself."
    elif start.startswith(_OUTLOOK_START):
        yield f"{file} is a file of Outlook, which cannot be read here. Save that e-mail as .eml, and run this again."
    elif is_mbox:
        yield from _read_mbox(file)
    elif emlx := _EMLX_START.match(start):
        yield read_mail(file.read_bytes()[emlx.end() : emlx.end() + int(emlx[1])])
    elif file.suffix.lower() == ".eml" or len(_HEADERS.findall(cleaned_start)) >= _MIN_HEADERS:
        yield read_mail(file.read_bytes())
        if not _ANY_HEADER.match(cleaned_start):
            yield f"{file} does not begin as an e-mail does; look at it yourself."
    else:
        yield f"{file} does not seem to be an e-mail, and was not read."


def _read_mbox(file: Path) -> Iterator[Mail | str]:
    """Read the e-mails of an mbox: each starts with a ``From`` line after an empty line."""
    for number, content in enumerate(_split_mbox(clean_content(file.read_bytes())), 1):
        if len(content) > MAX_MAIL_BYTES:
            size = f"{len(content) / 1e6:.0f} MB"
            yield f"The e-mail number {number} in {file} has {size} and was not read; look at it yourself."
        else:
            yield read_mail(content)


def _split_mbox(content: bytes) -> Iterator[bytes]:
    lines = [*re.finditer(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S[^\n]*\n", content)]
    for line, following in zip_longest(lines, lines[1:]):
        yield content[line.end() : following.start() if following else None]
