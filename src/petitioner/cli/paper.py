"""The print run: one file of all letters on paper, a printer, or the day by which they must be posted."""

from dataclasses import dataclass
from typing import Annotated

import typer

from petitioner.cli.call import By, Call, Json, Limit, Only, command
from petitioner.errors import UsageError

_PATIENCE = 120.0  # seconds for each packet

Again = Annotated[
    list[str] | None,
    typer.Option("--again", metavar="ID", help="Print this recipient's packet once more; give it again for more."),
]
Simplex = Annotated[bool, typer.Option("--simplex", help="One page a sheet; else both sides.")]
Printer = Annotated[
    str | None, typer.Option("--printer", metavar="NAME", help="Print on this queue of CUPS, one job a packet.")
]
Copies = Annotated[int | None, typer.Option("--copies", min=1, max=99, metavar="N", help="Copies of each packet.")]
Paper = Annotated[str | None, typer.Option("--tray", metavar="NAME", help="The tray with the paper.")]
Patience = Annotated[
    float | None,
    typer.Option("--patience", min=0, metavar="S", help="Seconds to follow each job; 120 when left out."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for the number of packets.")]
MailBy = Annotated[
    bool,
    typer.Option("--mail-by", help="Print nothing; show the last day to post each letter."),
]

print_app = typer.Typer(rich_markup_mode=None)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed; what is None or False was left out."""

    only: list[str] | None
    limit: int | None
    again: tuple[str, ...]
    simplex: bool
    printer: str | None
    copies: int | None
    tray: str | None
    patience: float | None
    yes: bool
    by: str | None
    json: bool

    @property
    def of_printer(self) -> tuple[str, ...]:
        """The options that say how a printer is to print."""
        given = {"--copies": self.copies, "--tray": self.tray, "--patience": self.patience, "--yes": self.yes or None}
        return tuple(option for option, value in given.items() if value is not None)


@command(print_app)
def print_letters(
    call: Call,
    only: Only = None,
    limit: Limit = None,
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
    """Make the print run, envelopes and labels.

    Without a command: one PDF of all approved letters on paper, in the order of the envelopes, and a cover sheet to
    tick off. With --printer they are printed instead, each packet at most once, and the log records how each ended.

    For example:
        petitioner print
        petitioner print --printer office
        petitioner print --mail-by
    """
    ids = tuple(again or ())
    asked = _Asked(only, limit, ids, simplex, printer, copies, tray, patience, yes, by, json)
    way = _show_days if mail_by else _make_run if printer is None else _print
    return way(call, asked)


def _show_days(call: Call, asked: _Asked) -> int:
    from petitioner.commands.paper.mail_by import show_mail_by
    from petitioner.selection import Selection

    given = {"--printer": asked.printer, "--again": asked.again, "--simplex": asked.simplex}
    if words := [*(option for option, value in given.items() if value), *asked.of_printer]:
        sentence = f"--mail-by prints nothing, and {' and '.join(words)} was given too."
        raise UsageError(sentence, "Leave one of them out.")
    selection = Selection(tuple(asked.only or ()), asked.limit)
    return show_mail_by(call.terminal, call.desk(asked.by), selection, as_json=asked.json)


def _make_run(call: Call, asked: _Asked) -> int:
    from petitioner.commands.paper.run import Order, print_packets

    if asked.of_printer:
        raise UsageError(f"{' and '.join(asked.of_printer)} needs a printer.", "Name its queue: --printer NAME.")
    order = Order(again=asked.again, simplex=asked.simplex, by=asked.by)
    return print_packets(call.terminal, call.scope(asked.only, asked.limit), order, as_json=asked.json)


def _print(call: Call, asked: _Asked) -> int:
    from petitioner.renderers import loading

    with loading("pyipp"):
        from petitioner.carriers.spool import Ticket
        from petitioner.commands.paper.queue import PrintOrder, print_on_queue

    ticket = Ticket(asked.copies or 1, not asked.simplex, asked.tray)
    seconds = _PATIENCE if asked.patience is None else asked.patience
    order = PrintOrder(asked.printer or "", ticket, seconds, again=asked.again, yes=asked.yes, by=asked.by)
    return print_on_queue(call.terminal, call.scope(asked.only, asked.limit), order, as_json=asked.json)
