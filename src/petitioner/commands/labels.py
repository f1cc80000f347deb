"""``petitioner print labels``: make pages of address labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.commands.print_files import (
    LABELS,
    Output,
    clear_prints,
    list_mail_items,
    make_text_measure,
    raise_problems,
    report_left_out,
    show_outlines,
    write_pages,
)
from petitioner.commands.runs import PreparedRun, prepare_run, serialize_skipped
from petitioner.errors import errors_in
from petitioner.model.stationery import LabelSheet
from petitioner.paper.labels import Label, arrange_labels, render_labels, render_outlines
from petitioner.tables.stationery import find_labels
from petitioner.terminal import Terminal, format_count


@dataclass(frozen=True, slots=True)
class PrintLabelsOptions:
    """What was typed; campaign.yaml has the default of ``sheet``.

    The first ``skip`` labels of the first sheet are used up; ``copies`` of each are made.
    """

    output: Output
    sheet: str | None = None
    skip: int = 0
    copies: int = 1


def print_labels(terminal: Terminal, scope: Scope, options: PrintLabelsOptions, *, as_json: bool) -> int:
    """Make the pages of labels; return 1 when packets wait and none could be printed.

    Raises ``UsageError`` for an unknown sheet or too large a ``skip``, and WorkspaceError when the workspace has errors
    or an address does not fit.
    """
    if options.output.calibrate:
        return _print_outlines(terminal, scope, options, as_json=as_json)
    prepared = prepare_run(terminal, scope)
    mailing, theme = prepared.checked.require()
    clear_prints(scope.folder, mailing.folder, (LABELS,))
    sheet = find_labels(options.sheet or mailing.post.labels)
    items = [item for item in list_mail_items(prepared) for _ in range(options.copies)]
    arranged = arrange_labels(items, sheet, options.skip, make_text_measure(theme))
    labels = arranged.labels
    raise_problems(errors_in(arranged.problems))
    terminal.report(arranged.problems)
    path = ""
    if labels:
        render = partial(render_labels, labels, sheet, options.output.feed, theme)
        path = write_pages(scope, mailing.folder, LABELS, options.output, render)
        pages = format_count(labels[-1].position.page + 1, "sheet")
        terminal.say(f"{format_count(len(labels), 'label')} on {pages} of {sheet.name}: {path}")
    if as_json:
        terminal.show_json(_serialize_labels(path, labels, sheet, prepared))
    return report_left_out(terminal, prepared, len(labels), "label")


def _print_outlines(terminal: Terminal, scope: Scope, options: PrintLabelsOptions, *, as_json: bool) -> int:
    mailing, theme = load_and_check(scope).require()
    sheet = find_labels(options.sheet or mailing.post.labels)
    render = partial(render_outlines, sheet, options.output.feed, theme)
    path = write_pages(scope, mailing.folder, "calibration-labels", options.output, render)
    return show_outlines(terminal, path, "labels", sheet.name, as_json=as_json)


def _serialize_labels(
    path: str, labels: Sequence[Label], sheet: LabelSheet, prepared: PreparedRun
) -> dict[str, object]:
    printed = [
        {
            "page": label.position.page + 1,
            "label": label.position.number + 1,
            "recipient": label.item.recipient,
            "reference": label.item.reference,
            "address": [line.text for line in label.text.lines],
            "size": label.text.size,
        }
        for label in labels
    ]
    return {
        "file": path or None,
        "sheet": {"key": sheet.key, "name": sheet.name, "labels": sheet.count},
        "labels": printed,
        "staying": serialize_skipped(prepared.plan.skipped),
    }
