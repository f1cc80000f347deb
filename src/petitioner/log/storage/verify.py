"""Verify the log: compute every hash again, and report each fault with its event.

Two changes cannot be found from the file alone: the last events were removed, or the chain was computed again from some
event on. Both change the tip, so a tip that was printed, or that this machine remembers, shows them.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from petitioner.log.events import GENESIS, Details, Document, hash_event
from petitioner.log.kinds import Kind
from petitioner.log.storage.rows import RawLog, Row, find_invalid_column, hash_content


class FaultCode(StrEnum):
    """What can be wrong; the codes never change."""

    EDITED = "edited"
    MISSING = "missing"
    MOVED = "moved"
    UNLINKED = "unlinked"
    DETAILS = "details"
    BYTES = "bytes"
    EMPTIED = "emptied"
    ORPHAN = "orphan"
    SCHEMA = "schema"
    DAMAGED = "damaged"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class LogFault:
    """One fault of the log; ``event`` is the number of its event, or None."""

    wrong: FaultCode
    event: int | None
    words: str

    def __str__(self) -> str:
        return f"Event {self.event}: {self.words}" if self.event is not None else self.words


def find_faults(log: RawLog, schema: Mapping[str, str]) -> tuple[LogFault, ...]:
    """Return everything that is wrong with a log, which should have the tables and triggers of ``schema``."""
    if log.objects is None:
        return ()
    damage = [LogFault(FaultCode.DAMAGED, None, f"the file is damaged: {line}") for line in log.damage]
    parts = (_check_chain, _check_documents, _check_details, _check_orphans)
    found = [fault for check in parts for fault in check(log)]
    return (*damage, *found, *_check_schema(log.objects, schema))


def find_chain_faults(log: RawLog) -> tuple[LogFault, ...]:
    """Return what is wrong with the events, their lists of files and their details; files are not looked at."""
    return tuple(fault for check in (_check_chain, _check_details) for fault in check(log))


def find_tip_fault(log: RawLog, tip: str) -> LogFault | None:
    """Return a fault if no event has a hash that begins with ``tip``, which once was the last one's; else None."""
    if locate_tip(log, tip) is not None:
        return None
    count = len(log.events)
    words = f"no event has the hash {tip}: events were cut off or written anew since it was noted; {count} are left"
    return LogFault(FaultCode.CUT, None, words)


def locate_tip(log: RawLog, tip: str) -> int | None:
    """Return the number of the event with a hash that begins with ``tip``, or None."""
    return next((_get_number(row) for row in log.events if str(row["hash"]).startswith(tip)), None)


def _check_chain(log: RawLog) -> Iterator[LogFault]:
    attached = _group_documents_by_event(log)
    places = _find_chain_places(log.events)
    before: Row | None = None
    for row in log.events:
        number, expected = _get_number(row), _get_number(before) + 1 if before else 1
        if number > expected:
            yield LogFault(
                FaultCode.MISSING, expected, f"{_describe_gap(expected, number - 1)} missing; it was deleted"
            )
        if _compute_hash(row, attached[number]) != row["hash"]:
            yield _explain_wrong_hash(row, attached, places.get(str(row["hash"]), number))
        elif column := find_invalid_column(row):  # by a whole hash that somebody computed over it
            yield LogFault(FaultCode.EDITED, number, _describe_invalid_column(row, column))
        elif number <= expected and row["previous_hash"] != (before["hash"] if before else GENESIS):
            yield LogFault(FaultCode.UNLINKED, number, f"it does not follow {_describe_previous(before)} by its hash")
        before = row


def _explain_wrong_hash(row: Row, attached: Mapping[int, list[Document]], place: int) -> LogFault:
    number = _get_number(row)
    as_was = {**row, "id": place}
    if place != number and row["hash"] in {
        _compute_hash(as_was, attached[number]),
        _compute_hash(as_was, attached[place]),
    }:
        return LogFault(
            FaultCode.MOVED, number, f"it was recorded as event {place}; the events were put in another order"
        )
    words = "it, or its list of files, is not what was recorded: somebody changed it, or put it in"
    return LogFault(FaultCode.EDITED, number, words)


def _check_documents(log: RawLog) -> Iterator[LogFault]:
    erased = _list_erased(log)
    for row in log.documents:
        number, sha256, name = _get_number(row, "event"), row["sha256"], row["name"]
        if column := find_invalid_column(row):
            yield LogFault(FaultCode.EDITED, number, f"the file {name}: {_describe_invalid_column(row, column)}")
        if sha256 not in log.blobs:
            yield LogFault(FaultCode.BYTES, number, f"the file {name} was deleted")
        elif log.blobs[sha256] is None and sha256 not in erased:
            yield LogFault(FaultCode.EMPTIED, number, f"the file {name} was emptied, and no redaction says so")
        elif log.blobs[sha256] not in {None, sha256}:
            yield LogFault(
                FaultCode.BYTES, number, f"the file {name} is not the one that was kept: its bytes were swapped"
            )


def _check_details(log: RawLog) -> Iterator[LogFault]:
    redacted = [redaction.get("redacts") for redaction in _read_redactions(log)]
    for row in log.events:
        number, sha256 = _get_number(row), row["details_sha256"]
        found = hash_content(log.details.get(sha256))
        if sha256 not in log.details:
            yield LogFault(FaultCode.DETAILS, number, "its details were deleted")
        elif found is None and number not in redacted:
            yield LogFault(FaultCode.EMPTIED, number, "its details were emptied, and no redaction says so")
        elif found not in {None, sha256}:
            yield LogFault(FaultCode.DETAILS, number, "its details are not those that were recorded")
        elif found is not None and not _are_details(log.details[sha256]):
            yield LogFault(FaultCode.DETAILS, number, "its details are none that petitioner writes")


def _are_details(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(Details.model_validate_json(text))
    except ValueError:
        return False


def _check_orphans(log: RawLog) -> Iterator[LogFault]:
    numbers = {row["id"] for row in log.events}
    for row in log.documents:
        if row["event"] not in numbers:
            yield LogFault(
                FaultCode.ORPHAN, None, f"the file {row['name']} belongs to event {row['event']}, which is not there"
            )
    used_details = {row["details_sha256"] for row in log.events}
    kept = {row["sha256"] for row in log.documents}
    for sha256 in (sha256 for sha256 in log.details if sha256 not in used_details):
        yield LogFault(FaultCode.ORPHAN, None, f"details belong to no event: {_shorten_hash(sha256)}")
    for sha256 in (sha256 for sha256 in log.blobs if sha256 not in kept):
        yield LogFault(FaultCode.ORPHAN, None, f"a file belongs to no event: {_shorten_hash(sha256)}")


def _check_schema(found: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[LogFault]:
    for name in (name for name in expected if name not in found):
        yield LogFault(
            FaultCode.SCHEMA, None, f"the {name} is missing, which keeps the log as it is; somebody dropped it"
        )
    for name, text in found.items():
        if name not in expected:
            yield LogFault(FaultCode.SCHEMA, None, f"the {name} is not one that petitioner makes; somebody added it")
        elif text != expected[name]:
            yield LogFault(FaultCode.SCHEMA, None, f"the {name} is not as it was made; somebody changed it")


def _compute_hash(row: Row, attached: Iterable[Document]) -> str | None:
    """Return the hash that a row should have, or None if it has values that this program never writes."""
    try:
        return hash_event({name: value for name, value in row.items() if name != "hash"}, attached)
    except (TypeError, ValueError):
        return None


def _group_documents_by_event(log: RawLog) -> Mapping[int, list[Document]]:
    attached: dict[int, list[Document]] = defaultdict(list)
    for row in log.documents:
        columns: dict[str, Any] = {name: value for name, value in row.items() if name != "event"}
        attached[_get_number(row, "event")].append(Document(**columns))
    return attached


def _find_chain_places(events: Sequence[Row]) -> Mapping[str, int]:
    """Map the hash of each event to its place in the chain, from 1."""
    follows = {str(row["previous_hash"]): str(row["hash"]) for row in events}
    places: dict[str, int] = {}
    at = GENESIS
    while (after := follows.get(at)) and after not in places:
        places[after] = len(places) + 1
        at = after
    return places


def _read_redactions(log: RawLog) -> Iterator[Mapping[str, Any]]:
    for row in log.events:
        if row["kind"] == Kind.REDACTED and isinstance(text := log.details.get(row["details_sha256"]), str):
            try:
                redaction = json.loads(text)
            except (ValueError, RecursionError):
                continue  # no JSON, so no longer what was recorded, which is named elsewhere
            yield redaction if isinstance(redaction, dict) else {}


def _list_erased(log: RawLog) -> set[object]:
    lists = (redaction.get("erased") for redaction in _read_redactions(log))
    return {sha256 for erased in lists if isinstance(erased, list) for sha256 in erased if isinstance(sha256, str)}


def _get_number(row: Row, column: str = "id") -> int:
    value = row[column]
    return value if isinstance(value, int) else 0


def _describe_invalid_column(row: Row, column: str) -> str:
    return f"its column '{column}' holds what petitioner never writes: {row[column]!r}"


def _describe_gap(first: int, last: int) -> str:
    return "it is" if first == last else f"it and all up to event {last} are"


def _describe_previous(before: Row | None) -> str:
    return f"event {_get_number(before)}" if before else "the beginning of the log"


def _shorten_hash(sha256: object) -> str:
    return str(sha256)[:16]
