"""One call of the command line: the options that several commands share, and how a function becomes a command."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from inspect import Parameter, getdoc, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from petitioner.cli.groups import Command

if TYPE_CHECKING:  # `--help` and `--version` load none of these
    from petitioner.commands.load_and_check import Scope
    from petitioner.log.context import LogContext
    from petitioner.terminal import Terminal

EXAMPLES = "For example:"
"""The line before the examples at the end of a help."""

_MOST_DIGITS = 9
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for a program.")]
Only = Annotated[
    list[str] | None, typer.Option("--only", metavar="ID", help="Only this recipient; repeat the option for several.")
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N recipients.")]
Lang = Annotated[
    list[str] | None, typer.Option("--lang", metavar="LANG", help="Only this language; repeat the option for several.")
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", metavar="FILE", help="Keep this photograph or receipt; repeat the option for several."),
]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Name of the person who did it, if not you.")]


def _read_number(text: str) -> int:
    """Read the number of an event, so short that SQLite holds it."""
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    raise typer.BadParameter(f"'{text}' is not the number of an event. `petitioner log show ID` shows the numbers.")


Number = Annotated[
    int, typer.Argument(metavar="EVENT", parser=_read_number, help="The number of the event, as `log` shows it.")
]


@dataclass(frozen=True)
class Call:
    """The options that all commands share: folder, campaign, time, and how to report."""

    now: datetime
    directory: Path
    campaign: str | None
    quiet: bool
    verbose: bool

    @cached_property
    def terminal(self) -> "Terminal":
        """The terminal for results and messages."""
        from petitioner.terminal import Terminal

        return Terminal(quiet=self.quiet, find_folder=lambda: self.folder)

    @cached_property
    def folder(self) -> Path:
        """The workspace's folder. Raises NoWorkspaceError."""
        from petitioner.inputs.workspace import find_workspace

        return find_workspace(self.directory)

    def run(self, body: Callable[[], int]) -> None:
        """Run a command, report its errors, and exit with its status."""
        from petitioner.cli.run import run_and_exit

        run_and_exit(self.terminal, body, verbose=self.verbose)

    def scope(self, only: list[str] | None = None, limit: int | None = None, lang: list[str] | None = None) -> "Scope":
        """Return what to read; ``--only``, ``--limit`` and ``--lang`` choose recipients and languages."""
        from petitioner.commands.load_and_check import Scope
        from petitioner.inputs.recipients import Selection

        selection = Selection(tuple(only or ()), limit, tuple(lang or ()))
        return Scope(self.folder, self.campaign, self.now, selection)

    def context(self, by: str | None = None) -> "LogContext":
        """What the commands of the log work on; ``by`` is the person who did what is recorded."""
        from petitioner.commands.log_context import read_log_context

        return read_log_context(self.folder, self.campaign, self.now, by)


def command(app: typer.Typer, name: str = "") -> Callable[[Callable[..., int]], Callable[..., None]]:
    """Register a function as the command of this name, or without a name as the command of the group itself.

    The function takes the Call and its own options, and returns the exit status. Its docstring is the help.
    """

    def register(body: Callable[..., int]) -> Callable[..., None]:
        @wraps(body)
        def enter(context: typer.Context, **options: object) -> None:
            if context.invoked_subcommand is None:
                context.obj.run(lambda: body(context.obj, **options))

        context = Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        _, *options = signature(body).parameters.values()
        vars(enter)["__signature__"] = signature(body).replace(parameters=(context, *options))
        text = format_help(getdoc(body) or "")
        adapt = (
            app.command(name, cls=Command, help=text) if name else app.callback(invoke_without_command=True, help=text)
        )
        return adapt(enter)

    return register


def format_help(text: str) -> str:
    """Mark the examples at the end of a help, so that typer keeps each on its own line."""
    return text.replace(EXAMPLES, f"\b\n{EXAMPLES}")
