"""Where the log lives: on one machine, in one folder. A log that is not at home must not send.

The chain says where the home is; beside it each machine remembers the last tip it saw, and so notices when an older
log is put back. What no second witness can see: that a log which is at home here was copied and adopted on another
machine since, and that an older log was put back together with an older copy of the user's data folder.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from petitioner.errors import PetitionerError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Details, Draft, Event
from petitioner.user_data.logs import Home, Memory, identify

ADOPT = 'petitioner log adopt --because "…"'
"""The command that gives the log a new home."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why the log is not at home, in words; ``lost`` when events are missing that this machine has seen."""

    words: str
    hint: str
    lost: bool = False


class NotHomeError(PetitionerError):
    """The log is not at home, so nothing may be sent by it."""


def list_hashes(events: Iterable[Event]) -> list[str]:
    """The hashes of events, in their order."""
    return [event.hash for event in events]


def find_home(events: Iterable[Event]) -> Home | None:
    """Where the log lives, by the last event that says so."""
    said = [event.home for event in events if event.home]
    return Home.read(said[-1]) if said else None


def settle_in(drafts: Iterable[Draft], before: Sequence[Event], here: Home | None) -> Iterator[Draft]:
    """The drafts as they are, but for the first: where no event says yet where the log lives, it says so."""
    settled = find_home(before) is not None or here is None
    for draft in drafts:
        yield draft if settled or draft.home else replace(draft, home=str(here))
        settled = True


def find_absence(events: Sequence[Event], here: Home | None, memories: Iterable[Memory]) -> Absence | None:
    """Why the log is not at home here, or None when it is; a folder without a log is at home unless one is missed."""
    remembered = {memory.identity: memory for memory in memories}
    own = remembered.pop(identify(list_hashes(events)) or "", None)
    missed = next((other for other in remembered.values() if here and other.folder == here.folder), None)
    if missed:
        words = "another log lies here than the one" if events else "it is gone, and was here: a log"
        return _miss(f"{words} that this machine remembers, of {_count(missed.events)}, tip {missed.tip[:16]}")
    if not events:
        return None
    if own and not own.fits(list_hashes(events)):
        return _miss(f"it lacks event {own.events}, tip {own.tip[:16]}, which this machine has seen in it")
    return _compare(find_home(events), here, own)


def draft_notice(
    kind: Kind, because: str, desk: Desk, *, home: str = "", flags: Mapping[str, str] | None = None
) -> Draft:
    """An entry about the log itself, which is about no recipient."""
    return Draft(
        campaign=desk.campaign.id,
        edition=desk.campaign.edition,
        recipient="",
        recipient_name="",
        destination="",
        channel="",
        attempt=1,
        kind=kind,
        happened_on=desk.today,
        recorded_at=desk.now,
        by=desk.by,
        home=home,
        details=Details(note=because, flags=flags or {}),
    )


def _compare(home: Home | None, here: Home | None, own: Memory | None) -> Absence | None:
    if here is None:
        return Absence(
            "this machine has no name that the log could know it by", f"Create /etc/machine-id, then {ADOPT}"
        )
    if home is None:
        return _adoptable("it does not say yet where it lives")
    if home.machine != here.machine:
        return _adoptable(f"it lives on another machine, in {home.folder}")
    if home.folder != here.folder:
        return _adoptable(f"it lives in {home.folder}, and this is {here.folder}")
    if own is None:
        return _adoptable("this user's data folder does not remember it, so nobody can tell whether it is the newest")
    return None


def _adoptable(words: str) -> Absence:
    return Absence(words, f"If it is the one to go on with, and no other copy will be: {ADOPT}")


def _miss(words: str) -> Absence:
    hint = f"Put the newer one back: petitioner log restore COPY. If it is lost, and this one is to go on: {ADOPT}"
    return Absence(words, hint, lost=True)


def _count(events: int) -> str:
    return f"{events} event{'s' if events != 1 else ''}"
