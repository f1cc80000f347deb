"""Commands about letters: check, build, doctor, approve, read."""

from functools import partial
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Chosen, Json, Lang, command
from petitioner.cli.groups import make_group

app = make_group()


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
    if chosen == Chosen() and not lang:
        from petitioner.commands.unchanged import show_unchanged_check

        status = show_unchanged_check(call.terminal, call.folder, call.campaign, call.now, strict=strict, as_json=json)
        if status is not None:
            return status
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
    plain: Annotated[
        bool, typer.Option("--plain", help="Make each letter alone. This is slower, and the same.")
    ] = False,
    verify: Annotated[
        int, typer.Option("--verify", min=0, metavar="N", help="Make N letters alone too, and compare the files.")
    ] = 0,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="Make the letters on the workers of this Dask scheduler."),
    ] = None,
    json: Json = False,
) -> int:
    """Make the PDF and DOCX of every letter.

    The files go into the folder out/. Only what changed is made again. With --fit, font size and line spacing are
    chosen for each language and written into fit.yaml. Letters that differ in names and references only are laid out
    once. --verify compares some of them, chosen at random, with the same letters made alone.

    For example:
        petitioner build
        petitioner build --only jp-osaka
        petitioner build --fit
        petitioner build --verify 5
        petitioner build --archive
    """
    if chosen == Chosen() and not (lang or archive or fit or plain or verify or scheduler):
        from petitioner.commands.unchanged import show_unchanged_build

        status = show_unchanged_build(call.terminal, call.folder, call.campaign, call.now, as_json=json)
        if status is not None:
            return status
    from petitioner.commands.build import Ways, build_letters

    ways = Ways(archive=archive, fit=fit, plain=plain, verify=verify, scheduler=scheduler)
    return build_letters(call.terminal, call.scope(chosen, lang), ways, as_json=json)


@command(app, "open")
def open_letter(
    call: Call,
    recipient: Annotated[str, typer.Argument(metavar="ID", help="The recipient.")],
    lang: Lang = None,
    docx: Annotated[bool, typer.Option("--docx", help="Open the DOCX, not the PDF.")] = False,
) -> int:
    """Show the letters of a recipient in your viewer.

    It opens the PDF in each language, as last built. A letter that changed since then must be built again first.

    For example:
        petitioner open jp-osaka
        petitioner open jp-osaka --lang ja
    """
    from petitioner.commands.open_letters import launch_viewer, open_letters

    return open_letters(
        call.terminal, call.scope(Chosen(only=[recipient]), lang), partial(launch_viewer, typer.launch), docx=docx
    )


@command(app, "schema")
def schema(call: Call) -> int:
    """Write schemas, with which your editor explains the YAML files.

    This writes them into the folder .schemas, as init does. Run it again after an upgrade. It shows the line to
    write at the top of each file that has none. Editors that know yaml-language-server, such as VS Code with
    the extension YAML, then complete the keys and explain them.

    For example:
        petitioner schema
    """
    from petitioner.commands.schema import write_schemas

    return write_schemas(call.terminal, call.folder)


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


@command(app, "review")
def review(
    call: Call,
    read_only: Annotated[bool, typer.Option("--read-only", help="Only show: the page records nothing.")] = False,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, metavar="N", help="Use this port; 0 chooses a free one.")
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address of the page.")] = False,
    by: By = None,
) -> int:
    """Read and approve the letters on a page in your browser.

    The page is on this computer only, and sends nothing. It shows what needs attention, the pages of each letter beside
    its text, and buttons to record readings and approvals. It shows a saved file within a second. Ctrl-C ends it.

    For example:
        petitioner review
        petitioner review --read-only
    """
    from petitioner.review.run import ReviewOptions, review_letters

    options = ReviewOptions(read_only, port, not no_browser, by)
    return review_letters(call.terminal, call.folder, call.campaign, call.now, options)
