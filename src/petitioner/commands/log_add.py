"""``petitioner log add``: record what a person did, with the files that were sent."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from operator import attrgetter
from pathlib import Path

from petitioner.approval.packets import ENCLOSURE, LETTER, list_approvals, list_files
from petitioner.build.manifest import MANIFEST_NAME, find_built, list_built, locate_output, read_manifest
from petitioner.commands.load_and_check import name_ids
from petitioner.commands.log_context import detect_media_type, open_log, read_log, sign_in
from petitioner.errors import UsageError
from petitioner.files import digest, read_regular_file
from petitioner.inputs.workspace import LETTERS, list_newer
from petitioner.inputs.workspace_files import UnreadableError, find_change, read_file
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, BuiltFile, Draft, Event, KeptFiles
from petitioner.log.evidence import USED, read_evidence, read_files
from petitioner.log.export import export_recorded
from petitioner.log.fact_input import FactInput, FactReport, flag_tracking, parse_fact_input
from petitioner.log.facts import draft_fact, keep_used, list_channels
from petitioner.log.kinds import HANDLED, PAPER, Kind
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.event_text import RecipientHistory, find_history
from petitioner.log.states.packets import effective_events
from petitioner.log.states.recipient_status import require_known
from petitioner.log.storage.store import MailingLog
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal

FindBuilt = Callable[[RecipientHistory], tuple[BuiltFile, ...] | KeptFiles]
"""Gives the files of the last build that belong to a recipient, or those that were approved."""
_SHOWN = 3  # files that a remark names before it counts the rest
_SECOND = 1_000_000_000  # nanoseconds


@dataclass(frozen=True, slots=True)
class Given:
    """Files that a person names: ``files`` show that it happened, ``used`` were sent in place of the build's."""

    files: tuple[Path, ...] = ()
    used: tuple[Path, ...] = ()


NOTHING = Given()
"""No file at all."""


def keep_files(built: Iterable[BuiltFile] | KeptFiles) -> KeptFiles:
    """Return the bytes of built files that are still what was built; what is kept already stays as it is."""
    if isinstance(built, KeptFiles):
        return built
    attachments: list[Attachment] = []
    left_out: dict[str, str] = {}
    for file in built:
        name = file.path.name
        if file.fault:
            left_out[name] = file.fault
            continue
        try:
            content = read_regular_file(file.path)
        except OSError as error:
            left_out[name] = f"cannot be read ({error.strerror})"
            continue
        if digest(content) == file.sha256:
            attachments.append(Attachment("letter", name, file.media_type, content))
        else:
            left_out[name] = "was changed after it was built"
    return KeptFiles(tuple(attachments), left_out)


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
    context: LogContext,
    reports: Mapping[str, FactReport],
    *,
    find_built: FindBuilt,
    given: Given,
) -> tuple[Event, ...]:
    """Append one fact for each recipient: about all of them or, when anything fails, about none.

    ``context`` names the author. Raises ``UsageError`` for files that make no sense, ``PetitionerError`` for a file
    that cannot be kept or a log that cannot be written.
    """
    _refuse_used(reports.values(), given)
    evidence, used = take_evidence(terminal, given.files), read_files(given.used, USED)

    def compose(events: tuple[Event, ...]) -> Iterator[Draft]:
        # One by one, so that memory holds the letters of a single recipient at a time.
        known: list[Event | Draft] = list(effective_events(events))
        others = EarlierDeliveries.read_if_possible(context, events)
        for id_, report in reports.items():
            history = find_history(id_, context, events)
            kept = keep_used(keep_files(find_built(history)) if report.kind in HANDLED else KeptFiles(), used)
            for way in list_channels(report, history):
                draft = _flag(draft_fact(replace(report, way=way), history, context, kept, evidence), known, context)
                draft = _flag_taken(draft, history, others)
                known.append(replace(draft, attachments=()))
                yield draft

    return log.append(compose)


def confirm_day(terminal: Terminal, report: FactReport, context: LogContext, *, yes: bool, asks: bool) -> None:
    """Ask about a day that is still to come. Raises ``UsageError`` where nobody can be asked, and for a no."""
    if report.happened_on <= context.today or yes:
        return
    told = f"{report.happened_on} is still to come: today is {context.today}."
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


def _flag(draft: Draft, known: Iterable[Event | Draft], context: LogContext) -> Draft:
    flags = flag_tracking(draft, known, context.campaign.sender.country)
    told = draft.details
    return replace(draft, details=told.model_copy(update={"flags": {**told.flags, **flags}})) if flags else draft


def _flag_taken(draft: Draft, history: RecipientHistory, others: EarlierDeliveries) -> Draft:
    """A letter that was carried out of the house, or lies ready, although another one may have gone there.

    Whoever says that it lies ready has the paper of which another log says so, and goes on with it: nothing is left to
    look at then.
    """
    taken = history.record and others.find(history.record, draft.channel)
    if not taken or draft.kind not in HANDLED:
        return draft
    settles = tuple(one.event for one in taken.printed) if draft.kind is Kind.PRINTED else ()
    flags = {**draft.details.flags, "claimed" if settles else "taken": taken.words}
    return replace(draft, details=draft.details.model_copy(update={"flags": flags, "settles": settles}))


def _refuse_used(reports: Iterable[FactReport], given: Given) -> None:
    stranger = next((report for report in reports if report.kind not in HANDLED), None)
    if given.used and stranger:
        hint = "Leave --used out. What came back, and what shows it, goes in by --file."
        raise UsageError(f"What was {stranger.kind} was not sent by you, so nothing was used for it.", hint)


def add_events(
    terminal: Terminal,
    context: LogContext,
    slip: FactInput,
    *,
    find_built: FindBuilt,
    given: Given = NOTHING,
    as_json: bool = False,
) -> int:
    """Record one fact about one or more recipients: about all of them or, when anything fails, about none.

    Whatever is unusual is flagged and recorded all the same. Raises ``UsageError`` for a slip that makes no sense,
    ``PetitionerError`` for a file that cannot be kept or a log that cannot be written.
    """
    report = parse_fact_input(slip, context)
    log = open_log(terminal, context.folder, context.recipients)
    require_known(slip.ids, context.recipients, read_log(terminal, log))
    confirm_day(terminal, report, context, yes=slip.yes, asks=terminal.can_ask and not as_json)
    signed = sign_in(terminal, context)
    reports = dict.fromkeys(slip.ids, report)
    recorded = record_facts(terminal, log, signed, reports, find_built=find_built, given=given)
    if as_json:
        terminal.show_json(export_recorded(recorded))
    else:
        show_recorded(terminal, recorded)
    tell_flags(terminal, recorded)
    terminal.say_next(*_name_next(recorded))
    return 0


def _name_next(recorded: Iterable[Event]) -> tuple[str, str]:
    """What follows; of what was printed, how it leaves."""
    printed = [event for event in recorded if event.kind is Kind.PRINTED]
    if not printed:
        return "petitioner log", "to see where every packet stands"
    fact = "handed" if all(event.channel == Channel.HAND for event in printed) else "posted"
    ids = name_ids(event.recipient for event in printed if fact == "handed" or event.channel != Channel.HAND)
    return f"petitioner log add {fact} {ids}", f"once they are {fact}; petitioner print envelopes comes before"


def open_archive(context: LogContext) -> FindBuilt:
    """Give what a recipient was sent on paper: the files approved, or else those of the last build.

    Approved files are in the log already, so only their names are given. No letter is merged, so it is known that
    something was changed since the approval where it was built, or is enclosed; and of other files that they are newer.
    """
    folder = locate_output(context.folder, context.campaign.id)
    read_built, hash_enclosures = cache(partial(read_manifest, folder)), cache(partial(_hash_enclosures, context))

    def find(history: RecipientHistory) -> tuple[BuiltFile, ...] | KeptFiles:
        approval = _find_approval(history)
        if approval is None:
            return _find_built(folder, history.id)
        built = {path.name: entry.sha256 for path, entry in list_built(read_built()[0], history.id)}
        if _differs(approval, LETTER, built or None) or _differs(approval, ENCLOSURE, hash_enclosures()):
            words = f"changed since it was approved on {approval.happened_on} (event {approval.id})"
            return replace(keep_files(_find_built(folder, history.id)), unapproved=words)
        approved_at = int(approval.recorded_at.timestamp()) * _SECOND
        newer = list_newer(context.folder, context.campaign.id, max(approved_at, find_change(folder / MANIFEST_NAME)))
        return KeptFiles(list_files(approval), unapproved="", outdated=_tell_newer(newer))

    return find


def _find_built(folder: Path, recipient: str) -> tuple[BuiltFile, ...]:
    built = find_built(folder, recipient)
    return tuple(BuiltFile(path, sha256, detect_media_type(path), fault) for path, sha256, fault in built)


def _find_approval(history: RecipientHistory) -> Event | None:
    """Find the latest approval of a present packet on paper; one way stands in for another."""
    approvals = list_approvals(history.present).items()
    on_paper = [one for key, one in approvals if key.channel in PAPER and key.attempt == history.attempt(key.channel)]
    return max(on_paper, key=attrgetter("id"), default=None)


def _differs(approval: Event, role: str, present: Mapping[str, str] | None) -> bool:
    """Whether the files of a role are not those that were approved; ``present`` are hashes by name, None if unknown."""
    approved = {one.name: one.sha256 for one in approval.documents if one.role == role}
    return present is not None and present != approved


def _hash_enclosures(context: LogContext) -> Mapping[str, str] | None:
    """Hash the enclosures as they are; None where one of them cannot be read."""
    home = f"{LETTERS}/{context.campaign.id}"
    names = [enclosure.file for enclosure in context.campaign.enclosures]
    try:
        return {name: digest(read_file(context.folder, f"{home}/{name}")) for name in names}
    except UnreadableError:
        return None


def _tell_newer(newer: tuple[str, ...]) -> str:
    if not newer:
        return ""
    rest = f" and {len(newer) - _SHOWN} more" if len(newer) > _SHOWN else ""
    return f"{', '.join(newer[:_SHOWN])}{rest} changed after the build and the approval"
