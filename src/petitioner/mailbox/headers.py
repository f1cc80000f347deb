"""Headers and bytes as text that can be shown and kept, whatever was written into them."""

import codecs
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

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
