"""The commands about paper: what is printed, and what it is put into."""

from collections.abc import Mapping
from pathlib import Path
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
    mail_by: Annotated[
        bool,
        typer.Option("--mail-by", help="Print nothing; tell the last day to post each letter, so that it is in time."),
    ] = False,
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

        hows = {"--copies": copies, "--tray": tray, "--patience": patience, "--yes": yes or None}
        if mail_by:
            _refuse({"--printer": printer, "--again": again or None, "--simplex": simplex or None, **hows})
            from petitioner.commands.mail_by import show_mail_by
            from petitioner.commands.secretary import set_up_desk

            desk = set_up_desk(call.folder, call.campaign, call.now, by)
            return show_mail_by(call.terminal, desk, select(only, limit, None), as_json=json)
        from petitioner.commands.print_run import Order, print_packets

        _require_printer(printer, hows)
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


def _refuse(given: Mapping[str, object]) -> None:
    """Refuse options that say what is printed where nothing is."""
    if words := [option for option, value in given.items() if value is not None]:
        raise UsageError(
            f"--mail-by prints nothing, and {' and '.join(words)} was given too.", "Leave one of them out."
        )


OffsetX = Annotated[
    float,
    typer.Option(
        "--offset-x", min=-10, max=10, metavar="MM", help="Print so many mm further right; left with a minus."
    ),
]
OffsetY = Annotated[
    float,
    typer.Option("--offset-y", min=-10, max=10, metavar="MM", help="Print so many mm lower; higher with a minus."),
]
Calibrate = Annotated[
    bool, typer.Option("--calibrate", help="A page with rulers and outlines instead, to see how the printer feeds.")
]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write the PDF there.")]


@print_app.command("envelopes")
def print_envelopes(
    context: typer.Context,
    only: Only = None,
    envelope: Annotated[
        str | None,
        typer.Option("--envelope", metavar="NAME", help="DL, C5, 長形3号 …, or a size in mm such as 235x120."),
    ] = None,
    window: Annotated[
        str | None,
        typer.Option("--window", metavar="NAME", help="din-680, a measure such as 90x45+20+15, or none."),
    ] = None,
    rotate: Annotated[bool, typer.Option("--rotate", help="Turn each page by half a turn.")] = False,
    boxes: Annotated[
        bool, typer.Option("--boxes", help="Print the frames of the postal code, too, where envelopes have none.")
    ] = False,
    offset_x: OffsetX = 0.0,
    offset_y: OffsetY = 0.0,
    calibrate: Calibrate = False,
    to: To = None,
    json: Json = False,
) -> None:
    """Make a PDF with a page for each envelope; with a window, first check that it shows the address of each letter."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.inspection import Scope
        from petitioner.commands.pieces import Output
        from petitioner.commands.print_envelopes import Order, print_envelopes
        from petitioner.sheets.style import Feed

        scope = Scope(call.folder, call.campaign, call.now, select(only, None, None))
        output = Output(Feed(is_turned=rotate, offset_x=offset_x, offset_y=offset_y), calibrate=calibrate, to=to)
        order = Order(output, envelope=envelope, window=window, with_boxes=boxes)
        return print_envelopes(call.terminal, scope, order, as_json=json)

    run(call, command)


@print_app.command("labels")
def print_labels(
    context: typer.Context,
    only: Only = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of labels: L7160, 28185 …")
    ] = None,
    skip: Annotated[
        int, typer.Option("--skip", min=0, metavar="N", help="The first N labels of the first sheet are gone.")
    ] = 0,
    copies: Annotated[int, typer.Option("--copies", min=1, max=99, metavar="N", help="N labels for each.")] = 1,
    offset_x: OffsetX = 0.0,
    offset_y: OffsetY = 0.0,
    calibrate: Calibrate = False,
    to: To = None,
    json: Json = False,
) -> None:
    """Make a PDF of addresses on sheets of labels."""
    call: Call = context.obj

    def command() -> int:
        from petitioner.commands.inspection import Scope
        from petitioner.commands.pieces import Output
        from petitioner.commands.print_labels import Order, print_labels
        from petitioner.sheets.style import Feed

        scope = Scope(call.folder, call.campaign, call.now, select(only, None, None))
        output = Output(Feed(offset_x=offset_x, offset_y=offset_y), calibrate=calibrate, to=to)
        order = Order(output, sheet=sheet, skip=skip, copies=copies)
        return print_labels(call.terminal, scope, order, as_json=json)

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
