"""``petitioner log``: what needs attention, and the state of every packet."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from petitioner.commands.log_context import open_log, read_log, report_log_copies
from petitioner.errors import ExitStatus
from petitioner.log.context import Desk
from petitioner.log.events import Event
from petitioner.log.export import export_log
from petitioner.log.states.attention import Concern, find_concerns, is_late, leave_consequences
from petitioner.log.states.earlier_deliveries import Others
from petitioner.log.states.packets import FAILED, GOT_THROUGH, UNDECIDED, Packet, State, redactions, withdrawals
from petitioner.log.states.recipient_status import Standing, belongs, require_known, sum_up, take_stock
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal

_COLUMNS = ("recipient", "name", "by", "state", "on", "event", "note")
_NEXT = {Channel.POST: ("posted", "once it is in the post"), Channel.HAND: ("handed", "once it is handed over")}
_BEFORE_PRINTING = {State.APPROVED, State.NOT_PRINTED}
_SETTLE = (
    'What is true as it stands: petitioner log confirm EVENT --because "…"\n'
    'What is a slip of the pen: petitioner log withdraw EVENT --because "…"'
)
_DOUBTS = {State.IN_DOUBT, State.PRINT_IN_DOUBT}


def show_log(
    terminal: Terminal, desk: Desk, *, ids: Sequence[str] = (), limit: int | None = None, as_json: bool = False
) -> int:
    """Show the campaign's present edition, of all recipients or of those named, the first ``limit`` of them.

    Return 4 when something shown is in doubt, 1 when the campaign's day is past and somebody shown is still open.
    Creates no log. Raises ``UsageError`` for unknown ids, ``PetitionerError`` for a log that cannot be read.
    """
    log = open_log(terminal, desk.folder, desk.recipients)
    events = read_log(terminal, log)
    require_known(ids, desk.recipients, events)
    standings = take_stock(desk.recipients, desk.campaign, events)
    chosen = tuple(standing for standing in standings if not ids or standing.id in ids)[:limit]
    about = tuple(event for event in events if not ids or event.recipient in ids)
    concerns, absence = find_concerns(chosen, desk, Others.look(desk, events)), log.find_absence(events)
    if as_json:
        terminal.show_json(export_log(chosen, desk, about, concerns))
    else:
        _show_concerns(terminal, leave_consequences(concerns) if absence and absence.lost else concerns)
        terminal.show_table(_COLUMNS, (row for standing in chosen for row in _rows(standing)))
        _show_corrected(terminal, desk, about)
        _show_sum(terminal, chosen)
    report_log_copies(terminal, desk.folder)
    if absence and absence.lost:
        terminal.say_next(*absence.step)
        return ExitStatus.FAILED
    _say_next(terminal, chosen)
    if any(packet.state in _DOUBTS for standing in chosen for packet in standing.packets):
        return ExitStatus.IN_DOUBT
    return ExitStatus.FAILED if is_late(desk) and any(standing.open_ways for standing in chosen) else ExitStatus.DONE


def _show_concerns(terminal: Terminal, concerns: Sequence[Concern]) -> None:
    if concerns:
        terminal.show("Needs attention:", style="bold yellow")
    for concern in concerns:
        number = f" (event {concern.event.id})" if concern.event else ""
        terminal.show(f"  {concern.recipient}: {_flatten(concern.words)}{number}")
    if concerns:
        terminal.show()
    entries = (concern for concern in concerns if concern.event and not concern.stops)
    if any("petitioner " not in concern.words for concern in entries):
        terminal.say(_SETTLE)


def _rows(standing: Standing) -> Iterator[tuple[str, ...]]:
    who = (standing.id, standing.short_name)
    for packet in standing.packets:
        yield *who, *_packet_cells(packet)
    begun = {packet.key.channel for packet in standing.packets}
    for way in (way for way in standing.open_ways if way not in begun):
        yield *who, way, State.OPEN, "", "", standing.remark
    if not standing.packets and not standing.open_ways:
        yield *who, "", standing.state, "", "", standing.remark


def _packet_cells(packet: Packet) -> tuple[str, ...]:
    told = packet.since.details
    posted = [event.details for event in reversed(packet.events)]
    numbers = (one.tracking for one in posted)
    classes = (" ".join(filter(None, (one.mail_class, one.postage))) for one in posted)
    said = told.said if packet.state in {State.PRINT_IN_DOUBT, State.NOT_PRINTED} else None
    remarks = (next(filter(None, numbers), None), next(filter(None, classes), None), told.met, told.note, said)
    bounced = [f"bounced on {event.happened_on}" for event in packet.bounces if packet.state is not State.BOUNCED]
    words = "; ".join([*(_flatten(remark) for remark in remarks if remark), *dict.fromkeys(bounced)])
    way = packet.key.channel + (f", attempt {packet.key.attempt}" if packet.key.attempt > 1 else "")
    return way, packet.state, packet.since.happened_on.isoformat(), str(packet.since.id), words


def _show_corrected(terminal: Terminal, desk: Desk, events: Iterable[Event]) -> None:
    """Show which events were withdrawn or redacted."""
    present = {event.id: event for event in events if belongs(event, desk.campaign)}

    def show(heading: str, links: Mapping[int, Event], tell: Callable[[Event], str]) -> None:
        known = {number: by for number, by in links.items() if number in present}
        if known:
            terminal.show()
            terminal.show(heading, style="bold")
        for number, by in known.items():
            event = present[number]
            terminal.show(f"  event {number}, {event.recipient} {event.kind} on {event.happened_on}: {tell(by)}")

    def tell_withdrawal(by: Event) -> str:
        return f"withdrawn {tell_when(by)}: {_flatten(by.details.note or '')}"

    def tell_redaction(by: Event) -> str:
        files = f" and {len(by.details.erased)} of its files" if by.details.erased else ""
        return f"its words{files} erased {tell_when(by)}"

    def tell_when(by: Event) -> str:
        return f"{desk.spell_locally(by.recorded_at)} by {by.by} (event {by.id})"

    show("Taken back, and no longer counted:", withdrawals(present.values()), tell_withdrawal)
    show("Redacted; that it happened can still be proved:", redactions(present.values()), tell_redaction)


def _show_sum(terminal: Terminal, standings: Sequence[Standing]) -> None:
    gone = tuple(standing for standing in standings if standing.record is None)
    terminal.show()
    terminal.show(sum_up(standing for standing in standings if standing.record), style="bold")
    if gone:
        terminal.show(f"Besides, no longer in recipients.yaml: {sum_up(gone)}")


def _say_next(terminal: Terminal, standings: Sequence[Standing]) -> None:
    packets = [(standing, packet) for standing in standings for packet in standing.packets]
    if doubtful := next((one.spell(packet) for one, packet in packets if packet.state is State.IN_DOUBT), None):
        terminal.say_next(f"petitioner log settle {doubtful}", "once you know")
        return
    if any(packet.state in UNDECIDED for _, packet in packets):
        terminal.say_next("petitioner inbox", "once you have sent what waits in your mail program")
        return
    if lying := next((standing.id for standing, packet in packets if packet.state is State.PRINT_IN_DOUBT), None):
        terminal.say_next(f"petitioner log add printed {lying}", f"or petitioner print --again {lying}, once you know")
        return
    if todo := _find_paper_step(standings):
        terminal.say_next(*todo)
    elif failed := next((standing.spell(packet) for standing, packet in packets if _failed(standing, packet)), None):
        terminal.say_next(f'petitioner log reopen {failed} --because "…"', "to write to it once more")
    else:
        terminal.say_next("petitioner log add replied ID", "when an answer comes")


def _find_paper_step(standings: Sequence[Standing]) -> tuple[str, str] | None:
    """Return the next command for letters on paper that are not on hold, and why; printed letters come first."""
    free = [standing for standing in standings if not (standing.record and standing.record.hold)]
    todo = [(standing, way) for standing in free for way in standing.open_ways if way in _NEXT]
    there = {(one.id, packet.key.channel): packet.state for one in free for packet in one.packets}
    printed = next(((one, way) for one, way in todo if there.get((one.id, way)) is State.PRINTED), None)
    if printed:
        fact, when = _NEXT[Channel(printed[1])]
        return f"petitioner log add {fact} {printed[0].id}", f"{when}; several ids go in one line"
    if any(there.get((one.id, way)) in _BEFORE_PRINTING for one, way in todo):
        return "petitioner print", "all that is approved on paper in one file, and a cover sheet"
    return ("petitioner", "what comes before posting and handing over") if todo else None


def _failed(standing: Standing, packet: Packet) -> bool:
    is_meant = standing.record is not None and standing.record.is_written_to
    is_settled = standing.state in GOT_THROUGH or standing.gave_up(packet)
    return is_meant and not is_settled and packet.state in FAILED


def _flatten(text: str) -> str:
    return " ".join(text.split("\n"))
