"""What is remembered of one mailing log, and how it is written: when it is read back, it is checked as input is."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date

from petitioner.model.types import find_refused_character


@dataclass(frozen=True, slots=True)
class HandOver:
    """One thing that a log says of a packet which left, or may have left: what, and on which day (``YYYY-MM-DD``)."""

    campaign: str
    edition: int
    recipient: str
    channel: str
    attempt: int
    kind: str
    day: str


@dataclass(frozen=True, slots=True)
class Memory:
    """What a machine remembers of one log: its identity, its folder, the number of its events, the last one's hash.

    ``hand_overs`` is None where a version of this program wrote it that did not keep them. A log that is about to be
    begun has no events yet.
    """

    identity: str
    folder: str
    events: int
    tip: str
    hand_overs: tuple[HandOver, ...] | None = None

    def fits(self, hashes: Sequence[str]) -> bool:
        """Whether a log with these hashes still holds everything that is remembered, at the same place of its chain."""
        return not self.events or (self.events <= len(hashes) and hashes[self.events - 1] == self.tip)

    def __str__(self) -> str:
        packets = {replace(one, kind="", day="") for one in self.hand_overs or ()}
        handed = f" and {_count(len(packets), 'packet')} handed over" if packets else ""
        return f"{_count(self.events, 'event')}{handed}, tip {self.tip[:16]}"


@dataclass(frozen=True, slots=True)
class Memories:
    """All that this machine remembers, and by the identity of a log why something cannot be read.

    The identity is empty where nothing can be read at all.
    """

    logs: tuple[Memory, ...] = ()
    unreadable: Mapping[str, str] = field(default_factory=dict)


def encode_memory(memory: Memory) -> bytes:
    """A memory as JSON."""
    return (json.dumps(asdict(memory), ensure_ascii=False, indent=1) + "\n").encode()


def decode_memory(content: bytes, identity: str) -> Memory:
    """A memory from JSON. Raises ValueError, with the reason, for anything that this program does not write."""
    try:
        return _read(json.loads(content), identity)
    except RecursionError:
        raise ValueError("its brackets are nested too deeply") from None


def _read(value: object, identity: str) -> Memory:
    known = {one.name for one in fields(Memory)}
    if not isinstance(value, dict) or not known - {"hand_overs"} <= value.keys() <= known:
        raise ValueError("it should hold identity, folder, events, tip and hand_overs")
    folder, events, tip, listed = (value.get(name) for name in ("folder", "events", "tip", "hand_overs"))
    if value["identity"] != identity:
        raise ValueError("its identity is not the name of its folder")
    if not isinstance(folder, str) or not isinstance(events, int) or not _is_number(events, 0):
        raise ValueError("folder should be text, and events a number")
    if not isinstance(tip, str) or not re.fullmatch(r"[0-9a-f]{64}" if events else "", tip):
        raise ValueError("tip should be the 64 digits of a hash")
    if listed is not None and not isinstance(listed, list):
        raise ValueError("hand_overs should be a list")
    return Memory(identity, folder, events, tip, None if listed is None else tuple(map(_read_hand_over, listed)))


def _read_hand_over(value: object) -> HandOver:
    types = {one.name: one.type for one in fields(HandOver)}
    if not isinstance(value, dict) or value.keys() != types.keys():
        raise ValueError(f"each of hand_overs should hold {', '.join(types)}")
    for name, type_ in types.items():
        if not (_is_number(value[name], 1) if type_ is int else _is_word(value[name])):
            raise ValueError(f"{name} in hand_overs should be {'a number from 1' if type_ is int else 'a word'}")
    if date.fromisoformat(value["day"]).isoformat() != value["day"]:
        raise ValueError("day in hand_overs should be YYYY-MM-DD")
    return HandOver(**value)


def _is_number(value: object, least: int) -> bool:
    return type(value) is int and value >= least


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value != "" and "\n" not in value and not find_refused_character(value)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
