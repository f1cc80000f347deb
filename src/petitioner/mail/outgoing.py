"""Make the outgoing messages of approved packets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import PurePosixPath

from petitioner.approval.packets import ENCLOSURE, LETTER, ApprovedPacket, FrozenFile, FrozenLetter
from petitioner.delivery.handover import OutgoingMessage
from petitioner.delivery.plan import PlannedPacket, ReadBlob
from petitioner.errors import PetitionerError
from petitioner.files import digest
from petitioner.log.events import Document, Event
from petitioner.mail.message import (
    LARGE_MESSAGE_BYTES,
    MAX_MESSAGE_BYTES,
    AttachedFile,
    CoveringNote,
    Identity,
    Mailbox,
    Message,
    MessageIds,
    check_message,
    write_message,
)

_AGAIN = 'petitioner log withdraw {event} --because "…", then: petitioner build, petitioner approve'
MESSAGE_ROLE = "message"
"""The role in the log of the exact bytes that leave."""


def compose_message(packet: ApprovedPacket, files: Sequence[Document], read: ReadBlob, identity: Identity) -> Message:
    """The e-mail of a packet, with the ``files`` that go along.

    Raises ``PetitionerError`` when the log no longer has one of them, the packet has no covering note, or an address is
    none that mail can go to.
    """
    to = tuple(Mailbox(address) for address in packet.destination.split("\n"))
    facts = (*astuple(packet.key), packet.approval.content)
    mark = MessageIds.derive(packet.reference, identity.domain, facts)
    attached = tuple(
        AttachedFile(file.name, file.media_type, read_approved_file(file.name, file.sha256, packet, read))
        for file in files
    )
    return Message(identity, to, _read_note(packet, read), attached, mark)


def list_documents(packet: ApprovedPacket, formats: Sequence[str]) -> Iterator[Document]:
    """The files of a packet that go along: each letter in each of the ``formats`` (endings), then all enclosures.

    Raises ``PetitionerError`` for a letter that was not approved in one of them.
    """
    for letter in packet.letters:
        for ending in formats:
            file = _find_format(letter, ending, packet)
            yield Document(LETTER, file.name, file.media_type, file.sha256)
    yield from (Document(ENCLOSURE, file.name, file.media_type, file.sha256) for file in packet.enclosures)


def _find_format(letter: FrozenLetter, ending: str, packet: ApprovedPacket) -> FrozenFile:
    for file in letter.files:
        if PurePosixPath(file.name).suffix == f".{ending}":
            return file
    name = f"{letter.stem}.{letter.language}.{ending}"
    raise PetitionerError(
        f"{packet.key.recipient} was approved without {name}.", _AGAIN.format(event=packet.approval.event)
    )


def _read_note(packet: ApprovedPacket, read: ReadBlob) -> CoveringNote:
    note = packet.note
    if note is None:
        sentence = f"{packet.key.recipient} was approved without a covering note, and an e-mail needs one."
        raise PetitionerError(sentence, _AGAIN.format(event=packet.approval.event))
    text, html = (read_approved_file(file.name, file.sha256, packet, read).decode() for file in (note.text, note.html))
    return CoveringNote(note.language, note.subject, text, html)


def read_approved_file(name: str, sha256: str, packet: ApprovedPacket, read: ReadBlob) -> bytes:
    """The bytes of a file that was approved. Raises ``PetitionerError`` when the log no longer has them."""
    content = read(sha256)
    if content is None or digest(content) != sha256:
        raise PetitionerError(
            f"The log no longer has {name} as it was approved for {packet.key.recipient}.",
            _AGAIN.format(event=packet.approval.event),
        )
    return content


@dataclass(frozen=True, slots=True)
class SendJob:
    """One packet with the bytes that carry it; ``files`` are those in the log that go along."""

    planned: PlannedPacket
    message: Message
    files: tuple[Document, ...]
    outgoing: OutgoingMessage

    @property
    def recipient(self) -> str:
        """Whose packet it is."""
        return self.planned.packet.key.recipient

    @property
    def file_name(self) -> str:
        """How the message is called where it is kept as a file."""
        return f"{self.message.mark.reference}.eml"

    @property
    def is_large(self) -> bool:
        """Whether some mailboxes may not take it."""
        return len(self.outgoing.content) > LARGE_MESSAGE_BYTES

    def take_up(self, claim: Event) -> "SendJob":
        """The same job under the claim that was made for it; every further try is under that one."""
        return replace(self, planned=replace(self.planned, claim=claim))


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """What messages are made with: from whom, in which formats (endings), and whether a copy goes to the sender.

    ``read`` gives the bytes that the log keeps; ``date`` is the aware time that messages carry which have none yet.
    """

    identity: Identity
    formats: tuple[str, ...]
    own_copy: bool
    read: ReadBlob
    date: datetime


def prepare_job(planned: PlannedPacket, bench: MessageSettings) -> SendJob:
    """The very message that would leave. One that was taken up before leaves as it was fixed then, to the last byte.

    Raises ``PetitionerError`` when it cannot be made, is too large, or is no longer what was fixed.
    """
    files = tuple(list_documents(planned.packet, bench.formats))
    message = compose_message(planned.packet, files, bench.read, bench.identity)
    fixed = _find_fixed(planned.claim, bench)
    date = message_from_bytes(fixed, policy=default)["Date"].datetime if fixed else bench.date
    content = write_message(message, date)
    check_message(content, message)
    if len(content) > MAX_MESSAGE_BYTES:
        sentence = f"The e-mail to {planned.packet.key.recipient} has {len(content) / 1e6:.1f} MB; 10 MB is the most."
        raise PetitionerError(sentence, "Take enclosures out, make them smaller, or send without --docx.")
    if planned.claim and content != fixed:
        raise _explain_other(planned.packet.key.recipient, planned.claim)
    to = [mailbox.address for mailbox in message.to]
    return SendJob(planned, message, files, _address(message, content, to, own_copy=bench.own_copy))


def make_rehearsal(job: SendJob, bench: MessageSettings) -> SendJob:
    """The same message to the sender alone: the true recipient stands in the subject, and its marks are its own."""
    message, sender = job.message, job.message.identity.sender
    whom = ", ".join(mailbox.address for mailbox in message.to)
    subject = f"Rehearsal, for {job.recipient} <{whom}>: {message.note.subject}"
    facts = ("rehearsal", message.mark.message_id, bench.date.isoformat())
    mark = MessageIds.derive(message.mark.reference, message.identity.domain, facts)
    shown = replace(message, to=(sender,), note=replace(message.note, subject=subject), mark=mark)
    content = write_message(shown, bench.date)
    check_message(content, shown)
    return replace(job, message=shown, outgoing=_address(shown, content, [sender.address], own_copy=False))


def _address(message: Message, content: bytes, to: Iterable[str], *, own_copy: bool) -> OutgoingMessage:
    sender = message.identity.sender.address
    copies = [sender] if own_copy else []
    return OutgoingMessage(message.mark.message_id, sender, tuple(dict.fromkeys((*to, *copies))), content)


def _find_fixed(claim: Event | None, bench: MessageSettings) -> bytes | None:
    """The bytes that a claim fixed, unless the log no longer has them."""
    documents = claim.documents if claim else ()
    kept = (bench.read(document.sha256) for document in documents if document.role == MESSAGE_ROLE)
    return next(kept, None)


def _explain_other(id_: str, claim: Event) -> PetitionerError:
    sentence = (
        f"{id_} was taken up (event {claim.id}) by the account '{claim.details.account}' with a message that is not "
        "this one: the account, its name or addresses, or the files are others."
    )
    hint = f"Use the account and options of that time; or say how it ended: petitioner log settle {id_}"
    return PetitionerError(sentence, f"{hint}, then log reopen {id_}, then petitioner approve")
