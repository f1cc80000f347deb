"""From what a person did to the entry that records it."""

from dataclasses import replace
from datetime import date

from petitioner.files import digest
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.flags import find_flags
from petitioner.mailing_log.entries.slips import Report
from petitioner.mailing_log.events.kinds import PAPER, Kind
from petitioner.mailing_log.events.records import Attachment, Details, Document, Draft, Kept, PacketKey
from petitioner.mailing_log.states.packets import UNSENT, State, fold_packets
from petitioner.mailing_log.states.parties import Party
from petitioner.model.recipient import Channel


def list_ways(report: Report, party: Party) -> tuple[str, ...]:
    """The ways of the packets that a fact is about: one; but what was printed is, unless one is named, all on paper
    that is still here, and what lies on paper already only where nothing else does.
    """
    if report.way or report.kind is not Kind.PRINTED:
        return (report.way or party.way_answered(),)
    stood = {packet.key.channel: packet.state for packet in fold_packets(party.present)}
    planned = [str(way) for way in (party.record.channels if party.record else ()) if way in PAPER]
    here = [way for way in dict.fromkeys([*planned, *stood]) if way in PAPER and stood.get(way, State.OPEN) in UNSENT]
    due = [way for way in here if stood.get(way) is not State.PRINTED]
    return tuple(due or here[:1] or planned[:1] or [str(Channel.POST)])


def draft_fact(report: Report, party: Party, desk: Desk, kept: Kept, evidence: tuple[Attachment, ...] = ()) -> Draft:
    """The entry for a fact about one recipient, with a flag for whatever is unusual about it.

    ``kept`` is what was sent, if anything was; ``evidence`` is what shows that it happened.
    """
    way = report.way or party.way_answered()
    key = PacketKey(desk.campaign.id, desk.campaign.edition, party.id, way, party.attempt(way))
    told = Details(
        tracking=report.tracking,
        mail_class=report.mail_class,
        postage=report.postage,
        met=report.met,
        note=report.note,
    )
    draft = replace(
        desk.draft(key, party.name, party.destination(way, desk.campaign), report.kind, told),
        happened_on=_choose_day(report, party, way, desk),
        attachments=(*kept.attachments, *evidence),
    )
    flags = find_flags(draft, party, desk, kept)
    return replace(draft, details=told.model_copy(update={"flags": flags}))


def _choose_day(report: Report, party: Party, way: str, desk: Desk) -> date:
    """When it happened; but what is printed today was approved before, whatever the clock said at the approval."""
    if report.kind is not Kind.PRINTED or report.happened_on != desk.today:
        return report.happened_on
    approved = (one.happened_on for one in party.present if one.kind is Kind.APPROVED and one.channel == way)
    return max([report.happened_on, *approved])


def keep_used(kept: Kept, used: tuple[Attachment, ...]) -> Kept:
    """What was sent when a person names the files that were ``used``: these and no other, and what differs is told."""
    if not used:
        return kept
    hashes = {digest(file.content) for file in used}
    known = {_hash(file): file.name for file in kept.attachments}
    left_out = {name: "was not used" for sha256, name in known.items() if sha256 not in hashes}
    changed = [file.name for file in used if digest(file.content) not in known]
    unapproved = f"{', '.join(changed)} was not approved as it was sent" if changed else ""
    return Kept(used, {**kept.left_out, **left_out}, kept.unapproved or unapproved, kept.outdated)


def _hash(file: Attachment | Document) -> str:
    return file.sha256 if isinstance(file, Document) else digest(file.content)
