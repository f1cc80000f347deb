"""The packets that somebody has to say yes to, and the entry that records it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from petitioner.approval.content import Content, Parcel, describe_content
from petitioner.approval.verdicts import CONTENT, Verdict, judge, list_approvals
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Attachment, Details, Draft, Event, PacketKey
from petitioner.mailing_log.states.parties import find_party
from petitioner.mailing_log.states.standings import belongs, take_stock
from petitioner.model.letter import Letter
from petitioner.model.recipient import Channel, Recipient
from petitioner.model.theme import Theme


@dataclass(frozen=True, slots=True)
class Supply:
    """What packets are made from: merged letters, covering notes, enclosures by their path, and the theme."""

    letters: tuple[Letter, ...]
    notes: tuple[Letter, ...]
    enclosures: Mapping[str, bytes]
    theme: Theme

    def group(self) -> Mapping[str, tuple[Letter, ...]]:
        """The letters of each recipient, in the order of the envelope."""
        groups: dict[str, tuple[Letter, ...]] = {}
        for letter in self.letters:
            groups[letter.recipient] = (*groups.get(letter.recipient, ()), letter)
        return groups

    def find_note(self, recipient: str, channel: str) -> Letter | None:
        """The covering note of a packet; only an e-mail has one."""
        own = (note for note in self.notes if note.recipient == recipient and channel == Channel.EMAIL)
        return next(own, None)

    def describe(self, recipient: Recipient, channel: str, letters: tuple[Letter, ...]) -> Content:
        """What one recipient gets by one channel."""
        note = self.find_note(recipient.id, channel)
        return describe_content(Parcel(recipient, channel, letters, note, self.enclosures), self.theme)


@dataclass(frozen=True, slots=True)
class Request:
    """One packet that is still to go out: what is in it, and what its approval is worth, if there is one."""

    recipient: Recipient
    key: PacketKey
    letters: tuple[Letter, ...]
    note: Letter | None
    content: Content
    approval: Event | None
    verdict: Verdict

    @property
    def papers(self) -> tuple[Letter, ...]:
        """Everything in it that has words: the letters, and the covering note of an e-mail."""
        return (*self.letters, *([self.note] if self.note else []))

    @property
    def addresses(self) -> tuple[str, ...]:
        """To whom it goes by e-mail, as it is approved; nobody by other channels."""
        return self.recipient.email if self.key.channel == Channel.EMAIL else ()

    @property
    def name(self) -> str:
        """``jp-osaka (post)``."""
        return f"{self.recipient.id} ({self.key.channel})"


def list_requests(supply: Supply, desk: Desk, events: Iterable[Event]) -> tuple[Request, ...]:
    """Every packet that is still to go out and that there are letters for, approved or not."""
    everything = tuple(events)
    present = tuple(event for event in everything if belongs(event, desk.campaign))
    approvals = list_approvals(present)
    letters = supply.group()

    def request(recipient: Recipient, way: str, attempt: int) -> Request:
        key = PacketKey(desk.campaign.id, desk.campaign.edition, recipient.id, way, attempt)
        own, approval = letters[recipient.id], approvals.get(key)
        content, note = supply.describe(recipient, way, own), supply.find_note(recipient.id, way)
        return Request(recipient, key, own, note, content, approval, judge(approval, content))

    return tuple(
        request(standing.record, way, find_party(standing.id, desk, present).attempt(way))
        for standing in take_stock(desk.recipients, desk.campaign, everything)
        if standing.record and standing.id in letters
        for way in standing.open_ways
    )


def draft_approval(
    request: Request, desk: Desk, files: Iterable[Attachment], flags: Mapping[str, str], events: Iterable[Event]
) -> Draft:
    """The entry that records an approval, with the files that it freezes and the words that it is of."""
    key = request.key
    party = find_party(key.recipient, desk, events)
    spelt = Attachment(CONTENT, "content.json", "application/json", request.content.spell())
    destination = party.destination(key.channel, desk.campaign)
    draft = desk.draft(key, party.name, destination, Kind.APPROVED, Details(flags=flags))
    return replace(draft, attachments=(*files, spelt))
