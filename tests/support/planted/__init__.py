"""Faults to plant in a sound workspace, one or more for each code: one module a family, each with a list ``FAULTS``."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

SMALL, REAL, SEOUL, FIVE = "workspace", "real", "seoul", "five_languages"
"""The workspaces of ``conftest`` that a fault can be planted in."""


@dataclass(frozen=True)
class Fault:
    """One mistake, as a person would make it: in the file ``path``, ``old`` (which stands there once) became ``new``.

    ``check`` must name the line of that file on which ``at`` first stands, by default the first line of ``new``; ``at``
    may be the line's number instead, and 0, or ``FILE``, is the file as a whole. ``told_in`` is the file that is named,
    where it is another one. ``others`` are further edits (path, old, new) that the mistake takes; an empty ``old``
    writes the file anew.
    """

    code: str
    path: str
    old: str
    new: str | bytes
    at: str | int = ""
    told_in: str = ""
    others: tuple[tuple[str, str, str | bytes], ...] = ()
    on: str = SMALL

    def __str__(self) -> str:
        return f"{self.code} {self.new.strip()[:40]!r}"


FILE = 0
"""No line: the problem concerns the file as a whole."""


def list_faults() -> list[Fault]:
    """Every fault of every family."""
    names = sorted(module.name for module in iter_modules([str(Path(__file__).parent)]))
    return [fault for name in names for fault in import_module(f"planted.{name}").FAULTS]
