"""The commands about paper: what is printed, and what it is put into."""

from collections.abc import Mapping
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Json, Limit, Only, run, select
from petitioner.errors import UsageError

_PATIENCE = 120.0  # seconds for each packet

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
    printer: Annotated[
        str | None, typer.Option("--printer", metavar="NAME", help="Print on this queue of CUPS, one job a packet.")
    ] = None,
    copies: Annotated[
        int | None, typer.Option("--copies", min=1, max=99, metavar="N", help="Copies of each packet.")
    ] = None,
    tray: Annotated[str | None, typer.Option("--tray", metavar="NAME", help="The tray with the paper.")] = None,
    patience: Annotated[
        float | None,
        typer.Option("--patience", min=0, metavar="S", help="Seconds to follow each job; 120 when left out."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the number of packets.")] = False,
    by: By = None,
    json: Json = False,
) -> None:
    """Make one PDF of all approved letters on paper, in the order of the envelopes, and a cover sheet to tick off.

    With --printer they are printed instead, each packet at most once, and what becomes of each is recorded.
    """
    call: Call = context.obj
    if context.invoked_subcommand is not None:
        return

    def command() -> int:
        from petitioner.commands.inspection import Scope
        from petitioner.commands.print_run import Order, print_packets

        _require_printer(printer, {"--copies": copies, "--tray": tray, "--patience": patience, "--yes": yes or None})
        scope, ids = Scope(call.folder, call.campaign, call.now, select(only, limit, None)), tuple(again or ())
        if printer is None:
            return print_packets(call.terminal, scope, Order(again=ids, simplex=simplex, by=by), as_json=json)

        from petitioner.carriers.spool import Ticket
        from petitioner.commands.print_queue import PrintOrder, print_on_queue

        ticket = Ticket(copies or 1, not simplex, tray)
        seconds = _PATIENCE if patience is None else patience
        order = PrintOrder(printer, ticket, seconds, again=ids, yes=yes, by=by)
        return print_on_queue(call.terminal, scope, order, as_json=json)

    run(call, command)


def _require_printer(printer: str | None, given: Mapping[str, object]) -> None:
    """Refuse options that say how a printer is to print where none is named."""
    lonely = [option for option, value in given.items() if value is not None]
    if lonely and printer is None:
        raise UsageError(f"{' and '.join(lonely)} needs a printer.", "Name its queue: --printer NAME.")
