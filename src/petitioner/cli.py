"""The command line: options, exit status, and the one place where every error ends.

Commands are imported inside the functions that run them, so that ``--help`` and ``log`` wait for no typesetter.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from petitioner.errors import ExitStatus, PetitionerError, WorkspaceError
from petitioner.selection import Selection
from petitioner.terminal import Terminal

app = typer.Typer(
    name="petitioner",
    add_completion=False,
    pretty_exceptions_enable=False,  # a bug shows its whole traceback; a user's mistake never gets that far
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
log_app = typer.Typer(rich_markup_mode=None, invoke_without_command=True)
app.add_typer(log_app, name="log")

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for a program.")]
Only = Annotated[
    list[str] | None, typer.Option("--only", metavar="ID", help="Only this recipient; give it again for more.")
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N recipients.")]
Lang = Annotated[
    list[str] | None, typer.Option("--lang", metavar="LANG", help="Only this language; give it again for more.")
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


def main(arguments: Sequence[str] | None = None, now: datetime | None = None) -> int:
    """Run the command line and return its exit status; ``now`` stands in for the clock, in UTC."""
    try:
        app(args=list(arguments) if arguments is not None else None, obj=now or datetime.now(UTC))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _run(call: Call, command: Callable[[], int]) -> None:
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
    except KeyboardInterrupt:
        call.terminal.say("Interrupted. What was finished is whole.")
        status = ExitStatus.INTERRUPTED
    raise typer.Exit(status)


def _print_version(*, value: bool) -> None:
    if value:
        from importlib.metadata import version

        Terminal().show(f"petitioner {version('petitioner')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Option("-C", "--directory", metavar="DIR", help="Work in this folder instead of the present one.")
    ] = Path(),
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="YEAR", help="Another campaign than the latest under letters/.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors, and no talk.")] = False,
    json: Json = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Letters of petition to diplomatic missions: fill, check, set, and remember them.

    Without a command: the campaign, the days left, where every letter stands, and the next command.
    """
    call = Call(context.obj, directory, campaign, Terminal(quiet=quiet))
    context.obj = call
    if context.invoked_subcommand is None:
        from petitioner.commands.status import show_status

        _run(call, lambda: show_status(call.terminal, call.folder, call.campaign, call.now, as_json=json))


@app.command()
def check(
    context: typer.Context,
    only: Only = None,
    limit: Limit = None,
    lang: Lang = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when there are warnings.")] = False,
    json: Json = False,
) -> None:
    """Read everything, fill every letter, and tell all that is wrong, with file and line."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.check import check_workspace

        chosen = _select(only, limit, lang)
        return check_workspace(call.terminal, call.folder, call.campaign, chosen, strict=strict, as_json=json)

    _run(call, command)


@app.command()
def build(
    context: typer.Context, only: Only = None, limit: Limit = None, lang: Lang = None, json: Json = False
) -> None:
    """Make a PDF and a DOCX of every letter in out/, only where something changed."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.build import build_letters

        return build_letters(call.terminal, call.folder, call.campaign, _select(only, limit, lang), as_json=json)

    _run(call, command)


@app.command()
def doctor(context: typer.Context, json: Json = False) -> None:
    """Tell what this machine lacks, and the line that installs it."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.doctor import examine_machine

        return examine_machine(call.terminal, call.directory, as_json=json)

    _run(call, command)


@log_app.callback(invoke_without_command=True)
def log(context: typer.Context, only: Only = None, limit: Limit = None, json: Json = False) -> None:
    """Show the mailing log: what needs attention, then where every packet stands.

    What was done goes in by `log add`; a slip is taken back by `log withdraw`.
    """
    call: Call = context.obj
    if context.invoked_subcommand is not None:
        return

    def command() -> int:
        from petitioner.commands.log import show_log
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now)
        return show_log(call.terminal, desk, ids=tuple(only or ()), limit=limit, as_json=json)

    _run(call, command)


@log_app.command("add")
def log_add(
    context: typer.Context,
    fact: Annotated[str, typer.Argument(metavar="FACT", help="posted, handed, faxed, returned or replied.")],
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The recipients it was done to.")],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today when left out.")] = None,
    tracking: Annotated[
        str | None, typer.Option("--tracking", metavar="NUMBER", help="The tracking number of one packet.")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option("--outcome", metavar="OUTCOME", help="Of what was handed: accepted, letter-box or refused."),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Anything worth remembering.")] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="WAY", help="The way, where it does not go without saying.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who did it, if not you.")] = None,
    json: Json = False,
) -> None:
    """Record what a person did: posted, handed, faxed; or what came back: returned, replied.

    Nothing that happened is refused; what is unusual is recorded too, and said. The files of the last build are kept
    with it.
    """
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log_add import add_events
        from petitioner.commands.secretary import open_shelf, set_up_desk
        from petitioner.mailing_log.slips import Slip

        slip = Slip(fact, tuple(ids), on=on, tracking=tracking, outcome=outcome, note=note, channel=channel)
        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return add_events(call.terminal, desk, slip, find_built=open_shelf(desk), as_json=json)

    _run(call, command)


@log_app.command("withdraw")
def log_withdraw(
    context: typer.Context,
    event: Annotated[int, typer.Argument(metavar="EVENT", help="The number of the event, as `log` shows it.")],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why it does not count.")],
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who says so, if not you.")] = None,
    json: Json = False,
) -> None:
    """Take an event back that was a slip. Both stay visible; the first no longer counts."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.log_withdraw import withdraw_event
        from petitioner.commands.secretary import set_up_desk

        desk = set_up_desk(call.folder, call.campaign, call.now, by)
        return withdraw_event(call.terminal, desk, event=event, because=because, as_json=json)

    _run(call, command)


def _select(only: list[str] | None, limit: int | None, lang: list[str] | None) -> Selection:
    return Selection(tuple(only or ()), limit, tuple(lang or ()))


if __name__ == "__main__":
    sys.exit(main())
