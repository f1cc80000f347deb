"""Envelopes, windows and label sheets, from the YAML files in this folder."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Protocol, TypeVar

from petitioner.errors import Problem, UsageError, suggest
from petitioner.model.recipient import Post, PostWindow
from petitioner.model.stationery import (
    Envelope,
    Envelopes,
    FaceLayouts,
    Fold,
    Labels,
    LabelSheet,
    Measure,
    Preset,
    Size,
    Windows,
)
from petitioner.model.types import Origin
from petitioner.source.records import read_package_record

_SIZE = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*(?:mm)?\s*[x×*]\s*(\d{1,4}(?:\.\d{1,2})?)\s*(?:mm)?", re.IGNORECASE)
_NUMBER = r"(\d{1,3}(?:\.\d{1,2})?)"
_WINDOW_MEASURES = re.compile(rf"{_NUMBER}[x×]{_NUMBER}\+{_NUMBER}\+{_NUMBER}", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s\-_/・.]+")
_PAPER_WEIGHTS = (40, 300)  # g/m²: airmail paper and thin card
_MAX_PANELS = 4  # of a sheet that is folded as often as anybody would
_MEASURES = ("width", "height", "left", "bottom")


@cache
def load_envelopes() -> Envelopes:
    """Return the table of envelopes. Read once a process."""
    return read_package_record(Envelopes, __name__, "envelopes.yaml")


@cache
def load_windows() -> Windows:
    """Return the table of windows. Read once a process."""
    return read_package_record(Windows, __name__, "windows.yaml")


@cache
def load_labels() -> Labels:
    """Return the table of label sheets. Read once a process."""
    return read_package_record(Labels, __name__, "labels.yaml")


@cache
def load_face_layouts() -> FaceLayouts:
    """Return the layouts of addresses on envelopes and labels. Read once a process."""
    return read_package_record(FaceLayouts, __name__, "faces.yaml")


class UnknownStationeryError(UsageError):
    """Unknown stationery, or a size that cannot be used; the hint names known ones."""


class _NamedItem(Protocol):
    """An item of a table with a key and a name."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_NamedItem)


def find_envelope(name: str) -> Envelope:
    """Return the envelope with a name or a size in mm such as ``235x120``, width first as the address is read.

    Raises ``UnknownStationeryError``.
    """
    table = load_envelopes()
    if size := _SIZE.fullmatch(name.strip()):
        return _make_envelope(float(size[1]), float(size[2]))
    sizes = {_normalize_name(known): sizes for known, sizes in table.ambiguous.items()}.get(_normalize_name(name))
    if sizes:
        raise UnknownStationeryError(
            f"'{name}' is the name of several envelopes", f"Measure it, and give its size: {' or '.join(sizes)}."
        )
    found = _find_by_name(name, table.envelopes)
    if found is None:
        hint = f"{_suggest_names(name, table.envelopes)} Or give a size in mm, such as 235x120.".strip()
        raise UnknownStationeryError(f"unknown envelope '{name}'", hint)
    return found


def find_labels(name: str) -> LabelSheet:
    """Return the label sheet with a name. Raises ``UnknownStationeryError``."""
    labels = load_labels().labels
    found = _find_by_name(name, labels)
    if found is None:
        raise UnknownStationeryError(f"unknown label sheet '{name}'", _suggest_names(name, labels))
    return found


def find_window(name: str, envelope: Envelope) -> Measure:
    """Return the window of an envelope, by the name of a preset or by measures in mm such as ``90x45+20+15``.

    Raises ``UnknownStationeryError`` for an unknown name, or a window that is not inside the envelope.
    """
    if written := _WINDOW_MEASURES.fullmatch(name.strip()):
        width, height, left, bottom = map(float, written.groups())
        return require_window_inside(Measure(width=width, height=height, left=left, bottom=bottom), envelope)
    presets = load_windows().presets
    preset = _find_by_name(name, presets)
    if preset is None:
        how = "Or measure it: width x height + from the left + from below, as 90x45+20+15."
        raise UnknownStationeryError(f"unknown window '{name}'", f"{_suggest_names(name, presets)} {how}")
    measure = _choose_measures(preset, envelope)
    if measure is None:
        known = ", ".join(one.name for one in load_envelopes().envelopes if one.key in preset.windows)
        hint = f"Measure the window, and give it as 90x45+20+15. {preset.name} is for {known}."
        raise UnknownStationeryError(f"{preset.name} has no window in {envelope.name}", hint)
    return measure


def require_window_inside(measure: Measure, envelope: Envelope) -> Measure:
    """Return a window if it is inside the envelope with the address upright. Raises ``UnknownStationeryError``."""
    size = orient_for_window(envelope)
    across, down = measure.left + measure.width, measure.bottom + measure.height
    if across >= size.width or down >= size.height or not measure.width or not measure.height:
        message = (
            f"a window of {measure.width:g} by {measure.height:g} mm, {measure.left:g} from the left and "
            f"{measure.bottom:g} from below, is not inside {envelope.name}, {size}"
        )
        raise UnknownStationeryError(message, "Measure from the left and the lower edge, the address upright.")
    return measure


def find_fold(envelope: Size) -> Fold | None:
    """Return the fold with the largest panel that fits into an envelope, upright or turned, or None."""
    sizes = (envelope, envelope.turn())
    return next(
        (fold for fold in load_envelopes().folds.values() if any(size.holds(fold) for size in sizes)),
        None,
    )


def orient_for_window(envelope: Envelope) -> Size:
    """Return the size of an envelope, turned so that the letter in it is upright: 長形3号 on its long side."""
    fold = load_envelopes().folds[envelope.fold]
    return envelope if envelope.holds(fold) else envelope.turn()


def _choose_measures(preset: Preset, envelope: Envelope) -> Measure | None:
    """Return the measures of a window in an envelope, by its key or size; None if it has none for it."""
    size, envelopes = (envelope.width, envelope.height), load_envelopes().envelopes
    keys = (envelope.key, *(one.key for one in envelopes if (one.width, one.height) == size))
    return next((preset.windows[key] for key in keys if key in preset.windows), None)


def _make_envelope(width: float, height: float) -> Envelope:
    table, size = load_envelopes(), Size(width=width, height=height)
    name = f"{width:g}x{height:g}"
    for known in table.envelopes:
        if (known.width, known.height) == (width, height):
            return known
    folds = {fold: key for key, fold in table.folds.items()}
    fold = find_fold(size)
    if fold is None or not size.holds(table.least) or not table.most.holds(size):
        message = f"no envelope of {name} mm can be used"
        hint = (
            f"Each side has {table.least.width:g} to {table.most.width:g} mm, and a folded sheet of A4 must go in; "
            "width comes first."
        )
        raise UnknownStationeryError(message, hint)
    grams = round(width * height / 1e6 * table.grams_per_square_metre, 1)
    return Envelope(key=name, name=name, width=width, height=height, grams=grams, fold=folds[fold], source="measured")


def _find_by_name(name: str, known: Iterable[N]) -> N | None:
    return next((item for item in known if _normalize_name(name) in map(_normalize_name, _list_spellings(item))), None)


def _list_spellings(item: _NamedItem) -> tuple[str, ...]:
    return (item.key, item.name, *getattr(item, "also", ()))


def _suggest_names(name: str, known: Iterable[_NamedItem]) -> str:
    keys = [item.key for item in known]
    names = {spelling: item.key for item in known for spelling in _list_spellings(item)}
    suggestion = suggest(name, names)
    return f"{suggestion} Known: {', '.join(keys)}.".strip()


def _normalize_name(name: str) -> str:
    """Normalize a name: 長形３号 and 長形3号 become the same, C6/C5 and c6-c5, and 長型 and 長形."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", name).casefold()).replace("型", "形")


def check_post(post: Post, origin: Origin) -> Iterator[Problem]:
    """Yield a problem for each unknown name and each impossible measure under ``post:`` in campaign.yaml."""
    for code, key, check in _list_post_checks(post):
        try:
            check()
        except UnknownStationeryError as error:
            yield Problem(origin.path, origin.line_of("post", key), code, str(error), error.hint)
            if key == "envelope":
                return  # fold and window cannot be checked


def _list_post_checks(post: Post) -> Iterator[tuple[str, str, Callable[[], object]]]:
    yield "C422", "labels", lambda: find_labels(post.labels)
    yield "C424", "paper", lambda: _check_paper(post.paper)
    yield "C421", "envelope", lambda: find_envelope(post.envelope)
    yield "C424", "fold", lambda: find_panel(post, find_envelope(post.envelope))
    yield "C423", "window", lambda: find_post_window(post.window, find_envelope(post.envelope))


def _check_paper(grams: float) -> None:
    least, most = _PAPER_WEIGHTS
    if not least <= grams <= most:
        raise UnknownStationeryError(f"no paper weighs {grams:g} g/m²", f"Give {least} to {most}; office paper has 80.")


def find_post_window(window: PostWindow | None, envelope: Envelope) -> Measure | None:
    """Return the window of a campaign's envelopes, or None without one. Raises ``UnknownStationeryError``."""
    if window is None:
        return None
    given = {part: value for part in _MEASURES if (value := getattr(window, part)) is not None}
    if window.name is not None and not given:
        return find_window(window.name, envelope)
    if window.name is not None or len(given) < len(_MEASURES):
        message = "a window has either a name or four measures"
        raise UnknownStationeryError(message, "Write 'window: din-680', or {width: …, height: …, left: …, bottom: …}.")
    return require_window_inside(Measure(**given), envelope)


def find_panel(post: Post, envelope: Envelope) -> float:
    """Return the distance in mm from the top of a sheet to its first fold: ``post.fold``, or that of the envelope.

    Raises ``UnknownStationeryError`` if the folded sheet is too large for the envelope.
    """
    table = load_envelopes()
    usual = table.folds[envelope.fold].height
    if post.fold is None:
        return usual
    least, most = table.sheet.height / _MAX_PANELS, orient_for_window(envelope).height
    if not least <= post.fold <= most:
        message = f"a sheet folded {post.fold:g} mm below its top does not go into {envelope.name}"
        raise UnknownStationeryError(message, f"Give {least:g} to {most:g}, or leave 'fold' out: {usual:g}.")
    return post.fold
