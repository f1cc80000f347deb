"""``petitioner print --printer``: send approved packets to a printer, one job each."""

import getpass
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import environ

from petitioner.commands.load_and_check import Scope, count_things, inspect_workspace, name_ids
from petitioner.commands.log_context import open_log, sign_in, sit_down
from petitioner.commands.print_files import COVER, LETTERS, clear_prints
from petitioner.commands.runs import Progress, claim_packets, confirm, describe_staying, follow, plan_run, show_staying
from petitioner.delivery.journal import Journal, TakenError
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
from petitioner.terminal import Terminal

_VERDICTS = {JobOutcome.COMPLETED: "printed", JobOutcome.CANCELLED: "not printed", JobOutcome.ABORTED: "not printed"}
_STYLES = {JobOutcome.COMPLETED: "green", JobOutcome.CANCELLED: "red", JobOutcome.ABORTED: "red"}
_DOUBT = (
    "Look at the printer and its queue, then the same command again: it asks the queue first.\n"
    "Once it lies on paper: petitioner log add printed {id}\n"
    "To print it anew, and take the old job out of the queue: petitioner print --printer {queue} --again {id}"
)
NOTHING = "There is nothing to print now."
_DONE = {Channel.HAND: "handed"}


def show_sheaves(terminal: Terminal, stack: PrintBatch) -> None:
    """Everything that would be printed, one packet a line."""
    rows = [
        (item.id, item.packet.key.channel, item.bundle.reference, ", ".join(paper.name for paper in item.bundle.papers))
        for item in stack.items
    ]
    terminal.show_table(("would print", "by", "reference", "documents"), rows)


def show_report(terminal: Terminal, tried: PrintReport | SkippedPacket, queue: str) -> None:
    """What became of one job, in the words of its queue, and what to do where that is not known."""
    if isinstance(tried, SkippedPacket):
        show_staying(terminal, [tried])
        return
    ending, id_ = tried.ending, tried.key.recipient
    verdict = _VERDICTS.get(ending.end, "in doubt")
    style = _STYLES.get(ending.end, "bold red")
    terminal.show(f"{id_} ({tried.key.channel}) {verdict}: {ending.said} (event {tried.event.id})", style=style)
    if tried.older and tried.older.end is not JobOutcome.CANCELLED:
        terminal.say(f"    Throw away what was approved before, if it came out: {tried.older.said}", style="yellow")
    if verdict == "in doubt":
        for line in _DOUBT.format(id=id_, queue=queue).splitlines():
            terminal.say(f"    {line}")


def name_next(queue: str, printed: Iterable[PrintReport], stack: PrintBatch, *, is_doubtful: bool) -> tuple[str, str]:
    """The next command, and why."""
    keys = [report.key for report in printed]
    if is_doubtful:
        return f"petitioner print --printer {queue}", "it asks the queue what became of those in doubt"
    if keys:
        fact = _DONE.get(Channel(keys[0].channel), "posted")
        ids = name_ids(key.recipient for key in keys if key.channel == keys[0].channel)
        return f"petitioner log add {fact} {ids}", f"once they are {fact}"
    if stack.items:
        return f"petitioner print --printer {queue}", "once the printer is ready"
    return name_rest(stack)


def name_rest(stack: PrintBatch) -> tuple[str, str]:
    """The next command where nothing is to be printed, and why."""
    if any(stay.needs_approval for stay in stack.skipped):
        return "petitioner approve", "only what is approved is printed"
    return "petitioner log", "to see where every packet stands"


def describe_print(
    queue: str, stack: PrintBatch, older: Sequence[PrintReport], tries: Sequence[PrintReport | SkippedPacket]
) -> dict[str, object]:
    """The run for a program: what was heard of older jobs, each job of this run, and what stays."""
    skipped = (*stack.skipped, *(one for one in tries if isinstance(one, SkippedPacket)))
    return {
        "printer": queue,
        "packets": [{"recipient": item.id, "channel": item.packet.key.channel} for item in stack.items],
        "older": [_describe_report(report) for report in older],
        "jobs": [_describe_report(one) for one in tries if isinstance(one, PrintReport)],
        "staying": describe_staying(skipped),
    }


def _describe_report(report: PrintReport) -> dict[str, object]:
    return {
        "recipient": report.key.recipient,
        "channel": report.key.channel,
        "job": report.ending.job,
        "end": str(report.ending.end),
        "said": report.ending.said,
        "event": report.event.id,
    }


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What was said on the command line: on which ``printer``, and how; ``patience`` is for each packet, in seconds."""

    printer: str
    ticket: JobSettings = field(default_factory=JobSettings)
    patience: float = 120.0
    again: tuple[str, ...] = ()
    yes: bool = False
    by: str | None = None


@dataclass(slots=True)
class _Run(Progress[PrintReport]):
    """What was tried so far, and before that heard of ``older`` jobs."""

    older: tuple[PrintReport, ...] = ()

    @property
    def reports(self) -> tuple[PrintReport, ...]:
        """What became of each job of this run."""
        return tuple(one for one in self.tries if isinstance(one, PrintReport))


def print_on_queue(terminal: Terminal, scope: Scope, order: PrintOrder, *, as_json: bool) -> int:
    """Print what is approved: 0 done, 1 something was not printed that should be, 4 something is in doubt.

    First the queues are asked what became of those in doubt. Raises WorkspaceError when the workspace has errors, and
    ``PetitionerError`` for a queue, a log or another run that does not allow it.
    """
    queue = PrintQueue(_find_scheduler(), order.printer, _name_owner(), Polling(order.patience))
    found = inspect_workspace(scope)
    mailing = found.workspace.campaign or found.require()[0]
    context = sign_in(terminal, sit_down(found.workspace, mailing, scope.now, order.by))
    log = open_log(terminal, scope.folder, context.recipients)
    log.require_location()
    with log.block_sending():  # from the first look to the last entry
        claim_packets(log)
        queue.find()
        press = PrintDispatcher(
            Journal(log, context, lambda: datetime.now(UTC), "petitioner print"), queue, order.ticket
        )
        run = _Run(older=_ask_after_doubtful(terminal, press, as_json=as_json))
        prepared = plan_run(terminal, scope, found, context)
        # Whoever was in doubt, and came out after all, is not printed again: nobody knew that when asking.
        came_out = {report.key.recipient for report in run.older if report.is_printed}
        again = tuple(id_ for id_ in order.again if id_ not in came_out)
        stack = choose_batch(prepared.plan, prepared.statuses, again, log.read_blob)
        if stack.items:
            _carry_out(terminal, press, stack, order, run, as_json=as_json)
    if as_json:
        terminal.show_json(describe_print(order.printer, stack, run.older, run.tries))
    return _conclude(terminal, press.journal, stack, run, order)


def _ask_after_doubtful(terminal: Terminal, press: PrintDispatcher, *, as_json: bool) -> tuple[PrintReport, ...]:
    """What the queues say by now of every packet in doubt."""
    heard = []
    for stood in list_doubtful(_list_on_paper(press.journal)):
        try:
            report = press.ask_after(stood)
        except TakenError as error:
            terminal.say(str(error), style="yellow")
            continue
        if report is not None:
            heard.append(report)
            if not as_json:
                show_report(terminal, report, press.queue.name)
    return tuple(heard)


def _list_on_paper(journal: Journal) -> tuple[PacketStatus, ...]:
    statuses = list_recipient_statuses(journal.context.recipients, journal.context.campaign, journal.log.read())
    return tuple(packet for one in statuses for packet in one.packets if packet.key.channel in PAPER)


def _carry_out(
    terminal: Terminal, press: PrintDispatcher, stack: PrintBatch, order: PrintOrder, run: _Run, *, as_json: bool
) -> None:
    """Print everything."""
    duplex = order.ticket.duplex
    sheaves = (  # one by one, so that memory holds a single job
        PrintJob(item, impose([item.bundle], duplex=duplex, title=item.packet.reference).content)
        for item in stack.items
    )
    try:
        press.queue.prepare(order.ticket)
    except PetitionerError as error:  # what is in doubt is still to be told
        terminal.report_error(error)
        run.end = error.exit_status
        return
    if not order.yes:
        question = f"Print {count_things(len(stack.items), 'packet')} on '{order.printer}'"
        refusal = PetitionerError("Nothing was printed.", "To see it first: petitioner print makes a PDF of it.")
        asks = terminal.can_ask and not as_json
        confirm(terminal, question, len(stack.items), lambda: show_sheaves(terminal, stack), refusal, asks=asks)
    clear_prints(press.journal.context.folder, press.journal.context.campaign.id, (LETTERS, COVER))
    press.journal.log.copy_before("printing")

    def show(tried: PrintReport | SkippedPacket) -> None:
        if not as_json:
            show_report(terminal, tried, order.printer)

    interrupted = "Interrupted. The next run asks the queue what became of the job that was begun."
    follow(terminal, press.print_all(sheaves), run, show, interrupted)


def _conclude(terminal: Terminal, journal: Journal, stack: PrintBatch, run: _Run, order: PrintOrder) -> ExitStatus:
    """Tell how everything stands now, as the log says and not as this run remembers, and what to do next."""
    show_staying(terminal, [stay for stay in stack.skipped if not stay.in_doubt])
    doubtful = list_doubtful(_list_on_paper(journal))
    untried = _list_untried(stack, run, {packet.key for packet in doubtful})
    if untried:
        terminal.say(f"Not tried: {', '.join(untried)}.", style="yellow")
    printed = [report for report in run.reports if report.is_printed]
    count = count_things(len(stack.items), "packet")
    terminal.say(f"{len(printed)} of {count} printed on '{order.printer}'." if stack.items else NOTHING)
    is_left = bool(untried) or len(printed) < len(stack.items) or any(not stay.is_done for stay in stack.skipped)
    terminal.say_next(*name_next(order.printer, printed, stack, is_doubtful=bool(doubtful)))
    return max(run.end, ExitStatus.IN_DOUBT if doubtful else ExitStatus(is_left))


def _list_untried(stack: PrintBatch, run: _Run, doubtful: Iterable[PacketKey]) -> Sequence[str]:
    """Those whose turn never came, or was cut off before anything began."""
    tried = {*(report.key for report in run.reports), *doubtful}
    stayed = {(one.id, one.way) for one in run.tries if isinstance(one, SkippedPacket)}
    keys = (item.packet.key for item in stack.items)
    left = (key for key in keys if key not in tried and (key.recipient, key.channel) not in stayed)
    return [f"{key.recipient} ({key.channel})" for key in left]


def _find_scheduler() -> Scheduler:
    try:
        return parse_cups_server(environ.get("CUPS_SERVER"))
    except ValueError as error:
        hint = "Write a host, host:port, or the path of a socket; without it this machine's own CUPS is asked."
        raise UsageError(f"CUPS_SERVER is '{error}', which is no place.", hint) from None


def _name_owner() -> str:
    """Whose jobs they are: CUPS shows a job's title to its owner alone."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in some containers
        return "petitioner"
