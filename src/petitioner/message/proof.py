"""Reading an e-mail's bytes back before they leave: they must say what was meant, and nothing beside it."""

from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses

from petitioner.message.parts import Message, MessageError
from petitioner.message.writing import LONGEST_LINE, TOKEN, name_files, title

LARGEST = 10_000_000
"""Bytes of a whole message that hardly any mailbox refuses; encoding for the road adds 37 % to every file."""

LARGE = 5_000_000
"""Bytes from which a message is worth a word: some offices take no more."""

_HEADERS = frozenset({"from", "to", "reply-to", "subject", "date", "message-id", TOKEN.lower(), "content-language"})
_OF_MIME = frozenset({"mime-version", "content-type"})


def check_message(content: bytes, message: Message) -> None:
    """Raise ``MessageError`` that names everything in which the bytes of an e-mail differ from what it was made of."""
    if faults := list(find_faults(content, message)):
        hint = "Nothing was sent. This is a fault of the program; please report it with these words."
        raise MessageError(
            f"The e-mail {message.mark.reference} would not say what was meant: {'; '.join(faults)}.", hint
        )


def find_faults(content: bytes, message: Message) -> Iterator[str]:
    """What the bytes of an e-mail say that was not meant, and what they do not say that was."""
    yield from _check_lines(content, message)
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - the policy makes no other
    yield from _check_headers(mail, message)
    yield from _check_bodies(mail, message)
    yield from _check_files(mail, message)
    yield from (repr(defect) for part in mail.walk() for defect in part.defects)


def _check_lines(content: bytes, message: Message) -> Iterator[str]:
    lines = content.split(b"\r\n")
    if any(b"\n" in line or b"\r" in line for line in lines):
        yield "a line does not end with CRLF"
    # A long address or id cannot be folded; RFC 5322 §2.1.1 allows 998 there, and text has its own limit of 76.
    _, _, body = content.partition(b"\r\n\r\n")
    unfoldable = {f"Content-Type: {file.media_type}".encode() for file in message.attached}  # DOCX has 85
    if any(len(line) > LONGEST_LINE and line not in unfoldable for line in body.split(b"\r\n")):
        yield f"a line is longer than {LONGEST_LINE} characters"
    if not content.isascii():
        yield "a character is not ASCII"


def _check_headers(mail: EmailMessage, message: Message) -> Iterator[str]:
    identity = message.identity
    names = [name.lower() for name in mail.keys()]  # noqa: SIM118 - twice the same counts, and a message is no mapping
    known = _HEADERS | _OF_MIME
    yield from (f"the header {name} is not ours" for name in dict.fromkeys(names) if name not in known)
    yield from (f"the header {name} stands twice" for name in dict.fromkeys(names) if names.count(name) > 1)
    wanted = {
        "From": (identity.sender,),
        "To": message.to,
        "Reply-To": (identity.reply_to,) if identity.reply_to else (),
    }
    for name, mailboxes in wanted.items():
        told = _read_mailboxes(mail, name)
        if told != [(mailbox.name, mailbox.address) for mailbox in mailboxes]:
            yield f"{name} says {', '.join(' '.join(one) for one in told)}"
    texts = {
        "Subject": title(message),
        "Message-ID": message.mark.message_id,
        TOKEN: message.mark.token,
        "Content-Language": message.note.language,
    }
    yield from (f"{name} says {mail[name]!r}" for name, text in texts.items() if str(mail[name]) != text)


def _read_mailboxes(mail: EmailMessage, name: str) -> list[tuple[str, str]]:
    """Names and addresses of a header. Python's newer parser leaves a blank where a name goes on in a second word."""
    spelt = [value for key, value in mail.raw_items() if key == name]
    return [(str(make_header(decode_header(shown))), address) for shown, address in getaddresses(spelt)]


def _check_bodies(mail: EmailMessage, message: Message) -> Iterator[str]:
    wanted = {"plain": message.note.text, "html": message.note.html}
    for kind, text in wanted.items():
        part = mail.get_body((kind,))
        said = str(part.get_content()).replace("\r\n", "\n") if part else ""
        if said.rstrip("\n") != text.rstrip("\n"):
            yield f"the text in {kind} is not the one that was approved"


def _check_files(mail: EmailMessage, message: Message) -> Iterator[str]:
    found = [(part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()]
    names = name_files(message)
    wanted = [(name, file.media_type, file.content) for name, file in zip(names, message.attached, strict=True)]
    if found != wanted:
        yield f"the files are {[name for name, *_ in found]}, or not the ones that were approved"
