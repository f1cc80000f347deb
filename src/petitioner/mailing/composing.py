"""From a packet as it was approved to the e-mail that carries it; nothing is made anew."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from petitioner.approval.packets import FrozenFile, Packet
from petitioner.errors import PetitionerError
from petitioner.mailing.plan import ReadBlob
from petitioner.message.parts import Attached, Identity, Mailbox, Mark, Message, Note


def compose_message(packet: Packet, read: ReadBlob, identity: Identity, formats: Iterable[str] = ("pdf",)) -> Message:
    """The e-mail of a packet, with the letters in ``formats`` (endings of their files) and all enclosures.

    Raises ``PetitionerError`` when the log no longer has a file, or an address is none that mail can go to.
    """
    to = tuple(Mailbox(address) for address in packet.destination.split("\n"))
    mark = Mark.derive(packet.reference, identity.domain, _tell_apart(packet))
    files = tuple(_list_files(packet, frozenset(formats)))
    attached = tuple(Attached(file.name, file.media_type, _read(file, packet, read)) for file in files)
    return Message(identity, to, _read_note(packet, read), attached, mark)


def _tell_apart(packet: Packet) -> tuple[str | int, ...]:
    key = packet.key
    return (key.campaign, key.edition, key.recipient, key.channel, key.attempt, packet.approval.content)


def _list_files(packet: Packet, formats: frozenset[str]) -> Iterator[FrozenFile]:
    for letter in packet.letters:
        yield from (file for file in letter.files if PurePosixPath(file.name).suffix.removeprefix(".") in formats)
    yield from packet.enclosures


def _read_note(packet: Packet, read: ReadBlob) -> Note:
    note = packet.note
    if note is None:
        sentence = f"{packet.key.recipient} was approved without a covering note, and an e-mail needs one."
        raise PetitionerError(sentence, "Approve it again: petitioner approve")
    text, html = (_read(file, packet, read).decode() for file in (note.text, note.html))
    return Note(note.language, note.subject, text, html)


def _read(file: FrozenFile, packet: Packet, read: ReadBlob) -> bytes:
    content = read(file.sha256)
    if content is None:
        sentence = f"The log no longer has {file.name} as it was approved for {packet.key.recipient}."
        raise PetitionerError(sentence, "Approve it again: petitioner approve")
    return content
