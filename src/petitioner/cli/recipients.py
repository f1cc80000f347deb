"""Commands about recipients: show, verify, import, export."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import Call, Chosen, Json, command
from petitioner.cli.groups import make_group

app = make_group()
recipients_app = make_group()
app.add_typer(recipients_app, name="recipients")

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="These recipients; all when left out.")]


@command(recipients_app)
def recipients(call: Call, chosen: Chosen, json: Json = False) -> int:
    """Show, confirm, import, export recipients.

    Without a command: a table of all recipients, and when each address was last confirmed.

    For example:
        petitioner recipients
        petitioner recipients show jp-osaka
        petitioner recipients verify
    """
    return _show_recipients(call, chosen, as_json=json)


@command(recipients_app, "show")
def recipients_show(call: Call, chosen: Chosen, ids: Ids = None, json: Json = False) -> int:
    """Show all recipients, or one in full.

    With one or more ids, everything that recipients.yaml says about them is shown.

    For example:
        petitioner recipients show
        petitioner recipients show jp-osaka jp-tokyo
    """
    return _show_recipients(call, chosen, ids, as_json=json)


@command(recipients_app, "verify")
def recipients_verify(
    call: Call,
    chosen: Chosen,
    ids: Ids = None,
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="A person confirmed those that are named; ask nothing.")
    ] = False,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today when left out.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="TEXT", help="Where it was confirmed; replaces the old source.")
    ] = None,
    head: Annotated[bool, typer.Option("--head", help="The head of the mission was confirmed too.")] = False,
    release_hold: Annotated[bool, typer.Option("--release-hold", help="Remove the line hold: of each.")] = False,
    json: Json = False,
) -> int:
    """Confirm addresses, one after the other.

    It shows each address that nobody confirmed in the twelve months before the date of the letters. Each answer is
    written to recipients.yaml at once. Every other line stays the same.

    For example:
        petitioner recipients verify
        petitioner recipients verify jp-osaka --confirmed --source "telephone call"
    """
    from petitioner.commands.recipients_verify import VerifyOptions, verify_recipients

    options = VerifyOptions(confirmed, on, source, head, release_hold)
    return verify_recipients(call.terminal, call.context(), call.select(chosen, ids=ids), options, as_json=json)


@command(recipients_app, "import")
def recipients_import(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The list: CSV, TSV, XLSX or ODS.")],
    apply: Annotated[bool, typer.Option("--apply", help="Write recipients.yaml; without it, only show.")] = False,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=PLACE", help="A column's place in recipients.yaml; repeat for several."),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PLACE=VALUE", help="The same for all rows; repeat for several."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="How the text is saved, such as Shift_JIS.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", metavar="NAME", help="comma, semicolon, tab or bar.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet, if the workbook has several.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="The list's name; the file's name when left out.")
    ] = None,
    json: Json = False,
) -> int:
    """Take recipients from a table.

    It shows what it would do with each row, and writes only with --apply. What is unclear is left for you, with its
    line and column. Values that you changed in recipients.yaml are kept.

    For example:
        petitioner recipients import missions.csv
        petitioner recipients import missions.xlsx --map 公館名=name.ja --set country=JP
        petitioner recipients import missions.csv --encoding Shift_JIS --apply
    """
    from petitioner.commands.recipients_import import ImportOptions, import_recipients

    options = ImportOptions(encoding, delimiter, sheet, tuple(maps or ()), tuple(sets or ()), name, apply)
    return import_recipients(call.terminal, call.folder, file, call.now.date(), options, as_json=json)


@command(recipients_app, "export")
def recipients_export(
    call: Call,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="A CSV or XLSX file; CSV to the terminal if left out.")
    ] = None,
) -> int:
    """Write the recipients as a table.

    It has a row for each recipient, and a column for each text. After you changed it, import takes it back.

    For example:
        petitioner recipients export --to recipients.xlsx
        petitioner recipients export --to recipients.csv
    """
    from petitioner.commands.recipients_export import export_recipients

    return export_recipients(call.terminal, call.folder, to)


def _show_recipients(call: Call, chosen: Chosen, ids: list[str] | None = None, *, as_json: bool) -> int:
    from petitioner.commands.recipients_show import show_recipients

    return show_recipients(call.terminal, call.context(), call.select(chosen, ids=ids), as_json=as_json)
