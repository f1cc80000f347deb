"""Turn what a person did into an event, and note what is unusual about it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from petitioner.files import digest
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, Details, Document, Draft, KeptFiles, PacketKey
from petitioner.log.fact_input import FactReport
from petitioner.log.kinds import CHANNEL_OF, HANDLED, PAPER, Kind
from petitioner.log.states.event_text import RecipientHistory
from petitioner.log.states.packets import UNSENT, State, describe_repetition, list_packets
from petitioner.model.recipient import Channel

Flag = tuple[str, str]
"""A code that never changes, and a sentence for a person."""


def find_unusual_facts(
    draft: Draft, history: RecipientHistory, context: LogContext, kept: KeptFiles
) -> Mapping[str, str]:
    """Return a sentence for everything unusual about an entry, by its code."""
    flags = dict(_flag_day(draft, context))
    flags.update(_flag_recipient(draft, history))
    flags.update(_flag_packet(draft, history))
    if draft.kind in HANDLED:
        flags.update(_flag_documents(kept))
    return flags


def _flag_day(draft: Draft, context: LogContext) -> Iterator[Flag]:
    if draft.happened_on > context.today:
        yield "future", f"{draft.happened_on} was still to come"
    if draft.happened_on < context.campaign.date and draft.kind is not Kind.PRINTED:
        yield "early", f"{draft.happened_on} is before the date of the letters, {context.campaign.date}"


def _flag_recipient(draft: Draft, history: RecipientHistory) -> Iterator[Flag]:
    record = history.record
    if record is None:
        yield "removed", "it is no longer in recipients.yaml"
    elif record.closed:
        yield "closed", f"closed since {record.closed}"
    elif record.reason_to_skip:
        yield "skipped", f"was to be skipped: {record.reason_to_skip}"
    elif draft.kind in CHANNEL_OF and record.hold:
        yield "held", f"was on hold: {record.hold}"
    elif draft.kind in HANDLED and draft.channel not in record.channels:
        yield "unplanned", f"recipients.yaml plans {' and '.join(record.channels)}, not {draft.channel}"


def _flag_packet(draft: Draft, history: RecipientHistory) -> Iterator[Flag]:
    before = next((packet for packet in list_packets(history.present) if packet.key == draft.packet), None)
    if words := describe_repetition(draft.kind, before):
        yield "again", words
    if draft.kind not in HANDLED and not history.sendings:
        yield "unsent", "the log has nothing that was sent before"


def _flag_documents(kept: KeptFiles) -> Iterator[Flag]:
    if kept.unapproved:
        yield "unapproved", kept.unapproved
    if kept.outdated:
        yield "outdated", kept.outdated
    if not kept.attachments and not kept.left_out:
        yield "unbuilt", "nothing was built, so no file is kept"
    if kept.left_out:
        reasons = "; ".join(f"{name} {why}" for name, why in kept.left_out.items())
        yield "left-out", f"not kept: {reasons}"


def list_channels(report: FactReport, history: RecipientHistory) -> tuple[str, ...]:
    """Return the channels of the packets that a fact is about.

    It is one channel. For ``printed`` without a channel it is all on paper that are still to be sent, and those that
    are printed already only if there are no others.
    """
    if report.channel or report.kind is not Kind.PRINTED:
        return (report.channel or history.find_answered_channel(),)
    states = {packet.key.channel: packet.state for packet in list_packets(history.present)}
    planned = [str(channel) for channel in (history.record.channels if history.record else ()) if channel in PAPER]
    unsent = [
        channel
        for channel in dict.fromkeys([*planned, *states])
        if channel in PAPER and states.get(channel, State.OPEN) in UNSENT
    ]
    open_channels = [channel for channel in unsent if states.get(channel) is not State.PRINTED]
    return tuple(open_channels or unsent[:1] or planned[:1] or [str(Channel.POST)])


def draft_fact(
    report: FactReport,
    history: RecipientHistory,
    context: LogContext,
    kept: KeptFiles,
    evidence: tuple[Attachment, ...] = (),
) -> Draft:
    """Draft the entry for a fact about one recipient, with a flag for everything unusual about it.

    ``kept`` are the sent files, if any; ``evidence`` are files that prove it.
    """
    channel = report.channel or history.find_answered_channel()
    key = PacketKey(context.campaign.id, context.campaign.edition, history.id, channel, history.find_attempt(channel))
    details = Details(
        tracking=report.tracking,
        mail_class=report.mail_class,
        postage=report.postage,
        met=report.met,
        note=report.note,
    )
    draft = replace(
        context.draft(key, history.name, history.find_destination(channel, context.campaign), report.kind, details),
        happened_on=_choose_day(report, history, channel, context),
        attachments=(*kept.attachments, *evidence),
    )
    flags = find_unusual_facts(draft, history, context, kept)
    return replace(draft, details=details.model_copy(update={"flags": flags}))


def _choose_day(report: FactReport, history: RecipientHistory, channel: str, context: LogContext) -> date:
    """Return the day of a fact. A letter printed today is not dated before its approval, even if a clock was wrong."""
    if report.kind is not Kind.PRINTED or report.happened_on != context.today:
        return report.happened_on
    approved = (one.happened_on for one in history.present if one.kind is Kind.APPROVED and one.channel == channel)
    return max([report.happened_on, *approved])


def keep_used(kept: KeptFiles, used: tuple[Attachment, ...]) -> KeptFiles:
    """Return the ``used`` files instead of the ``kept`` ones, if there are any, with a flag for what differs."""
    if not used:
        return kept
    hashes = {digest(file.content) for file in used}
    known = {one.sha256 if isinstance(one, Document) else digest(one.content): one.name for one in kept.attachments}
    left_out = {name: "was not used" for sha256, name in known.items() if sha256 not in hashes}
    changed = [file.name for file in used if digest(file.content) not in known]
    unapproved = f"{', '.join(changed)} was not approved as it was sent" if changed else ""
    return KeptFiles(used, {**kept.left_out, **left_out}, kept.unapproved or unapproved, kept.outdated)
