"""Commands about letters and recipients: check, build, doctor, approve, read, recipients."""

from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Chosen, Json, Lang, command
from petitioner.cli.groups import make_group

app = make_group()
recipients_app = make_group()
app.add_typer(recipients_app, name="recipients")

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="These recipients; all when left out.")]


@command(app, "check")
def check(
    call: Call,
    chosen: Chosen,
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

    return check_workspace(call.terminal, call.scope(chosen, lang), strict=strict, as_json=json)


@command(app, "build")
def build(
    call: Call,
    chosen: Chosen,
    lang: Lang = None,
    archive: Annotated[
        bool,
        typer.Option("--archive", help="Also make a PDF/A-2a copy of each letter, for long-term storage; not sent."),
    ] = False,
    fit: Annotated[
        bool, typer.Option("--fit", help="Choose the font sizes again, so that pages end at good places.")
    ] = False,
    json: Json = False,
) -> int:
    """Make the PDF and DOCX of every letter.

    The files go into the folder out/. Only what changed is made again. With --fit, font size and line spacing are
    chosen for each language and written into fit.yaml.

    For example:
        petitioner build
        petitioner build --only jp-osaka
        petitioner build --fit
        petitioner build --archive
    """
    from petitioner.commands.build import build_letters

    return build_letters(call.terminal, call.scope(chosen, lang), archive=archive, fit=fit, as_json=json)


@command(app, "doctor")
def doctor(
    call: Call,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="Also log in to the servers of your mail accounts; nothing is sent.")
    ] = False,
    json: Json = False,
) -> int:
    """Find what is missing on this computer.

    It looks for the libraries, fonts and settings that the program needs. If something is missing, it shows the
    command that installs it.

    For example:
        petitioner doctor
        petitioner doctor --accounts
    """
    from petitioner.commands.doctor import check_machine

    return check_machine(call.terminal, call.directory, accounts=accounts, as_json=json)


@command(app, "approve")
def approve(
    call: Call,
    chosen: Chosen,
    yes: Annotated[bool, typer.Option("--yes", help="Skip all questions; the answer is yes.")] = False,
    unread: Annotated[
        list[str] | None,
        typer.Option("--unread", metavar="LANG", help="Approve this language although no native reader has read it."),
    ] = None,
    unverified: Annotated[
        list[str] | None,
        typer.Option("--unverified", metavar="ID", help="Approve although its address or head is unconfirmed; or all."),
    ] = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Read the letters, and approve them.

    Each letter is shown once, with what differs from one recipient to the next. What you approve is kept in the log
    with its files. After a change of content, the packets that it affects must be approved again. To take an approval
    back: log withdraw EVENT.

    For example:
        petitioner approve
        petitioner approve --only jp-osaka
        petitioner approve --unread ko
    """
    from petitioner.commands.approve import ApproveOptions, approve_packets

    options = ApproveOptions(call.select(chosen), yes, by, tuple(unread or ()), tuple(unverified or ()))
    return approve_packets(call.terminal, call.folder, call.campaign, call.now, options, as_json=json)


@command(app, "read")
def read(
    call: Call,
    languages: Annotated[list[str], typer.Argument(metavar="LANG...", help="The languages of what was read.")],
    letter: Annotated[
        list[str] | None,
        typer.Option(
            "--letter", metavar="NAME", help="Only this text, petition or email; repeat the option for several."
        ),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today when left out.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="The native reader; asked for if left out.")
    ] = None,
    json: Json = False,
) -> int:
    """Record that a native reader has read a text.

    It is written at the top of each file, and is valid until the text is changed. Every other line stays the same.

    For example:
        petitioner read ja --by "Hanako Sato"
        petitioner read en ja --letter petition --on 2027-08-20
    """
    from petitioner.commands.read import ReadOptions, record_readings

    options = ReadOptions(tuple(languages), tuple(letter or ()), by, on)
    return record_readings(call.terminal, call.scope(), options, as_json=json)


@command(recipients_app)
def recipients(call: Call, chosen: Chosen, json: Json = False) -> int:
    """Show the recipients, or confirm addresses.

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
