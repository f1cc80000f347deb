"""The window of the envelope: it shows the address and the small line of the sender, all of it, and nothing else.

On its way the sheet slides in the envelope (DIN 680): to either side and up and down. Glyphs therefore keep away from
the sides of the field, and what stands near it must be left white. All numbers are the theme's, in mm.
"""

from collections.abc import Iterator

from petitioner.checks.pages.box import Box
from petitioner.checks.pages.finished import Finished
from petitioner.checks.pages.placement import Placed
from petitioner.errors import Problem

_SLIDE_DOWN, _SLIDE_LEFT, _SLIDE_RIGHT = 5, 5, 12  # mm; with DIN 5008's numbers x 20 to 110 and y 45 to 90 may show
_SLACK = 0.5  # mm: a round letter stands out of its line a little
_HINT = "Look at 'window' in letters/theme/theme.yaml, and at the address in letters/theme/letter.css."


def check_window(finished: Finished) -> Iterator[Problem]:
    """The first line of the sender or the address that the window may hide, and what else it may show."""
    window, count = finished.theme.window, 1 + len(finished.letter.address.lines)
    across = (window.text_left - _SLACK, window.text_right + _SLACK)
    sender = Box(across[0], window.top + _SLIDE_DOWN, across[1], window.return_line + _SLACK)
    address = Box(across[0], window.return_line, across[1], window.bottom)
    field = (*_list_outside(finished, 0, 1, sender), *_list_outside(finished, 1, count, address))
    for placed, room in field[:1]:
        message = f"'{placed.run.text.strip()}' is not where the window always shows it, {_describe(room)}"
        yield finished.blame("pdf", "F903", message, _HINT)
    yield from _check_strangers(finished, count)


def _list_outside(finished: Finished, first: int, last: int, room: Box) -> Iterator[tuple[Placed, Box]]:
    lines = finished.find(first, last)
    return ((placed, room) for placed in lines if placed.page != 1 or not placed.run.box.is_within(room))


def _check_strangers(finished: Finished, count: int) -> Iterator[Problem]:
    window = finished.theme.window
    seen = Box(window.text_left - _SLIDE_LEFT, window.top, window.text_right + _SLIDE_RIGHT, window.bottom)
    own = {id(placed.run) for placed in finished.find(0, count)}
    for page in finished.pages[:1] if own else ():
        words = [(f"'{run.text.strip()}'", run.box) for run in page.runs if run.is_shown and id(run) not in own]
        things = [
            *words,
            *(("a picture", one.box) for one in page.pictures),
            *(("a line", one) for one in page.surfaces),
        ]
        for name, box in things:
            if box.meets(seen):
                message = f"{name} stands in the window, {_describe(seen)}, where only the address may show"
                yield finished.blame("pdf", "F903", message, _HINT)


def _describe(room: Box) -> str:
    return f"x {room.left:g} to {room.right:g}, y {room.top:g} to {room.bottom:g} mm"
