"""``petitioner log add FACT --scan``: record a stack of packets with a hand scanner."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace

from petitioner.commands.log_add import (
    NOTHING,
    FindFiles,
    NamedFiles,
    confirm_day,
    record_facts,
    report_flags,
    show_recorded,
)
from petitioner.commands.log_context import ask_author, open_log, read_log
from petitioner.errors import ExitStatus, NoAnswerError, QuitError, UsageError
from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.log.export import export_recorded
from petitioner.log.fact_input import FactInput, FactReport, parse_fact_input
from petitioner.log.kinds import Kind
from petitioner.log.scans import ScanResult, ScanSession
from petitioner.log.states.packets import GOT_THROUGH
from petitioner.log.states.recipient_status import RecipientStatus, list_recipient_statuses
from petitioner.terminal import Terminal, format_count

_NOBODY = ("-",)
"""Stands for the ids of a slip while they are still to be scanned."""


def scan_events(
    terminal: Terminal,
    context: LogContext,
    slip: FactInput,
    *,
    find_built: FindFiles,
    given: NamedFiles = NOTHING,
    as_json: bool = False,
) -> int:
    """Read references from standard input, and record one fact about all of them in one append.

    At a terminal each line is answered at once. Return 1 when a line was not understood; all others are recorded.
    Raises ``UsageError`` for options that make no sense, ``PetitionerError`` as ``record_facts`` does.
    """
    if slip.ids or slip.tracking:
        what = "the ids" if slip.ids else "--tracking"
        raise UsageError("With --scan, ids and tracking numbers come from the scanner.", f"Leave {what} or --scan out.")
    report = parse_fact_input(replace(slip, ids=_NOBODY), context)
    log = open_log(terminal, context.folder, context.recipients)
    events = read_log(terminal, log)
    confirm_day(terminal, report, context, yes=slip.yes, asks=terminal.can_ask and not as_json)
    signed = ask_author(terminal, context)
    stack = ScanSession(signed, events, takes_tracking=report.kind is Kind.POSTED)
    try:
        _read_lines(terminal, stack, report)
    except KeyboardInterrupt:
        terminal.say("\nInterrupted. Nothing of this stack is recorded.")
        return ExitStatus.INTERRUPTED
    except QuitError:
        terminal.say("You quit. Nothing of this stack is recorded.")
        return ExitStatus.FAILED
    reports = {id_: replace(report, tracking=stack.trackings.get(id_)) for id_ in stack.ids}
    recorded = record_facts(terminal, log, signed, reports, find_built=find_built, given=given) if reports else ()
    _show(terminal, stack, slip.fact, recorded, as_json=as_json)
    return ExitStatus.FAILED if stack.misread else ExitStatus.DONE


def _read_lines(terminal: Terminal, stack: ScanSession, report: FactReport) -> None:
    """Read all lines; at a terminal, up to the first empty one, and answer each."""
    if not terminal.can_ask:
        for line in terminal.read_lines():
            stack.read_line(line)
        return
    terminal.say(
        f"Scan what was {report.kind}, one after the other; '-' takes the last back, an empty line ends, q quits."
    )
    names = {
        status.id: status
        for status in list_recipient_statuses(stack.context.recipients, stack.context.campaign, stack.events)
    }
    for line in _ask_lines(terminal):
        scanned = stack.read_line(line)
        if scanned.is_well:
            terminal.say(_format_answer(scanned, stack, names))
        else:
            terminal.complain(f"   {scanned.words}; scan it again, or undo it with -")


def _ask_lines(terminal: Terminal) -> Iterator[str]:
    with suppress(NoAnswerError):  # Ctrl-D ends a stack as well
        while line := terminal.ask(">"):
            yield line


def _format_answer(scanned: ScanResult, stack: ScanSession, names: Mapping[str, RecipientStatus]) -> str:
    """Return ``3  jp-osaka  Consulate-General …`` for a new packet, and for others the words alone."""
    status = names.get(scanned.words)
    if status is None:
        return f"   {scanned.words}"
    was = ""
    if status.state in GOT_THROUGH:
        since = max(packet.since.happened_on for packet in status.packets)
        was = f"  (note: {status.state} on {since} already)"
    return f"{len(stack.ids)}  {status.id}  {status.name}{was}"


def _show(terminal: Terminal, stack: ScanSession, fact: str, recorded: tuple[Event, ...], *, as_json: bool) -> None:
    if as_json:
        misread = [asdict(one) for one in stack.misread]
        terminal.show_json({**export_recorded(recorded), "not_understood": misread})
    else:
        show_recorded(terminal, recorded)
        terminal.show(
            f"Recorded as {fact}: {format_count(len(recorded), 'packet')}."
            if recorded or stack.misread
            else "Nothing was scanned, so nothing is recorded."
        )
    report_flags(terminal, recorded)
    for one in stack.misread:
        terminal.complain(f"Line {one.line} is not recorded: {one.reason}: {one.text}")
    if stack.misread:
        terminal.say_next(f"petitioner log add {fact} --scan", "again, for these only")
    else:
        terminal.say_next("petitioner log", "to see the state of every packet")
