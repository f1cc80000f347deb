"""Bare ``petitioner``: the campaign, the days left, the state of every packet, and the next command."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from petitioner.approval.approvals import ApprovalState, PacketApproval, list_approvals
from petitioner.build.manifest import locate_output, read_manifest
from petitioner.commands.letter_memory import LetterLookup
from petitioner.commands.log_context import open_part, read_log
from petitioner.commands.next_steps import CampaignStatus, list_steps
from petitioner.errors import ExitStatus
from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.log.states.attention import exclude_foreign_claims, find_concerns, is_late, is_near
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.packets import State
from petitioner.log.states.recipient_status import (
    ChannelStatus,
    RecipientStatus,
    count_by_channel,
    count_states,
    format_counts,
    is_current,
    list_channel_statuses,
    list_recipient_statuses,
)
from petitioner.model.types import choose_text
from petitioner.terminal import Terminal

_LAPSING = {State.APPROVED, State.PRINTED, State.NOT_PRINTED}
"""The states that say nothing any more once the letters have changed."""


def show_status(terminal: Terminal, folder: Path, campaign: str | None, now: datetime, *, as_json: bool) -> int:
    """Show the state of the campaign; return 1 when its day is past and a packet is still open.

    Raises WorkspaceError for errors in recipients.yaml or campaign.yaml.
    """
    lookup = LetterLookup(folder, campaign, now)
    context = lookup.make_context()
    log = open_part(terminal, context)
    events = read_log(terminal, log)
    present = (event for event in events if is_current(event, context.campaign))
    found = lookup.find(fills_in=bool(count_built(context) or list_approvals(present)))
    statuses, state = derive_status(context, events, found.list_approvals(context, events), found.outdated)
    absence = log.find_location_problem(events)
    if as_json:
        not_at_home = absence.words if absence else None
        described = _serialize_status(context, statuses, state)
        terminal.show_json({**described, "not_at_home": not_at_home, "unread": found.unread})
    else:
        is_lost = absence is not None and absence.lost
        shown = replace(state, concerns=exclude_foreign_claims(state.concerns)) if is_lost else state
        _show_campaign(terminal, context, statuses, shown)
    for line in () if state.has_errors else found.unread_lines:
        terminal.say(line)
    if absence:
        terminal.say_next(*absence.step)
    else:
        (command, why), *others = list_steps(state)
        terminal.say_next(command, why)
        for command, why in others:
            terminal.say(f"Also: {command}  ({why})")
    if absence and absence.lost:
        return ExitStatus.FAILED
    return ExitStatus.FAILED if is_late(context) and state.is_open else ExitStatus.DONE


def count_built(context: LogContext) -> int:
    """Return the number of files that the last build made."""
    return len(read_manifest(locate_output(context.folder, context.campaign.folder))[0])


def derive_status(
    context: LogContext,
    events: tuple[Event, ...],
    requests: Sequence[PacketApproval] | None,
    outdated: frozenset[str],
) -> tuple[tuple[RecipientStatus, ...], CampaignStatus]:
    """Return the status of every recipient, and what is done and left in the campaign.

    ``requests`` is None if the letters have errors; ``outdated`` are the recipients with files of other content.
    """
    statuses = list_recipient_statuses(context.recipients, context.campaign, events)
    channels = _mark_channels(list_channel_statuses(statuses), requests or ())
    lapsed = {channel.status.id for channel in channels if channel.state is State.LAPSED}
    statuses = tuple(_mark_recipient(status, lapsed) for status in statuses)
    concerns = find_concerns(statuses, context, EarlierDeliveries.read_if_possible(context, events))
    built = count_built(context)
    return statuses, CampaignStatus(channels, requests, concerns, built, outdated)


def _mark_channels(channels: Sequence[ChannelStatus], requests: Sequence[PacketApproval]) -> tuple[ChannelStatus, ...]:
    """Mark approved and printed packets as lapsed if their letters have changed since."""
    lapsed = {request.key for request in requests if request.verdict is ApprovalState.LAPSED}
    return tuple(
        replace(channel, state=State.LAPSED) if channel.state in _LAPSING and channel.key in lapsed else channel
        for channel in channels
    )


def _mark_recipient(status: RecipientStatus, lapsed: Container[str]) -> RecipientStatus:
    """Mark a recipient as lapsed if its id is in ``lapsed``, the recipients with a lapsed packet."""
    is_lapsed = status.id in lapsed and status.state in _LAPSING
    return replace(status, state=State.LAPSED) if is_lapsed else status


def _show_campaign(
    terminal: Terminal, context: LogContext, statuses: Sequence[RecipientStatus], state: CampaignStatus
) -> None:
    mailing = context.campaign
    name = choose_text(mailing.name)
    again = f", edition {mailing.edition}" if mailing.edition > 1 else ""
    terminal.show(f"{name}, {mailing.day:%-d %B %Y}{again}", style="bold")
    terminal.show(format_days(context))
    if is_near(context):
        from petitioner.commands.mail_by import format_first_deadline  # noqa: PLC0415 - loads the posts of all countries

        if words := format_first_deadline(context, statuses):
            terminal.show(words)
    terminal.show()
    printed = {packet.key for one in statuses for packet in one.packets if packet.state is State.PRINTED}
    approvals = {
        (one.recipient.id, one.key.channel): format_approval(one, is_printed=one.key in printed)
        for one in state.requests or ()
    }
    terminal.show_table(
        ("recipient", "name", "by", "state", ""), [_make_row(channel, approvals) for channel in state.channels]
    )
    terminal.show()
    counts = count_by_channel(state.channels)
    for channel, states in counts.items():
        terminal.show(format_counts(states) if len(counts) == 1 else f"by {channel}: {format_counts(states)}")
    concerns = len(state.concerns)
    terminal.show(f"{state.built} files in out/{mailing.folder}." if state.built else "Nothing has been built.")
    if concerns:
        terminal.show(f"{concerns} {'thing needs' if concerns == 1 else 'things need'} attention: petitioner log")


def _make_row(channel: ChannelStatus, approvals: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    status = channel.status
    remarks = (
        f"by {channel.replaced_by}" if channel.replaced_by else "",
        status.hold_reason,
        approvals.get((status.id, channel.channel), ""),
        channel.packet.since.details.flags.get("unapproved", "") if channel.packet else "",
    )
    attempt = f", attempt {channel.key.attempt}" if channel.key and channel.key.attempt > 1 else ""
    words = "; ".join(remark for remark in remarks if remark)
    return status.id, status.short_name, f"{channel.channel}{attempt}", channel.state.value, words


def format_approval(request: PacketApproval, *, is_printed: bool) -> str:
    """Return whether a packet is approved, and by whom, or why it needs approval."""
    match request.verdict:
        case ApprovalState.APPROVED if request.approval:
            return f"approved by {request.approval.by} on {request.approval.happened_on}"
        case ApprovalState.LAPSED if request.approval:
            old = "; what was printed before is to be thrown away" if is_printed else ""
            return f"changed since it was approved on {request.approval.happened_on}; needs approval{old}"
        case _:
            return "needs approval"


def format_days(context: LogContext) -> str:
    """Return how many days are left, or since when the day is past."""
    left = (context.campaign.day - context.today).days
    match left:
        case 0:
            return "Today is the day."
        case 1:
            return "1 day is left."
        case -1:
            return "The day was yesterday."
        case _:
            return f"{left} days are left." if left > 0 else f"The day is {-left} days past."


def _serialize_status(
    context: LogContext, statuses: Sequence[RecipientStatus], state: CampaignStatus
) -> dict[str, object]:
    verdicts = {(one.recipient.id, one.key.channel): one.verdict.value for one in state.requests or ()}
    by_recipient: dict[str, dict[str, str]] = {}
    for (id_, channel), verdict in verdicts.items():
        by_recipient.setdefault(id_, {})[channel] = verdict
    return {
        "campaign": context.campaign.id,
        "edition": context.campaign.edition,
        "day": context.campaign.day.isoformat(),
        "days_left": (context.campaign.day - context.today).days,
        "files_built": state.built,
        "states": {state.value: count for state, count in count_states(statuses).items()},
        "channels": count_by_channel(state.channels),
        "packets": [_serialize_channel(channel, verdicts) for channel in state.channels],
        "recipients": [
            {
                "id": one.id,
                "name": one.name,
                "state": one.state.value,
                "open": list(one.open_channels),
                "approval": by_recipient.get(one.id, {}),
            }
            for one in statuses
        ],
    }


def _serialize_channel(channel: ChannelStatus, verdicts: Mapping[tuple[str, str], str]) -> dict[str, object]:
    return {
        "recipient": channel.status.id,
        "channel": channel.channel,
        "attempt": channel.key.attempt if channel.key else 1,
        "state": channel.state,
        "instead": channel.replaced_by or None,
        "approval": verdicts.get((channel.status.id, channel.channel)),
    }
