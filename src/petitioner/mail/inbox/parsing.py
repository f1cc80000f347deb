"""Parse an e-mail: its headers, its own words, and the parts that it quotes or returns."""

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

# Mail programs name a character set and mean a larger one: the codecs that read what the ones named leave out.
_LARGER = {
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
_MARK = b"\xef\xbb\xbf"
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/partial")
_HEADER = re.compile(r"[>|\s]*([A-Z][A-Za-z-]+):(?:\s|$)")
_OF_MAILS = frozenset({"from", "to", "date", "subject", "message-id", "received", "return-path", "mime-version"})
_OF_SERVERS = frozenset({"message-id", "received", "return-path", "mime-version"})  # a summary for people has none
_WITHIN = 15  # lines in which a returned head shows three of its headers
_TELLING = 3
_UNSEEN = re.compile(r"(?i)</?(?:style|script|head)\b")
_TAGS = re.compile(r"(?i)</?[a-z!][^<>@]*>")
_BREAKS = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*>")
_MOST_WORDS = 100_000

MAX_PARTS, MAX_HEADERS, MAX_LINES = 1_000, 10_000, 400_000
"""Parts, headers and lines of an e-mail that is looked through, with those of the e-mails in it.

Attachments of 20 MB have 260,000 lines.
"""


def get_header(mail: Message, name: str) -> str:
    """A header on one line, encoded words read (RFC 2047); what cannot be read so stays as it was written."""
    value = mail.get(name, "")
    try:
        parts = decode_header(value)
    except (ValueError, HeaderParseError):  # half an encoded word
        return make_line(str(value))
    set_by_mail = str(mail.get_param("charset") or "")
    texts = (decode(part, charset or set_by_mail) if isinstance(part, bytes) else part for part, charset in parts)
    return make_line("".join(texts))


def decode(content: bytes, charset: str) -> str:
    """Bytes as text: by UTF-8 where they keep its rules, by what a mail program named or meant, else by a guess."""
    named = _find_codec(charset)
    # An escape sequence of ISO-2022 is ASCII and would pass as UTF-8; of other sets, hardly a word of a text would.
    for codec in (named, "utf-8") if named.startswith(("iso2022", "hz", "utf-7")) else ("utf-8", named):
        try:
            return content.decode(codec)
        except (UnicodeError, LookupError):  # LookupError: none, or none that a text can be in
            continue
    return guess_text(content) or content.decode("utf-8", "replace")


def _find_codec(charset: str) -> str:
    """Python's name of the character set that is meant; empty where it knows none."""
    name = charset.lower().removeprefix("x-")
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    return _LARGER.get(codec, codec)


def make_line(text: str) -> str:
    """A text on one line without what steers a terminal, hides or turns round: it comes from anybody."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split())


@dataclass(frozen=True, slots=True)
class MailText:
    """What an e-mail says by itself, above the head of any e-mail that it returns, and all of its text."""

    own: str
    whole: str


def clean(content: bytes) -> bytes:
    """The bytes of an e-mail without what editors and mail programs put in when they saved one."""
    if codec := _BOMS.get(content[:2]):
        content = content.decode(codec, "replace").encode()
    content = content.removeprefix(_MARK).lstrip(b"\r\n\t \x00").removeprefix(_MARK)
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    return content.replace(b"\r\r\n", b"\r\n")


class TooMuchError(Exception):
    """An e-mail has more parts or headers than it takes a person's or a server's e-mail to have."""


def parse(content: bytes) -> Message:
    """An e-mail. Raises TooMuchError; Python's parser raises for some that are broken, in more ways than can be listed.

    The limits are there because each part and header is looked through, and millions of them fit into an e-mail.
    """
    parts, headers = count(1), count(1)

    def make_part(policy: "Policy[Message]" = compat32) -> Message:
        if next(parts) > MAX_PARTS:
            raise TooMuchError(f"more than {MAX_PARTS:,} parts")
        return Message(policy)

    class Limited(Compat32):
        def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
            if next(headers) > MAX_HEADERS:
                raise TooMuchError(f"more than {MAX_HEADERS:,} headers")
            return super().header_source_parse(sourcelines)

    cleaned = clean(content)
    if cleaned.count(b"\n") > MAX_LINES:
        raise TooMuchError(f"more than {MAX_LINES:,} lines")
    return message_from_bytes(cleaned, make_part, policy=Limited())


def walk_own(mail: Message) -> Iterator[Message]:
    """The parts of an e-mail but those of the e-mails that it returns."""
    yield mail
    if mail.is_multipart() and mail.get_content_type() not in _RETURNED:
        for part in mail.get_payload():
            if isinstance(part, Message) and part.get_content_type() != "message/delivery-status":
                yield from walk_own(part)


def find_status_parts(mail: Message) -> Iterator[Message]:
    """The delivery statuses that an e-mail itself makes (RFC 3464), and not one that it returns."""
    for part in walk_own(mail):
        subparts = part.get_payload() if part.is_multipart() and part.get_content_type() not in _RETURNED else ()
        wanted = ("message/delivery-status", "message/global-delivery-status")
        yield from (one for one in subparts if isinstance(one, Message) and one.get_content_type() in wanted)
    if mail.get_content_type() == "message/delivery-status":
        yield mail


def returns_mail(mail: Message) -> bool:
    """Whether an e-mail holds another, or its head."""
    return any(part.get_content_type() in _RETURNED for part in walk_own(mail))


def read_text(mail: Message) -> MailText:
    """What an e-mail says."""
    texts = [part for part in walk_own(mail) if is_text(part)]
    plain = [read_part_text(part) for part in texts if part.get_content_subtype() not in ("html", "rfc822-headers")]
    html = [_strip(read_part_text(part)) for part in texts if part.get_content_subtype() == "html"]
    whole = "\n".join(plain if any(text.strip() for text in plain) else html)[:_MOST_WORDS]
    return MailText(_cut(whole, _OF_SERVERS), whole)


def is_text(part: Message) -> bool:
    """Whether a part holds text; one that has no parts, because its boundary is broken, does."""
    return not part.is_multipart() and part.get_content_maintype() in ("text", "multipart")


def read_part_text(part: Message) -> str:
    """The words of a part; what its character set does not know is replaced."""
    payload = part.get_payload(decode=True)
    return decode(payload, str(part.get_param("charset") or "")) if isinstance(payload, bytes) else ""


def cut_quoted(text: str) -> str:
    """A text above what it quotes: the head of another e-mail, as Outlook writes one, or lines that begin with >."""
    above = _cut(text, frozenset())
    return "\n".join(line for line in above.splitlines() if not line.lstrip().startswith(">"))


def _cut(text: str, needed: frozenset[str]) -> str:
    """The text above the first head of an e-mail in it; a head holds one of the headers that are ``needed``, if any."""
    lines = text.splitlines()
    found = [_HEADER.match(line) for line in lines]
    names = [match[1].lower() if match else "" for match in found]
    for number, name in enumerate(names):
        near = _OF_MAILS.intersection(names[number : number + _WITHIN])
        if name in _OF_MAILS and len(near) >= _TELLING and (not needed or near & needed):
            return "\n".join(lines[:number])
    return text


def _strip(html: str) -> str:
    """The words that a reader of HTML sees; an address in pointed brackets is no tag."""
    seen = "".join(
        _UNSEEN.split(html[: 2 * _MOST_WORDS])[::2]
    )  # what stands between the tags of the unseen is left out
    return unescape(_TAGS.sub(" ", _BREAKS.sub("\n", seen)))
