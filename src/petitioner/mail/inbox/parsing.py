"""Parse an e-mail: its headers, its own text, and the parts that it quotes or returns."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32, Policy, compat32
from html import unescape
from itertools import count

from petitioner.source.text import guess_text

# Mail programs name a character set and use a larger one: these codecs include the characters that are missing.
_LARGER_CODECS = {
    "ascii": "utf-8",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso2022_jp": "iso2022_jp_ext",
    "iso8859-1": "cp1252",
    "shift_jis": "cp932",
}
_ALIASES = {"windows-31j": "cp932", "iso-8859-8-i": "iso8859-8", "unicode-1-1-utf-8": "utf-8", "cp51932": "euc_jp"}
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_UTF8_BOM = b"\xef\xbb\xbf"
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/partial")
_HEADER_LINE = re.compile(r"[>|\s]*([A-Z][A-Za-z-]+):(?:\s|$)")
_MAIL_HEADERS = frozenset({"from", "to", "date", "subject", "message-id", "received", "return-path", "mime-version"})
# A summary for people does not have these.
_SERVER_HEADERS = frozenset({"message-id", "received", "return-path", "mime-version"})
_HEADER_LINES, _MIN_HEADERS = 15, 3  # a returned e-mail begins with three such headers within fifteen lines
_INVISIBLE_TAGS = re.compile(r"(?i)</?(?:style|script|head)\b")
_TAGS = re.compile(r"(?i)</?[a-z!][^<>@]*>")
_LINE_BREAK_TAGS = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*>")
_MAX_CHARACTERS = 100_000

MAX_PARTS, MAX_HEADERS, MAX_LINES = 1_000, 10_000, 400_000
"""Largest numbers of parts, headers and lines that are read, with those of contained e-mails.

Attachments of 20 MB have 260,000 lines.
"""


def get_header(mail: Message, name: str) -> str:
    """Return a header on one line, with encoded words decoded (RFC 2047) where possible."""
    value = mail.get(name, "")
    try:
        parts = decode_header(value)
    except (ValueError, HeaderParseError):  # half an encoded word
        return make_single_line(str(value))
    mail_charset = str(mail.get_param("charset") or "")
    texts = (decode_text(part, charset or mail_charset) if isinstance(part, bytes) else part for part, charset in parts)
    return make_single_line("".join(texts))


def decode_text(content: bytes, charset: str) -> str:
    """Decode bytes: as UTF-8 if valid, by the character set that is named or meant, or by a guess."""
    named = _find_codec(charset)
    # An escape sequence of ISO-2022 is ASCII and would pass as UTF-8; of other sets, hardly a word of a text would.
    for codec in (named, "utf-8") if named.startswith(("iso2022", "hz", "utf-7")) else ("utf-8", named):
        try:
            return content.decode(codec)
        except (UnicodeError, LookupError):  # LookupError: unknown, or not a text encoding
            continue
    return guess_text(content) or content.decode("utf-8", "replace")


def _find_codec(charset: str) -> str:
    """Return Python's name of the character set that is meant; empty if unknown."""
    name = charset.lower().removeprefix("x-")
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    return _LARGER_CODECS.get(codec, codec)


def make_single_line(text: str) -> str:
    """Put untrusted text on one line, without control and direction characters."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split())


@dataclass(frozen=True, slots=True)
class MailText:
    """The ``own`` text of an e-mail, above any returned e-mail, and its ``whole`` text."""

    own: str
    whole: str


def clean_content(content: bytes) -> bytes:
    """Return the bytes of an e-mail without a byte order mark, leading blanks and doubled line ends."""
    if codec := _BOMS.get(content[:2]):
        content = content.decode(codec, "replace").encode()
    content = content.removeprefix(_UTF8_BOM).lstrip(b"\r\n\t \x00").removeprefix(_UTF8_BOM)
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    return content.replace(b"\r\r\n", b"\r\n")


class TooMuchError(Exception):
    """An e-mail has more parts, headers or lines than are read."""


def parse_mail(content: bytes) -> Message:
    """Parse an e-mail. Raises TooMuchError; for broken e-mails, Python's parser raises many other errors.

    The limits keep the time short: an e-mail can contain millions of parts and headers.
    """
    parts, headers = count(1), count(1)

    def make_part(policy: "Policy[Message]" = compat32) -> Message:
        if next(parts) > MAX_PARTS:
            raise TooMuchError(f"more than {MAX_PARTS:,} parts")
        return Message(policy)

    class LimitedPolicy(Compat32):
        def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
            if next(headers) > MAX_HEADERS:
                raise TooMuchError(f"more than {MAX_HEADERS:,} headers")
            return super().header_source_parse(sourcelines)

    cleaned = clean_content(content)
    if cleaned.count(b"\n") > MAX_LINES:
        raise TooMuchError(f"more than {MAX_LINES:,} lines")
    return message_from_bytes(cleaned, make_part, policy=LimitedPolicy())


def walk_own(mail: Message) -> Iterator[Message]:
    """Yield the parts of an e-mail, without those of a returned e-mail."""
    yield mail
    if mail.is_multipart() and mail.get_content_type() not in _RETURNED:
        for part in mail.get_payload():
            if isinstance(part, Message) and part.get_content_type() != "message/delivery-status":
                yield from walk_own(part)


def find_status_parts(mail: Message) -> Iterator[Message]:
    """Yield the delivery status parts of an e-mail (RFC 3464), without those of a returned e-mail."""
    for part in walk_own(mail):
        subparts = part.get_payload() if part.is_multipart() and part.get_content_type() not in _RETURNED else ()
        status_types = ("message/delivery-status", "message/global-delivery-status")
        messages = (subpart for subpart in subparts if isinstance(subpart, Message))
        yield from (message for message in messages if message.get_content_type() in status_types)
    if mail.get_content_type() == "message/delivery-status":
        yield mail


def returns_mail(mail: Message) -> bool:
    """Whether an e-mail contains another one, or its headers."""
    return any(part.get_content_type() in _RETURNED for part in walk_own(mail))


def read_text(mail: Message) -> MailText:
    """Read the text of an e-mail."""
    texts = [part for part in walk_own(mail) if is_text(part)]
    plain = [read_part_text(part) for part in texts if part.get_content_subtype() not in ("html", "rfc822-headers")]
    html = [_extract_html_text(read_part_text(part)) for part in texts if part.get_content_subtype() == "html"]
    whole = "\n".join(plain if any(text.strip() for text in plain) else html)[:_MAX_CHARACTERS]
    return MailText(_cut_at_headers(whole, _SERVER_HEADERS), whole)


def is_text(part: Message) -> bool:
    """Whether a part holds text, as a multipart with a broken boundary does."""
    return not part.is_multipart() and part.get_content_maintype() in ("text", "multipart")


def read_part_text(part: Message) -> str:
    """Read the text of a part; invalid characters are replaced."""
    payload = part.get_payload(decode=True)
    return decode_text(payload, str(part.get_param("charset") or "")) if isinstance(payload, bytes) else ""


def cut_quoted(text: str) -> str:
    """Return a text without quotations: lines that start with >, and everything after the headers of another e-mail."""
    above = _cut_at_headers(text, frozenset())
    return "\n".join(line for line in above.splitlines() if not line.lstrip().startswith(">"))


def _cut_at_headers(text: str, needed: frozenset[str]) -> str:
    """Return the text above the first e-mail headers in it, which must include one of ``needed``, if any are given."""
    lines = text.splitlines()
    matches = [_HEADER_LINE.match(line) for line in lines]
    names = [match[1].lower() if match else "" for match in matches]
    for number, name in enumerate(names):
        nearby = _MAIL_HEADERS.intersection(names[number : number + _HEADER_LINES])
        if name in _MAIL_HEADERS and len(nearby) >= _MIN_HEADERS and (not needed or nearby & needed):
            return "\n".join(lines[:number])
    return text


def _extract_html_text(html: str) -> str:
    """Return the visible text of HTML; an address in angle brackets is not a tag."""
    visible = "".join(_INVISIBLE_TAGS.split(html[: 2 * _MAX_CHARACTERS])[::2])  # without the content of invisible tags
    return unescape(_TAGS.sub(" ", _LINE_BREAK_TAGS.sub("\n", visible)))
