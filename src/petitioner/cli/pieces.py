"""What letters go into, and what the person who delivers them carries: envelopes, labels, sheets for deliveries."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import Call, Json, Limit, Only, command

pieces_app = typer.Typer(rich_markup_mode=None)

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


@command(pieces_app, "envelopes")
def print_envelopes(
    call: Call,
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
) -> int:
    """Make a PDF of the envelopes.

    It has one page for each envelope. For envelopes with a window, it first checks that the window shows the whole
    address of each letter.

    For example:
        petitioner print envelopes
        petitioner print envelopes --envelope C5
        petitioner print envelopes --calibrate --to test.pdf
    """
    from petitioner.commands.paper.envelopes import Order, print_envelopes
    from petitioner.commands.paper.pieces import Output
    from petitioner.sheets.style import Feed

    output = Output(Feed(is_turned=rotate, offset_x=offset_x, offset_y=offset_y), calibrate=calibrate, to=to)
    order = Order(output, envelope=envelope, window=window, with_boxes=boxes)
    return print_envelopes(call.terminal, call.scope(only), order, as_json=json)


@command(pieces_app, "labels")
def print_labels(
    call: Call,
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
) -> int:
    """Make a PDF of address labels.

    Name the sheet of labels as its box does.

    For example:
        petitioner print labels --sheet L7160
        petitioner print labels --sheet L7160 --skip 3 --copies 2
    """
    from petitioner.commands.paper.labels import Order, print_labels
    from petitioner.commands.paper.pieces import Output
    from petitioner.sheets.style import Feed

    output = Output(Feed(offset_x=offset_x, offset_y=offset_y), calibrate=calibrate, to=to)
    order = Order(output, sheet=sheet, skip=skip, copies=copies)
    return print_labels(call.terminal, call.scope(only), order, as_json=json)


@command(pieces_app, "deliveries")
def deliveries(
    call: Call,
    only: Only = None,
    limit: Limit = None,
    to: To = None,
    json: Json = False,
) -> int:
    """Make sheets for letters handed over.

    One page for each mission: where to go, what to say, what to note down.

    For example:
        petitioner print deliveries
        petitioner print deliveries --only jp-osaka
    """
    from petitioner.commands.paper.deliveries import print_deliveries

    return print_deliveries(call.terminal, call.scope(only, limit), to=to, as_json=json)
