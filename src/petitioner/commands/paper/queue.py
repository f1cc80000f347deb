"""``petitioner print --printer``: give the approved packets to a printer, one job each, and follow each to its end."""

import getpass
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import environ

from petitioner.carriers.cups import Patience, PrintQueue
from petitioner.carriers.ipp import Scheduler, read_server
from petitioner.carriers.spool import Ticket
from petitioner.commands.inspection import Scope, count_things, inspect_workspace
from petitioner.commands.paper.receipts import NOTHING, describe_print, name_next, show_report, show_sheaves
from petitioner.commands.prints import COVER, LETTERS, clear_prints
from petitioner.commands.runs import Progress, claim_packets, confirm, follow, plan_run
from petitioner.commands.secretary import open_log, sign_in, sit_down
from petitioner.commands.staying import show_staying
from petitioner.errors import ExitStatus, PetitionerError, UsageError
from petitioner.mailing.journal import Journal, TakenError
from petitioner.mailing.plan import Staying
from petitioner.mailing.printing import Press, Report, Sheaf, list_doubtful
from petitioner.mailing.stack import Stack, stack_packets
from petitioner.mailing_log.events.kinds import PAPER
from petitioner.mailing_log.events.records import PacketKey
from petitioner.mailing_log.states.packets import Packet
from petitioner.mailing_log.states.standings import take_stock
from petitioner.sheets.imposition import impose
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What was said on the command line: on which ``printer``, and how; ``patience`` is for each packet, in seconds."""

    printer: str
    ticket: Ticket = field(default_factory=Ticket)
    patience: float = 120.0
    again: tuple[str, ...] = ()
    yes: bool = False
    by: str | None = None


@dataclass(slots=True)
class _Run(Progress[Report]):
    """What was tried so far, and before that heard of ``older`` jobs."""

    older: tuple[Report, ...] = ()

    @property
    def reports(self) -> tuple[Report, ...]:
        """What became of each job of this run."""
        return tuple(one for one in self.tries if isinstance(one, Report))


def print_on_queue(terminal: Terminal, scope: Scope, order: PrintOrder, *, as_json: bool) -> int:
    """Print what is approved: 0 done, 1 something was not printed that should be, 4 something is in doubt.

    First the queues are asked what became of those in doubt. Raises WorkspaceError when the workspace has errors, and
    ``PetitionerError`` for a queue, a log or another run that does not allow it.
    """
    queue = PrintQueue(_find_scheduler(), order.printer, _name_owner(), Patience(order.patience))
    found = inspect_workspace(scope)
    mailing = found.workspace.campaign or found.require()[0]
    desk = sign_in(terminal, sit_down(found.workspace, mailing, scope.now, order.by))
    log = open_log(terminal, scope.folder, desk.recipients)
    log.require_home()
    with log.keep_sending_out():  # from the first look to the last entry
        claim_packets(log)
        queue.find()
        press = Press(Journal(log, desk, lambda: datetime.now(UTC), "petitioner print"), queue, order.ticket)
        run = _Run(older=_ask_after_doubtful(terminal, press, as_json=as_json))
        prepared = plan_run(terminal, scope, found, desk)
        # Whoever was in doubt, and came out after all, is not printed again: nobody knew that when asking.
        came_out = {report.key.recipient for report in run.older if report.is_printed}
        again = tuple(id_ for id_ in order.again if id_ not in came_out)
        stack = stack_packets(prepared.plan, prepared.standings, again, log.read_blob)
        if stack.items:
            _carry_out(terminal, press, stack, order, run, as_json=as_json)
    if as_json:
        terminal.show_json(describe_print(order.printer, stack, run.older, run.tries))
    return _conclude(terminal, press.journal, stack, run, order)


def _ask_after_doubtful(terminal: Terminal, press: Press, *, as_json: bool) -> tuple[Report, ...]:
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


def _list_on_paper(journal: Journal) -> tuple[Packet, ...]:
    standings = take_stock(journal.desk.recipients, journal.desk.campaign, journal.log.read())
    return tuple(packet for one in standings for packet in one.packets if packet.key.channel in PAPER)


def _carry_out(terminal: Terminal, press: Press, stack: Stack, order: PrintOrder, run: _Run, *, as_json: bool) -> None:
    """Print everything."""
    duplex = order.ticket.duplex
    sheaves = (  # one by one, so that memory holds a single job
        Sheaf(item, impose([item.bundle], duplex=duplex, title=item.packet.reference).content) for item in stack.items
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
    clear_prints(press.journal.desk.folder, press.journal.desk.campaign.id, (LETTERS, COVER))
    press.journal.log.copy_before("printing")

    def show(tried: Report | Staying) -> None:
        if not as_json:
            show_report(terminal, tried, order.printer)

    interrupted = "Interrupted. The next run asks the queue what became of the job that was begun."
    follow(terminal, press.print_all(sheaves), run, show, interrupted)


def _conclude(terminal: Terminal, journal: Journal, stack: Stack, run: _Run, order: PrintOrder) -> ExitStatus:
    """Tell how everything stands now, as the log says and not as this run remembers, and what to do next."""
    show_staying(terminal, [stay for stay in stack.staying if not stay.in_doubt])
    doubtful = list_doubtful(_list_on_paper(journal))
    untried = _list_untried(stack, run, {packet.key for packet in doubtful})
    if untried:
        terminal.say(f"Not tried: {', '.join(untried)}.", style="yellow")
    printed = [report for report in run.reports if report.is_printed]
    count = count_things(len(stack.items), "packet")
    terminal.say(f"{len(printed)} of {count} printed on '{order.printer}'." if stack.items else NOTHING)
    is_left = bool(untried) or len(printed) < len(stack.items) or any(not stay.is_done for stay in stack.staying)
    terminal.say_next(*name_next(order.printer, printed, stack, is_doubtful=bool(doubtful)))
    return max(run.end, ExitStatus.IN_DOUBT if doubtful else ExitStatus(is_left))


def _list_untried(stack: Stack, run: _Run, doubtful: Iterable[PacketKey]) -> Sequence[str]:
    """Those whose turn never came, or was cut off before anything began."""
    tried = {*(report.key for report in run.reports), *doubtful}
    stayed = {(one.id, one.way) for one in run.tries if isinstance(one, Staying)}
    keys = (item.packet.key for item in stack.items)
    left = (key for key in keys if key not in tried and (key.recipient, key.channel) not in stayed)
    return [f"{key.recipient} ({key.channel})" for key in left]


def _find_scheduler() -> Scheduler:
    try:
        return read_server(environ.get("CUPS_SERVER"))
    except ValueError as error:
        hint = "Write a host, host:port, or the path of a socket; without it this machine's own CUPS is asked."
        raise UsageError(f"CUPS_SERVER is '{error}', which is no place.", hint) from None


def _name_owner() -> str:
    """Whose jobs they are: CUPS shows a job's title to its owner alone."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in some containers
        return "petitioner"
