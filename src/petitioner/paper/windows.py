"""Check which parts of a folded sheet show in an envelope's window, and whether a finished letter fits it.

The sheet is smaller than its envelope and slides within it (DIN 680). The address must show in every position of the
sheet, and nothing else may show in any.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from petitioner.checks.pages.box import Box
from petitioner.checks.pages.finished import FinishedLetter, PlacedRun
from petitioner.checks.pages.pdf_reader import Page, Run
from petitioner.errors import Problem
from petitioner.model.letter import AddressPart
from petitioner.model.stationery import Envelope, Measure, Size
from petitioner.model.theme import Window
from petitioner.tables.stationery import load_envelopes, orient_for_window

_SLACK = 0.3  # mm: round letters extend a little beyond their line
_HERE = "in letters/theme/theme.yaml"
_THEN = "; then build and approve again. Or take an envelope in which the sheet slides less."


@dataclass(frozen=True, slots=True)
class WindowView:
    """Areas of the sheet in mm from its upper left corner: what shows ``always``, and what may ``ever`` show.

    ``slide`` is how far the sheet can move to the right and upwards.
    """

    name: str
    always: Box
    ever: Box
    slide: tuple[float, float]

    @property
    def shows_anything(self) -> bool:
        """Whether any part of the sheet shows always."""
        return self.always.width > 0 and self.always.height > 0


def find_window_view(envelope: Envelope, window: Measure, panel: float) -> WindowView:
    """Return what a window shows of a sheet that is folded ``panel`` mm below its top."""
    size, sheet = orient_for_window(envelope), load_envelopes().sheet
    across, up = size.width - sheet.width, size.height - panel
    left, right = window.left, window.left + window.width
    top, bottom = panel - window.bottom - window.height, panel - window.bottom
    paper = Size(width=sheet.width, height=panel)
    always = _clip_box(Box(left, top + up, right - across, bottom), paper)
    return WindowView(
        envelope.name, always, _clip_box(Box(left - across, top, right, bottom + up), paper), (across, up)
    )


def check_window(finished: FinishedLetter, view: WindowView) -> Iterator[Problem]:
    """Report parts of the address that may be hidden, and other parts that may show: the worst of each side."""
    if unreadable := tuple(finished.find_unreadable()):
        yield from unreadable
        return
    address = finished.letter.address
    count = len(address.printed)
    own = [*finished.find_return_line(), *(one for one in finished.find_runs(0, len(address.lines)) if one.page == 1)]
    if not view.shows_anything:
        across, up = view.slide
        message = f"in {view.name} the sheet slides {across:g} mm across and {up:g} mm up, so that nothing always shows"
        yield finished.make_problem("pdf", "F915", message, "Take an envelope in which the sheet slides less.")
    elif len({placed.line for placed in own}) < count:
        message = "the address is not whole on the first page, where a window could show it"
        yield finished.make_problem("pdf", "F915", message, "Look at the page, and at letters/theme/letter.css.")
    else:
        lines = [(_quote_run(placed.run), placed.run.box) for placed in own]
        findings = (*_list_hidden(lines, view, finished.theme.window), *_list_other_marks(finished, own, view))
        yield from _check_last_line(finished, view)
        for one in _keep_worst(findings):
            yield finished.make_problem("pdf", "F915", one.message, f"{one.hint}{_THEN}")


def _check_last_line(finished: FinishedLetter, view: WindowView) -> Iterator[Problem]:
    """Check that the last visible line is the country, for mail abroad; a letter made without a window may differ."""
    address = finished.letter.address
    country = next((line.text for line in address.written if line.part is AddressPart.COUNTRY), None)
    if country and address.lines[-1].text != country:
        message = f"in the window of {view.name} the address ends in '{address.lines[-1].text}', and not in '{country}'"
        hint = "Write 'window: …' under 'post:' in campaign.yaml; then build and approve again."
        yield finished.make_problem("pdf", "F915", message, hint)


@dataclass(frozen=True, slots=True)
class _Finding:
    """Something that is ``out`` mm beyond a ``side``."""

    side: str
    out: float
    message: str
    hint: str


def _keep_worst(findings: Iterable[_Finding]) -> Iterable[_Finding]:
    worst: dict[str, _Finding] = {}
    for one in findings:
        if one.side not in worst or one.out > worst[one.side].out:
            worst[one.side] = one
    return worst.values()


def _list_hidden(lines: Iterable[tuple[str, Box]], view: WindowView, window: Window) -> Iterator[_Finding]:
    area = view.always
    hints = {
        "left": f"Set 'window.text_left' to {area.left:g} at the least {_HERE}",
        "right": f"Set 'window.text_right' to {area.right:g} at the most {_HERE}",
        "top": f"Set 'window.return_line', now {window.return_line:g}, so much lower {_HERE}",
        "bottom": f"Set 'window.max_pitch', now {window.max_pitch:g}, to less {_HERE}, or give the address fewer lines",
    }
    shown = f"in {view.name} {_describe_area(area)} always shows"
    for text, box in lines:
        outs = (area.left - box.left, box.right - area.right, area.top - box.top, box.bottom - area.bottom)
        for (side, hint), out in zip(hints.items(), outs, strict=True):
            if out > _SLACK:
                yield _Finding(side, out, f"{text} may slide out of the window by {out:.1f} mm ({side}); {shown}", hint)


def _list_other_marks(finished: FinishedLetter, own: Iterable[PlacedRun], view: WindowView) -> Iterator[_Finding]:
    seen, window = view.ever, finished.theme.window
    shown = f"in {view.name} {_describe_area(seen)} may show, and only the address may be there"
    for name, box in _list_others(finished.pages[0], {id(placed.run) for placed in own}):
        if box.meets(seen):
            below, above, beside = seen.bottom - box.top, box.bottom - seen.top, seen.right - box.left
            into, side, hint = min(
                (below, "below", f"Set 'window.bottom' to {window.bottom + below:.1f} at the least {_HERE}"),
                (above, "above", "Make the letterhead lower"),
                (beside, "beside", "Make what is beside the address narrower"),
            )
            yield _Finding(side, into, f"{name} may show in the window by {into:.1f} mm ({side}); {shown}", hint)


def _list_others(page: Page, own: set[int]) -> Iterator[tuple[str, Box]]:
    yield from ((_quote_run(run), run.box) for run in page.runs if run.is_shown and id(run) not in own)
    yield from (("a picture", picture.box) for picture in page.pictures)
    yield from (("a line", box) for box in page.surfaces)


def _quote_run(run: Run) -> str:
    return f"'{run.text.strip()}'".replace("\xa0", " ")


def _clip_box(box: Box, paper: Size) -> Box:
    return Box(max(0, box.left), max(0, box.top), min(paper.width, box.right), min(paper.height, box.bottom))


def _describe_area(area: Box) -> str:
    return f"x {area.left:g} to {area.right:g}, y {area.top:g} to {area.bottom:g} mm"
