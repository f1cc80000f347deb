"""The log for other programs: plain values for JSON, whose names and meanings stay as they are."""

from collections.abc import Iterable
from dataclasses import asdict

from petitioner.mailing_log.attention import Concern, find_concerns
from petitioner.mailing_log.chain import spell_time
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.records import Event
from petitioner.mailing_log.standings import Standing, belongs, count_states
from petitioner.mailing_log.states import Packet, withdrawals

_IN_ANOTHER_FORM = {"details", "happened_on", "recorded_at"}


def export_log(standings: Iterable[Standing], desk: Desk, events: Iterable[Event]) -> dict[str, object]:
    """A campaign's present edition: who stands where, what to look at, and what ``events`` say of it."""
    shown = tuple(standings)
    about = tuple(event for event in events if belongs(event, desk.campaign))
    present = tuple(standing for standing in shown if standing.record)
    return {
        "campaign": desk.campaign.id,
        "edition": desk.campaign.edition,
        "day": desk.campaign.day.isoformat(),
        "time_zone": desk.campaign.time_zone,
        "attention": [_export_concern(concern) for concern in find_concerns(shown, desk)],
        "recipients": [_export_standing(standing) for standing in shown],
        "sum": {"recipients": len(present)} | {str(state): count for state, count in count_states(present).items()},
        "events": export_events(about, about),
    }


def export_events(events: Iterable[Event], among: Iterable[Event]) -> list[dict[str, object]]:
    """Events with all that is known of them, such as which one ``among`` all has taken it back."""
    taken_back = withdrawals(among)
    return [_export_event(event, taken_back.get(event.id)) for event in events]


def _export_event(event: Event, taken_back_by: Event | None) -> dict[str, object]:
    columns = {name: value for name, value in asdict(event).items() if name not in _IN_ANOTHER_FORM}
    return {
        "id": event.id,
        **columns,
        "happened_on": event.happened_on.isoformat(),
        "recorded_at": spell_time(event.recorded_at),
        **event.details.model_dump(mode="json"),
        "withdrawn_by": taken_back_by.id if taken_back_by else None,
    }


def _export_standing(standing: Standing) -> dict[str, object]:
    return {
        "id": standing.id,
        "name": standing.name,
        "languages": list(standing.record.languages) if standing.record else [],
        "in_recipients_yaml": standing.record is not None,
        "state": standing.state,
        "open_by": list(standing.open_ways),
        "packets": [_export_packet(packet) for packet in standing.packets],
    }


def _export_packet(packet: Packet) -> dict[str, object]:
    return {
        "channel": packet.key.channel,
        "attempt": packet.key.attempt,
        "state": packet.state,
        "since": packet.since.happened_on.isoformat(),
        "event": packet.since.id,
        "tracking": packet.since.details.tracking,
        "note": packet.since.details.note,
    }


def _export_concern(concern: Concern) -> dict[str, object]:
    event = concern.event.id if concern.event else None
    return {"recipient": concern.recipient, "event": event, "words": concern.words}
