"""``petitioner log``: what needs attention, and the state of every packet."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from petitioner.commands.log_context import open_part, read_log, report_log_copies
from petitioner.errors import ExitStatus
from petitioner.inputs.selection import Selection, require_known_values
from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.log.kinds import Kind
from petitioner.log.states.attention import Concern, exclude_foreign_claims, find_concerns, is_late
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.packets import (
    FAILED,
    GOT_THROUGH,
    UNDECIDED,
    PacketStatus,
    State,
    map_redactions,
    map_withdrawals,
)
from petitioner.log.states.recipient_status import (
    RecipientStatus,
    format_state_counts,
    is_current,
    list_recipient_statuses,
    require_known,
)
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal

_COLUMNS = ("recipient", "name", "by", "state", "on", "event", "note")
_NEXT = {Channel.POST: ("posted", "after it is posted"), Channel.HAND: ("handed", "after it is handed over")}
_BEFORE_PRINTING = {State.APPROVED, State.NOT_PRINTED}
_SETTLE = (
    'If the entry is correct: petitioner log confirm {event} --because "…"\n'
    'If the entry is a mistake: petitioner log withdraw {event} --because "…"'
)
_EVERYTHING = Selection()
_DOUBTS = {State.IN_DOUBT, State.PRINT_IN_DOUBT}


def show_log(
    terminal: Terminal, context: LogContext, selection: Selection = _EVERYTHING, *, as_json: bool = False
) -> int:
    """Show the campaign's present edition, of all recipients or of those chosen.

    Return 4 when something shown is in doubt, 1 when the campaign's day is past and somebody shown is still open.
    Creates no log. Raises ``UsageError`` for an unknown choice, ``PetitionerError`` for a log that cannot be read.
    """
    log = open_part(terminal, context)
    events = read_log(terminal, log)
    require_known(selection.only, context.recipients, log.iterate())
    require_known_values(replace(selection, only=()), context.recipients)
    statuses = list_recipient_statuses(context.recipients, context.campaign, events)
    chosen = tuple(status for status in statuses if _is_chosen(status, selection))[: selection.limit]
    about = events if selection.is_everything else tuple(_list_events_about(chosen, events))
    concerns = find_concerns(chosen, context, EarlierDeliveries.read_if_possible(context, events))
    absence = log.find_location_problem(events)
    if as_json:
        from petitioner.log.export import export_log  # noqa: PLC0415 - only who wants JSON waits for it

        terminal.show_json(export_log(chosen, context, about, concerns))
    else:
        _show_concerns(terminal, exclude_foreign_claims(concerns) if absence and absence.lost else concerns)
        terminal.show_table(_COLUMNS, (row for status in chosen for row in _make_rows(status)))
        _show_corrected(terminal, context, about)
        _show_totals(terminal, chosen)
    report_log_copies(terminal, context.folder)
    if absence and absence.lost:
        terminal.say_next(*absence.step)
        return ExitStatus.FAILED
    _say_next(terminal, chosen)
    if any(packet.state in _DOUBTS for status in chosen for packet in status.packets):
        return ExitStatus.IN_DOUBT
    return ExitStatus.FAILED if is_late(context) and any(status.open_channels for status in chosen) else ExitStatus.DONE


def _is_chosen(status: RecipientStatus, selection: Selection) -> bool:
    """Whether a status is chosen; that of a removed recipient only by its id or its state."""
    if status.record:
        return selection.includes(status.record)
    is_named = not selection.only or status.id in selection.only
    return is_named and not selection.criteria and (selection.in_state is None or status.id in selection.in_state)


def _list_events_about(statuses: Iterable[RecipientStatus], events: Iterable[Event]) -> Iterator[Event]:
    ids = {status.id for status in statuses}
    return (event for event in events if event.recipient in ids)


def _show_concerns(terminal: Terminal, concerns: Sequence[Concern]) -> None:
    if concerns:
        terminal.show("Needs attention:", style="bold yellow")
    for concern in concerns:
        number = f" (event {concern.event.id})" if concern.event else ""
        terminal.show(f"  {concern.recipient}: {_join_lines(concern.words)}{number}")
    if concerns:
        terminal.show()
    entries = (concern for concern in concerns if concern.event and not concern.stops)
    if numbers := {one.event.id for one in entries if one.event and "petitioner " not in one.words}:
        terminal.say(_SETTLE.format(event=min(numbers) if len(numbers) == 1 else "EVENT"))


def _make_rows(status: RecipientStatus) -> Iterator[tuple[str, ...]]:
    who = (status.id, status.short_name)
    for packet in status.packets:
        yield *who, *_make_packet_cells(packet)
    begun = {packet.key.channel for packet in status.packets}
    for channel in (channel for channel in status.open_channels if channel not in begun):
        yield *who, channel, State.OPEN, "", "", status.hold_reason
    if not status.packets and not status.open_channels:
        yield *who, "", status.state, "", "", status.hold_reason


def _make_packet_cells(packet: PacketStatus) -> tuple[str, ...]:
    details = packet.since.details
    # Number, class and postage are those of one posting, the latest: an earlier one of the same letter had its own.
    posted = next((one.details for one in reversed(packet.events) if _is_about_posting(one)), details)
    mail_class = " ".join(filter(None, (posted.mail_class, posted.postage)))
    answer = details.said if packet.state in {State.PRINT_IN_DOUBT, State.NOT_PRINTED} else None
    remarks = (posted.tracking, mail_class, details.met, details.note, answer)
    bounced = [f"bounced on {event.happened_on}" for event in packet.bounces if packet.state is not State.BOUNCED]
    words = "; ".join([*(_join_lines(remark) for remark in remarks if remark), *dict.fromkeys(bounced)])
    channel = packet.key.channel + (f", attempt {packet.key.attempt}" if packet.key.attempt > 1 else "")
    return channel, packet.state, packet.since.happened_on.isoformat(), str(packet.since.id), words


def _is_about_posting(event: Event) -> bool:
    details = event.details
    return event.kind is Kind.POSTED or any((details.tracking, details.mail_class, details.postage))


def _show_corrected(terminal: Terminal, context: LogContext, events: Iterable[Event]) -> None:
    """Show which events were withdrawn or redacted."""
    present = {event.id: event for event in events if is_current(event, context.campaign)}

    def show(heading: str, links: Mapping[int, Event], format_entry: Callable[[Event], str]) -> None:
        known = {number: by for number, by in links.items() if number in present}
        if known:
            terminal.show()
            terminal.show(heading, style="bold")
        for number, by in known.items():
            event = present[number]
            terminal.show(
                f"  event {number}, {event.recipient} {event.kind} on {event.happened_on}: {format_entry(by)}"
            )

    def format_withdrawal(by: Event) -> str:
        return f"withdrawn {format_when(by)}: {_join_lines(by.details.note or '')}"

    def format_redaction(by: Event) -> str:
        files = f" and {len(by.details.erased)} of its files" if by.details.erased else ""
        return f"its words{files} erased {format_when(by)}"

    def format_when(by: Event) -> str:
        return f"{context.format_local_time(by.recorded_at)} by {by.by} (event {by.id})"

    show("Taken back, and no longer counted:", map_withdrawals(present.values()), format_withdrawal)
    show("Redacted; that it happened can still be proved:", map_redactions(present.values()), format_redaction)


def _show_totals(terminal: Terminal, statuses: Sequence[RecipientStatus]) -> None:
    gone = tuple(status for status in statuses if status.record is None)
    terminal.show()
    terminal.show(format_state_counts(status for status in statuses if status.record), style="bold")
    if gone:
        terminal.show(f"No longer in recipients.yaml: {format_state_counts(gone)}")


def _say_next(terminal: Terminal, statuses: Sequence[RecipientStatus]) -> None:
    packets = [(status, packet) for status in statuses for packet in status.packets]
    if doubtful := next((one.format_id(packet) for one, packet in packets if packet.state is State.IN_DOUBT), None):
        terminal.say_next(f"petitioner log settle {doubtful}", "once you know")
        return
    if any(packet.state in UNDECIDED for _, packet in packets):
        terminal.say_next("petitioner inbox", "after you have sent what waits in your mail program")
        return
    if undecided := next((status.id for status, packet in packets if packet.state is State.PRINT_IN_DOUBT), None):
        terminal.say_next(
            f"petitioner log add printed {undecided}", f"or petitioner print --again {undecided}, when you know"
        )
        return
    if todo := _find_paper_step(statuses):
        terminal.say_next(*todo)
    elif failed := next((status.format_id(packet) for status, packet in packets if _can_reopen(status, packet)), None):
        terminal.say_next(f'petitioner log reopen {failed} --because "…"', "to write to it once more")
    elif any(packet.state in GOT_THROUGH for _, packet in packets):
        terminal.say_next("petitioner log add replied ID", "when an answer comes")
    else:
        terminal.say_next("petitioner", "to see what comes next")


def _find_paper_step(statuses: Sequence[RecipientStatus]) -> tuple[str, str] | None:
    """Return the next command for letters on paper that are not on hold, and why; printed letters come first."""
    free = [status for status in statuses if not (status.record and status.record.hold)]
    todo = [(status, channel) for status in free for channel in status.open_channels if channel in _NEXT]
    states = {(one.id, packet.key.channel): packet.state for one in free for packet in one.packets}
    printed = next(((one, channel) for one, channel in todo if states.get((one.id, channel)) is State.PRINTED), None)
    if printed:
        fact, when = _NEXT[Channel(printed[1])]
        return f"petitioner log add {fact} {printed[0].id}", f"{when}; several ids go in one line"
    if any(states.get((one.id, channel)) in _BEFORE_PRINTING for one, channel in todo):
        return "petitioner print", "one file of all approved letters on paper, and a cover sheet"
    return ("petitioner", "what comes before posting and handing over") if todo else None


def _can_reopen(status: RecipientStatus, packet: PacketStatus) -> bool:
    is_meant = status.record is not None and status.record.is_written_to
    is_settled = status.state in GOT_THROUGH or status.is_replaced(packet)
    return is_meant and not is_settled and packet.state in FAILED


def _join_lines(text: str) -> str:
    return " ".join(text.split("\n"))
