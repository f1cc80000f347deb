"""What ``send`` and ``print`` share: the plan of a run, its claims, its question, and the skipped packets."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from petitioner.approval.packets import ApprovalRequest
from petitioner.commands.approval_requests import find_requests
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, load_and_check
from petitioner.commands.log_context import make_log_context, open_log, read_log
from petitioner.delivery.plan import Plan, SkippedPacket, is_meant, plan_sending
from petitioner.errors import ExitStatus, PetitionerError, UsageError
from petitioner.inputs.selection import Selection, choose_recipients
from petitioner.log.context import LogContext
from petitioner.log.events import Event, PacketKey
from petitioner.log.fact_input import require_author
from petitioner.log.kinds import CHANNEL_OF, Fact, Kind
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.packets import map_withdrawals
from petitioner.log.states.recipient_status import RecipientStatus, is_current, list_recipient_statuses
from petitioner.log.storage.store import MailingLog
from petitioner.model.recipient import Channel
from petitioner.terminal import IT_ASKS, Terminal
from petitioner.user_data.claims import prepare_claims

Report = TypeVar("Report")

PAPER_CHANNELS: tuple[str, ...] = (Channel.POST, Channel.HAND)
"""The channels of recipients.yaml by which packets leave on paper."""

_FACTS = {Kind.POSTED: Fact.POSTED, Kind.FAXED: Fact.FAXED}

MAIL_CHANNELS: tuple[str, ...] = (Channel.EMAIL,)
"""The channel of recipients.yaml by which packets leave as e-mail."""


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """Everything that was read, and the ``plan``: which packets go out now, and why the others do not.

    ``events`` are all of the log; ``statuses`` those of the chosen recipients of these channels.
    """

    checked: CheckedWorkspace
    context: LogContext
    log: MailingLog
    events: tuple[Event, ...]
    statuses: tuple[RecipientStatus, ...]
    requests: Mapping[PacketKey, ApprovalRequest]
    plan: Plan


@dataclass(slots=True)
class Progress(Generic[Report]):
    """What was tried so far, and how the run ended."""

    tries: list[Report | SkippedPacket] = field(default_factory=list)
    end: ExitStatus = ExitStatus.DONE


def prepare_run(
    terminal: Terminal, scope: Scope, by: str | None = None, channels: tuple[str, ...] = PAPER_CHANNELS
) -> PreparedRun:
    """Read everything, and plan which packets go out now by some channels.

    Raises WorkspaceError when the workspace has errors, and ``PetitionerError`` when no chosen recipient has these
    channels or the log cannot be read.
    """
    checked = load_and_check(scope)
    mailing, _ = checked.require()
    return plan_run(
        terminal, scope, checked, require_author(make_log_context(checked.workspace, mailing, scope.now, by)), channels
    )


def plan_run(
    terminal: Terminal,
    scope: Scope,
    checked: CheckedWorkspace,
    context: LogContext,
    channels: tuple[str, ...] = PAPER_CHANNELS,
) -> PreparedRun:
    """Plan a run of a workspace that was read already. Raises as ``prepare_run`` does."""
    checked.require()
    wanted = tuple(channel for channel in channels if scope.selection.includes_channel(channel))
    log = open_log(terminal, scope.folder, context.recipients)
    # Pages may be printed as soon as they are made; a message leaves only if the log is in use here.
    events = read_log(terminal, log, is_needed=channels != MAIL_CHANNELS)
    terminal.report(checked.problems)
    chosen = choose_statuses(context, events, scope.selection)
    statuses = tuple(one for one in chosen if any(is_meant(one, channel) for channel in wanted))
    if not statuses:
        named = "e-mail" if channels == MAIL_CHANNELS else " or ".join(channels)
        hint = f"In recipients.yaml, {' or '.join(map(repr, map(str, channels)))} must be among a recipient's channels."
        raise PetitionerError(f"Nobody who was chosen is written to by {named}.", hint)
    requests = find_requests(checked, context, events)
    plan = plan_packets(context, log, events, requests, statuses, wanted)
    return PreparedRun(checked, context, log, events, statuses, {one.key: one for one in requests}, plan)


def plan_packets(
    context: LogContext,
    log: MailingLog,
    events: tuple[Event, ...],
    requests: Iterable[ApprovalRequest],
    statuses: Iterable[RecipientStatus],
    channels: tuple[str, ...],
) -> Plan:
    """Plan which packets go out now by some channels; ``events`` are all of the log.

    Raises ``PetitionerError`` when the deliveries of other logs cannot be read.
    """
    present = tuple(event for event in events if is_current(event, context.campaign))
    return plan_sending(requests, statuses, present, log.read_blob, EarlierDeliveries.read(context, events), channels)


def choose_statuses(context: LogContext, events: Iterable[Event], selection: Selection) -> tuple[RecipientStatus, ...]:
    """Return the status of every chosen recipient, also of those no longer in recipients.yaml.

    ``events`` are those of all campaigns, since a later one closes what this one left open. Raises UsageError when the
    selection names what is not there.
    """
    chosen = {recipient.id for recipient, _ in choose_recipients(selection, context.recipients)}
    statuses = list_recipient_statuses(context.recipients, context.campaign, events)
    return tuple(one for one in statuses if selection.is_everything or one.id in chosen)


def claim_packets(log: MailingLog) -> None:
    """Claim all that the log has delivered among all logs of this user, before anything else is sent."""
    prepare_claims()
    log.claim_all()


def warn_of_withdrawn(terminal: Terminal, context: LogContext, events: Iterable[Event], ids: Iterable[str]) -> None:
    """Warn of recipients whose letter on paper is made again after an entry that it was sent was withdrawn."""
    present = tuple(event for event in events if is_current(event, context.campaign))
    withdrawn, chosen = map_withdrawals(present), set(ids)
    for event in present:
        if event.recipient in chosen and event.kind in CHANNEL_OF and (by := withdrawn.get(event.id)):
            words = f"{event.recipient}: event {event.id} said {event.kind} on {event.happened_on}, and was withdrawn"
            fact = _FACTS.get(event.kind, Fact.HANDED)
            hint = f"If the letter left, do not send it again. Record it: petitioner log add {fact} {event.recipient}"
            terminal.warn(": ".join(filter(None, (words, by.details.note))), hint)


def confirm_count(
    terminal: Terminal, question: str, count: int, show: Callable[[], None], refusal: PetitionerError, *, asks: bool
) -> None:
    """Show everything, and ask a question that must be answered by typing the ``count``.

    Raises ``UsageError`` when nobody can be asked, and ``refusal`` for any other answer.
    """
    if not asks:
        raise UsageError(f"{question}? There is no terminal to ask at.", IT_ASKS)
    show()
    if not terminal.ask_count(question, count):
        raise refusal


def track_progress(
    terminal: Terminal,
    tries: Iterable[Report | SkippedPacket],
    progress: Progress[Report],
    show: Callable[[Report | SkippedPacket], None],
    interrupted: str = "Interrupted.",
) -> None:
    """Keep and show each try. An interruption or error ends the run, but not the report of it."""
    try:
        for tried in tries:
            progress.tries.append(tried)
            show(tried)
    except KeyboardInterrupt:
        terminal.say(interrupted)
        progress.end = ExitStatus.INTERRUPTED
    except PetitionerError as error:
        terminal.report_error(error)
        progress.end = error.exit_status


def show_skipped(terminal: Terminal, skipped: Iterable[SkippedPacket]) -> None:
    """Show which packets are skipped, and what to do about it; those with the same reason on one line."""
    packets = tuple(skipped)
    times = Counter(packet.id for packet in packets)
    packets_by_reason: dict[tuple[str, str], list[SkippedPacket]] = {}
    for packet in packets:
        packets_by_reason.setdefault((packet.reason, packet.hint), []).append(packet)
    for (reason, hint), group in packets_by_reason.items():
        ids = ", ".join(f"{packet.id} ({packet.channel})" if times[packet.id] > 1 else packet.id for packet in group)
        if group[0].is_done:
            terminal.say(f"{ids}: {reason}")
        else:
            terminal.say(f"{ids} {'stays' if len(group) == 1 else 'stay'}: {reason}", style="yellow")
        if hint:
            terminal.say(f"    {hint}")


def serialize_skipped(skipped: Iterable[SkippedPacket]) -> list[dict[str, object]]:
    """Return the skipped packets for ``--json``."""
    return [
        {
            "recipient": packet.id,
            "channel": packet.channel,
            "reason": packet.reason,
            "done": packet.is_done,
            "in_doubt": packet.in_doubt,
        }
        for packet in skipped
    ]
