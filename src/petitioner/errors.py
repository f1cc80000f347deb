"""Problems as values, and the few exceptions that end a command."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum, StrEnum
from errno import EDQUOT, EIO, ENOSPC, EROFS

# What the hyphen key types with a Japanese keyboard, apart from the full-width hyphen itself (NFKC maps that one).
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u30fc", "-"))

_DISK_ADVICE = {
    EDQUOT: "You may use no more of this disk. Make room on it, then run the command again.",
    EIO: "The disk may be failing. Copy the folder to another one, then run the command there.",
    ENOSPC: "Make room on the disk, then run the command again.",
    EROFS: "This disk is read-only. Make it writable, or copy the folder to another one.",
}


class ExitStatus(IntEnum):
    """The exit status of a command; if several apply, the highest."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INVALID = 3
    IN_DOUBT = 4
    INTERRUPTED = 130


class Severity(StrEnum):
    """An error stops the work; a warning is only reported."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in what the user wrote, with its place.

    ``path`` is relative to the workspace; ``line`` counts from 1, and 0 means the whole file. ``code`` is stable:
    scripts and ``campaign.yaml`` may name it.
    """

    path: str
    line: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """``path:line``, or the path of a problem of the whole file."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def __str__(self) -> str:
        """``path:line: sentence [code]``, the form that editors and terminals make clickable."""
        label = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.place}: {label}{self.message} [{self.code}]"


def rank_problem(problem: Problem) -> tuple[bool, str, int, str]:
    """Return the sort key of a problem: errors first, those of one file together, from its top."""
    return problem.severity is Severity.WARNING, problem.path, problem.line, problem.code


def errors_in(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that stop the work."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)


def make_half_width(text: str) -> str:
    """Return ``RR-24`` for ``ＲＲ−２４``; a text without full-width characters, or with others than ASCII, stays."""
    normalized = unicodedata.normalize("NFKC", text)
    plain = normalized.translate(_HYPHENS) if normalized != text else text
    return plain if plain.isascii() else text


def advise_half_width(text: str) -> str:
    """Return ``Type it in half width (半角): 24`` for East Asian full-width characters, or an empty text."""
    plain = make_half_width(text)
    return f"Type it in half width (半角): {plain}" if plain != text else ""


def advise_writing(error: OSError, hint: str) -> str:
    """Return what to do about a file that cannot be written: ``hint``, unless the disk is the cause."""
    return _DISK_ADVICE.get(error.errno or 0, hint)


def advise_commas(text: str) -> str:
    """Return how to write a list that was separated by other characters than commas, or an empty text."""
    entries = [entry.strip() for entry in re.split("[;；、，]", text)]
    is_list = len(entries) > 1 and all(entries)
    return f"Separate the entries with a comma and a space: [{', '.join(entries)}]." if is_list else ""


def suggest(word: str, known: Iterable[str]) -> str:
    """Return ``Did you mean 'x'?`` for a misspelt word, or an empty text if no known word is similar.

    Several known words with commas between them, and full-width characters, are explained.
    """
    names = tuple(known)
    if make_half_width(word) in names:
        return advise_half_width(word)
    parts = re.split(r"[\s,;，；、]+", word)
    if len(parts) > 1 and all(part in names for part in parts):
        return f"These are {len(parts)} values: give each on its own, without commas."
    similar = find_similar(word, names)
    return f"Did you mean '{similar}'?" if similar else ""


def find_similar(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most similar to a misspelt one, or an empty text."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


class PetitionerError(Exception):
    """A command failed for a reason that its user can correct.

    ``hint`` is the next step. The command line prints both and exits with ``exit_status``.
    """

    exit_status = ExitStatus.FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class QuitError(Exception):
    """A person answered a question with q; the command ends."""


class NoAnswerError(QuitError):
    """The input ended at a question, as after Ctrl-D."""


class UsageError(PetitionerError):
    """The options make no sense."""

    exit_status = ExitStatus.USAGE


class ChangedError(PetitionerError):
    """Something changed after a person had looked at it."""


class WorkspaceError(PetitionerError):
    """The workspace has errors, so nothing was done."""

    exit_status = ExitStatus.INVALID

    def __init__(self, problems: Iterable[Problem], hint: str = "") -> None:
        self.problems = tuple(problems)
        count = len(errors_in(self.problems))
        super().__init__(f"{count} error{'s' if count != 1 else ''}; nothing was done.", hint)
