"""Stationery: envelopes, windows, sheets of labels, from the YAML files in this folder."""

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
_MEASURE = re.compile(rf"{_NUMBER}[x×]{_NUMBER}\+{_NUMBER}\+{_NUMBER}", re.IGNORECASE)
_FILLING = re.compile(r"[\s\-_/・.]+")
_PAPERS = (40, 300)  # g/m²: airmail paper and thin card
_PANELS = 4  # of a sheet that is folded as often as anybody would
_PARTS = ("width", "height", "left", "bottom")


@cache
def load_envelopes() -> Envelopes:
    """The envelopes that are known."""
    return read_package_record(Envelopes, __name__, "envelopes.yaml")


@cache
def load_windows() -> Windows:
    """The windows that are known."""
    return read_package_record(Windows, __name__, "windows.yaml")


@cache
def load_labels() -> Labels:
    """The sheets of labels that are known."""
    return read_package_record(Labels, __name__, "labels.yaml")


@cache
def load_face_layouts() -> FaceLayouts:
    """How faces of envelopes and labels are set."""
    return read_package_record(FaceLayouts, __name__, "faces.yaml")


class UnknownStationeryError(UsageError):
    """Unknown stationery, or a size that cannot be used; the hint says what can."""


class _Named(Protocol):
    """What has a key and names."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def find_envelope(name: str) -> Envelope:
    """The envelope of a name, or of a size such as ``235x120``, width first as the address is read.

    Raises ``UnknownStationeryError``.
    """
    book = load_envelopes()
    if size := _SIZE.fullmatch(name.strip()):
        return _measure_envelope(float(size[1]), float(size[2]))
    several = {_normalize(known): sizes for known, sizes in book.ambiguous.items()}.get(_normalize(name))
    if several:
        raise UnknownStationeryError(
            f"'{name}' is the name of several envelopes", f"Measure it, and give its size: {' or '.join(several)}."
        )
    found = _find(name, book.envelopes)
    if found is None:
        hint = f"{_advise(name, book.envelopes)} Or give a size in mm, such as 235x120.".strip()
        raise UnknownStationeryError(f"unknown envelope '{name}'", hint)
    return found


def find_labels(name: str) -> LabelSheet:
    """The sheet of labels of a name. Raises ``UnknownStationeryError``."""
    labels = load_labels().labels
    found = _find(name, labels)
    if found is None:
        raise UnknownStationeryError(f"unknown label sheet '{name}'", _advise(name, labels))
    return found


def find_window(name: str, envelope: Envelope) -> Measure:
    """The window of a preset in an envelope, or a measure such as ``90x45+20+15``. Raises ``UnknownStationeryError``.

    The window must lie within the envelope as it is read.
    """
    if written := _MEASURE.fullmatch(name.strip()):
        width, height, left, bottom = map(float, written.groups())
        return check_window(Measure(width=width, height=height, left=left, bottom=bottom), envelope)
    presets = load_windows().presets
    preset = _find(name, presets)
    if preset is None:
        hint = f"{_advise(name, presets)} Or measure it: width x height + from the left + from below, as 90x45+20+15."
        raise UnknownStationeryError(f"unknown window '{name}'", hint.strip())
    measure = _choose(preset, envelope)
    if measure is None:
        known = ", ".join(one.name for one in load_envelopes().envelopes if one.key in preset.windows)
        hint = f"Measure the window, and give it as 90x45+20+15. {preset.name} is for {known}."
        raise UnknownStationeryError(f"{preset.name} has no window in {envelope.name}", hint)
    return measure


def check_window(measure: Measure, envelope: Envelope) -> Measure:
    """The same window, which must lie within the envelope as it is read. Raises ``UnknownStationeryError``."""
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
    """The fold that leaves a sheet as large as the envelope can take it, either way round; None where it takes none."""
    ways = (envelope, envelope.turn())
    return next((fold for fold in load_envelopes().folds.values() if any(way.holds(fold) for way in ways)), None)


def orient_for_window(envelope: Envelope) -> Size:
    """The envelope's size as it lies when the letter in it is upright: 長形3号 is turned onto its long side."""
    fold = load_envelopes().folds[envelope.fold]
    return envelope if envelope.holds(fold) else envelope.turn()


def _choose(preset: Preset, envelope: Envelope) -> Measure | None:
    """By key, or by size where an envelope was given in millimetres."""
    alike = (one for one in load_envelopes().envelopes if (one.width, one.height) == (envelope.width, envelope.height))
    keys = (envelope.key, *(one.key for one in alike))
    return next((preset.windows[key] for key in keys if key in preset.windows), None)


def _measure_envelope(width: float, height: float) -> Envelope:
    book, size = load_envelopes(), Size(width=width, height=height)
    name = f"{width:g}x{height:g}"
    for known in book.envelopes:
        if (known.width, known.height) == (width, height):
            return known
    folds = {fold: key for key, fold in book.folds.items()}
    fold = find_fold(size)
    if fold is None or not size.holds(book.least) or not book.most.holds(size):
        message = f"no envelope of {name} mm can be used"
        hint = (
            f"Each side has {book.least.width:g} to {book.most.width:g} mm, and a folded sheet of A4 must go in; "
            "width comes first."
        )
        raise UnknownStationeryError(message, hint)
    grams = round(width * height / 1e6 * book.grams_per_square_metre, 1)
    return Envelope(key=name, name=name, width=width, height=height, grams=grams, fold=folds[fold], source="measured")


def _find(name: str, known: Iterable[N]) -> N | None:
    return next((one for one in known if _normalize(name) in map(_normalize, _list_names(one))), None)


def _list_names(one: _Named) -> tuple[str, ...]:
    return (one.key, one.name, *getattr(one, "also", ()))


def _advise(name: str, known: Iterable[_Named]) -> str:
    keys = [one.key for one in known]
    names = {spelling: one.key for one in known for spelling in _list_names(one)}
    near = suggest(name, names)
    return f"{near} Known: {', '.join(keys)}.".strip()


def _normalize(name: str) -> str:
    """One spelling of a name: 長形３号 and 長形3号, C6/C5 and c6-c5 are the same; 長型 is how many write 長形."""
    return _FILLING.sub("", unicodedata.normalize("NFKC", name).casefold()).replace("型", "形")


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
    least, most = book.sheet.height / _PANELS, orient_for_window(envelope).height
    if not least <= post.fold <= most:
        message = f"a sheet folded {post.fold:g} mm below its top does not go into {envelope.name}"
        raise UnknownStationeryError(message, f"Give {least:g} to {most:g}, or leave 'fold' out: {usual:g}.")
    return post.fold
