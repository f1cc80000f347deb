"""Headers as lines of text that can be shown and kept, whatever was written into them."""

from email.header import decode_header, make_header
from email.message import Message


def get_header(mail: Message, name: str) -> str:
    """A header on one line, encoded words read (RFC 2047); what cannot be read so stays as it is spelt."""
    value = mail.get(name, "")
    try:
        text = str(make_header(decode_header(value)))
    except (ValueError, LookupError):  # half an encoded word, or an unknown character set
        text = str(value)
    return make_line(text)


def make_line(text: str) -> str:
    """A text on one line without what steers a terminal, hides or turns round: it comes from anybody."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split())
