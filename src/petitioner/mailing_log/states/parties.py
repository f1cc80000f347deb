"""Those whom the log is about: what recipients.yaml says of them today and what the log remembers."""

from collections.abc import Iterable
from dataclasses import dataclass

from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import FAX, LEAVING
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.states.packets import counted
from petitioner.mailing_log.states.standings import belongs, name_as_sent
from petitioner.model.campaign import Campaign
from petitioner.model.recipient import Channel, Recipient


@dataclass(frozen=True, slots=True)
class Party:
    """One recipient. ``record`` is None once recipients.yaml has it no longer; then the log remembers some event.

    ``remembered`` are all its events, withdrawn ones too; ``present`` those that count in this campaign's edition.
    """

    id: str
    record: Recipient | None
    remembered: tuple[Event, ...]
    present: tuple[Event, ...]

    @property
    def name(self) -> str:
        """The name as it stands on the envelope, or as it last stood there."""
        return name_as_sent(self.record) if self.record else self.remembered[-1].recipient_name

    @property
    def sendings(self) -> tuple[Event, ...]:
        """The events that say a packet of this campaign has left the house, or may have."""
        return tuple(event for event in self.present if event.kind in LEAVING)

    def destination(self, way: str, campaign: Campaign) -> str:
        """Where a packet goes by ``way``, line by line; as it last stood there when recipients.yaml cannot say."""
        if self.record is None:
            return next((event.destination for event in reversed(self.remembered) if event.channel == way), "")
        return find_destination(self.record, way, campaign)

    def way_answered(self) -> str:
        """The way of the packet that a return or a reply is about: the last one sent, or else the one planned."""
        if self.sendings:
            return self.sendings[-1].channel
        planned = self.record.channels if self.record else ()
        return str(next(iter(planned), Channel.POST))

    def attempt(self, way: str) -> int:
        """The attempt that a new event by ``way`` belongs to."""
        return max((event.attempt for event in self.present if event.channel == way), default=1)


def find_party(id_: str, desk: Desk, events: Iterable[Event]) -> Party:
    """What is known of a recipient that recipients.yaml or the log knows."""
    record = next((recipient for recipient in desk.recipients if recipient.id == id_), None)
    remembered = tuple(event for event in events if event.recipient == id_)
    present = counted(event for event in remembered if belongs(event, desk.campaign))
    return Party(id_, record, remembered, present)


def find_destination(record: Recipient, way: str, campaign: Campaign) -> str:
    """Where recipients.yaml sends a packet by ``way``, line by line."""
    if way == FAX:
        return record.fax or ""
    language = record.address.language_for(record.languages[0])
    return "\n".join(record.email if way == Channel.EMAIL else _postal_lines(record, campaign, language))


def list_destinations(record: Recipient, way: str, campaign: Campaign) -> tuple[str, ...]:
    """The same in each language that its address is written in, since another one may come first some day."""
    if way in (FAX, Channel.EMAIL):
        return (find_destination(record, way, campaign),)
    return tuple("\n".join(_postal_lines(record, campaign, language)) for language in record.address.lines)


def _postal_lines(recipient: Recipient, campaign: Campaign, language: str) -> tuple[str, ...]:
    countries = recipient.address.country_line if campaign.sender.country != recipient.country else {}
    country = countries.get(language) or next(iter(countries.values()), None)
    return (*recipient.address.lines[language], *([country] if country else []))
