"""One call of the command line: what all commands share, and the one place where every error ends."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from inspect import Parameter, getdoc, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from petitioner.errors import ExitStatus, PetitionerError, QuitError, WorkspaceError

if TYPE_CHECKING:  # `--help` and `--version` load none of these
    from petitioner.commands.load_and_check import Scope
    from petitioner.log.context import LogContext
    from petitioner.terminal import Terminal

INTERRUPTED = "Interrupted. What was finished is whole."
"""The message when an interrupted command has nothing more exact to report."""

EXAMPLES = "For example:"
"""The line before the examples at the end of a help."""

_MOST_DIGITS = 9
_LOGGER = logging.getLogger("petitioner")
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
                run(context.obj, lambda: body(context.obj, **options))

        context = Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        _, *options = signature(body).parameters.values()
        vars(enter)["__signature__"] = signature(body).replace(parameters=(context, *options))
        text = format_help(getdoc(body) or "")
        adapt = app.command(name, help=text) if name else app.callback(invoke_without_command=True, help=text)
        return adapt(enter)

    return register


def format_help(text: str) -> str:
    """Mark the examples at the end of a help, so that typer keeps each on its own line."""
    return text.replace(EXAMPLES, f"\b\n{EXAMPLES}")


def run(call: Call, body: Callable[[], int]) -> None:
    """Run a command, report its errors, and exit with its status."""
    with _show_details(call):
        try:
            status = body()
        except PetitionerError as error:
            if isinstance(error, WorkspaceError):
                call.terminal.report(error.problems)
            call.terminal.report_error(error)
            status = error.exit_status
            _LOGGER.debug("The error came from here:", exc_info=True)
        except QuitError:
            call.terminal.say("You quit. Nothing more was done.")
            status = ExitStatus.FAILED
        except KeyboardInterrupt:
            call.terminal.say(INTERRUPTED)
            status = ExitStatus.INTERRUPTED
    raise typer.Exit(status)


@contextmanager
def _show_details(call: Call) -> Iterator[None]:
    """With ``--verbose``, show what the program logs while a command runs, each line after its time."""
    if not call.verbose:
        yield
        return
    handler = _Details(call.terminal)
    handler.setFormatter(logging.Formatter("%(relativeCreated)6d ms  %(message)s"))
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        _LOGGER.removeHandler(handler)
        _LOGGER.setLevel(logging.NOTSET)


class _Details(logging.Handler):
    """Writes log lines to the terminal, which escapes control characters."""

    def __init__(self, terminal: "Terminal") -> None:
        super().__init__()
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, or a traceback below it."""
        self._terminal.show_detail(self.format(record))
