"""How bytes leave the house."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    IN_DOUBT = "in doubt"
    FAILED = "failed"
    DRAFTED = "drafted"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class Outgoing:
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    said: str
    refused: Mapping[str, str] = field(default_factory=dict)


class Carrier(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def hand_over(self, outgoing: Outgoing, commit: Callable[[], None]) -> Answer: ...
