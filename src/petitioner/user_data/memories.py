"""The memory of one mailing log as a record, and as JSON, which is checked like any input when it is read."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from petitioner.model.characters import find_refused_character


class HandOver(NamedTuple):
    """One event of a packet that was sent, or may have been: its kind, and its day (``YYYY-MM-DD``)."""

    campaign: str
    edition: int
    recipient: str
    channel: str
    attempt: int
    kind: str
    day: str


@dataclass(frozen=True, slots=True)
class Memory:
    """What a machine remembers of one log: its identity, folder and number of events, and the hash of the last one.

    ``hand_overs`` is None if an older version wrote the memory. A log that is about to be created has no events.
    """

    identity: str
    folder: str
    events: int
    tip: str
    hand_overs: tuple[HandOver, ...] | None = None

    def fits(self, hashes: Sequence[str]) -> bool:
        """Whether a log with these hashes has all events that are remembered."""
        return not self.events or (self.events <= len(hashes) and hashes[self.events - 1] == self.tip)

    def __str__(self) -> str:
        packets = {one._replace(kind="", day="") for one in self.hand_overs or ()}
        handed = f" and {_count(len(packets), 'packet')} handed over" if packets else ""
        return f"{_count(self.events, 'event')}{handed}, tip {self.tip[:16]}"


@dataclass(frozen=True, slots=True)
class Memories:
    """All memories of this machine; ``unreadable`` maps identities of logs to reasons, ``""`` to that for all logs."""

    logs: tuple[Memory, ...] = ()
    unreadable: Mapping[str, str] = field(default_factory=dict)


_NAMES = tuple(one.name for one in fields(Memory))
_TYPES: Mapping[str, type] = HandOver.__annotations__
_ORDER, _IN_ORDER = tuple(_TYPES), tuple(_TYPES.values())
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def encode_memory(memory: Memory) -> bytes:
    """Serialize a memory as JSON."""
    values = {name: getattr(memory, name) for name in _NAMES}
    if memory.hand_overs is not None:
        values["hand_overs"] = [one._asdict() for one in memory.hand_overs]
    return (json.dumps(values, ensure_ascii=False) + "\n").encode()  # without indents, which take five times as long


@lru_cache(maxsize=8)  # a command looks at the same memory several times
def decode_memory(content: bytes, identity: str) -> Memory:
    """Parse a memory from JSON. Raises ValueError with the reason for anything that this program does not write."""
    try:
        return _parse_memory(json.loads(content), identity)
    except RecursionError:
        raise ValueError("its brackets are nested too deeply") from None


def _parse_memory(value: object, identity: str) -> Memory:
    if not isinstance(value, dict) or not set(_NAMES) - {"hand_overs"} <= value.keys() <= set(_NAMES):
        raise ValueError("it should hold identity, folder, events, tip and hand_overs")
    folder, events, tip, listed = (value.get(name) for name in ("folder", "events", "tip", "hand_overs"))
    if value["identity"] != identity:
        raise ValueError("its identity is not the name of its folder")
    if not isinstance(folder, str) or type(events) is not int or events < 0:
        raise ValueError("folder should be text, and events a number")
    if not isinstance(tip, str) or not re.fullmatch(r"[0-9a-f]{64}" if events else "", tip):
        raise ValueError("tip should be the 64 digits of a hash")
    if listed is not None and not isinstance(listed, list):
        raise ValueError("hand_overs should be a list")
    found = None if listed is None else _parse_quickly(listed) or tuple(_parse_hand_overs(listed))
    words = "".join({word for one in found or () for word in (one.campaign, one.recipient, one.channel, one.kind)})
    if "\n" in words or find_refused_character(words):
        raise ValueError("a word in hand_overs holds a character that no name has")
    return Memory(identity, folder, events, tip, found)


def _parse_quickly(listed: Sequence[object]) -> tuple[HandOver, ...] | None:
    """Parse a long list in the form that this program writes, column by column; return None for another form."""
    if not all(type(value) is dict and tuple(value) == _ORDER for value in listed):
        return None
    found = tuple(HandOver._make(value.values()) for value in listed if isinstance(value, dict))
    for name, column in zip(_ORDER, zip(*found, strict=True), strict=False):
        values = set(column)
        if set(map(type, column)) != {_TYPES[name]} or not all(values):
            return None
        if (_TYPES[name] is int and min(values) < 1) or (name == "day" and not all(map(_is_day, values))):
            return None
    return found


def _parse_hand_overs(listed: Sequence[object]) -> Iterator[HandOver]:
    for value in listed:
        if not isinstance(value, dict) or value.keys() != _TYPES.keys():
            raise ValueError(f"each of hand_overs should hold {', '.join(_TYPES)}")
        one = HandOver._make(value.values() if tuple(value) == _ORDER else map(value.__getitem__, _ORDER))
        if tuple(map(type, one)) != _IN_ORDER:
            wrong = next(name for name, type_ in _TYPES.items() if type(value[name]) is not type_)
            raise ValueError(f"{wrong} in hand_overs should be {'text' if _TYPES[wrong] is str else 'a number'}")
        if one.edition < 1 or one.attempt < 1 or not _is_day(one.day):
            raise ValueError("edition and attempt in hand_overs count from 1, and day should be YYYY-MM-DD")
        if not all((one.campaign, one.recipient, one.channel, one.kind)):
            raise ValueError("nothing in hand_overs should be empty")
        yield one


@lru_cache(maxsize=1000)
def _is_day(text: str) -> bool:
    return bool(_DAY.fullmatch(text) and date.fromisoformat(text))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
