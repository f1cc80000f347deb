"""``petitioner print --printer``: send approved packets to a printer, one job each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import environ

from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.commands.log_context import ask_author, find_login, make_log_context, open_log
from petitioner.commands.print_files import COVER, LETTERS, NOTHING, clear_prints, find_step_without_jobs
from petitioner.commands.runs import (
    Progress,
    claim_packets,
    confirm_count,
    plan_run,
    serialize_skipped,
    show_skipped,
    track_progress,
    warn_of_withdrawn,
)
from petitioner.delivery.journal import Journal, PacketTakenError
from petitioner.delivery.plan import SkippedPacket
from petitioner.errors import ExitStatus, PetitionerError, UsageError
from petitioner.log.events import PacketKey
from petitioner.log.kinds import PAPER
from petitioner.log.states.packets import PacketStatus
from petitioner.log.states.recipient_status import list_recipient_statuses
from petitioner.model.recipient import Channel
from petitioner.paper.cups import Polling, PrintQueue
from petitioner.paper.ipp import Scheduler, parse_cups_server
from petitioner.paper.print_batch import PrintBatch, choose_batch, impose
from petitioner.paper.printer_state import JobOutcome, JobSettings
from petitioner.paper.printing import PrintDispatcher, PrintJob, PrintReport, list_doubtful
from petitioner.terminal import Terminal, format_count, format_ids

_VERDICTS = {JobOutcome.COMPLETED: "printed", JobOutcome.CANCELLED: "not printed", JobOutcome.ABORTED: "not printed"}
_STYLES = {JobOutcome.COMPLETED: "green", JobOutcome.CANCELLED: "red", JobOutcome.ABORTED: "red"}
_DOUBT = (
    "Look at the printer and its queue, then run the same command again: it asks the queue first.\n"
    "If it is printed: petitioner log add printed {id}\n"
    "To print it again, and cancel the old job: petitioner print --printer {queue} --again {id}"
)
_DONE = {Channel.HAND: "handed"}


def _show_planned(terminal: Terminal, batch: PrintBatch) -> None:
    """Show what would be printed, one packet a line."""
    rows = [
        (
            item.id,
            item.packet.key.channel,
            item.bundle.reference,
            ", ".join(paper.name for paper in item.bundle.documents),
        )
        for item in batch.items
    ]
    terminal.show_table(("would print", "by", "reference", "documents"), rows)


def _show_report(terminal: Terminal, tried: PrintReport | SkippedPacket, queue: str) -> None:
    """Show how one job ended, in the words of its queue, and what to do about a doubt."""
    if isinstance(tried, SkippedPacket):
        show_skipped(terminal, [tried])
        return
    ending, id_ = tried.result, tried.key.recipient
    verdict = _VERDICTS.get(ending.outcome, "in doubt")
    style = _STYLES.get(ending.outcome, "bold red")
    terminal.show(f"{id_} ({tried.key.channel}) {verdict}: {ending.message} (event {tried.event.id})", style=style)
    if tried.older and tried.older.outcome is not JobOutcome.CANCELLED:
        terminal.say(f"    If the older version was printed, throw it away: {tried.older.message}", style="yellow")
    if verdict == "in doubt":
        for line in _DOUBT.format(id=id_, queue=queue).splitlines():
            terminal.say(f"    {line}")


def _find_next_step(
    queue: str, printed: Iterable[PrintReport], batch: PrintBatch, *, is_doubtful: bool
) -> tuple[str, str]:
    """Return the next command, and why."""
    keys = [report.key for report in printed]
    if is_doubtful:
        return f"petitioner print --printer {queue}", "it asks the queue about those in doubt"
    if keys:
        fact = _DONE.get(Channel(keys[0].channel), "posted")
        ids = format_ids(key.recipient for key in keys if key.channel == keys[0].channel)
        return f"petitioner log add {fact} {ids}", f"once they are {fact}"
    if batch.items:
        return f"petitioner print --printer {queue}", "once the printer is ready"
    return find_step_without_jobs(batch)


def _serialize_run(
    queue: str, batch: PrintBatch, older: Sequence[PrintReport], tries: Sequence[PrintReport | SkippedPacket]
) -> dict[str, object]:
    """Return the run for ``--json``: news of older jobs, each job of this run, and the packets that are skipped."""
    skipped = (*batch.skipped, *(one for one in tries if isinstance(one, SkippedPacket)))
    return {
        "printer": queue,
        "packets": [{"recipient": item.id, "channel": item.packet.key.channel} for item in batch.items],
        "older": [_serialize_report(report) for report in older],
        "jobs": [_serialize_report(one) for one in tries if isinstance(one, PrintReport)],
        "staying": serialize_skipped(skipped),
    }


def _serialize_report(report: PrintReport) -> dict[str, object]:
    return {
        "recipient": report.key.recipient,
        "channel": report.key.channel,
        "job": report.result.job,
        "end": str(report.result.outcome),
        "said": report.result.message,
        "event": report.event.id,
    }


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """What was typed: which ``printer``, and how; ``patience`` is in seconds for each packet."""

    printer: str
    settings: JobSettings = field(default_factory=JobSettings)
    patience: float = 120.0
    again: tuple[str, ...] = ()
    yes: bool = False
    by: str | None = None


@dataclass(slots=True)
class _Run(Progress[PrintReport]):
    """What was tried so far, and what became of ``older`` jobs."""

    older: tuple[PrintReport, ...] = ()

    @property
    def reports(self) -> tuple[PrintReport, ...]:
        """The report of each job of this run."""
        return tuple(one for one in self.tries if isinstance(one, PrintReport))


def print_on_queue(terminal: Terminal, scope: Scope, options: PrintOptions, *, as_json: bool) -> int:
    """Print what is approved; return 1 when something was not printed that should be, 4 when something is in doubt.

    The queues are first asked about packets in doubt. Raises WorkspaceError when the workspace has errors, and
    ``PetitionerError`` for a queue, a log or another run that does not allow it.
    """
    owner = find_login() or "petitioner"  # CUPS shows the titles of jobs only to their owner
    queue = PrintQueue(_find_scheduler(), options.printer, owner, Polling(options.patience))
    checked = load_and_check(scope)
    mailing = checked.workspace.campaign or checked.require()[0]
    context = ask_author(terminal, make_log_context(checked.workspace, mailing, scope.now, options.by))
    log = open_log(terminal, scope.folder, context.recipients)
    log.require_location()
    with log.block_sending():  # from the first look to the last entry
        claim_packets(log)
        queue.find()
        dispatcher = PrintDispatcher(
            Journal(log, context, lambda: datetime.now(UTC), "petitioner print"), queue, options.settings
        )
        run = _Run(older=_ask_after_doubtful(terminal, dispatcher, as_json=as_json))
        prepared = plan_run(terminal, scope, checked, context)
        # A packet that was in doubt and is now known to be printed is not printed again.
        came_out = {report.key.recipient for report in run.older if report.is_printed}
        again = tuple(id_ for id_ in options.again if id_ not in came_out)
        batch = choose_batch(prepared.plan, prepared.statuses, again, log.read_blob)
        warn_of_withdrawn(terminal, context, prepared.events, (item.id for item in batch.items))
        if batch.items:
            _print_jobs(terminal, dispatcher, batch, options, run, as_json=as_json)
    if as_json:
        terminal.show_json(_serialize_run(options.printer, batch, run.older, run.tries))
    return _report_result(terminal, dispatcher.journal, batch, run, options)


def _ask_after_doubtful(terminal: Terminal, dispatcher: PrintDispatcher, *, as_json: bool) -> tuple[PrintReport, ...]:
    """Ask the queues about every packet in doubt."""
    reports = []
    for packet in list_doubtful(_list_on_paper(dispatcher.journal)):
        try:
            report = dispatcher.check_job(packet)
        except PacketTakenError as error:
            terminal.say(str(error), style="yellow")
            continue
        if report is not None:
            reports.append(report)
            if not as_json:
                _show_report(terminal, report, dispatcher.queue.name)
    return tuple(reports)


def _list_on_paper(journal: Journal) -> tuple[PacketStatus, ...]:
    statuses = list_recipient_statuses(journal.context.recipients, journal.context.campaign, journal.log.read())
    return tuple(packet for one in statuses for packet in one.packets if packet.key.channel in PAPER)


def _print_jobs(
    terminal: Terminal,
    dispatcher: PrintDispatcher,
    batch: PrintBatch,
    options: PrintOptions,
    run: _Run,
    *,
    as_json: bool,
) -> None:
    """Print every job."""
    duplex = options.settings.duplex
    jobs = (  # one by one, so that memory holds a single job
        PrintJob(item, impose([item.bundle], duplex=duplex, title=item.packet.reference).content)
        for item in batch.items
    )
    try:
        dispatcher.queue.check_ready(options.settings)
    except PetitionerError as error:  # packets in doubt are still to be reported
        terminal.report_error(error)
        run.end = error.exit_status
        return
    if not options.yes:
        question = f"Print {format_count(len(batch.items), 'packet')} on '{options.printer}'"
        refusal = PetitionerError("Nothing was printed.", "To see it first: petitioner print makes a PDF of it.")
        asks = terminal.can_ask and not as_json
        confirm_count(terminal, question, len(batch.items), lambda: _show_planned(terminal, batch), refusal, asks=asks)
    clear_prints(dispatcher.journal.context.folder, dispatcher.journal.context.campaign.folder, (LETTERS, COVER))
    dispatcher.journal.log.copy_before("printing")

    def show(tried: PrintReport | SkippedPacket) -> None:
        if not as_json:
            _show_report(terminal, tried, options.printer)

    interrupted = "Interrupted. The next run asks the queue what became of the job that was begun."
    track_progress(terminal, dispatcher.print_all(jobs), run, show, interrupted)


def _report_result(
    terminal: Terminal, journal: Journal, batch: PrintBatch, run: _Run, options: PrintOptions
) -> ExitStatus:
    """Report the state of all packets from the log, and the next command."""
    show_skipped(terminal, [one for one in batch.skipped if not one.in_doubt])
    doubtful = list_doubtful(_list_on_paper(journal))
    untried = _list_untried(batch, run, {packet.key for packet in doubtful})
    if untried:
        terminal.say(f"Not tried: {', '.join(untried)}.", style="yellow")
    printed = [report for report in run.reports if report.is_printed]
    count = format_count(len(batch.items), "packet")
    terminal.say(f"{len(printed)} of {count} printed on '{options.printer}'." if batch.items else NOTHING)
    is_left = bool(untried) or len(printed) < len(batch.items) or any(not one.is_done for one in batch.skipped)
    terminal.say_next(*_find_next_step(options.printer, printed, batch, is_doubtful=bool(doubtful)))
    return max(run.end, ExitStatus.IN_DOUBT if doubtful else ExitStatus(is_left))


def _list_untried(batch: PrintBatch, run: _Run, doubtful: Iterable[PacketKey]) -> Sequence[str]:
    """List the packets that were not begun."""
    tried = {*(report.key for report in run.reports), *doubtful}
    stayed = {(one.id, one.channel) for one in run.tries if isinstance(one, SkippedPacket)}
    keys = (item.packet.key for item in batch.items)
    left = (key for key in keys if key not in tried and (key.recipient, key.channel) not in stayed)
    return [f"{key.recipient} ({key.channel})" for key in left]


def _find_scheduler() -> Scheduler:
    try:
        return parse_cups_server(environ.get("CUPS_SERVER"))
    except ValueError as error:
        hint = "Write a host, host:port, or the path of a socket; without it the CUPS of this computer is used."
        raise UsageError(f"CUPS_SERVER is '{error}', which is not an address.", hint) from None
