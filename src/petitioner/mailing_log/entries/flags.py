"""What is unusual about a fact: told and kept with it, and no reason to refuse it."""

from collections.abc import Iterator, Mapping

from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import HANDLED, WAY_OF, Kind
from petitioner.mailing_log.events.records import Draft, Kept
from petitioner.mailing_log.states.packets import GOT_THROUGH, State, fold_packets
from petitioner.mailing_log.states.parties import Party

Flag = tuple[str, str]
"""A code that stays the same for ever, and the words for a person."""


def find_flags(draft: Draft, party: Party, desk: Desk, kept: Kept) -> Mapping[str, str]:
    """Everything unusual about an entry, in words, by code."""
    flags = dict(_flag_day(draft, desk))
    flags.update(_flag_party(draft, party))
    flags.update(_flag_packet(draft, party))
    if draft.kind in HANDLED:
        flags.update(_flag_documents(kept))
    return flags


def _flag_day(draft: Draft, desk: Desk) -> Iterator[Flag]:
    if draft.happened_on > desk.today:
        yield "future", f"{draft.happened_on} was still to come"
    if draft.happened_on < desk.campaign.date and draft.kind is not Kind.PRINTED:
        yield "early", f"{draft.happened_on} is before the date of the letters, {desk.campaign.date}"


def _flag_party(draft: Draft, party: Party) -> Iterator[Flag]:
    record = party.record
    if record is None:
        yield "removed", "recipients.yaml has it no longer"
    elif record.closed:
        yield "closed", f"closed since {record.closed}"
    elif record.skip:
        yield "skipped", f"was to be skipped: {record.skip}"
    elif draft.kind in WAY_OF and record.hold:
        yield "held", f"was on hold: {record.hold}"
    elif draft.kind in HANDLED and draft.channel not in record.channels:
        yield "unplanned", f"recipients.yaml plans {' and '.join(record.channels)}, not {draft.channel}"


def _flag_packet(draft: Draft, party: Party) -> Iterator[Flag]:
    twice = {State.PRINTED} if draft.kind is Kind.PRINTED else set()  # an entry of its kind says the same once more
    before = next((packet for packet in fold_packets(party.present) if packet.key == draft.packet), None)
    if draft.kind in HANDLED and before and before.state in GOT_THROUGH | twice:
        yield "again", f"not the first time: event {before.since.id} says {before.state} on {before.since.happened_on}"
    if draft.kind not in HANDLED and not party.sendings:
        yield "unsent", "the log has nothing that was sent before"


def _flag_documents(kept: Kept) -> Iterator[Flag]:
    if kept.unapproved:
        yield "unapproved", kept.unapproved
    if kept.outdated:
        yield "outdated", kept.outdated
    if not kept.attachments and not kept.left_out:
        yield "unbuilt", "nothing was built, so no file is kept"
    if kept.left_out:
        reasons = "; ".join(f"{name} {why}" for name, why in kept.left_out.items())
        yield "left-out", f"not kept: {reasons}"
