"""Paper: what is to be printed, posted and handed over. Each fact is recorded as `petitioner log add` does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from petitioner.approval.approvals import ApprovalState
from petitioner.commands.draft_facts import draft_facts, find_sent_files
from petitioner.commands.mail_by import LetterDeadline, format_day, list_deadlines
from petitioner.errors import ChangedError, UsageError
from petitioner.log.context import LogContext
from petitioner.log.fact_input import FactInput, FactReport, parse_fact_input
from petitioner.log.kinds import HANDLED, Fact, HandingOutcome
from petitioner.log.states.attention import SUSPICIOUS
from petitioner.log.states.packets import PacketStatus, State
from petitioner.log.states.recipient_status import ChannelStatus
from petitioner.model.recipient import Channel
from petitioner.review.live import LiveWorkspace, OncePerSnapshot, Snapshot
from petitioner.review.pages.corrections import find_last, list_doubtful, settle, undo
from petitioner.review.pages.page import Form, Page, form_handler, get_one, get_site, go_to, render
from petitioner.tables.postage import OTHER, list_classes
from petitioner.terminal import format_count

_HERE = "/paper"
_READY = frozenset({State.APPROVED, State.PRINTED, State.PRINT_IN_DOUBT, State.NOT_PRINTED})


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A packet on paper that is still to leave; ``hindrance`` is why it must wait, or empty."""

    status: ChannelStatus
    deadline: LetterDeadline | None
    hindrance: str

    @property
    def id(self) -> str:
        """The recipient's id."""
        return self.status.status.id

    @property
    def value(self) -> str:
        """The packet as it is on the page: recipient, channel and the last event, as a form sends it back."""
        since = self.status.packet.since.id if self.status.packet else 0
        return f"{self.id}:{self.status.channel}:{since}"

    @property
    def is_printed(self) -> bool:
        """Whether the log says that it is printed."""
        return self.status.state is State.PRINTED

    @property
    def is_ready(self) -> bool:
        """Whether it is approved or printed, and nothing hinders it."""
        return not self.hindrance and self.status.state in (State.APPROVED, State.PRINTED)

    @property
    def is_doubtful(self) -> bool:
        """Whether nobody knows if it is printed."""
        return self.status.state is State.PRINT_IN_DOUBT


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form was not recorded: its ``faults``, or ``doubts`` that a person must accept first."""

    typed: Form = field(default_factory=dict)
    faults: Sequence[str] = ()
    hint: str = ""
    doubts: Sequence[str] = ()


def show_paper(request: Request) -> Response:
    """Show the packets to print, post and hand over."""
    return _render(request, get_site(request).live.snapshot, Refusal())


@form_handler
def record(request: Request, form: Form) -> Response:
    """Record what was printed, posted or handed over. On any mistake or doubt, record nothing."""
    live = get_site(request).live
    with live.lock_to_record() as snapshot:
        try:
            reports = _read_reports(_ROWS.get(live, snapshot), snapshot.context, form)
        except (UsageError, ChangedError) as error:
            return _render(request, snapshot, Refusal(form, str(error).splitlines(), error.hint))
        find_built = find_sent_files(snapshot.context)
        drafts = draft_facts(snapshot.context, reports, snapshot.events, find_built)
        doubts = [
            f"{draft.recipient}: {words}"
            for draft in drafts
            for code, words in draft.details.flags.items()
            if code in SUSPICIOUS
        ]
        if set(doubts) - set(form.get("accepted", ())):
            return _render(request, snapshot, Refusal(form, doubts=doubts))
        live.log.append(lambda events: draft_facts(snapshot.context, reports, events, find_built))
    return go_to(_HERE, "recorded")


@form_handler
def settle_one(request: Request, form: Form) -> Response:
    """Record how a packet in doubt ended."""
    settle(get_site(request).live, form)
    return go_to(_HERE, "settled")


@form_handler
def undo_last(request: Request, form: Form) -> Response:
    """Take back what was recorded last."""
    undo(get_site(request).live, form)
    return go_to(_HERE, "undone")


def _render(request: Request, snapshot: Snapshot, refusal: Refusal) -> Response:
    rows = _ROWS.get(get_site(request).live, snapshot)
    country = snapshot.context.campaign.sender.country
    last = find_last(get_site(request).live, snapshot)
    values = {
        "title": "Paper",
        "ready": format_count(sum(not row.hindrance for row in rows), "packet"),
        "to_print": _list_ready(rows, Fact.PRINTED),
        "to_post": _list_ready(rows, Fact.POSTED),
        "to_hand": _list_ready(rows, Fact.HANDED),
        "waiting": [row for row in rows if row.hindrance],
        "done": list(_list_done(snapshot)),
        "doubtful": list_doubtful(snapshot),
        "last": last if last and all(event.kind in HANDLED for event in last.events) else None,
        "today": snapshot.context.today,
        "classes": (*list_classes(country), OTHER) if list_classes(country) else (),
        "outcomes": list(HandingOutcome),
        "format_day": format_day,
        "refusal": refusal,
        "first_typed": get_one,
    }
    is_refused = bool(refusal.faults or refusal.doubts)
    return render(request, "paper.html", values, HTTPStatus.CONFLICT if is_refused else HTTPStatus.OK)


def _list_rows(_live: LiveWorkspace, snapshot: Snapshot) -> tuple[PaperRow, ...]:
    """List every packet on paper that is still to leave, in the order of recipients.yaml."""
    deadlines = {(one.id, one.channel): one for one in list_deadlines(snapshot.context, snapshot.statuses)}
    stopped = {(one.recipient, one.stops): one.words for one in snapshot.state.concerns if one.stops}
    return tuple(
        PaperRow(one, deadlines.get((one.status.id, one.channel)), _find_hindrance(one, snapshot, stopped))
        for one in snapshot.state.channels
        if one.channel in (Channel.POST, Channel.HAND) and one.channel in one.status.open_channels
    )


_ROWS = OncePerSnapshot(_list_rows)


def _find_hindrance(one: ChannelStatus, snapshot: Snapshot, stopped: dict[tuple[str, str], str]) -> str:
    """Return why a packet can be neither printed nor posted now."""
    if words := stopped.get((one.status.id, one.channel)):
        return words
    if one.status.hold_reason:
        return one.status.hold_reason
    requests = snapshot.requests.get(one.status.id, ())
    verdict = next((it.verdict for it in requests if it.key.channel == one.channel), None)
    if verdict is None:  # letters have errors, but a person can still record what was done
        return "" if one.state in _READY else "the letters have errors"
    return "" if verdict is ApprovalState.APPROVED else verdict.value


def _list_done(snapshot: Snapshot) -> Iterator[tuple[str, PacketStatus]]:
    for status in snapshot.statuses:
        for packet in status.packets:
            if packet.since.kind in HANDLED and packet.state is not State.PRINTED:
                yield status.short_name, packet


def _read_reports(rows: Sequence[PaperRow], context: LogContext, form: Form) -> list[tuple[str, FactReport]]:
    """Read what the form says about each ticked packet.

    Raises ``ChangedError`` for packets that are not as they were on the page, ``UsageError`` with all mistakes.
    """
    fact, ticked = get_one(form, "fact"), form.get("packet", ())
    values = {row.value for row in _list_ready(rows, fact)}
    numbers = {name.partition(":")[2] for name, typed in form.items() if name.startswith("tracking:") and any(typed)}
    chosen = list(dict.fromkeys((*ticked, *sorted(numbers))))
    if not chosen:
        raise UsageError("No packet is ticked. Nothing was recorded.", "Tick what was done, or type a tracking number.")
    if gone := [value.partition(":")[0] for value in chosen if value not in values]:
        sentence = f"Changed since you saw it: {', '.join(dict.fromkeys(gone))}. Nothing was recorded."
        raise ChangedError(sentence, "Look at the page again.")
    reports: list[tuple[str, FactReport]] = []
    faults: dict[str, str] = {}
    for value in chosen:
        id_, channel, _ = value.split(":")
        try:
            report = parse_fact_input(_read_input(fact, id_, value, form), context)
        except UsageError as error:
            faults |= dict.fromkeys(str(error).splitlines(), error.hint)
        else:
            reports.append((id_, replace(report, channel=channel)))
    if faults:
        raise UsageError("\n".join(faults), " ".join(dict.fromkeys(filter(None, faults.values()))))
    return reports


def _list_ready(rows: Sequence[PaperRow], fact: str) -> list[PaperRow]:
    """List the packets that can be ticked for a fact."""
    ready = [row for row in rows if not row.hindrance]
    match fact:
        case Fact.PRINTED:
            return [row for row in ready if not row.is_printed]
        case Fact.POSTED:
            return [row for row in ready if row.status.channel == Channel.POST]
        case Fact.HANDED:
            return [row for row in ready if row.status.channel == Channel.HAND]
        case _:
            return []


def _read_input(fact: str, id_: str, value: str, form: Form) -> FactInput:
    """Return what was typed about one packet, as the command would read it."""
    return FactInput(
        fact,
        (id_,),
        on=get_one(form, "on") or None,
        tracking=get_one(form, f"tracking:{value}") or None,
        outcome=get_one(form, f"outcome:{value}") or None,
        note=get_one(form, "note") or None,
        mail_class=get_one(form, "class") or None,
        postage=get_one(form, "postage") or None,
        met=get_one(form, f"met:{value}") or None,
    )


PAGE = Page(
    (
        Route(_HERE, show_paper),
        Route(_HERE, record, methods=["POST"]),
        Route(f"{_HERE}/settle", settle_one, methods=["POST"]),
        Route(f"{_HERE}/undo", undo_last, methods=["POST"]),
    ),
    "Paper",
    _HERE,
    "p",
    _ROWS.get,
)
