"""The command line: options, exit status, and the one place where every error ends.

The module of a command is imported when the command is called, and what it works with inside its function. So
``--help`` and the completion of the shell answer at once, and ``log`` loads no typesetter.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from petitioner.cli.call import Call, CampaignName, Directory, Json, Quiet, Verbose, format_help
from petitioner.cli.groups import Command, Group
from petitioner.streams import choose_exit_status, standard_streams

__all__ = ["app", "main"]

_COMMANDS = {  # where each is, and the first line of its help
    "init": ("campaigns", "Make a small workspace to begin with."),
    "rollover": ("campaigns", "Begin the next campaign as a copy of the last."),
    "followup": ("campaigns", "Begin a second letter to those who did not answer."),
    "check": ("letters", "Find every mistake before anything is made."),
    "build": ("letters", "Make the PDF and DOCX of every letter."),
    "open": ("letters", "Show the letters of a recipient in your viewer."),
    "schema": ("letters", "Write schemas, with which your editor explains the YAML files."),
    "doctor": ("letters", "Find what is missing on this computer."),
    "approve": ("letters", "Read the letters, and approve them."),
    "review": ("letters", "Read and approve on a page in your browser."),
    "read": ("letters", "Record that a native reader has read a text."),
    "send": ("mail", "Send the approved letters by e-mail."),
    "inbox": ("mail", "Record bounces and replies."),
    "print": ("paper", "Make a PDF for printing, or print."),
    "log": ("log", "Show and correct the mailing log."),
    "report": ("report", "Write the report of a year or of all."),
    "recipients": ("recipients", "Show, confirm, import, export recipients."),
}


class _Program(Group):
    """All commands of the program; each is loaded when it is called."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's own types, which it hides
        super().__init__(**settings)
        for name, (_, summary) in _COMMANDS.items():
            self.add_command(Command(name, help=summary, rich_markup_mode=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as above
        """Return the command that the first argument names, loaded, and the arguments after it."""
        if args[0] in _COMMANDS:
            module, _ = _COMMANDS[args[0]]
            loaded: Any = typer.main.get_command(import_module(f"{__name__}.{module}").app)
            self.add_command(loaded.commands[args[0]])
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="petitioner",
    cls=_Program,
    pretty_exceptions_enable=False,  # a bug shows its whole traceback; a user's mistake never gets that far
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(*, value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"petitioner {version('petitioner')}")
        raise typer.Exit


_HELP = """Write and send petition letters to diplomatic missions, and keep a record of them.

Without a command: the campaign, the days left, the state of every packet, and the next command.

For example:
    petitioner
    petitioner check
    petitioner -C ~/petitions build
    petitioner --campaign 2026 log
"""


@app.callback(invoke_without_command=True, help=format_help(_HELP))
def start(
    context: typer.Context,
    directory: Directory = None,
    campaign: CampaignName = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    json: Json = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Keep the shared options, and show the status when no command follows."""
    call = Call(context.obj, directory or Path(), campaign, quiet, verbose)
    context.obj = call
    if context.invoked_subcommand is None:
        call.run(lambda: _show_status(call, as_json=json))


def _show_status(call: Call, *, as_json: bool) -> int:
    from petitioner.commands.status import show_status

    return show_status(call.terminal, call.folder, call.campaign, call.now, as_json=as_json)


def main(arguments: Sequence[str] | None = None, now: datetime | None = None) -> int:
    """Run the command line and return its exit status; ``now`` replaces the clock, in UTC."""
    with standard_streams() as out:
        return choose_exit_status(out, _run_app(arguments, now))


def _run_app(arguments: Sequence[str] | None, now: datetime | None) -> int:
    try:
        app(args=list(arguments) if arguments is not None else None, obj=now or datetime.now(UTC))
    except SystemExit as end:
        if isinstance(getattr(end.__context__, "__cause__", None), KeyboardInterrupt):  # which typer turns into this
            from petitioner.cli.run import INTERRUPTED

            typer.echo(INTERRUPTED, err=True)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
