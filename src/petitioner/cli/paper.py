"""Commands that print: the print run, envelopes, labels and delivery sheets."""

from pathlib import Path
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Chosen, Json, command
from petitioner.cli.groups import make_group
from petitioner.errors import UsageError

_PATIENCE = 120.0  # seconds for each packet

Again = Annotated[
    list[str] | None,
    typer.Option(
        "--again", metavar="ID", help="Print this recipient's packet once more; repeat the option for several."
    ),
]
Simplex = Annotated[bool, typer.Option("--simplex", help="Print on one side only (default: both).")]
Printer = Annotated[
    str | None,
    typer.Option("--printer", metavar="NAME", help="The printer's name as in CUPS; one print job for each packet."),
]
Copies = Annotated[int | None, typer.Option("--copies", min=1, max=99, metavar="N", help="Copies of each packet.")]
Paper = Annotated[str | None, typer.Option("--tray", metavar="NAME", help="The tray with the paper.")]
Patience = Annotated[
    float | None,
    typer.Option("--patience", min=0, metavar="S", help="How many seconds to wait for each job [default: 120]."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Skip the safety question (you would type the number of packets).")]
MailBy = Annotated[
    bool,
    typer.Option("--mail-by", help="Print nothing; show the last day to post each letter."),
]

app = make_group()
print_app = make_group()
app.add_typer(print_app, name="print")

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
    bool,
    typer.Option("--calibrate", help="Make a test page with rulers instead, to see how far off the printer prints."),
]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write the PDF there.")]


@command(print_app)
def print_letters(
    call: Call,
    chosen: Chosen,
    again: Again = None,
    simplex: Simplex = False,
    printer: Printer = None,
    copies: Copies = None,
    tray: Paper = None,
    patience: Patience = None,
    yes: Yes = False,
    mail_by: MailBy = False,
    by: By = None,
    json: Json = False,
) -> int:
    """Make a PDF for printing, or print.

    Without a command: one PDF of all approved letters for post and delivery by hand, in the same order as the
    envelopes, and a cover sheet to tick off. With --printer they are printed instead, each packet at most once, and
    the log records whether each was printed.

    For example:
        petitioner print
        petitioner print --printer office
        petitioner print --mail-by
    """
    given = {"--copies": copies, "--tray": tray, "--patience": patience, "--yes": yes or None}
    needs_printer = [option for option, value in given.items() if value is not None]
    if mail_by:
        not_printing = {"--printer": printer, "--again": again, "--simplex": simplex}
        refused = [*(option for option, value in not_printing.items() if value), *needs_printer]
        if refused:
            sentence = f"--mail-by prints nothing, and {' and '.join(refused)} was given too."
            raise UsageError(sentence, "Leave one of them out.")
        from petitioner.commands.mail_by import show_mail_by

        return show_mail_by(call.terminal, call.context(by), call.select(chosen), as_json=json)
    if printer is None:
        from petitioner.commands.print_run import PrintRunOptions, write_print_run

        if needs_printer:
            raise UsageError(f"{' and '.join(needs_printer)} needs a printer.", "Name its queue: --printer NAME.")
        run = PrintRunOptions(tuple(again or ()), simplex, by)
        return write_print_run(call.terminal, call.scope(chosen), run, as_json=json)
    from petitioner.render import report_missing_library

    with report_missing_library("pyipp"):
        from petitioner.commands.print_queue import PrintOptions, print_on_queue
        from petitioner.paper.printer_state import JobSettings

    settings = JobSettings(copies or 1, not simplex, tray)
    seconds = _PATIENCE if patience is None else patience
    options = PrintOptions(printer, settings, seconds, tuple(again or ()), yes, by)
    return print_on_queue(call.terminal, call.scope(chosen), options, as_json=json)


@command(print_app, "envelopes")
def print_envelopes(
    call: Call,
    chosen: Chosen,
    envelope: Annotated[
        str | None,
        typer.Option("--envelope", metavar="NAME", help="DL, C5, 長形3号 …, or a size in mm such as 235x120."),
    ] = None,
    window: Annotated[
        str | None,
        typer.Option("--window", metavar="NAME", help="din-680, a measure such as 90x45+20+15, or none."),
    ] = None,
    rotate: Annotated[bool, typer.Option("--rotate", help="Turn each page upside down.")] = False,
    boxes: Annotated[
        bool, typer.Option("--boxes", help="Also print the frames of the postal code, if the envelopes have none.")
    ] = False,
    back: Annotated[
        bool, typer.Option("--back", help="Add a page for the back of each, with the QR code of the reference.")
    ] = False,
    offset_x: OffsetX = 0.0,
    offset_y: OffsetY = 0.0,
    calibrate: Calibrate = False,
    to: To = None,
    json: Json = False,
) -> int:
    """Make a PDF of the envelopes.

    It has one page for each envelope, and with --back two. Japanese addresses on upright envelopes are set in columns.
    For envelopes with a window, it first checks that the window shows the whole address of each letter.

    For example:
        petitioner print envelopes
        petitioner print envelopes --back
        petitioner print envelopes --envelope C5
        petitioner print envelopes --calibrate --to test.pdf
    """
    from petitioner.commands.envelopes import PrintEnvelopesOptions, print_envelopes
    from petitioner.commands.print_files import Output
    from petitioner.paper.page_style import PrinterCorrection

    output = Output(
        PrinterCorrection(is_turned=rotate, offset_x=offset_x, offset_y=offset_y), calibrate=calibrate, to=to
    )
    options = PrintEnvelopesOptions(output, envelope=envelope, window=window, with_boxes=boxes, with_backs=back)
    return print_envelopes(call.terminal, call.scope(chosen), options, as_json=json)


@command(print_app, "labels")
def print_labels(
    call: Call,
    chosen: Chosen,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of labels: L7160, 28185 …")
    ] = None,
    skip: Annotated[
        int, typer.Option("--skip", min=0, metavar="N", help="The first N labels of the first sheet are used up.")
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
    from petitioner.commands.labels import PrintLabelsOptions, print_labels
    from petitioner.commands.print_files import Output
    from petitioner.paper.page_style import PrinterCorrection

    output = Output(PrinterCorrection(offset_x=offset_x, offset_y=offset_y), calibrate=calibrate, to=to)
    options = PrintLabelsOptions(output, sheet=sheet, skip=skip, copies=copies)
    return print_labels(call.terminal, call.scope(chosen), options, as_json=json)


@command(print_app, "deliveries")
def deliveries(
    call: Call,
    chosen: Chosen,
    to: To = None,
    json: Json = False,
) -> int:
    """Make sheets to take along for hand delivery.

    One page for each mission: where to go, what to say, what to note down.

    For example:
        petitioner print deliveries
        petitioner print deliveries --only jp-osaka
    """
    from petitioner.commands.deliveries import print_deliveries

    return print_deliveries(call.terminal, call.scope(chosen), to=to, as_json=json)
