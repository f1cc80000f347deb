"""What people call stationery: names of the trade, and sizes in millimetres."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol, TypeVar

from petitioner.errors import UsageError, suggest
from petitioner.model.stationery import Envelope, Fold, LabelSheet, Measure, Preset, Size
from petitioner.stationery import load_envelopes, load_labels, load_windows

_SIZE = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*(?:mm)?\s*[x×*]\s*(\d{1,4}(?:\.\d{1,2})?)\s*(?:mm)?", re.IGNORECASE)
_NUMBER = r"(\d{1,3}(?:\.\d{1,2})?)"
_MEASURE = re.compile(rf"{_NUMBER}[x×]{_NUMBER}\+{_NUMBER}\+{_NUMBER}", re.IGNORECASE)
_FILLING = re.compile(r"[\s\-_/・.]+")


class UnknownStationeryError(UsageError):
    """No stationery is known by a name, or no such size can be used; the hint tells what can."""


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
    several = {_fold(known): sizes for known, sizes in book.ambiguous.items()}.get(_fold(name))
    if several:
        raise UnknownStationeryError(
            f"'{name}' is the name of several envelopes", f"Measure it, and give its size: {' or '.join(several)}."
        )
    found = _find(name, book.envelopes)
    if found is None:
        hint = f"{_advise(name, book.envelopes)} Any size in mm will do as well, such as 235x120.".strip()
        raise UnknownStationeryError(f"no envelope is known as '{name}'", hint)
    return found


def find_labels(name: str) -> LabelSheet:
    """The sheet of labels of a name. Raises ``UnknownStationeryError``."""
    labels = load_labels().labels
    found = _find(name, labels)
    if found is None:
        raise UnknownStationeryError(f"no sheet of labels is known as '{name}'", _advise(name, labels))
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
        raise UnknownStationeryError(f"no window is known as '{name}'", hint.strip())
    measure = _choose(preset, envelope)
    if measure is None:
        known = ", ".join(one.name for one in load_envelopes().envelopes if one.key in preset.windows)
        hint = f"Measure the window of yours, and write it down as 90x45+20+15. {preset.name} measures {known}."
        raise UnknownStationeryError(f"{preset.name} has no window in {envelope.name}", hint)
    return measure


def check_window(measure: Measure, envelope: Envelope) -> Measure:
    """The same window, which must lie within the envelope as it is read. Raises ``UnknownStationeryError``."""
    size = lay(envelope)
    across, down = measure.left + measure.width, measure.bottom + measure.height
    if across >= size.width or down >= size.height or not measure.width or not measure.height:
        message = (
            f"a window of {measure.width:g} by {measure.height:g} mm, {measure.left:g} from the left and "
            f"{measure.bottom:g} from below, does not lie within {envelope.name} of {size}"
        )
        raise UnknownStationeryError(message, "Measure from the left and the lower edge, the address upright.")
    return measure


def find_fold(envelope: Size) -> Fold | None:
    """The fold that leaves a sheet as large as the envelope can take it, either way round; None where it takes none."""
    ways = (envelope, envelope.turn())
    return next((fold for fold in load_envelopes().folds.values() if any(way.holds(fold) for way in ways)), None)


def lay(envelope: Envelope) -> Size:
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
    return next((one for one in known if _fold(name) in map(_fold, _list_names(one))), None)


def _list_names(one: _Named) -> tuple[str, ...]:
    return (one.key, one.name, *getattr(one, "also", ()))


def _advise(name: str, known: Iterable[_Named]) -> str:
    keys = [one.key for one in known]
    names = {spelling: one.key for one in known for spelling in _list_names(one)}
    near = suggest(name, names)
    return f"{near} Known: {', '.join(keys)}.".strip()


def _fold(name: str) -> str:
    """One spelling of a name: 長形３号 and 長形3号, C6/C5 and c6-c5 are the same; 長型 is how many write 長形."""
    return _FILLING.sub("", unicodedata.normalize("NFKC", name).casefold()).replace("型", "形")
