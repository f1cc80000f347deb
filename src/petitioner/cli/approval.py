"""The commands that make ready: whom to write to, and what may go out."""

from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Json, Limit, Only, run, select
from petitioner.cli.letters import app

recipients_app = typer.Typer(rich_markup_mode=None, invoke_without_command=True)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="These recipients; all when left out.")]


@app.command()
def approve(
    context: typer.Context,
    only: Only = None,
    limit: Limit = None,
    yes: Annotated[bool, typer.Option("--yes", help="Say yes beforehand, and ask nothing.")] = False,
    unread: Annotated[
        list[str] | None,
        typer.Option("--unread", metavar="LANG", help="Take this language although no native reader has read it."),
    ] = None,
    unverified: Annotated[
        list[str] | None,
        typer.Option("--unverified", metavar="ID", help="Take this recipient's address and head unconfirmed; or all."),
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Read each letter once, see what differs from one recipient to the next, and approve.

    What is approved is kept in the log with its files. A change of content lapses the approval of the packets that it
    touches. An approval is taken back by `log withdraw EVENT`.
    """
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.approval.approve import Answers, approve_packets

        chosen = select(only, limit, None)
        answers = Answers(chosen, yes, by, tuple(unread or ()), tuple(unverified or ()))
        return approve_packets(call.terminal, call.folder, call.campaign, call.now, answers, as_json=json)

    run(call, command)


@app.command()
def read(
    context: typer.Context,
    languages: Annotated[list[str], typer.Argument(metavar="LANG...", help="The languages of what was read.")],
    letter: Annotated[
        list[str] | None,
        typer.Option("--letter", metavar="NAME", help="Only this text, petition or email; give it again for more."),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today when left out.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="The native reader; asked for if left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Record who has read a text, and when.

    It is written into the head of each file, and holds until the text is changed. Every other line stays as it is.
    """
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.approval.read import Said, record_readings
        from petitioner.commands.inspection import Scope

        said = Said(tuple(languages), tuple(letter or ()), by, on)
        scope = Scope(call.folder, call.campaign, call.now)
        return record_readings(call.terminal, scope, said, as_json=json)

    run(call, command)


@recipients_app.callback(invoke_without_command=True)
def recipients(context: typer.Context, json: Json = False) -> None:
    """Show who is written to, where each entry stands, and since when it was confirmed."""
    if context.invoked_subcommand is None:
        _show(context.obj, (), as_json=json)


@recipients_app.command("show")
def recipients_show(context: typer.Context, ids: Ids = None, json: Json = False) -> None:
    """Show the recipients in a table, or the whole entries of those named."""
    _show(context.obj, tuple(ids or ()), as_json=json)


@recipients_app.command("verify")
def recipients_verify(
    context: typer.Context,
    ids: Ids = None,
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="Those named were confirmed by a person; ask nothing.")
    ] = False,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today when left out.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="TEXT", help="Where it was confirmed; replaces the old source.")
    ] = None,
    head: Annotated[bool, typer.Option("--head", help="The head of the mission was confirmed too.")] = False,
    release_hold: Annotated[bool, typer.Option("--release-hold", help="Take the line hold: away.")] = False,
    json: Json = False,
) -> None:
    """Walk through the contacts that nobody confirmed in the twelve months before the letters' date.

    What is confirmed is written into recipients.yaml at once; every other line stays as it is.
    """
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.recipients.verify import Found, verify_recipients
        from petitioner.commands.secretary import set_up_desk

        found = Found(confirmed, on, source, head, release_hold)
        desk = set_up_desk(call.folder, call.campaign, call.now)
        return verify_recipients(call.terminal, desk, tuple(ids or ()), found, as_json=json)

    run(call, command)


def _show(call: Call, ids: tuple[str, ...], *, as_json: bool) -> None:
    def command() -> int:
        from petitioner.commands.recipients.show import show_recipients
        from petitioner.commands.secretary import set_up_desk

        return show_recipients(call.terminal, set_up_desk(call.folder, call.campaign, call.now), ids, as_json=as_json)

    run(call, command)
