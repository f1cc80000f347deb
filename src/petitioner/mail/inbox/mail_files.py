"""E-mails that somebody saved as files, for accounts without IMAP: .eml, .emlx, mbox, or a folder of them.

What a file holds is told by its bytes, since mail programs name an mbox as they like. Every file that was not read is
named: a bounce in it would be missed without a word.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from petitioner.errors import UsageError
from petitioner.files import get_file_size
from petitioner.mail.inbox.imap_folders import MAX_MAIL_BYTES, SearchResult
from petitioner.mail.inbox.parsing import clean
from petitioner.mail.inbox.read_mail import read_mail
from petitioner.mail.inbox.returned_mail import Mail

_MBOX = re.compile(rb"From \S[^\n]*\n[>A-Za-z][\w>-]*[: ]")  # RFC 4155: its first line, and a header
_EMLX = re.compile(rb"\s*(\d+)\s*\n(?=[A-Za-z][\w-]*:)")  # Apple Mail: the length, the e-mail, and a property list
_HEADER = re.compile(rb"(?im)^(?:from|to|date|subject|received|return-path|message-id|mime-version|delivered-to):")
_ANY_HEADER = re.compile(rb"[A-Za-z][\w-]*[ \t]*:")
_FEWEST_HEADERS = 2
_FEW = 5  # files that are named where none could be read
_HEAD = 8_192  # bytes that tell what a file is
_LARGEST_BOX = 500_000_000
_OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of .msg, and of old Word and Excel files
_OF_SYSTEMS = frozenset({"desktop.ini", "thumbs.db"})
_HINT = "Save the e-mails there from your mail program, as .eml files or as one mbox file."


def read_files(path: Path) -> SearchResult:
    """Every e-mail under a path, and the name of every file that was not read. Raises UsageError when none was."""
    try:
        found = [*_read(path)]
    except OSError as error:
        raise UsageError(
            f"{error.filename or path} cannot be read: {error.strerror}.", "Name another folder."
        ) from None
    mails = tuple(mail for mail in found if isinstance(mail, Mail))
    remarks = tuple(remark for remark in found if isinstance(remark, str))
    if not mails:
        more = (f"{len(remarks) - _FEW} more files were not read either.",) if len(remarks) > _FEW else ()
        raise UsageError(" ".join((f"{path} holds no e-mail that can be read.", *remarks[:_FEW], *more)), _HINT)
    return SearchResult(mails, len(mails), remarks)


def _read(path: Path) -> Iterator[Mail | str]:
    if not path.is_dir():
        yield from _read_file(path)
        return
    files = (file for file in path.rglob("*") if file.is_file())
    for file in sorted(files):
        if not file.name.startswith(".") and file.name.lower() not in _OF_SYSTEMS:
            yield from _read_file(file)


def _read_file(file: Path) -> Iterator[Mail | str]:
    size = get_file_size(file)
    if not size:
        yield f"{file} is empty."
        return
    with file.open("rb") as opened:
        start = opened.read(_HEAD)
    head = clean(start)
    is_box = bool(_MBOX.match(head))
    if size > (_LARGEST_BOX if is_box else MAX_MAIL_BYTES):
        yield f"{file} has {size / 1e6:.0f} MB and was not read; look at it yourself."
    elif start.startswith(_OUTLOOK):
        yield f"{file} is a file of Outlook, which this program cannot read. Save that e-mail as .eml, and look again."
    elif is_box:
        yield from _read_box(file)
    elif apple := _EMLX.match(start):
        yield read_mail(file.read_bytes()[apple.end() : apple.end() + int(apple[1])])
    elif file.suffix.lower() == ".eml" or len(_HEADER.findall(head)) >= _FEWEST_HEADERS:
        yield read_mail(file.read_bytes())
        if not _ANY_HEADER.match(head):
            yield f"{file} does not begin as an e-mail does; look at it yourself."
    else:
        yield f"{file} is no e-mail, as far as this program can see, and was not read."


def _read_box(file: Path) -> Iterator[Mail | str]:
    """The e-mails of an mbox: each begins behind a blank line, with one that begins with ``From``."""
    for number, content in enumerate(_split(clean(file.read_bytes())), 1):
        if len(content) > MAX_MAIL_BYTES:
            size = f"{len(content) / 1e6:.0f} MB"
            yield f"The e-mail number {number} in {file} has {size} and was not read; look at it yourself."
        else:
            yield read_mail(content)


def _split(content: bytes) -> Iterator[bytes]:
    lines = [*re.finditer(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S[^\n]*\n", content)]
    for line, following in zip_longest(lines, lines[1:]):
        yield content[line.end() : following.start() if following else None]
