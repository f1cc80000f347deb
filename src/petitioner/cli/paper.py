"""The commands about paper: what is printed, and what it is put into."""

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
    by: By = None,
    json: Json = False,
) -> None:
    """Make one PDF of all approved letters on paper, in the order of the envelopes, and a cover sheet to tick off."""
    call: Call = context.obj
    if context.invoked_subcommand is not None:
        return

    def command() -> int:
        from petitioner.commands.inspection import Scope
        from petitioner.commands.print_run import Order, print_packets

        scope = Scope(call.folder, call.campaign, call.now, select(only, limit, None))
        order = Order(again=tuple(again or ()), simplex=simplex, by=by)
        return print_packets(call.terminal, scope, order, as_json=json)

    run(call, command)
