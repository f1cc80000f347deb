"""What every command on the log needs: the workspace, its recipients and campaign, the time, and the author."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from petitioner.log.events import Details, Draft, PacketKey
from petitioner.log.kinds import Kind
from petitioner.model.recipient import Campaign, Recipient


@dataclass(frozen=True, slots=True)
class LogContext:
    """What every command of the log needs. ``folder`` is the workspace; ``now`` is an aware time; ``by`` the author.

    ``is_named`` is false if ``by`` is only the login name; ``is_chosen`` is true if the campaign was named, and is not
    just the latest.
    """

    folder: Path
    recipients: tuple[Recipient, ...]
    campaign: Campaign
    now: datetime
    by: str
    is_named: bool = True
    is_chosen: bool = False

    @property
    def today(self) -> date:
        """The day where the campaign is run."""
        return self.campaign.day_at(self.now)

    def draft(self, packet: PacketKey, name: str, destination: str, kind: Kind, details: Details) -> Draft:
        """Draft an entry of today about a packet; ``name`` and ``destination`` are those on it."""
        return Draft(
            **asdict(packet),
            recipient_name=name,
            destination=destination,
            kind=kind,
            happened_on=self.today,
            recorded_at=self.now,
            by=self.by,
            details=details,
        )

    def format_local_time(self, moment: datetime) -> str:
        """Format a time in the campaign's time zone: ``2027-09-10 12:04 JST``."""
        return f"{moment.astimezone(ZoneInfo(self.campaign.time_zone)):%Y-%m-%d %H:%M %Z}"
