"""The commands about letters, and the bare command."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import Call, Json, Lang, Limit, Only, command, format_help, run

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

        typer.echo(f"petitioner {version('petitioner')}")
        raise typer.Exit


_HELP = """Write, send and remember letters of petition to diplomatic missions.

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
    directory: Annotated[
        Path, typer.Option("-C", "--directory", metavar="DIR", help="Work in this folder instead of the present one.")
    ] = Path(),
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="YEAR", help="Another campaign than the latest under letters/.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only results and errors.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print what is read, made and asked, with times and tracebacks.")
    ] = False,
    json: Json = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Keep the options that all commands share, and show the state where no command follows."""
    call = Call(context.obj, directory, campaign, quiet, verbose)
    context.obj = call
    if context.invoked_subcommand is None:
        run(call, lambda: _show_status(call, as_json=json))


def _show_status(call: Call, *, as_json: bool) -> int:
    from petitioner.commands.status import show_status

    return show_status(call.terminal, call.folder, call.campaign, call.now, as_json=as_json)


@command(app, "check")
def check(
    call: Call,
    only: Only = None,
    limit: Limit = None,
    lang: Lang = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when there are warnings.")] = False,
    json: Json = False,
) -> int:
    """Find every mistake before anything is made.

    It reads all files and fills in every letter. Each mistake is shown with its file and line, and how to correct it.
    Nothing is written.

    For example:
        petitioner check
        petitioner check --only jp-osaka --lang ja
        petitioner check --json
    """
    from petitioner.commands.check import check_workspace

    return check_workspace(call.terminal, call.scope(only, limit, lang), strict=strict, as_json=json)


@command(app, "build")
def build(
    call: Call,
    only: Only = None,
    limit: Limit = None,
    lang: Lang = None,
    archive: Annotated[
        bool, typer.Option("--archive", help="Also make a copy of each PDF for an archive, as PDF/A-2a; never sent.")
    ] = False,
    json: Json = False,
) -> int:
    """Make the PDF and DOCX of every letter.

    The files go into the folder out/. Only what changed is made again.

    For example:
        petitioner build
        petitioner build --only jp-osaka
        petitioner build --archive
    """
    from petitioner.commands.build import build_letters

    return build_letters(call.terminal, call.scope(only, limit, lang), archive=archive, as_json=json)


@command(app, "doctor")
def doctor(
    call: Call,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="Also log in to the servers of your mail accounts; nothing is sent.")
    ] = False,
    json: Json = False,
) -> int:
    """Find what this computer lacks.

    It looks for the libraries, fonts and settings that the program needs. If something is missing, it shows the
    command that installs it.

    For example:
        petitioner doctor
        petitioner doctor --accounts
    """
    from petitioner.commands.doctor import examine_machine

    return examine_machine(call.terminal, call.directory, accounts=accounts, as_json=json)
