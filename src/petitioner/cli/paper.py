"""The commands about paper: what is printed, and what it is put into."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Json, Limit, Only, run, select

print_app = typer.Typer(rich_markup_mode=None, invoke_without_command=True)


@print_app.callback(invoke_without_command=True)
def print_letters(
    context: typer.Context,
    only: Only = None,
    limit: Limit = None,
    again: Annotated[
        list[str] | None,
        typer.Option("--again", metavar="ID", help="Print this recipient's packet once more; give it again for more."),
    ] = None,
    simplex: Annotated[bool, typer.Option("--simplex", help="One page a sheet; else both sides.")] = False,
    mail_by: Annotated[
        bool,
        typer.Option("--mail-by", help="Print nothing; tell the last day to post each letter, so that it is in time."),
    ] = False,
    by: By = None,
    json: Json = False,
) -> None:
    """Make one PDF of all approved letters on paper, in the order of the envelopes, and a cover sheet to tick off."""
    call: Call = context.obj
    if context.invoked_subcommand is not None:
        return

    def command() -> int:
        from petitioner.commands.inspection import Scope

        if mail_by:
            from petitioner.commands.mail_by import show_mail_by
            from petitioner.commands.secretary import set_up_desk

            desk = set_up_desk(call.folder, call.campaign, call.now, by)
            return show_mail_by(call.terminal, desk, select(only, limit, None), as_json=json)
        from petitioner.commands.print_run import Order, print_packets

        scope = Scope(call.folder, call.campaign, call.now, select(only, limit, None))
        order = Order(again=tuple(again or ()), simplex=simplex, by=by)
        return print_packets(call.terminal, scope, order, as_json=json)

    run(call, command)


@print_app.command("deliveries")
def deliveries(
    context: typer.Context,
    only: Only = None,
    limit: Limit = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="The file; out/…/print/deliveries.pdf when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Make a sheet for whoever hands letters over: where to go, what to say, what to note, a page a mission."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.inspection import Scope
        from petitioner.commands.print_deliveries import print_deliveries

        scope = Scope(call.folder, call.campaign, call.now, select(only, limit, None))
        return print_deliveries(call.terminal, scope, to=to, as_json=json)

    run(call, command)
