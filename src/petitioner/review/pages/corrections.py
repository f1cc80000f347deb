"""Decisions that several pages offer: how a packet in doubt ended, and what was recorded by mistake."""

from collections.abc import Sequence
from dataclasses import dataclass

from petitioner.commands.record_corrections import Settlement, record_settlement, record_undoing
from petitioner.errors import ChangedError, PetitionerError, UsageError
from petitioner.log.corrections import draft_withdrawals, find_last_entries
from petitioner.log.events import Event
from petitioner.log.fact_input import read_reason
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import TAKEN_UP, UNDECIDED, PacketStatus
from petitioner.review.live import LiveWorkspace, OncePerSnapshot, Snapshot
from petitioner.review.pages.page import Form, get_one

_ANSWERS = {"sent": Kind.SETTLED_SENT, "not sent": Kind.SETTLED_NOT_SENT}
_UNDONE = "taken back on the page"


@dataclass(frozen=True, slots=True)
class DoubtfulPacket:
    """A packet that only a person can decide about, and what the log says of it."""

    id: str
    name: str
    packet: PacketStatus
    words: str

    @property
    def may_have_left(self) -> bool:
        """Whether it may have been sent; if not, a run only began to send it."""
        return self.packet.state in UNDECIDED


@dataclass(frozen=True, slots=True)
class LastEntries:
    """What the author recorded last; ``refusal`` is why it cannot be taken back, or empty."""

    events: Sequence[Event]
    refusal: str = ""

    @property
    def value(self) -> str:
        """The numbers of the events, as a form sends them back."""
        return " ".join(str(event.id) for event in self.events)


def list_doubtful(snapshot: Snapshot, recipient: str | None = None) -> list[DoubtfulPacket]:
    """List the packets in doubt, of all recipients or of one."""
    words = {one.event.id: one.words for one in snapshot.state.concerns if one.event}
    return [
        DoubtfulPacket(status.id, status.short_name, packet, words.get(packet.since.id, str(packet.state)))
        for status in snapshot.statuses
        for packet in status.packets
        if recipient in (None, status.id) and packet.state in UNDECIDED | TAKEN_UP
    ]


def find_last(live: LiveWorkspace, snapshot: Snapshot) -> LastEntries | None:
    """Return what the author of the page recorded last; None without any entry."""
    return _LAST.get(live, snapshot)


def _find_last(_live: LiveWorkspace, snapshot: Snapshot) -> LastEntries | None:
    try:
        last = find_last_entries(snapshot.context.by, snapshot.events)
    except PetitionerError:
        return None
    try:
        draft_withdrawals(last, _UNDONE, snapshot.context, snapshot.events)
    except PetitionerError as error:
        return LastEntries(last, f"{error} {error.hint}".strip())
    return LastEntries(last)


_LAST = OncePerSnapshot(_find_last)


def settle(live: LiveWorkspace, form: Form) -> None:
    """Record a person's answer about a packet in doubt.

    Raises ``ChangedError`` if it is not as it was on the page, ``UsageError`` without an answer or a reason.
    """
    with live.lock_to_record() as snapshot:
        seen = get_one(form, "event")
        found = next((one for one in list_doubtful(snapshot) if str(one.packet.since.id) == seen), None)
        if found is None:
            raise ChangedError("This packet is not in doubt any more. Nothing was recorded.", "Look at the page again.")
        kind = _ANSWERS.get(get_one(form, "answer"))
        if kind is None:
            raise UsageError("No answer is chosen.", "Choose whether it was sent.")
        reason = read_reason(get_one(form, "because"))
        answer = Settlement(found.id, kind, reason, found.packet.key.channel)
        record_settlement(live.log, snapshot.context, answer)


def undo(live: LiveWorkspace, form: Form) -> None:
    """Take back what the author recorded last. Raises ``ChangedError`` if it is not what was on the page."""
    with live.lock_to_record() as snapshot:
        last = find_last(live, snapshot)
        if last is None or last.value != get_one(form, "events"):
            raise ChangedError("Something else was recorded since. Nothing was taken back.", "Look at the page again.")
        reason = get_one(form, "because").strip()
        because = read_reason(reason) if reason else _UNDONE
        record_undoing(live.log, snapshot.context, because, last.events)
