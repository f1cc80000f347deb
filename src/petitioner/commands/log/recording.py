"""What recording facts has in common, whether they were typed one by one or scanned in a stack."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from petitioner.errors import UsageError
from petitioner.files import digest, read_whole
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.evidence import USED, read_evidence, read_files
from petitioner.mailing_log.entries.facts import draft_fact, keep_used, list_ways
from petitioner.mailing_log.entries.postmarks import flag_tracking
from petitioner.mailing_log.entries.slips import Report
from petitioner.mailing_log.events.kinds import HANDLED, Kind
from petitioner.mailing_log.events.records import Attachment, BuiltFile, Draft, Event, Kept
from petitioner.mailing_log.states.packets import counted
from petitioner.mailing_log.states.parties import Party, find_party
from petitioner.mailing_log.states.taken import Others
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.terminal import Terminal

FindBuilt = Callable[[Party], tuple[BuiltFile, ...] | Kept]
"""Gives the files of the last build that belong to a recipient, or those that were approved."""


@dataclass(frozen=True, slots=True)
class Given:
    """Files that a person names: ``files`` show that it happened, ``used`` were sent in place of the build's."""

    files: tuple[Path, ...] = ()
    used: tuple[Path, ...] = ()


NOTHING = Given()
"""No file at all."""


def keep_files(built: Iterable[BuiltFile] | Kept) -> Kept:
    """Return the bytes of built files that are still what was built; what is kept already stays as it is."""
    if isinstance(built, Kept):
        return built
    attachments: list[Attachment] = []
    left_out: dict[str, str] = {}
    for file in built:
        name = file.path.name
        if file.fault:
            left_out[name] = file.fault
            continue
        try:
            content = read_whole(file.path)
        except OSError as error:
            left_out[name] = f"cannot be read ({error.strerror})"
            continue
        if digest(content) == file.sha256:
            attachments.append(Attachment("letter", name, file.media_type, content))
        else:
            left_out[name] = "was changed after it was built"
    return Kept(tuple(attachments), left_out)


def take_evidence(terminal: Terminal, files: Iterable[Path]) -> tuple[Attachment, ...]:
    """The files that show that something happened; what was taken out of photographs on the way in is said.

    Raises ``PetitionerError`` for files that cannot be kept.
    """
    evidence = read_evidence(files)
    for remark in evidence.remarks:
        terminal.say(f"Note: {remark}", style="yellow")
    return evidence.attachments


def record_facts(
    terminal: Terminal,
    log: MailingLog,
    desk: Desk,
    reports: Mapping[str, Report],
    *,
    find_built: FindBuilt,
    given: Given,
) -> tuple[Event, ...]:
    """Append one fact for each recipient: about all of them or, when anything fails, about none.

    ``desk`` is signed. Raises ``UsageError`` for files that make no sense, ``PetitionerError`` for a file that cannot
    be kept or a log that cannot be written.
    """
    _refuse_used(reports.values(), given)
    evidence, used = take_evidence(terminal, given.files), read_files(given.used, USED)

    def compose(events: tuple[Event, ...]) -> Iterator[Draft]:
        # One by one, so that memory holds the letters of a single recipient at a time.
        known: list[Event | Draft] = list(counted(events))
        others = Others.look(desk, events)
        for id_, report in reports.items():
            party = find_party(id_, desk, events)
            kept = keep_used(keep_files(find_built(party)) if report.kind in HANDLED else Kept(), used)
            for way in list_ways(report, party):
                draft = _flag(draft_fact(replace(report, way=way), party, desk, kept, evidence), known, desk)
                draft = _flag_taken(draft, party, others)
                known.append(replace(draft, attachments=()))
                yield draft

    return log.append(compose)


def confirm_day(terminal: Terminal, report: Report, desk: Desk, *, yes: bool, asks: bool) -> None:
    """Ask about a day that is still to come. Raises ``UsageError`` where nobody can be asked, and for a no."""
    if report.happened_on <= desk.today or yes:
        return
    told = f"{report.happened_on} is still to come: today is {desk.today}."
    if not asks:
        raise UsageError(told, "Correct --on. At a terminal you are asked about such a day.")
    if not terminal.ask_yes(f"{told} Record {report.kind} on that day all the same?"):
        raise UsageError("Nothing was recorded.", "Give the day on which it happened: --on DATE")


def show_recorded(terminal: Terminal, recorded: Iterable[Event]) -> None:
    """A line for each event that was recorded."""
    for event in recorded:
        told = event.details
        tracking = f", tracking number {told.tracking}" if told.tracking else ""
        posting = "".join(f", {word}" for word in (told.mail_class, told.postage) if word)
        met = f", met {told.met}" if told.met else ""
        count = len(event.documents)
        files = f", {count} file{'s' if count != 1 else ''} kept" if count or event.kind in HANDLED else ""
        done = f"{event.recipient} {event.kind} on {event.happened_on}"
        terminal.show(f"Event {event.id}: {done}{posting}{tracking}{met}{files}")


def tell_flags(terminal: Terminal, recorded: Sequence[Event]) -> None:
    """What is unusual about what was recorded, each thing once with all whom it is about."""
    about: dict[str, list[str]] = {}
    for event in recorded:
        for words in event.details.flags.values():
            about.setdefault(words, []).append(event.recipient)
    for words, ids in about.items():
        whom = "" if len(ids) == len(recorded) > 1 else f"{', '.join(ids)}: "
        terminal.say(f"Note: {whom}{words}.", style="yellow")


def _flag(draft: Draft, known: Iterable[Event | Draft], desk: Desk) -> Draft:
    flags = flag_tracking(draft, known, desk.campaign.sender.country)
    told = draft.details
    return replace(draft, details=told.model_copy(update={"flags": {**told.flags, **flags}})) if flags else draft


def _flag_taken(draft: Draft, party: Party, others: Others) -> Draft:
    """A letter that was carried out of the house, or lies ready, although another one may have gone there.

    Whoever says that it lies ready has the paper of which another log says so, and goes on with it: nothing is left to
    look at then.
    """
    taken = party.record and others.find(party.record, draft.channel)
    if not taken or draft.kind not in HANDLED:
        return draft
    settles = tuple(one.event for one in taken.printed) if draft.kind is Kind.PRINTED else ()
    flags = {**draft.details.flags, "claimed" if settles else "taken": taken.words}
    return replace(draft, details=draft.details.model_copy(update={"flags": flags, "settles": settles}))


def _refuse_used(reports: Iterable[Report], given: Given) -> None:
    stranger = next((report for report in reports if report.kind not in HANDLED), None)
    if given.used and stranger:
        hint = "Leave --used out. What came back, and what shows it, goes in by --file."
        raise UsageError(f"What was {stranger.kind} was not sent by you, so nothing was used for it.", hint)
