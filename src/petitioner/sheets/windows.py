"""Windows: what of a folded sheet always shows, what may ever show, and whether a finished letter is made for that.

The sheet is smaller than its envelope, and slides to its edges on the way (DIN 680). What must be read lies where the
window is at either end; nothing else lies where it is at any.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from petitioner.checks.pages.box import Box
from petitioner.checks.pages.finished import Finished
from petitioner.errors import Problem
from petitioner.model.stationery import Envelope, Measure, Size
from petitioner.stationery import load_envelopes
from petitioner.stationery.names import lay

_SLACK = 0.3  # mm: a round letter stands out of its line a little
_THEME = (
    "in letters/theme/theme.yaml, then build and approve again; or take an envelope in which the sheet slides less."
)


@dataclass(frozen=True, slots=True)
class View:
    """Parts of the sheet in mm from its upper left corner: what shows ``always``, wherever it lies, and ``ever``.

    ``slide`` is how far it can move to the right and upwards.
    """

    name: str
    always: Box
    ever: Box
    slide: tuple[float, float]

    @property
    def shows_anything(self) -> bool:
        """Whether any part of the sheet shows always."""
        return self.always.width > 0 and self.always.height > 0


def view_sheet(envelope: Envelope, window: Measure, panel: float) -> View:
    """What a window shows of a sheet that is folded ``panel`` mm below its top, and lies in the envelope."""
    size, sheet = lay(envelope), load_envelopes().sheet
    across, up = size.width - sheet.width, size.height - panel
    left, right = window.left, window.left + window.width
    top, bottom = panel - window.bottom - window.height, panel - window.bottom
    paper = Size(width=sheet.width, height=panel)
    always = _clip(Box(left, top + up, right - across, bottom), paper)
    return View(envelope.name, always, _clip(Box(left - across, top, right, bottom + up), paper), (across, up))


def check_view(finished: Finished, view: View) -> Iterator[Problem]:
    """What of the address the window may hide, and what else it may show: the worst of each side."""
    count = 1 + len(finished.letter.address.lines)
    own = [placed for placed in finished.find(0, count) if placed.page == 1]
    lines = [(placed.run.text.strip(), placed.run.box) for placed in own]
    if not view.shows_anything:
        across, up = view.slide
        message = f"in {view.name} the sheet slides {across:g} mm across and {up:g} mm up, so that nothing always shows"
        yield finished.blame("pdf", "F915", message, "Take an envelope in which the sheet slides less.")
        return
    yield from _keep_worst(_list_hidden(finished, lines, view))
    told = {id(placed.run) for placed in own}
    for page in finished.pages[:1]:
        words = [(f"'{run.text.strip()}'", run.box) for run in page.runs if run.is_shown and id(run) not in told]
        things = [("a picture", picture.box) for picture in page.pictures] + [("a line", box) for box in page.surfaces]
        yield from _keep_worst(_list_strangers(finished, [*words, *things], view))


_Found = tuple[str, float, Problem]
"""The side, by how much, and the problem."""


def _keep_worst(found: Iterable[_Found]) -> Iterator[Problem]:
    worst: dict[str, _Found] = {}
    for one in found:
        if one[1] > worst.get(one[0], one)[1] or one[0] not in worst:
            worst[one[0]] = one
    return (problem for _, _, problem in worst.values())


def _list_hidden(finished: Finished, lines: Iterable[tuple[str, Box]], view: View) -> Iterator[_Found]:
    window, room = finished.theme.window, view.always
    for text, box in lines:
        sides = {
            "left": (room.left - box.left, f"Set 'window.text_left' to {room.left:g} at the least"),
            "right": (box.right - room.right, f"Set 'window.text_right' to {room.right:g} at the most"),
            "top": (room.top - box.top, f"Set 'window.return_line' to {window.return_line + room.top - box.top:.1f}"),
            "bottom": (box.bottom - room.bottom, "Set 'window.max_pitch' to less, or give the address fewer lines"),
        }
        for side, (out, hint) in sides.items():
            if out > _SLACK:
                message = (
                    f"'{text}' may slide out of the window by {out:.1f} mm at the {side}; "
                    f"in {view.name} {_describe(room)} always shows"
                )
                yield side, out, finished.blame("pdf", "F915", message, f"{hint} {_THEME}")


def _list_strangers(finished: Finished, things: Iterable[tuple[str, Box]], view: View) -> Iterator[_Found]:
    seen, window = view.ever, finished.theme.window
    for name, box in things:
        if not box.meets(seen):
            continue
        below, above, beside = seen.bottom - box.top, box.bottom - seen.top, seen.right - box.left
        into, side, hint = min(
            (below, "bottom", f"Set 'window.bottom' to {window.bottom + below:.1f} at the least"),
            (above, "top", "Give the letterhead less height: 'letterhead', 'logo_height' or its lines"),
            (beside, "right", "Give what stands beside the address less width"),
        )
        message = (
            f"{name} may show in the window, by {into:.1f} mm at the {side}; "
            f"in {view.name} {_describe(seen)} may show, and only the address may stand there"
        )
        yield f"{side} stranger", into, finished.blame("pdf", "F915", message, f"{hint} {_THEME}")


def _clip(box: Box, paper: Size) -> Box:
    return Box(max(0, box.left), max(0, box.top), min(paper.width, box.right), min(paper.height, box.bottom))


def _describe(room: Box) -> str:
    return f"x {room.left:g} to {room.right:g}, y {room.top:g} to {room.bottom:g} mm"
