"""What a build did."""

from dataclasses import dataclass
from enum import StrEnum

from petitioner.errors import Problem


class FileStatus(StrEnum):
    """What a build did with a file."""

    MADE = "made"
    KEPT = "kept"
    FAILED = "failed"
    REMOVED = "removed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result of a build for one file. ``path`` is relative to the campaign's folder under ``out/``."""

    path: str
    recipient: str
    status: FileStatus
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """How many ``letters`` to how many ``recipients`` there are.

    ``unread`` are lines about texts to be read, ``holds`` about recipients on hold.
    """

    letters: int
    recipients: int
    unread: tuple[str, ...]
    holds: tuple[str, ...]
