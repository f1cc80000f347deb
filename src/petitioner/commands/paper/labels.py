"""``petitioner print labels``: addresses on sheets of labels."""

from collections.abc import Sequence
from dataclasses import dataclass

from petitioner.commands.inspection import Scope, count_things, inspect_workspace
from petitioner.commands.paper.pieces import (
    Output,
    conclude,
    list_pieces,
    open_measure,
    refuse,
)
from petitioner.commands.paper.tray import Tray, fill_tray
from petitioner.commands.prints import LABELS, clear_prints, place_print, shorten, write_print
from petitioner.commands.staying import describe_staying
from petitioner.errors import Problem
from petitioner.model.stationery import LabelSheet
from petitioner.sheets.labels.layout import Label, arrange_labels
from petitioner.sheets.labels.pages import print_labels as set_labels
from petitioner.sheets.labels.pages import print_outlines
from petitioner.stationery.names import find_labels
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Order:
    """What was said on the command line; without ``sheet``, campaign.yaml says it.

    ``skip`` labels of the first sheet are gone already; there are ``copies`` of each.
    """

    output: Output
    sheet: str | None = None
    skip: int = 0
    copies: int = 1


def print_labels(terminal: Terminal, scope: Scope, order: Order, *, as_json: bool) -> int:
    """Make the pages of labels: 0 done, 1 somebody is left out who should not be.

    Raises ``UsageError`` for a sheet that is not known or has not so many labels to skip, and WorkspaceError when the
    workspace has errors, or anything does not fit.
    """
    if order.output.calibrate:
        return _calibrate(terminal, scope, order, as_json=as_json)
    tray = fill_tray(terminal, scope)
    mailing, theme = tray.found.require()
    clear_prints(scope.folder, mailing.id, (LABELS,))
    sheet = find_labels(order.sheet or mailing.post.labels)
    pieces = [piece for piece in list_pieces(tray) for _ in range(order.copies)]
    arranged = arrange_labels(pieces, sheet, order.skip, open_measure(theme))
    refuse(one for one in arranged if isinstance(one, Problem))
    labels = [one for one in arranged if isinstance(one, Label)]
    path = ""
    if labels:
        written = place_print(scope.folder, mailing.id, LABELS, order.output.to)
        write_print(written, lambda: set_labels(labels, sheet, order.output.feed, theme))
        path = shorten(written, scope.folder)
        pages = count_things(labels[-1].spot.page + 1, "sheet")
        terminal.say(f"{count_things(len(labels), 'label')} on {pages} of {sheet.name}: {path}")
    if as_json:
        terminal.show_json(_describe(path, labels, sheet, tray))
    return conclude(terminal, tray, len(labels), "label")


def _calibrate(terminal: Terminal, scope: Scope, order: Order, *, as_json: bool) -> int:
    mailing, theme = inspect_workspace(scope).require()
    sheet = find_labels(order.sheet or mailing.post.labels)
    path = place_print(scope.folder, mailing.id, "calibration-labels", order.output.to)
    write_print(path, lambda: print_outlines(sheet, order.output.feed, theme))
    if as_json:
        terminal.show_json({"file": shorten(path, scope.folder)})
    terminal.say(f"Outlines and rulers for {sheet.name}: {shorten(path, scope.folder)}")
    terminal.say("Print it on plain paper, and hold it with a sheet of labels against the light.")
    terminal.say_next("petitioner print labels --offset-x=MM --offset-y=MM", "once you have measured")
    return 0


def _describe(path: str, labels: Sequence[Label], sheet: LabelSheet, tray: Tray) -> dict[str, object]:
    printed = [
        {
            "page": label.spot.page + 1,
            "label": label.spot.number + 1,
            "recipient": label.piece.recipient,
            "reference": label.piece.reference,
            "address": [line.text for line in label.setting.lines],
            "size": label.setting.size,
        }
        for label in labels
    ]
    return {
        "file": path or None,
        "sheet": {"key": sheet.key, "name": sheet.name, "labels": sheet.count},
        "labels": printed,
        "staying": describe_staying(tray.plan.staying),
    }
