"""Make the outgoing messages of approved packets, and their rehearsals."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import PurePosixPath

from petitioner.approval.approvals import ENCLOSURE, LETTER
from petitioner.approval.packets import ApprovedPacket, FrozenFile, FrozenLetter
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

_APPROVE_AGAIN = 'petitioner log withdraw {event} --because "…", then: petitioner build, petitioner approve'
MESSAGE_ROLE = "message"
"""The role in the log of the exact message that is sent."""


def compose_message(packet: ApprovedPacket, files: Sequence[Document], read: ReadBlob, identity: Identity) -> Message:
    """Make the e-mail of a packet: the covering note, with the ``files`` attached.

    Raises ``PetitionerError`` for a file that the log no longer has, a missing covering note, or an invalid address.
    """
    to = tuple(Mailbox(address) for address in packet.destination.split("\n"))
    facts = (*astuple(packet.key), packet.approval.content)
    ids = MessageIds.derive(packet.reference, identity.domain, facts)
    attached = tuple(
        AttachedFile(file.name, file.media_type, read_approved_file(file.name, file.sha256, packet, read))
        for file in files
    )
    return Message(identity, to, _read_covering_note(packet, read), attached, ids)


def list_documents(packet: ApprovedPacket, formats: Sequence[str]) -> Iterator[Document]:
    """List the files of a packet to attach: each letter in each of the ``formats`` (endings), then all enclosures.

    Raises ``PetitionerError`` for a letter that was not approved in one of them.
    """
    for letter in packet.letters:
        for ending in formats:
            file = _find_letter_file(letter, ending, packet)
            yield Document(LETTER, file.name, file.media_type, file.sha256)
    yield from (Document(ENCLOSURE, file.name, file.media_type, file.sha256) for file in packet.enclosures)


def _find_letter_file(letter: FrozenLetter, ending: str, packet: ApprovedPacket) -> FrozenFile:
    for file in letter.files:
        if PurePosixPath(file.name).suffix == f".{ending}":
            return file
    name = f"{letter.stem}.{letter.language}.{ending}"
    raise PetitionerError(
        f"{packet.key.recipient} was approved without {name}.", _APPROVE_AGAIN.format(event=packet.approval.event)
    )


def _read_covering_note(packet: ApprovedPacket, read: ReadBlob) -> CoveringNote:
    note = packet.note
    if note is None:
        message = f"{packet.key.recipient} was approved without a covering note, and an e-mail needs one."
        raise PetitionerError(message, _APPROVE_AGAIN.format(event=packet.approval.event))
    text, html = (read_approved_file(file.name, file.sha256, packet, read).decode() for file in (note.text, note.html))
    return CoveringNote(note.language, note.subject, text, html)


def read_approved_file(name: str, sha256: str, packet: ApprovedPacket, read: ReadBlob) -> bytes:
    """Read an approved file from the log. Raises ``PetitionerError`` when the log no longer has it."""
    content = read(sha256)
    if content is None or digest(content) != sha256:
        raise PetitionerError(
            f"The log no longer has {name} as it was approved for {packet.key.recipient}.",
            _APPROVE_AGAIN.format(event=packet.approval.event),
        )
    return content


@dataclass(frozen=True, slots=True)
class SendJob:
    """One packet with its message in bytes; ``files`` are the attached documents in the log."""

    planned: PlannedPacket
    message: Message
    files: tuple[Document, ...]
    outgoing: OutgoingMessage

    @property
    def recipient(self) -> str:
        """The recipient's id."""
        return self.planned.packet.key.recipient

    @property
    def file_name(self) -> str:
        """The file name of the message."""
        return f"{self.message.ids.reference}.eml"

    @property
    def is_large(self) -> bool:
        """Whether some mailboxes may refuse its size."""
        return len(self.outgoing.content) > LARGE_MESSAGE_BYTES

    def with_claim(self, claim: Event) -> "SendJob":
        """Return the same job with the claim that this and every further try uses."""
        return replace(self, planned=replace(self.planned, claim=claim))


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """Settings for all messages of a run: sender, formats (endings), and whether the sender gets a copy.

    ``read`` returns the bytes of a file in the log; ``date`` is the aware time for messages that have no date yet.
    """

    identity: Identity
    formats: tuple[str, ...]
    own_copy: bool
    read: ReadBlob
    date: datetime


def prepare_job(planned: PlannedPacket, settings: MessageSettings) -> SendJob:
    """Make the exact message to send. After an earlier claim it must be the recorded message, byte for byte.

    Raises ``PetitionerError`` when it cannot be made, is too large, or differs from the recorded one.
    """
    files = tuple(list_documents(planned.packet, settings.formats))
    message = compose_message(planned.packet, files, settings.read, settings.identity)
    claimed = _read_claimed_message(planned.claim, settings)
    date = message_from_bytes(claimed, policy=default)["Date"].datetime if claimed else settings.date
    content = write_message(message, date)
    check_message(content, message)
    if len(content) > MAX_MESSAGE_BYTES:
        sentence = f"The e-mail to {planned.packet.key.recipient} has {len(content) / 1e6:.1f} MB; 10 MB is the most."
        raise PetitionerError(sentence, "Take enclosures out, make them smaller, or send without --docx.")
    if planned.claim and content != claimed:
        raise _explain_changed_message(planned.packet.key.recipient, planned.claim)
    to = [mailbox.address for mailbox in message.to]
    return SendJob(planned, message, files, _make_outgoing_message(message, content, to, own_copy=settings.own_copy))


def make_rehearsal(job: SendJob, settings: MessageSettings) -> SendJob:
    """Make a rehearsal of a message: to the sender only, the recipient in the subject, and with its own ids."""
    message, sender = job.message, job.message.identity.sender
    addresses = ", ".join(mailbox.address for mailbox in message.to)
    subject = f"Rehearsal, for {job.recipient} <{addresses}>: {message.note.subject}"
    facts = ("rehearsal", message.ids.message_id, settings.date.isoformat())
    ids = MessageIds.derive(message.ids.reference, message.identity.domain, facts)
    rehearsal = replace(message, to=(sender,), note=replace(message.note, subject=subject), ids=ids)
    content = write_message(rehearsal, settings.date)
    check_message(content, rehearsal)
    outgoing = _make_outgoing_message(rehearsal, content, [sender.address], own_copy=False)
    return replace(job, message=rehearsal, outgoing=outgoing)


def _make_outgoing_message(message: Message, content: bytes, to: Iterable[str], *, own_copy: bool) -> OutgoingMessage:
    sender = message.identity.sender.address
    copy_addresses = [sender] if own_copy else []
    return OutgoingMessage(message.ids.message_id, sender, tuple(dict.fromkeys((*to, *copy_addresses))), content)


def _read_claimed_message(claim: Event | None, settings: MessageSettings) -> bytes | None:
    """Return the message that an earlier run recorded in its claim; None when the log no longer has it."""
    documents = claim.documents if claim else ()
    contents = (settings.read(document.sha256) for document in documents if document.role == MESSAGE_ROLE)
    return next(contents, None)


def _explain_changed_message(recipient: str, claim: Event) -> PetitionerError:
    message = (
        f"{recipient} was claimed (event {claim.id}) by the account '{claim.details.account}' for another message: "
        "since then the account, its name or addresses, or the files have changed."
    )
    hint = f"To send the new message, end that attempt first: petitioner log settle {recipient}"
    return PetitionerError(message, f"{hint}, then log reopen {recipient}, then petitioner approve")
