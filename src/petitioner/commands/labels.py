"""``petitioner print labels``: addresses on sheets of labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from petitioner.commands.load_and_check import Scope, count_things, inspect_workspace
from petitioner.commands.print_files import (
    LABELS,
    Output,
    clear_prints,
    conclude,
    list_pieces,
    open_measure,
    refuse,
    show_outlines,
    write_pieces,
)
from petitioner.commands.runs import Prepared, describe_staying, prepare_run
from petitioner.errors import Problem
from petitioner.model.stationery import LabelSheet
from petitioner.paper.labels import Label, arrange_labels, render_labels, render_outlines
from petitioner.tables.stationery import find_labels
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
    prepared = prepare_run(terminal, scope)
    mailing, theme = prepared.found.require()
    clear_prints(scope.folder, mailing.id, (LABELS,))
    sheet = find_labels(order.sheet or mailing.post.labels)
    pieces = [piece for piece in list_pieces(prepared) for _ in range(order.copies)]
    arranged = arrange_labels(pieces, sheet, order.skip, open_measure(theme))
    refuse(one for one in arranged if isinstance(one, Problem))
    labels = [one for one in arranged if isinstance(one, Label)]
    path = ""
    if labels:
        render = partial(render_labels, labels, sheet, order.output.feed, theme)
        path = write_pieces(scope, mailing.id, LABELS, order.output, render)
        pages = count_things(labels[-1].spot.page + 1, "sheet")
        terminal.say(f"{count_things(len(labels), 'label')} on {pages} of {sheet.name}: {path}")
    if as_json:
        terminal.show_json(_describe(path, labels, sheet, prepared))
    return conclude(terminal, prepared, len(labels), "label")


def _calibrate(terminal: Terminal, scope: Scope, order: Order, *, as_json: bool) -> int:
    mailing, theme = inspect_workspace(scope).require()
    sheet = find_labels(order.sheet or mailing.post.labels)
    render = partial(render_outlines, sheet, order.output.feed, theme)
    path = write_pieces(scope, mailing.id, "calibration-labels", order.output, render)
    return show_outlines(terminal, path, "labels", sheet.name, as_json=as_json)


def _describe(path: str, labels: Sequence[Label], sheet: LabelSheet, prepared: Prepared) -> dict[str, object]:
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
        "staying": describe_staying(prepared.plan.skipped),
    }
