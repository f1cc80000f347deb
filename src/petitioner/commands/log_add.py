"""``petitioner log add``: record what a person did."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from petitioner.commands.secretary import keep_files
from petitioner.errors import UsageError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.evidence import EVIDENCE, USED, read_evidence
from petitioner.mailing_log.entries.facts import draft_fact, keep_used, list_ways
from petitioner.mailing_log.entries.slips import Report, Slip, read_slip, sign
from petitioner.mailing_log.events.kinds import HANDLED
from petitioner.mailing_log.events.records import BuiltFile, Draft, Event, Kept
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.states.parties import find_party
from petitioner.mailing_log.states.standings import require_known
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.terminal import Terminal

FindBuilt = Callable[[str], tuple[BuiltFile, ...] | Kept]
"""Gives the files of the last build that belong to a recipient, or those that were approved."""


@dataclass(frozen=True, slots=True)
class Given:
    """Files that a person names: ``files`` show that it happened, ``used`` were sent in place of the build's."""

    files: tuple[Path, ...] = ()
    used: tuple[Path, ...] = ()


def add_events(
    terminal: Terminal,
    desk: Desk,
    slip: Slip,
    *,
    find_built: FindBuilt,
    given: Given = Given(),
    as_json: bool = False,
) -> int:
    """Record one fact about one or more recipients: about all of them or, when anything fails, about none.

    Whatever is unusual is flagged and recorded all the same. Raises ``UsageError`` for a slip that makes no sense,
    ``PetitionerError`` for a file that cannot be kept or a log that cannot be written.
    """
    report = read_slip(slip, desk)
    _refuse_used(report, given)
    ids = tuple(dict.fromkeys(slip.ids))
    signed = sign(desk)
    log = MailingLog.within(desk.folder)
    require_known(ids, desk.recipients, log.read())
    evidence, used = read_evidence(given.files, EVIDENCE), read_evidence(given.used, USED)

    def compose(events: tuple[Event, ...]) -> Iterator[Draft]:
        # One by one, so that memory holds the letters of a single recipient at a time.
        for id_ in ids:
            party = find_party(id_, signed, events)
            kept = keep_used(keep_files(find_built(id_)) if report.kind in HANDLED else Kept(), used)
            for way in list_ways(report, party):
                yield draft_fact(replace(report, way=way), party, signed, kept, evidence)

    recorded = log.append(compose)
    if as_json:
        terminal.show_json({"recorded": export_events(recorded, recorded)})
    else:
        _show_recorded(terminal, recorded)
    _tell_flags(terminal, recorded)
    terminal.say_next("petitioner log", "to see where every packet stands")
    return 0


def _refuse_used(report: Report, given: Given) -> None:
    if given.used and report.kind not in HANDLED:
        hint = "Leave --used out. What came back, and what shows it, goes in by --file."
        raise UsageError(f"What was {report.kind} was not sent by you, so nothing was used for it.", hint)


def _show_recorded(terminal: Terminal, recorded: Iterable[Event]) -> None:
    for event in recorded:
        tracking = f", tracking number {event.details.tracking}" if event.details.tracking else ""
        count = len(event.documents)
        files = f", {count} file{'s' if count != 1 else ''} kept" if count or event.kind in HANDLED else ""
        terminal.show(f"Event {event.id}: {event.recipient} {event.kind} on {event.happened_on}{tracking}{files}")


def _tell_flags(terminal: Terminal, recorded: Sequence[Event]) -> None:
    about: dict[str, list[str]] = {}
    for event in recorded:
        for words in event.details.flags.values():
            about.setdefault(words, []).append(event.recipient)
    for words, ids in about.items():
        whom = "" if len(ids) == len(recorded) > 1 else f"{', '.join(ids)}: "
        terminal.say(f"Note: {whom}{words}.", style="yellow")
