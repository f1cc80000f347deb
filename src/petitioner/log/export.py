"""The log as plain values for other programs; names and meanings never change (docs/formats.md)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Final

from petitioner.log.context import LogContext
from petitioner.log.events import Event, format_time
from petitioner.log.states.attention import Concern
from petitioner.log.states.packets import PacketStatus, map_confirmations, map_redactions, map_withdrawals
from petitioner.log.states.recipient_status import RecipientStatus, count_states, is_current
from petitioner.source.table import write_csv

VERSION: Final = 1
"""The version of the log as JSON. It changes only if an existing name gets another meaning."""

COLUMNS: Final = (
    "id",
    "campaign",
    "edition",
    "recipient",
    "recipient_name",
    "destination",
    "channel",
    "attempt",
    "kind",
    "happened_on",
    "recorded_at",
    "by",
    "tracking",
    "note",
    "flags",
    "files",
    "withdraws",
    "withdrawn_by",
    "confirms",
    "confirmed_by",
    "redacts",
    "redacted_by",
    "previous_hash",
    "hash",
    "account",
    "said",
    "refused",
    "mail_class",
    "postage",
    "job",
    "met",
)
"""The columns of the exported table, in order; new ones are added at the end."""

_IN_ANOTHER_FORM = {"id", "details", "documents", "happened_on", "recorded_at"}
_PLAIN = tuple(field.name for field in fields(Event) if field.name not in _IN_ANOTHER_FORM)


def export_log(
    statuses: Iterable[RecipientStatus], context: LogContext, events: Iterable[Event], concerns: Iterable[Concern]
) -> dict[str, object]:
    """Return a campaign's present edition for ``--json``: its recipients, what needs attention, and its events."""
    shown = tuple(statuses)
    about = tuple(event for event in events if is_current(event, context.campaign))
    present = tuple(status for status in shown if status.record)
    return {
        "campaign": context.campaign.id,
        "edition": context.campaign.edition,
        "day": context.campaign.day.isoformat(),
        "time_zone": context.campaign.time_zone,
        "attention": [
            {"recipient": one.recipient, "event": one.event.id if one.event else None, "words": one.words}
            for one in concerns
        ],
        "recipients": [_export_status(status) for status in shown],
        "sum": {"recipients": len(present)} | {str(state): count for state, count in count_states(present).items()},
        "events": export_events(about, about),
    }


def export_whole(events: Sequence[Event], among: Sequence[Event]) -> dict[str, object]:
    """Return some ``events`` and the tip of the log; ``among`` are all events of the log."""
    return {
        "format": "petitioner mailing log",
        "version": VERSION,
        "tip": among[-1].hash if among else None,
        "events": export_events(events, among),
    }


def export_events(events: Iterable[Event], among: Iterable[Event]) -> list[dict[str, object]]:
    """Return events as dictionaries, each with the ids of the events ``among`` all that withdraw or confirm it."""
    everything = tuple(among)
    links_by_name = {
        "withdrawn_by": map_withdrawals(everything),
        "confirmed_by": map_confirmations(everything),
        "redacted_by": map_redactions(everything),
    }
    return [_export_event(event, links_by_name) for event in events]


def export_recorded(recorded: Sequence[Event]) -> dict[str, object]:
    """Return the events that a command has just recorded, for ``--json``."""
    return {"recorded": export_events(recorded, recorded)}


def export_packets(packets: Iterable[PacketStatus]) -> list[dict[str, object]]:
    """Return packets of any mailing as dictionaries, each with its state."""
    return [
        {"campaign": packet.key.campaign, "edition": packet.key.edition, **_export_packet(packet)} for packet in packets
    ]


def make_rows(events: Iterable[Event], among: Iterable[Event]) -> list[dict[str, object]]:
    """Return one row of ``COLUMNS`` for each event; flags, files and refusals are lines in one cell."""
    return [_make_row(exported) for exported in export_events(events, among)]


def format_csv(rows: Iterable[Mapping[str, object]]) -> str:
    """Format rows as CSV with their names first. Text that looks like a formula gets an apostrophe first."""
    return write_csv((COLUMNS, *([row[column] for column in COLUMNS] for row in rows)))


def _make_row(exported: Mapping[str, object]) -> dict[str, object]:
    documents = exported["documents"]
    files = documents if isinstance(documents, list) else ()
    cells = {name: _format_mapping(exported[name]) for name in ("flags", "refused")}
    cells["files"] = "\n".join(f"{file['role']} {file['sha256']} {file['name']}" for file in files)
    return {column: cells.get(column, exported.get(column)) for column in COLUMNS}


def _format_mapping(value: object) -> str:
    return "\n".join(f"{name}: {words}" for name, words in value.items()) if isinstance(value, Mapping) else ""


def _export_event(event: Event, links_by_name: Mapping[str, Mapping[int, Event]]) -> dict[str, object]:
    return {
        "id": event.id,
        **{name: getattr(event, name) for name in _PLAIN},
        "documents": [asdict(document) for document in event.documents],
        "happened_on": event.happened_on.isoformat(),
        "recorded_at": format_time(event.recorded_at),
        **event.details.model_dump(mode="json"),
        **{name: links[event.id].id if event.id in links else None for name, links in links_by_name.items()},
    }


def _export_status(status: RecipientStatus) -> dict[str, object]:
    return {
        "id": status.id,
        "name": status.name,
        "languages": list(status.record.languages) if status.record else [],
        "in_recipients_yaml": status.record is not None,
        "state": status.state,
        "open_by": list(status.open_channels),
        "packets": [_export_packet(packet) for packet in status.packets],
    }


def _export_packet(packet: PacketStatus) -> dict[str, object]:
    return {
        "channel": packet.key.channel,
        "attempt": packet.key.attempt,
        "state": packet.state,
        "since": packet.since.happened_on.isoformat(),
        "event": packet.since.id,
        "tracking": packet.since.details.tracking,
        "note": packet.since.details.note,
    }
