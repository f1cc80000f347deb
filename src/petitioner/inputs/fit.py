"""The fit of a campaign: size and pitch of the letters in each language. ``petitioner build --fit`` chooses them."""

from collections.abc import Iterator, Mapping

from petitioner.errors import Problem, errors_in
from petitioner.model.theme import Fit, Theme
from petitioner.model.types import Record
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import parse_yaml
from petitioner.tables.locales import check_languages

NAME = "fit.yaml"
MAX_SIZE_CHANGE = 0.5
"""How far a size may be from that of the theme, in pt."""

PITCH_RANGE = (0.95, 1.10)
"""The pitch, as a part of that of the theme."""

_TOLERANCE = 0.005  # pt: figures are written with two decimals
_ADVICE = "Run: petitioner build --fit    It chooses the sizes again."


class _FitFile(Record):
    fit: Mapping[str, Fit]


def read_fit(path: str, content: bytes, theme: Theme) -> tuple[Theme, tuple[Problem, ...]]:
    """Return the theme with the sizes and pitches of the file at ``path``, and the problems of the file.

    A file with errors changes nothing.
    """
    text, problems = decode(path, content)
    document, faults = parse_yaml(path, text) if text is not None else (None, ())
    problems = (*problems, *faults)
    if document is None:
        return theme, problems
    record, faults = read_record(_FitFile, document)
    problems = (*problems, *check_languages(document, ("fit",)), *faults)
    if record is None or errors_in(problems):
        return theme, problems
    fits = {tag: fit for tag, fit in record.fit.items() if tag in theme.fonts}
    for tag, fit in fits.items():
        for key, message in _find_faults(theme, tag, fit):
            problems = (*problems, Problem(path, document.line_of(("fit", tag, key)), "T105", message, _ADVICE))
    return (theme if errors_in(problems) else theme.fitted(fits)), problems


def _find_faults(theme: Theme, tag: str, fit: Fit) -> Iterator[tuple[str, str]]:
    """Yield each key of a fit that is out of its range, with a message."""
    fonts = theme.fonts[tag]
    for key, value, low, high in (
        ("size", fit.size, fonts.size - MAX_SIZE_CHANGE, fonts.size + MAX_SIZE_CHANGE),
        ("pitch", fit.pitch, max(fonts.pitch * PITCH_RANGE[0], fit.size), fonts.pitch * PITCH_RANGE[1]),
    ):
        if not low - _TOLERANCE <= value <= high + _TOLERANCE:
            limits = f"{low:.4g} to {high:.4g} pt"
            yield key, f"the {key} of {tag} is {value:g} pt, but the theme allows {limits}"


def format_fit(fits: Mapping[str, Fit]) -> str:
    """Return the text of a file with these fits."""
    lines = (f"  {tag}: {{size: {fit.size:g}, pitch: {fit.pitch:g}}}" for tag, fit in sorted(fits.items()))
    head = (
        "# The size of the type and the pitch of the lines in each language, in points.",
        "# This file was written by: petitioner build --fit",
        "fit:",
    )
    return "\n".join((*head, *lines, ""))
