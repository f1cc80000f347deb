"""``petitioner print envelopes``: make one page for each envelope, and check its window."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath

from petitioner.approval.approvals import LETTER
from petitioner.approval.packets import FrozenLetter
from petitioner.build.last_build import OUT
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.commands.load_and_check import CheckedWorkspace, Scope, load_and_check
from petitioner.commands.print_files import (
    ENVELOPES,
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
from petitioner.delivery.plan import PlannedPacket
from petitioner.errors import PetitionerError, Problem
from petitioner.model.letter import Letter
from petitioner.model.stationery import Envelope, Measure
from petitioner.model.theme import Theme
from petitioner.paper.envelope_pdf import EnvelopeOptions, render_envelopes, render_outlines
from petitioner.paper.envelope_setup import EnvelopeSetup, choose_setup
from petitioner.paper.envelopes import EnvelopePage, choose_note, lay_out_envelope
from petitioner.paper.windows import WindowView, check_window, find_window_view
from petitioner.tables.stationery import find_envelope, find_panel, find_post_window, find_window
from petitioner.terminal import Terminal, format_count

_PDF = "application/pdf"
_NO_WINDOW = "none"


@dataclass(frozen=True, slots=True)
class PrintEnvelopesOptions:
    """What was typed; campaign.yaml has the default of ``envelope`` and ``window``.

    ``with_boxes`` draws the frames for the postal code, and ``with_backs`` adds the back of each envelope.
    """

    output: Output
    envelope: str | None = None
    window: str | None = None
    with_boxes: bool = False
    with_backs: bool = False


@dataclass(frozen=True, slots=True)
class _Choice:
    """The chosen envelope, and what its window shows."""

    envelope: Envelope
    window: Measure | None
    setup: EnvelopeSetup
    view: WindowView | None


def print_envelopes(terminal: Terminal, scope: Scope, options: PrintEnvelopesOptions, *, as_json: bool) -> int:
    """Make a page for each envelope; return 1 when packets wait and none could be printed.

    Raises ``UsageError`` for an unknown envelope or window, and WorkspaceError when the workspace has errors, an
    address does not fit, or a window would not show exactly the address.
    """
    if options.output.calibrate:
        return _print_outlines(terminal, scope, options, as_json=as_json)
    prepared = prepare_run(terminal, scope)
    mailing, theme = prepared.checked.require()
    clear_prints(scope.folder, mailing.folder, (ENVELOPES,))
    choice = _choose_envelope(prepared.checked, options)
    if choice.view:
        raise_problems(_merge_same_problems(_check_windows(prepared, choice.view, theme)))
    laid = [
        lay_out_envelope(item, choice.setup, make_text_measure(theme), choose_note(item, mailing))
        for item in list_mail_items(prepared)
    ]
    raise_problems(problem for one in laid if not isinstance(one, EnvelopePage) for problem in one)
    pages = [one for one in laid if isinstance(one, EnvelopePage)]
    terminal.report(dict.fromkeys(problem for page in pages for problem in page.warnings))
    envelope_options = EnvelopeOptions(options.output.feed, options.with_boxes, options.with_backs)
    path = ""
    if pages:
        render = partial(render_envelopes, pages, choice.setup, envelope_options, theme)
        path = write_pages(scope, mailing.folder, ENVELOPES, options.output, render)
        backs = ", front and back" if options.with_backs else ""
        count = format_count(len(pages), "envelope")
        terminal.say(f"{count} for {choice.envelope.name}, {choice.envelope}{backs}: {path}")
    if as_json:
        terminal.show_json(_serialize_envelopes(path, pages, choice, options, prepared))
    return report_left_out(terminal, prepared, len(pages), "envelope")


def _print_outlines(terminal: Terminal, scope: Scope, options: PrintEnvelopesOptions, *, as_json: bool) -> int:
    checked = load_and_check(scope)
    mailing, theme = checked.require()
    choice, envelope_options = _choose_envelope(checked, options), EnvelopeOptions(options.output.feed)
    render = partial(render_outlines, choice.setup, envelope_options, theme)
    path = write_pages(scope, mailing.folder, "calibration-envelopes", options.output, render)
    return show_outlines(terminal, path, "envelopes", f"{choice.envelope.name}, {choice.envelope}", as_json=as_json)


def _choose_envelope(checked: CheckedWorkspace, options: PrintEnvelopesOptions) -> _Choice:
    """Return the envelope and window that were typed, else those of the campaign. Raises ``UsageError``."""
    mailing, _ = checked.require()
    post = mailing.post
    envelope = find_envelope(options.envelope or post.envelope)
    if options.window == _NO_WINDOW:
        window = None
    elif options.window:
        window = find_window(options.window, envelope)
    else:  # the campaign's window is that of the campaign's envelope
        window = find_post_window(post.window, envelope) if options.envelope is None else None
    setup = choose_setup(envelope, mailing.sender.country, window)
    view = find_window_view(envelope, window, find_panel(post, envelope)) if window else None
    return _Choice(envelope, window, setup, view)


def _check_windows(prepared: PreparedRun, view: WindowView, theme: Theme) -> Iterator[Problem]:
    """Check every approved letter against the window."""
    for planned in prepared.plan.planned:
        merged = {(letter.stem, letter.language): letter for letter in prepared.requests[planned.packet.key].letters}
        for frozen in planned.packet.letters:
            letter = merged[frozen.stem, frozen.language]
            yield from check_window(_open_approved_letter(prepared, planned, frozen, letter, theme), view)


def _merge_same_problems(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Merge the problems that are the same in letters to several missions."""
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for one in problems:
        alike.setdefault((PurePosixPath(one.path).name, one.message, one.hint), []).append(one)
    for first, *others in alike.values():
        ids = dict.fromkeys(PurePosixPath(one.path).parent.name for one in others)
        yield replace(first, message=f"{first.message}; so in {', '.join(ids)}") if ids else first


def _open_approved_letter(
    prepared: PreparedRun, planned: PlannedPacket, frozen: FrozenLetter, letter: Letter, theme: Theme
) -> FinishedLetter:
    file = next((file for file in frozen.files if file.media_type == _PDF), None)
    content = prepared.log.read_blob(file.sha256) if file else None
    if content is None:
        id_ = planned.packet.key.recipient
        hint = f'petitioner log withdraw {planned.packet.approval.event} --because "…", then: petitioner approve'
        raise PetitionerError(f"The {LETTER} {letter.file_stem} of {id_} is no longer in the log.", hint)
    path = f"{OUT}/{planned.packet.key.campaign}/{letter.file_stem}"
    return FinishedLetter(letter, theme, path, {"pdf": content})


def _serialize_envelopes(
    path: str, pages: list[EnvelopePage], choice: _Choice, options: PrintEnvelopesOptions, prepared: PreparedRun
) -> dict[str, object]:
    envelope, view = choice.envelope, choice.view
    step = 2 if options.with_backs else 1
    described = [
        {
            "page": 1 + place * step,
            "recipient": page.item.recipient,
            "reference": page.item.reference,
            "abroad": page.item.is_abroad,
            "address": [line.text for line in page.address.text.lines] if page.address else _list_columns(page),
            "boxes": "".join(digit.text for digit in page.digits),
            "size": _find_size(page),
            "vertical": page.columns is not None,
        }
        for place, page in enumerate(pages)
    ]
    return {
        "file": path or None,
        "envelope": {"key": envelope.key, "name": envelope.name, "width": envelope.width, "height": envelope.height},
        "window": str(choice.window) if choice.window else None,
        "always_shown": [view.always.left, view.always.top, view.always.right, view.always.bottom] if view else None,
        "pages": described,
        "staying": serialize_skipped(prepared.plan.skipped),
    }


def _list_columns(page: EnvelopePage) -> list[str]:
    return [column.text.text for column in page.columns.address] if page.columns else []


def _find_size(page: EnvelopePage) -> float | None:
    if page.columns:
        return page.columns.size
    return page.address.text.size if page.address else None
