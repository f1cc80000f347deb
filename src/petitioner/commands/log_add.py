"""``petitioner log add``: record what a person did, with the files that were sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from petitioner.commands.answered_campaign import refuse_other_years, report_other_edition
from petitioner.commands.draft_facts import FindFiles, ReadFiles, draft_facts
from petitioner.commands.log_context import ask_author, open_part, read_log
from petitioner.errors import UsageError
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, Event
from petitioner.log.evidence import USED, read_evidence, read_files
from petitioner.log.fact_input import FactInput, FactReport, list_days_of_same_numbers, parse_fact_input
from petitioner.log.kinds import HANDLED, Kind
from petitioner.log.states.recipient_status import require_known
from petitioner.log.storage.store import MailingLog
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal, format_count, format_ids


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """The files that a person named: ``files`` are evidence, ``used`` were sent instead of the built ones.

    ``public`` allows the photographs among the evidence in a public report.
    """

    files: tuple[Path, ...] = ()
    used: tuple[Path, ...] = ()
    public: bool = False


NO_FILES = NamedFiles()


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
    files = ReadFiles(evidence, used, is_public=given.public)
    return log.append(lambda events: draft_facts(context, reports.items(), events, find_built, files))


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
    days = list_days_of_same_numbers(report.happened_on) if fact_input.tracking else None
    log = open_part(terminal, context, fact_input.ids, days)
    events = read_log(terminal, log)
    require_known(fact_input.ids, context.recipients, log.iterate())
    if report.kind not in HANDLED:
        refuse_other_years(fact_input, context, events, given.files, public=given.public)
    confirm_day(terminal, report, context, yes=fact_input.yes, asks=terminal.can_ask and not as_json)
    named_context = ask_author(terminal, context)
    reports = dict.fromkeys(fact_input.ids, report)
    recorded = record_facts(terminal, log, named_context, reports, find_built=find_built, given=given)
    if as_json:
        from petitioner.log.export import export_recorded  # noqa: PLC0415 - only who wants JSON waits for it

        terminal.show_json(export_recorded(recorded))
    else:
        show_recorded(terminal, recorded)
    report_flags(terminal, recorded)
    report_other_edition(terminal, context, recorded)
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
