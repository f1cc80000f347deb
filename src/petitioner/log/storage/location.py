"""The machine and the folder that a log belongs to, and what to do if it is somewhere else or events are missing."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from petitioner.errors import PetitionerError
from petitioner.log.context import LogContext
from petitioner.log.events import Details, Draft, Entry, Event, PacketKey
from petitioner.log.kinds import AT_THE_PRINTER, CLAIMING, LEAVING, OBSERVED, Kind
from petitioner.log.storage.copies import find_copy_with
from petitioner.user_data.claims import (
    Claim,
    Claims,
    Target,
    read_progress,
    withdraw_claim,
    write_claim,
    write_progress,
)
from petitioner.user_data.logs import (
    ADOPT,
    ADOPT_STEP,
    LogLocation,
    advise_missing,
    describe_missing_log,
    explain_unreadable,
    find_first_step,
    format_folder,
    format_restore_command,
    format_restore_newest,
    identify_log,
    list_missing_logs,
)
from petitioner.user_data.memories import HandOver, Memories, Memory

_HANDED_OVER = LEAVING | {
    Kind.RETURNED,
    Kind.REPLIED,
    Kind.REFUSED,
    Kind.BOUNCED,
    Kind.DELIVERED,
    Kind.SETTLED_NOT_SENT,
}
"""The kinds of events that this machine remembers, so that an older log does not send the same packets again."""


_NOT_IN_USE = "is not in use here"


@dataclass(frozen=True, slots=True)
class LocationProblem:
    """Why the log is not in use in this folder; ``lost`` means that events are missing that this machine has seen.

    ``state`` completes a sentence about the log; ``step`` is the next command, and when it is the right one.
    """

    words: str
    hint: str
    lost: bool = False
    state: str = _NOT_IN_USE
    step: tuple[str, str] = ADOPT_STEP

    @property
    def account(self) -> str:
        """The problem in words, for the entry of the adoption."""
        return f"the log {self.state}: {self.words}" if self.state != _NOT_IN_USE else self.words

    def describe(self, path: Path) -> str:
        """Return a sentence about the log at ``path``."""
        return f"The mailing log {path} {self.state}: {self.words}."


class LogLocationError(PetitionerError):
    """The log is not in use in this folder, so nothing may be sent with it."""


def list_hashes(events: Iterable[Event]) -> list[str]:
    """Return the hashes of events, in order."""
    return [event.hash for event in events]


def find_location(events: Iterable[Event]) -> LogLocation | None:
    """Return the machine and folder that the last event with a ``home`` names, or None."""
    locations = [event.home for event in events if event.home]
    return LogLocation.read(locations[-1]) if locations else None


def set_location(drafts: Iterable[Draft], before: Sequence[Event], here: LogLocation | None) -> Iterator[Draft]:
    """Yield the drafts; the first one gets the location ``here`` if no event ``before`` names one."""
    settled = find_location(before) is not None or here is None
    for draft in drafts:
        yield draft if settled or draft.home else replace(draft, home=str(here))
        settled = True


def find_location_problem(
    hashes: Sequence[str], home: LogLocation | None, here: LogLocation | None, memories: Memories
) -> LocationProblem | None:
    """Return why a log is not in use ``here``; None if it is, or if there is no log and none is missing.

    ``hashes`` are those of its events, ``home`` is the location that it names.
    """
    own_memory = next((memory for memory in memories.logs if memory.identity == identify_log(hashes)), None)
    if here and (missing := list_missing_logs(memories, here.folder, identify_log(hashes))):
        return _describe_missing_log(missing[-1], begun=bool(hashes))
    if not hashes:
        return (
            LocationProblem(*explain_unreadable(memories), lost=True, state="may be missing")
            if memories.unreadable
            else None
        )
    if own_memory and not own_memory.fits(hashes):
        return _describe_older_log(own_memory)
    faults = memories.unreadable
    return _find_location_problem(home, here, own_memory, faults.get(identify_log(hashes)) or faults.get("", ""))


def list_hand_overs(events: Iterable[Event]) -> Iterator[HandOver]:
    """Yield the packets that a log says were sent, or may have been, in order and without withdrawn entries.

    An entry before a commit is left out if a later entry has its result.
    """
    everything = tuple(events)
    taken_back = {event.details.withdraws for event in everything}
    found: dict[int, Event] = {}
    begun: dict[PacketKey, int] = {}
    for event in (event for event in everything if event.id not in taken_back):
        if event.kind in OBSERVED and (before := begun.pop(event.packet, None)):
            found.pop(before, None)
        if event.kind is Kind.COMMITTING:
            begun[event.packet] = event.id
        if event.kind in _HANDED_OVER:
            found[event.id] = event
    yield from map(_make_hand_over, found.values())


def extend_hand_overs(
    known: Iterable[HandOver], later: Sequence[Event], former: Mapping[str, str]
) -> tuple[HandOver, ...] | None:
    """Return what ``list_hand_overs`` returns for a log with ``later`` events, given what it returned without them.

    ``former`` maps earlier ids of recipients to present ones. None if all events are needed: a later one withdraws one.
    """
    if any(event.details.withdraws for event in later):
        return None
    found = [one._replace(recipient=former.get(one.recipient, one.recipient)) for one in known] if former else [*known]
    for event in later:
        hand_over = _make_hand_over(event)
        begun = hand_over._replace(kind=Kind.COMMITTING.value, day="")
        if event.kind in OBSERVED:
            found = [one for one in found if one.kind != begun.kind or one._replace(day="") != begun]
        found += [hand_over] if event.kind in _HANDED_OVER else []
    return tuple(found)


def _make_hand_over(event: Event) -> HandOver:
    packet, day = event.packet, event.happened_on.isoformat()
    return HandOver(
        packet.campaign, packet.edition, packet.recipient, packet.channel, packet.attempt, event.kind.value, day
    )


def list_lost(events: Sequence[Event], here: LogLocation, memories: Memories) -> tuple[Memory, ...]:
    """Return the logs that this machine remembers in a folder and that are not, or not completely, the present one."""
    hashes = list_hashes(events)
    older = (memory for memory in memories.logs if memory.identity == identify_log(hashes) and not memory.fits(hashes))
    return (*list_missing_logs(memories, here.folder, identify_log(hashes)), *older)


def draft_log_entry(
    kind: Kind, because: str, context: LogContext, *, home: str = "", flags: Mapping[str, str] | None = None
) -> Draft:
    """Draft an entry about the log itself, without a recipient."""
    nobody = PacketKey(context.campaign.id, context.campaign.edition, recipient="", channel="", attempt=1)
    return replace(context.draft(nobody, "", "", kind, Details(note=because, flags=flags or {})), home=home)


def _find_location_problem(
    recorded: LogLocation | None, here: LogLocation | None, memory: Memory | None, memory_error: str
) -> LocationProblem | None:
    """Return why a log is not in use ``here``, or None.

    ``recorded`` is the location in the log, ``memory`` what this machine remembers of the log, ``memory_error`` why the
    memory cannot be read.
    """
    if here is None:
        hint = f"Create /etc/machine-id, then {ADOPT}"
        return LocationProblem("this machine has no id that the log could record", hint)
    if recorded is None:
        return _make_adoption_problem("it does not say to which folder it belongs")
    if recorded.machine == here.machine and not recorded.folder:
        return replace(_make_adoption_problem("it was begun while another log was missing here"), lost=True)
    if recorded != here:
        is_near = recorded.machine == here.machine
        folder = recorded.folder
        where = f"to {folder}, and this is {here.folder}" if is_near else f"to another machine, in {folder}"
        return _make_adoption_problem(f"it belongs {where}")
    if memory is None:
        why = memory_error or "this user's data folder does not remember it"
        return _make_adoption_problem(f"{why}, so nobody can tell whether it is the newest")
    return None


def _describe_older_log(memory: Memory) -> LocationProblem:
    """Return the problem of a log without its last events, and name a copy only if it has them."""
    words = f"event {memory.events}, tip {memory.tip[:16]}, is missing, which this machine has seen in it"
    hint, step = "Put the newer one back", (ADOPT, "only if the newer one is lost; first try to put it back")
    if copy := find_copy_with(memory.identity, memory.events, memory.tip):
        restoring = format_restore_command(copy)
        hint, step = f"{hint}: {restoring}", (restoring, "unless you can put the file itself back")
    else:
        hint += ", from the cloud folder or a backup; no copy that is kept here has that event."
    return LocationProblem(words, f"{hint}\nIf it is lost, use this log from now on: {ADOPT}", lost=True, step=step)


def _make_adoption_problem(reason: str) -> LocationProblem:
    return LocationProblem(reason, f"To use this log from now on, and no other copy of it: {ADOPT}")


def _describe_missing_log(memory: Memory, *, begun: bool) -> LocationProblem:
    step = find_first_step(memory)
    if not begun:
        return LocationProblem(
            describe_missing_log(memory), advise_missing(memory), lost=True, state="is missing", step=step
        )
    words = f"the log here is not the one that this machine remembers, of {memory}"
    hint = f"Put the other one back: {format_restore_newest(memory)}\nIf it is lost, use this log from now on: {ADOPT}"
    return LocationProblem(words, hint, lost=True, step=step)


def find_target(entry: Entry) -> Target:
    """Return the target of an entry's packet: mailing, channel and destination."""
    return Target(entry.campaign, entry.edition, entry.channel, entry.destination)


def claim_event(
    event: Event, own_hashes: Container[str], log: str, folder: Path, check: Callable[[Claims], None] = lambda _: None
) -> None:
    """Claim the packet of an event, unless an event of the same log, whose hashes are ``own_hashes``, has claimed it.

    ``log`` is the log's identity, ``folder`` its folder. Raises ``PetitionerError`` when the claim cannot be written,
    and what ``check`` raises for the claims of other logs.
    """
    write_claim(find_target(event), _make_claim(event, log, format_folder(folder)), own_hashes, check)


def count_claimed(hashes: Sequence[str]) -> int:
    """Return how many events of the log with these hashes ``claim_all`` has processed before."""
    count, last = read_progress(identify_log(hashes))
    return count if 0 < count <= len(hashes) and hashes[count - 1] == last else 0


def withdraw_claim_of(event: Event, hashes: Sequence[str], folder: Path) -> None:
    """Record that the claim of the entry that ``event`` withdraws no longer counts, if it made one.

    ``hashes`` are those of the whole log. Raises ``PetitionerError`` when this cannot be written.
    """
    number = event.details.withdraws
    if number and number <= len(hashes):  # an entry that another program wrote may name one that is not there
        claim = _make_claim(event, identify_log(hashes), format_folder(folder))
        withdraw_claim(find_target(event), replace(claim, withdraws=hashes[number - 1]))


def claim_all(later: Sequence[Event], hashes: Sequence[str], folder: Path) -> None:
    """Claim the packets that a log has sent or printed without a claim, as older versions did.

    ``later`` are all events that it has not processed before, ``hashes`` those of the whole log. Raises
    ``PetitionerError`` when a claim cannot be written.
    """
    withdrawn = {event.details.withdraws for event in later}
    ends = {event.packet: event.kind for event in later if event.kind in AT_THE_PRINTER | {Kind.PRINTED}}
    left = [event for event in later if event.kind in CLAIMING and event.id not in withdrawn]
    own_hashes, log = set(hashes), identify_log(hashes)
    for event in left:
        if event.kind is not Kind.PRINTING or ends[event.packet] is not Kind.NOT_PRINTED:
            claim_event(event, own_hashes, log, folder)
    corrections = [event for event in later if event.kind is Kind.WITHDRAWN]
    for event in corrections:
        withdraw_claim_of(event, hashes, folder)
    if left or corrections:
        write_progress(log, len(hashes), hashes[-1])


def _make_claim(event: Event, log: str, folder: str) -> Claim:
    at = f"{event.recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    kind = Kind.HANDING_OVER if event.kind is Kind.COMMITTING else event.kind  # nothing more is known by then
    return Claim(event.attempt, event.recipient, event.recipient_name, kind.value, event.hash, log, folder, at)
