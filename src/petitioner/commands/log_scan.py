"""``petitioner log add FACT --scan``: record a stack of packets with a hand scanner."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial

from petitioner.commands.answered_campaign import find_other_year, report_other_edition
from petitioner.commands.draft_facts import FindFiles
from petitioner.commands.log_add import (
    NO_FILES,
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
from petitioner.log.kinds import HANDLED, Kind
from petitioner.log.scans import ScanResult, ScanSession
from petitioner.log.states.packets import GOT_THROUGH
from petitioner.log.states.recipient_status import RecipientStatus, list_recipient_statuses
from petitioner.terminal import Terminal, format_count

_NO_IDS_YET = ("-",)  # a placeholder, since a fact without any id is refused


def scan_events(
    terminal: Terminal,
    context: LogContext,
    fact_input: FactInput,
    *,
    find_built: FindFiles,
    given: NamedFiles = NO_FILES,
    as_json: bool = False,
) -> int:
    """Read references from standard input, and record one fact about all of them in one append.

    At a terminal each line is answered at once. Return 1 when a line was not understood; all others are recorded.
    Raises ``UsageError`` for options that make no sense, ``PetitionerError`` as ``record_facts`` does.
    """
    if fact_input.ids or fact_input.tracking:
        what = "the ids" if fact_input.ids else "--tracking"
        raise UsageError("With --scan, ids and tracking numbers come from the scanner.", f"Leave {what} or --scan out.")
    report = parse_fact_input(replace(fact_input, ids=_NO_IDS_YET), context)
    log = open_log(terminal, context.folder, context.recipients)
    events = read_log(terminal, log)
    confirm_day(terminal, report, context, yes=fact_input.yes, asks=terminal.can_ask and not as_json)
    named_context = ask_author(terminal, context)
    session = ScanSession(named_context, events, takes_tracking=report.kind is Kind.POSTED)
    if report.kind not in HANDLED:
        session.find_other_campaign = partial(find_other_year, context=context, events=events)
    try:
        _read_lines(terminal, session, report)
    except KeyboardInterrupt:
        terminal.say("\nInterrupted. Nothing of this stack is recorded.")
        return ExitStatus.INTERRUPTED
    except QuitError:
        terminal.say("You quit. Nothing of this stack is recorded.")
        return ExitStatus.FAILED
    reports = {id_: replace(report, tracking=session.trackings.get(id_)) for id_ in session.ids}
    recorded = (
        record_facts(terminal, log, named_context, reports, find_built=find_built, given=given) if reports else ()
    )
    _show_result(terminal, session, fact_input.fact, recorded, as_json=as_json)
    return ExitStatus.FAILED if session.misread else ExitStatus.DONE


def _read_lines(terminal: Terminal, session: ScanSession, report: FactReport) -> None:
    """Read all lines; at a terminal, up to the first empty one, and answer each."""
    if not terminal.can_ask:
        for line in terminal.read_lines():
            session.read_line(line)
        return
    terminal.say(
        f"Scan what was {report.kind}, one after the other; '-' takes the last back, an empty line ends, q quits."
    )
    names = {
        status.id: status
        for status in list_recipient_statuses(session.context.recipients, session.context.campaign, session.events)
    }
    for line in _ask_lines(terminal):
        scanned = session.read_line(line)
        if scanned.is_understood:
            terminal.say(_format_answer(scanned, session, names))
        else:
            terminal.report_failure(f"   {scanned.words}; scan it again, or undo it with -")


def _ask_lines(terminal: Terminal) -> Iterator[str]:
    with suppress(NoAnswerError):  # Ctrl-D ends a stack as well
        while line := terminal.ask(">"):
            yield line


def _format_answer(scanned: ScanResult, session: ScanSession, names: Mapping[str, RecipientStatus]) -> str:
    """Return ``3  jp-osaka  Consulate-General …`` for a new packet, and for others the words alone."""
    status = names.get(scanned.words)
    if status is None:
        return f"   {scanned.words}"
    was = ""
    if status.state in GOT_THROUGH:
        since = max(packet.since.happened_on for packet in status.packets)
        was = f"  (note: {status.state} on {since} already)"
    return f"{len(session.ids)}  {status.id}  {status.name}{was}"


def _show_result(
    terminal: Terminal, session: ScanSession, fact: str, recorded: tuple[Event, ...], *, as_json: bool
) -> None:
    if as_json:
        misread = [asdict(one) for one in session.misread]
        terminal.show_json({**export_recorded(recorded), "not_understood": misread})
    else:
        show_recorded(terminal, recorded)
        terminal.show(
            f"Recorded as {fact}: {format_count(len(recorded), 'packet')}."
            if recorded or session.misread
            else "Nothing was scanned, so nothing is recorded."
        )
    report_flags(terminal, recorded)
    report_other_edition(terminal, session.context, recorded)
    for one in session.misread:
        terminal.report_failure(f"Line {one.line} is not recorded: {one.reason}: {one.text}")
    if session.misread:
        terminal.say_next(f"petitioner log add {fact} --scan", "again, for these only")
    else:
        terminal.say_next("petitioner log", "to see the state of every packet")
