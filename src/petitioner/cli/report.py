"""The command that writes the report of a year."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import Call, Json, command
from petitioner.cli.groups import make_group

app = make_group()
app.callback()(lambda: None)  # without it, typer makes one command of a group that has only one


@command(app, "report")
def report(
    call: Call,
    logs: Annotated[
        list[Path] | None, typer.Argument(metavar="[LOG...]", help="Copies of other coordinators' logs to include.")
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

    It shows which missions got a letter, how, when, and the outcome, with charts and photographs. It writes one HTML
    file and one PDF. Every log is verified first. You can show a report with --public to everybody.

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
