"""What campaign.yaml says under ``post:``, held against the stationery."""

from collections.abc import Callable, Iterator

from petitioner.errors import Problem
from petitioner.model.post import Post, PostWindow
from petitioner.model.stationery import Envelope, Measure
from petitioner.model.types import Origin
from petitioner.stationery import load_envelopes
from petitioner.stationery.names import (
    UnknownStationeryError,
    check_window,
    find_envelope,
    find_labels,
    find_window,
    lay,
)

_PAPERS = (40, 300)  # g/m²: airmail paper and thin card
_PANELS = 4  # of a sheet that is folded as often as anybody would
_PARTS = ("width", "height", "left", "bottom")


def check_post(post: Post, origin: Origin) -> Iterator[Problem]:
    """Every name under ``post:`` that the stationery does not know, and every measure that cannot be."""
    for code, key, check in _list_checks(post):
        try:
            check()
        except UnknownStationeryError as error:
            yield Problem(origin.path, origin.line_of("post", key), code, str(error), error.hint)
            if key == "envelope":
                return  # nothing can be said of what goes into it


def _list_checks(post: Post) -> Iterator[tuple[str, str, Callable[[], object]]]:
    yield "C422", "labels", lambda: find_labels(post.labels)
    yield "C424", "paper", lambda: _check_paper(post.paper)
    yield "C421", "envelope", lambda: find_envelope(post.envelope)
    yield "C424", "fold", lambda: find_panel(post, find_envelope(post.envelope))
    yield "C423", "window", lambda: find_post_window(post.window, find_envelope(post.envelope))


def _check_paper(grams: float) -> None:
    least, most = _PAPERS
    if not least <= grams <= most:
        raise UnknownStationeryError(f"no paper weighs {grams:g} g/m²", f"Give {least} to {most}; office paper has 80.")


def find_post_window(window: PostWindow | None, envelope: Envelope) -> Measure | None:
    """The window of a campaign's envelopes, or None where they have none. Raises ``UnknownStationeryError``."""
    if window is None:
        return None
    given = {part: value for part in _PARTS if (value := getattr(window, part)) is not None}
    if window.name is not None and not given:
        return find_window(window.name, envelope)
    if window.name is not None or len(given) < len(_PARTS):
        message = "a window has either a name or four measures"
        raise UnknownStationeryError(message, "Write 'window: din-680', or {width: …, height: …, left: …, bottom: …}.")
    return check_window(Measure(**given), envelope)


def find_panel(post: Post, envelope: Envelope) -> float:
    """How far below its top a sheet is folded first, in mm: what ``post.fold`` says, else what the envelope asks for.

    Raises ``UnknownStationeryError`` for a fold that leaves a sheet too large for the envelope.
    """
    book = load_envelopes()
    usual = book.folds[envelope.fold].height
    if post.fold is None:
        return usual
    least, most = book.sheet.height / _PANELS, lay(envelope).height
    if not least <= post.fold <= most:
        message = f"a sheet folded {post.fold:g} mm below its top does not go into {envelope.name}"
        raise UnknownStationeryError(message, f"Give {least:g} to {most:g}, or leave 'fold' out: {usual:g}.")
    return post.fold
