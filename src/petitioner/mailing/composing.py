"""From a packet as it was approved to the e-mail that carries it; nothing is made anew."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import PurePosixPath

from petitioner.approval.packets import ENCLOSURE, LETTER, FrozenFile, FrozenLetter, Packet
from petitioner.errors import PetitionerError
from petitioner.files import digest
from petitioner.mailing.plan import ReadBlob
from petitioner.mailing_log.events.records import Document
from petitioner.message.parts import Attached, Identity, Mailbox, Mark, Message, Note

_AGAIN = 'petitioner log withdraw {event} --because "…", then: petitioner build, petitioner approve'


def compose_message(packet: Packet, files: Sequence[Document], read: ReadBlob, identity: Identity) -> Message:
    """The e-mail of a packet, with the ``files`` that go along.

    Raises ``PetitionerError`` when the log no longer has one of them, the packet has no covering note, or an address is
    none that mail can go to.
    """
    to = tuple(Mailbox(address) for address in packet.destination.split("\n"))
    facts = (*astuple(packet.key), packet.approval.content)
    mark = Mark.derive(packet.reference, identity.domain, facts)
    attached = tuple(
        Attached(file.name, file.media_type, read_frozen(file.name, file.sha256, packet, read)) for file in files
    )
    return Message(identity, to, _read_note(packet, read), attached, mark)


def list_attached(packet: Packet, formats: Sequence[str]) -> Iterator[Document]:
    """The files of a packet that go along: each letter in each of the ``formats`` (endings), then all enclosures.

    Raises ``PetitionerError`` for a letter that was not approved in one of them.
    """
    for letter in packet.letters:
        for ending in formats:
            file = _find_format(letter, ending, packet)
            yield Document(LETTER, file.name, file.media_type, file.sha256)
    yield from (Document(ENCLOSURE, file.name, file.media_type, file.sha256) for file in packet.enclosures)


def _find_format(letter: FrozenLetter, ending: str, packet: Packet) -> FrozenFile:
    for file in letter.files:
        if PurePosixPath(file.name).suffix == f".{ending}":
            return file
    name = f"{letter.stem}.{letter.language}.{ending}"
    raise PetitionerError(
        f"{packet.key.recipient} was approved without {name}.", _AGAIN.format(event=packet.approval.event)
    )


def _read_note(packet: Packet, read: ReadBlob) -> Note:
    note = packet.note
    if note is None:
        sentence = f"{packet.key.recipient} was approved without a covering note, and an e-mail needs one."
        raise PetitionerError(sentence, _AGAIN.format(event=packet.approval.event))
    text, html = (read_frozen(file.name, file.sha256, packet, read).decode() for file in (note.text, note.html))
    return Note(note.language, note.subject, text, html)


def read_frozen(name: str, sha256: str, packet: Packet, read: ReadBlob) -> bytes:
    """The bytes of a file that was approved. Raises ``PetitionerError`` when the log no longer has them."""
    content = read(sha256)
    if content is None or digest(content) != sha256:
        raise PetitionerError(
            f"The log no longer has {name} as it was approved for {packet.key.recipient}.",
            _AGAIN.format(event=packet.approval.event),
        )
    return content
