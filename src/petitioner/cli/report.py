"""The command that writes the report of a year."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import Call, Json, command
from petitioner.cli.groups import make_group

app = make_group()
app.callback()(lambda: None)  # without it, typer makes a group of one command into that command


@command(app, "report")
def report(
    call: Call,
    logs: Annotated[
        list[Path] | None, typer.Argument(metavar="[LOG...]", help="Logs of others to join, such as copies.")
    ] = None,
    all_years: Annotated[bool, typer.Option("--all", help="All years, not only the latest campaign.")] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Without e-mail addresses, telephone numbers, persons and notes.")
    ] = False,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="LANG", help="Names of missions in this language, if known.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write only this file, which ends in .html or .pdf.")
    ] = None,
    json: Json = False,
) -> int:
    """Write the report of a year or of all.

    It shows who was written to, how, when, and what came of it, with charts and photographs: as one HTML file and as a
    PDF. Every log is verified first. With --public it can be shown to everybody.

    For example:
        petitioner report
        petitioner report --campaign 2026 --public
        petitioner report --all korea.sqlite france.sqlite
    """
    from petitioner.commands.log_context import read_log_context
    from petitioner.commands.report import ReportOptions, write_report

    options = ReportOptions(call.campaign, tuple(logs or ()), to, lang, all_years=all_years, is_public=public)
    return write_report(
        call.terminal, lambda name: read_log_context(call.folder, name, call.now), options, as_json=json
    )
