"""The folders of an account, and their names as IMAP spells them: in modified UTF-7 (RFC 3501, 5.1.3)."""

import base64
import imaplib
import re

from petitioner.accounts.imap import clean_words
from petitioner.accounts.reading import AccountError

_RUN = re.compile(r"[^\x20-\x7e]+")
_SHIFTED = re.compile(r"&([^-]*)-")
_LISTED = re.compile(rb'\([^)]*\) (?:NIL|"(?:[^"\\]|\\.)*") (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<atom>\S+))')
_ESCAPED = re.compile(rb"\\(.)")


def quote_folder(name: str) -> str:
    """A folder's name as imaplib wants it: in modified UTF-7 and in quotes."""
    coded = _RUN.sub(lambda run: f"&{_shift(run.group())}-", name.replace("&", "&-"))
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def list_folders(imap: imaplib.IMAP4) -> tuple[str, ...]:
    """The names of all folders, as people read them. Raises AccountError when the server will not tell."""
    try:
        status, lines = imap.list()
    except (OSError, imaplib.IMAP4.error) as error:
        raise AccountError(f"{imap.host} does not list its folders: {clean_words(error)}", "Try again later.") from None
    if status != "OK":
        raise AccountError(f"{imap.host} does not list its folders: {status}", "Ask those who run it.")
    return tuple(name for line in lines if (name := read_folder(line)))


def read_folder(line: object) -> str:
    """The name in one line of LIST: an atom, quoted, or apart as a literal."""
    if isinstance(line, tuple):
        return _decode(line[1])
    found = _LISTED.fullmatch(line) if isinstance(line, bytes) else None
    if found is None:
        return ""
    quoted = found["quoted"]
    return _decode(_ESCAPED.sub(rb"\1", quoted) if quoted is not None else found["atom"])


def _decode(name: bytes) -> str:
    """Modified UTF-7 as text; what is not well-formed stays as it is."""
    try:
        return _SHIFTED.sub(lambda run: _unshift(run[1]), name.decode("ascii"))
    except ValueError:
        return name.decode("utf-8", "backslashreplace")


def _unshift(coded: str) -> str:
    padded = coded.replace(",", "/") + "=" * (-len(coded) % 4)
    return base64.b64decode(padded, validate=True).decode("utf-16-be") if coded else "&"


def _shift(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")
