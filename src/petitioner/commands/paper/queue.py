"""``petitioner print --printer``: give the approved packets to a printer, one job each, and follow each to its end."""

import getpass
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import environ

from petitioner.carriers.cups import Patience, PrintQueue
from petitioner.carriers.ipp import Scheduler, read_server
from petitioner.carriers.spool import Ticket
from petitioner.commands.inspection import Scope, count_things
from petitioner.commands.paper.receipts import describe_print, name_next, show_report, show_sheaves
from petitioner.commands.paper.tray import fill_tray
from petitioner.commands.prints import COVER, LETTERS, clear_prints
from petitioner.commands.secretary import open_log, set_up_desk, sign_in
from petitioner.commands.staying import show_staying
from petitioner.errors import ExitStatus, PetitionerError, UsageError
from petitioner.mailing.journal import Journal, TakenError
from petitioner.mailing.plan import Staying
from petitioner.mailing.printing import Press, Report, Sheaf, list_doubtful
from petitioner.mailing.stack import Stack, stack_packets
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import PAPER
from petitioner.mailing_log.events.records import PacketKey
from petitioner.mailing_log.states.packets import Packet
from petitioner.mailing_log.states.standings import take_stock
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.sheets.imposition import impose
from petitioner.terminal import IT_ASKS, Terminal
from petitioner.user_data.claims import prepare_claims


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
class _Run:
    """What was heard of ``older`` jobs, what was tried since, and how it ``end``ed."""

    older: tuple[Report, ...]
    tries: list[Report | Staying] = field(default_factory=list)
    end: ExitStatus = ExitStatus.DONE

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
    desk = sign_in(terminal, set_up_desk(scope.folder, scope.campaign, scope.now, order.by))
    log = open_log(terminal, scope.folder, desk.recipients)
    log.require_home()
    with log.keep_sending_out():  # from the first look to the last entry
        prepare_claims()
        log.claim_all(log.read())
        queue.find()
        press = Press(Journal(log, desk, lambda: datetime.now(UTC), "petitioner print"), queue, order.ticket)
        run = _Run(_ask_after_doubtful(terminal, press, as_json=as_json))
        tray = fill_tray(terminal, scope, order.by)
        stack = stack_packets(tray.plan, tray.standings, _list_again(order, run), log.read_blob)
        if stack.items:
            _carry_out(terminal, press, stack, order, run, as_json=as_json)
    if as_json:
        terminal.show_json(describe_print(order.printer, stack, run.older, run.tries))
    return _conclude(terminal, desk, stack, run, order)


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


def _list_again(order: PrintOrder, run: _Run) -> tuple[str, ...]:
    """Who is printed once more. Whoever was in doubt, and came out after all, is not: nobody knew that when asking."""
    came_out = {report.key.recipient for report in run.older if report.is_printed}
    return tuple(id_ for id_ in order.again if id_ not in came_out)


def _carry_out(terminal: Terminal, press: Press, stack: Stack, order: PrintOrder, run: _Run, *, as_json: bool) -> None:
    """Print everything. What ends it early ends no more than that: what was done is told."""
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
    _confirm(terminal, stack, order, asks=terminal.can_ask and not as_json)
    clear_prints(press.journal.desk.folder, press.journal.desk.campaign.id, (LETTERS, COVER))
    press.journal.log.copy_before("printing")
    try:
        for tried in press.print_all(sheaves):
            run.tries.append(tried)
            if not as_json:
                show_report(terminal, tried, order.printer)
    except KeyboardInterrupt:
        terminal.say("Interrupted. The next run asks the queue what became of the job that was begun.")
        run.end = ExitStatus.INTERRUPTED
    except PetitionerError as error:
        terminal.report_error(error)
        run.end = error.exit_status


def _confirm(terminal: Terminal, stack: Stack, order: PrintOrder, *, asks: bool) -> None:
    """Ask for the number of packets, typed. Raises ``UsageError`` where nobody says yes."""
    if order.yes:
        return
    count, what = str(len(stack.items)), count_things(len(stack.items), "packet")
    if not asks:
        raise UsageError(f"{what} would be printed on '{order.printer}', and nobody can be asked.", IT_ASKS)
    show_sheaves(terminal, stack)
    if terminal.ask(f"Print {what} on '{order.printer}'? Type {count} to say yes:") != count:
        raise PetitionerError("Nothing was printed.", "To see it first: petitioner print makes a PDF of it.")


def _conclude(terminal: Terminal, desk: Desk, stack: Stack, run: _Run, order: PrintOrder) -> ExitStatus:
    """Tell how everything stands now, as the log says and not as this run remembers, and what to do next."""
    show_staying(terminal, [stay for stay in stack.staying if not stay.in_doubt])
    stood = _list_on_paper(Journal(MailingLog.within(desk.folder, desk.recipients), desk, lambda: desk.now, ""))
    doubtful = list_doubtful(stood)
    untried = _list_untried(stack, run, {packet.key for packet in doubtful})
    if untried:
        terminal.say(f"Not tried: {', '.join(untried)}.", style="yellow")
    printed = [report for report in run.reports if report.is_printed]
    count = count_things(len(stack.items), "packet")
    terminal.say(f"{len(printed)} of {count} printed on '{order.printer}'." if stack.items else _NOTHING)
    is_left = bool(untried) or len(printed) < len(stack.items) or any(not stay.is_done for stay in stack.staying)
    terminal.say_next(*name_next(order.printer, printed, stack, is_doubtful=bool(doubtful)))
    return max(run.end, ExitStatus.IN_DOUBT if doubtful else ExitStatus(is_left))


_NOTHING = "There is nothing to print now."


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
