"""One call of the command line: what all commands share, and the one place where every error ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from petitioner.errors import ExitStatus, PetitionerError, QuitError, WorkspaceError
from petitioner.selection import Selection
from petitioner.terminal import Terminal

INTERRUPTED = "Interrupted. What was finished is whole."
"""What is said where a command that is interrupted has nothing more exact to say."""

_DIGITS = 9
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for a program.")]
Only = Annotated[
    list[str] | None, typer.Option("--only", metavar="ID", help="Only this recipient; give it again for more.")
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N recipients.")]
Lang = Annotated[
    list[str] | None, typer.Option("--lang", metavar="LANG", help="Only this language; give it again for more.")
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", metavar="FILE", help="What shows it: a photograph, a receipt; give it again for more."),
]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who did it, if not you.")]


def _read_number(text: str) -> int:
    """Read the number of an event, so short that SQLite holds it."""
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
        return int(text)
    raise typer.BadParameter(f"'{text}' is not the number of an event. `petitioner log show ID` shows the numbers.")


Number = Annotated[
    int, typer.Argument(metavar="EVENT", parser=_read_number, help="The number of the event, as `log` shows it.")
]


@dataclass(frozen=True, slots=True)
class Call:
    """What is the same for all commands of one call: where, which campaign, what time it is, and how to talk."""

    now: datetime
    directory: Path
    campaign: str | None
    terminal: Terminal

    @property
    def folder(self) -> Path:
        """The workspace's folder. Raises NoWorkspaceError."""
        from petitioner.workspace import find_workspace

        return find_workspace(self.directory)


def run(call: Call, command: Callable[[], int]) -> None:
    """Run a command, and end with its status; here is where every error ends."""
    try:
        status = command()
    except WorkspaceError as error:
        call.terminal.report(error.problems)
        call.terminal.report_error(error)
        status = error.exit_status
    except PetitionerError as error:
        call.terminal.report_error(error)
        status = error.exit_status
    except QuitError:
        call.terminal.say("You quit. Nothing more was done.")
        status = ExitStatus.FAILED
    except KeyboardInterrupt:
        call.terminal.say(INTERRUPTED)
        status = ExitStatus.INTERRUPTED
    raise typer.Exit(status)


def select(only: list[str] | None, limit: int | None, lang: list[str] | None) -> Selection:
    """What ``--only``, ``--limit`` and ``--lang`` choose."""
    return Selection(tuple(only or ()), limit, tuple(lang or ()))
