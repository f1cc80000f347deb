"""The commands about letters, and the bare command."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import Call, Json, Lang, Limit, Only, run, select
from petitioner.terminal import Terminal

app = typer.Typer(
    name="petitioner",
    add_completion=False,
    pretty_exceptions_enable=False,  # a bug shows its whole traceback; a user's mistake never gets that far
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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

        run(call, lambda: show_status(call.terminal, call.folder, call.campaign, call.now, as_json=json))


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
        from petitioner.commands.inspection import Scope

        scope = Scope(call.folder, call.campaign, call.now, select(only, limit, lang))
        return check_workspace(call.terminal, scope, strict=strict, as_json=json)

    run(call, command)


@app.command()
def build(
    context: typer.Context,
    only: Only = None,
    limit: Limit = None,
    lang: Lang = None,
    archive: Annotated[
        bool, typer.Option("--archive", help="Make a copy of each PDF for an archive too, as PDF/A-2a; never sent.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a PDF and a DOCX of every letter in out/, only where something changed."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.build import build_letters
        from petitioner.commands.inspection import Scope

        scope = Scope(call.folder, call.campaign, call.now, select(only, limit, lang))
        return build_letters(call.terminal, scope, archive=archive, as_json=json)

    run(call, command)


@app.command()
def doctor(
    context: typer.Context,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="Log in to the servers of your mail accounts too; nothing is sent.")
    ] = False,
    json: Json = False,
) -> None:
    """Tell what this machine lacks, and the line that installs it."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.doctor import examine_machine

        return examine_machine(call.terminal, call.directory, accounts=accounts, as_json=json)

    run(call, command)
