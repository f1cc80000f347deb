"""``petitioner log add``: record what a person did, with the files that were sent."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from operator import attrgetter
from pathlib import Path

from petitioner.approval.packets import ENCLOSURE, LETTER, list_approvals, list_files
from petitioner.build.last_build import MANIFEST_NAME
from petitioner.build.manifest import (
    find_built_letters,
    list_built_letters,
    locate_output,
    read_manifest,
)
from petitioner.commands.log_context import ask_author, guess_media_type, open_log, read_log
from petitioner.errors import UsageError
from petitioner.files import digest, read_regular_file
from petitioner.inputs.folder import LETTERS, UnreadableError, read_file
from petitioner.inputs.workspace import list_newer
from petitioner.inputs.workspace_files import find_change
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
from petitioner.terminal import Terminal, format_count, format_ids

FindFiles = Callable[[RecipientHistory], tuple[BuiltFile, ...] | KeptFiles]
"""Returns the files of a recipient: those of the last build, or the approved ones."""
_SHOWN = 3  # files that a remark names before it counts the rest
_SECOND = 1_000_000_000  # nanoseconds


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """The files that a person named: ``files`` are evidence, ``used`` were sent instead of the built ones.

    ``public`` allows the photographs among the evidence in a public report.
    """

    files: tuple[Path, ...] = ()
    used: tuple[Path, ...] = ()
    public: bool = False


NO_FILES = NamedFiles()


def keep_files(built: Iterable[BuiltFile] | KeptFiles) -> KeptFiles:
    """Return the bytes of built files that are unchanged since the build; approved files are returned as they are."""
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


def read_evidence_files(terminal: Terminal, files: Iterable[Path]) -> tuple[Attachment, ...]:
    """Read evidence, and report what was removed from photographs.

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
    find_built: FindFiles,
    given: NamedFiles,
) -> tuple[Event, ...]:
    """Append one fact for each recipient: for all of them or, on any error, for none.

    The context has an author. Raises ``UsageError`` for files that make no sense, ``PetitionerError`` for a file that
    cannot be kept or a log that cannot be written.
    """
    _refuse_used_for_received(reports.values(), given)
    if given.public and not given.files:
        raise UsageError("--public is about photographs, and no file is named.", "Name one: --file photo.jpg --public")
    evidence, used = read_evidence_files(terminal, given.files), read_files(given.used, USED)

    def compose(events: tuple[Event, ...]) -> Iterator[Draft]:
        # One by one, so that memory holds the letters of a single recipient at a time.
        known: list[Event | Draft] = list(effective_events(events))
        earlier = EarlierDeliveries.read_if_possible(context, events)
        for id_, report in reports.items():
            history = find_history(id_, context, events)
            kept = keep_used(keep_files(find_built(history)) if report.kind in HANDLED else KeptFiles(), used)
            for channel in list_channels(report, history):
                draft = draft_fact(replace(report, channel=channel), history, context, kept, evidence)
                flags = flag_tracking(draft, known, context.campaign.sender.country)
                draft = _add_flags(draft, flags, public=given.public)
                draft = _flag_taken(draft, history, earlier)
                known.append(replace(draft, attachments=()))
                yield draft

    return log.append(compose)


def confirm_day(terminal: Terminal, report: FactReport, context: LogContext, *, yes: bool, asks: bool) -> None:
    """Ask about a day in the future. Raises ``UsageError`` when nobody can be asked, and for a no."""
    if report.happened_on <= context.today or yes:
        return
    sentence = f"{report.happened_on} is still to come: today is {context.today}."
    if not asks:
        raise UsageError(sentence, "Correct --on. At a terminal you are asked about such a day.")
    if not terminal.ask_yes(f"{sentence} Record {report.kind} on that day all the same?"):
        raise UsageError("Nothing was recorded.", "Give the day when it happened: --on DATE")


def show_recorded(terminal: Terminal, recorded: Iterable[Event]) -> None:
    """Show a line for each event that was recorded."""
    for event in recorded:
        details = event.details
        tracking = f", tracking number {details.tracking}" if details.tracking else ""
        posting = "".join(f", {word}" for word in (details.mail_class, details.postage) if word)
        met = f", met {details.met}" if details.met else ""
        count = len(event.documents)
        files = f", {format_count(count, 'file')} kept" if count or event.kind in HANDLED else ""
        done = f"{event.recipient} {event.kind} on {event.happened_on}"
        terminal.show(f"Event {event.id}: {done}{posting}{tracking}{met}{files}")


def report_flags(terminal: Terminal, recorded: Sequence[Event]) -> None:
    """Report what is unusual about the recorded events, each thing once with all its recipients."""
    recipients: dict[str, list[str]] = {}
    for event in recorded:
        for words in event.details.flags.values():
            recipients.setdefault(words, []).append(event.recipient)
    for words, ids in recipients.items():
        whom = "" if len(ids) == len(recorded) > 1 else f"{', '.join(ids)}: "
        terminal.say(f"Note: {whom}{words}.", style="yellow")


def _add_flags(draft: Draft, flags: Mapping[str, str], **changes: object) -> Draft:
    """Return a draft with more flags and other changes of its details."""
    details = draft.details.model_copy(update={"flags": {**draft.details.flags, **flags}, **changes})
    return replace(draft, details=details)


def _flag_taken(draft: Draft, history: RecipientHistory, earlier: EarlierDeliveries) -> Draft:
    """Flag a letter that was sent or printed although another log may have sent one to the same recipient.

    A letter recorded as printed is the one that the other log printed, so this settles the other log's claim.
    """
    taken = history.record and earlier.find(history.record, draft.channel)
    if not taken or draft.kind not in HANDLED:
        return draft
    settles = tuple(one.event for one in taken.printed) if draft.kind is Kind.PRINTED else ()
    return _add_flags(draft, {"claimed" if settles else "taken": taken.words}, settles=settles)


def _refuse_used_for_received(reports: Iterable[FactReport], given: NamedFiles) -> None:
    """Raise ``UsageError`` if ``--used`` was given for something that came back."""
    received = next((report for report in reports if report.kind not in HANDLED), None)
    if given.used and received:
        hint = "Leave --used out. Give what came back, and evidence of it, with --file."
        raise UsageError(f"What was {received.kind} was not sent by you, so nothing was used for it.", hint)


def add_events(
    terminal: Terminal,
    context: LogContext,
    fact_input: FactInput,
    *,
    find_built: FindFiles,
    given: NamedFiles = NO_FILES,
    as_json: bool = False,
) -> int:
    """Record one fact about one or more recipients: for all of them or, on any error, for none.

    Unusual facts are flagged and recorded all the same. Raises ``UsageError`` for options that make no sense,
    ``PetitionerError`` for a file that cannot be kept or a log that cannot be written.
    """
    report = parse_fact_input(fact_input, context)
    log = open_log(terminal, context.folder, context.recipients)
    require_known(fact_input.ids, context.recipients, read_log(terminal, log))
    confirm_day(terminal, report, context, yes=fact_input.yes, asks=terminal.can_ask and not as_json)
    named_context = ask_author(terminal, context)
    reports = dict.fromkeys(fact_input.ids, report)
    recorded = record_facts(terminal, log, named_context, reports, find_built=find_built, given=given)
    if as_json:
        terminal.show_json(export_recorded(recorded))
    else:
        show_recorded(terminal, recorded)
    report_flags(terminal, recorded)
    terminal.say_next(*_find_next_step(recorded))
    return 0


def _find_next_step(recorded: Iterable[Event]) -> tuple[str, str]:
    """Return the next command, and why."""
    printed = [event for event in recorded if event.kind is Kind.PRINTED]
    if not printed:
        return "petitioner log", "to see the state of every packet"
    fact = "handed" if all(event.channel == Channel.HAND for event in printed) else "posted"
    ids = format_ids(event.recipient for event in printed if fact == "handed" or event.channel != Channel.HAND)
    return f"petitioner log add {fact} {ids}", f"once they are {fact}; petitioner print envelopes comes before"


def find_sent_files(context: LogContext) -> FindFiles:
    """Return a function that finds the files that a recipient got on paper: the approved ones, else the built ones.

    Approved files are in the log already, so only their names are returned. Letters are not filled in again: if built
    files or enclosures differ from the approved ones, they changed; other files are only compared by time.
    """
    folder = locate_output(context.folder, context.campaign.folder)
    read_built, hash_enclosures = cache(partial(read_manifest, folder)), cache(partial(_hash_enclosures, context))

    def find(history: RecipientHistory) -> tuple[BuiltFile, ...] | KeptFiles:
        approval = _find_approval(history)
        if approval is None:
            return _list_built_files(folder, history.id)
        built = {path.name: entry.sha256 for path, entry in list_built_letters(read_built()[0], history.id)}
        if _has_changed_files(approval, LETTER, built or None) or _has_changed_files(
            approval, ENCLOSURE, hash_enclosures()
        ):
            words = f"changed since it was approved on {approval.happened_on} (event {approval.id})"
            return replace(keep_files(_list_built_files(folder, history.id)), unapproved=words)
        approved_at = int(approval.recorded_at.timestamp()) * _SECOND
        newer = list_newer(
            context.folder, context.campaign.folder, max(approved_at, find_change(folder / MANIFEST_NAME))
        )
        return KeptFiles(list_files(approval), unapproved="", outdated=_format_newer_files(newer))

    return find


def _list_built_files(folder: Path, recipient: str) -> tuple[BuiltFile, ...]:
    built = find_built_letters(folder, recipient)
    return tuple(BuiltFile(path, sha256, guess_media_type(path), fault) for path, sha256, fault in built)


def _find_approval(history: RecipientHistory) -> Event | None:
    """Return the latest approval of a present packet on paper; post and hand count for each other."""
    on_paper = ((key, one) for key, one in list_approvals(history.present).items() if key.channel in PAPER)
    current = (one for key, one in on_paper if key.attempt == history.find_attempt(key.channel))
    return max(current, key=attrgetter("id"), default=None)


def _has_changed_files(approval: Event, role: str, present: Mapping[str, str] | None) -> bool:
    """Whether the files of a role are not the approved ones; ``present`` maps names to hashes, None if unknown."""
    approved = {one.name: one.sha256 for one in approval.documents if one.role == role}
    return present is not None and present != approved


def _hash_enclosures(context: LogContext) -> Mapping[str, str] | None:
    """Hash the enclosures; None when one of them cannot be read."""
    home = f"{LETTERS}/{context.campaign.folder}"
    names = [enclosure.file for enclosure in context.campaign.enclosures]
    try:
        return {name: digest(read_file(context.folder, f"{home}/{name}")) for name in names}
    except UnreadableError:
        return None


def _format_newer_files(newer: tuple[str, ...]) -> str:
    if not newer:
        return ""
    rest = f" and {len(newer) - _SHOWN} more" if len(newer) > _SHOWN else ""
    return f"{', '.join(newer[:_SHOWN])}{rest} changed after the build and the approval"
