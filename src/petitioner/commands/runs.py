"""What every run shares: its plan, its claims, its question, and what is skipped."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from petitioner.approval.packets import ApprovalRequest
from petitioner.commands.load_and_check import Inspection, Scope, inspect_workspace
from petitioner.commands.log_context import gather_requests, open_log, read_log, sit_down
from petitioner.delivery.plan import Plan, SkippedPacket, is_meant, plan_sending
from petitioner.errors import ExitStatus, PetitionerError, UsageError
from petitioner.inputs.recipients import Selection, choose
from petitioner.log.context import LogContext
from petitioner.log.events import Event, PacketKey
from petitioner.log.fact_input import require_author
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.recipient_status import RecipientStatus, is_current, list_recipient_statuses
from petitioner.log.storage.store import MailingLog
from petitioner.model.recipient import Channel
from petitioner.terminal import IT_ASKS, Terminal
from petitioner.user_data.claims import prepare_claims

Report = TypeVar("Report")

PAPER_WAYS: tuple[str, ...] = (Channel.POST, Channel.HAND)
"""The channels of recipients.yaml by which packets leave on paper."""

MAIL_WAYS: tuple[str, ...] = (Channel.EMAIL,)
"""The channel of recipients.yaml by which packets leave as e-mail."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that was read, and ``plan``: which packets go out now by some channels, and why the others do not.

    ``events`` are all of the log; ``statuses`` those of the chosen recipients who are written to by these channels.
    """

    found: Inspection
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
    terminal: Terminal, scope: Scope, by: str | None = None, ways: tuple[str, ...] = PAPER_WAYS
) -> Prepared:
    """Read everything, and decide which packets go out now by some channels.

    Raises WorkspaceError when the workspace has errors, and ``PetitionerError`` when nobody who was chosen is written
    to by them or the log cannot be read.
    """
    found = inspect_workspace(scope)
    mailing, _ = found.require()
    return plan_run(terminal, scope, found, require_author(sit_down(found.workspace, mailing, scope.now, by)), ways)


def plan_run(
    terminal: Terminal, scope: Scope, found: Inspection, context: LogContext, ways: tuple[str, ...] = PAPER_WAYS
) -> Prepared:
    """Decide the same for a workspace that was read already. Raises as ``prepare_run`` does."""
    mailing, _ = found.require()
    log = open_log(terminal, scope.folder, context.recipients)
    # TemplateRenderer may be printed as soon as they are made; a message leaves only once the log was found at home.
    events = read_log(terminal, log, is_needed=ways != MAIL_WAYS)
    terminal.report(found.problems)
    chosen = list_chosen(context, events, scope.selection)
    statuses = tuple(one for one in chosen if any(is_meant(one, way) for way in ways))
    if not statuses:
        named = "e-mail" if ways == MAIL_WAYS else " or ".join(ways)
        hint = f"In recipients.yaml, {' or '.join(map(repr, map(str, ways)))} must be among a recipient's channels."
        raise PetitionerError(f"Nobody who was chosen is written to by {named}.", hint)
    requests = gather_requests(found, context, events)
    present = tuple(event for event in events if is_current(event, mailing))
    plan = plan_sending(requests, statuses, present, log.read_blob, EarlierDeliveries.read(context, events), ways)
    return Prepared(found, context, log, events, statuses, {one.key: one for one in requests}, plan)


def list_chosen(context: LogContext, events: Iterable[Event], selection: Selection) -> tuple[RecipientStatus, ...]:
    """Where everybody stands who was chosen; those gone from recipients.yaml, too.

    ``events`` are those of all campaigns, since a later one closes what this one left. Raises UsageError when the
    selection names what is not there.
    """
    chosen = {recipient.id for recipient, _ in choose(selection, context.recipients)}
    statuses = list_recipient_statuses(context.recipients, context.campaign, events)
    return tuple(one for one in statuses if selection.is_everything or one.id in chosen)


def claim_packets(log: MailingLog) -> None:
    """Claim what the log has handed over among all logs of this user, before anything else is."""
    prepare_claims()
    log.claim_all(log.read())


def confirm(
    terminal: Terminal, question: str, count: int, show: Callable[[], None], refusal: PetitionerError, *, asks: bool
) -> None:
    """Ask a question that wants a number, typed, once everything was shown.

    Raises ``UsageError`` where nobody can be asked, and ``refusal`` for any other answer.
    """
    if not asks:
        raise UsageError(f"{question}? Nobody can be asked: there is no terminal.", IT_ASKS)
    show()
    if terminal.ask(f"{question}? Type {count} to say yes:") != str(count):
        raise refusal


def follow(
    terminal: Terminal,
    tries: Iterable[Report | SkippedPacket],
    progress: Progress[Report],
    show: Callable[[Report | SkippedPacket], None],
    interrupted: str = "Interrupted.",
) -> None:
    """Keep and show each try. What ends the run early ends no more than that: what was done is still reported."""
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


def show_staying(terminal: Terminal, skipped: Iterable[SkippedPacket]) -> None:
    """Who is not written to now, and what to do about it; those of whom the same is to be said on one line."""
    everybody = tuple(skipped)
    times = Counter(stay.id for stay in everybody)
    alike: dict[tuple[str, str], list[SkippedPacket]] = {}
    for stay in everybody:
        alike.setdefault((stay.reason, stay.hint), []).append(stay)
    for (reason, hint), group in alike.items():
        ids = ", ".join(f"{stay.id} ({stay.way})" if times[stay.id] > 1 else stay.id for stay in group)
        if group[0].is_done:
            terminal.say(f"{ids}: {reason}")
        else:
            terminal.say(f"{ids} {'stays' if len(group) == 1 else 'stay'}: {reason}", style="yellow")
        if hint:
            terminal.say(f"    {hint}")


def describe_staying(skipped: Iterable[SkippedPacket]) -> list[dict[str, object]]:
    """The same for a program."""
    return [
        {
            "recipient": stay.id,
            "channel": stay.way,
            "reason": stay.reason,
            "done": stay.is_done,
            "in_doubt": stay.in_doubt,
        }
        for stay in skipped
    ]
