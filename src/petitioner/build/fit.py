"""Choose the size and the pitch of each language's letters, so that their pages break well for all recipients."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from petitioner.build.formats import FORMATS
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.checks.pages.typesetting import (
    check_closing,
    check_headings,
    check_last_page,
    check_lists,
    check_lone_words,
)
from petitioner.errors import Problem
from petitioner.inputs.fit import MAX_SIZE_CHANGE, PITCH_RANGE
from petitioner.model.letter import Letter
from petitioner.model.theme import Fit, Fonts, Theme
from petitioner.render import RenderError
from petitioner.tables.locales import load_locales

_CHECKS = (check_closing, check_last_page, check_lists, check_lone_words, check_headings)
FITTED_CODES = frozenset({"F921", "F926", "F927"})
"""The problems that another size may solve."""

_SIZE_COST = 6  # per half a point: a change of the pitch by 6 % is preferred
_PITCHES = range(round(PITCH_RANGE[0] * 100), round(PITCH_RANGE[1] * 100) + 1)


@dataclass(frozen=True, slots=True)
class ChosenFit:
    """The fit of a language, and the letters whose pages still break badly, with what is wrong with each."""

    fit: Fit
    faults: Mapping[str, tuple[Problem, ...]]


def choose_fits(letters: Iterable[Letter], theme: Theme) -> Iterator[tuple[str, ChosenFit]]:
    """Yield the best fit for each language of the letters. ``theme`` is the one without any fit.

    The sizes nearest to those of the theme are tried first. If none suits every letter, the one that suits most is
    chosen. Raises RenderError if a letter cannot be set, and MissingLibraryError.
    """
    in_order = sorted(letters, key=lambda letter: letter.language)
    for tag, group in groupby(in_order, key=lambda letter: letter.language):
        yield tag, _choose_fit(tuple(group), theme, tag)


def list_fits(fonts: Fonts) -> list[Fit]:
    """Return all fits that are allowed for these fonts, beginning with the smallest change."""
    found: list[tuple[float, Fit]] = []
    for half_points in (0, -1, 1):
        for percent in _PITCHES:
            size, pitch = fonts.size + half_points * MAX_SIZE_CHANGE, round(fonts.pitch * percent / 100, 2)
            if pitch >= size:
                found.append((abs(half_points) * _SIZE_COST + abs(percent - 100), Fit(size=size, pitch=pitch)))
    return [fit for _, fit in sorted(found, key=lambda one: one[0])]


def _choose_fit(letters: Sequence[Letter], theme: Theme, tag: str) -> ChosenFit:
    """Try each fit until a letter fails. A letter that failed is tried first with the next fit."""
    examine = _make_examiner(theme, tag)
    order = list(letters)
    difficult: list[Letter] = []
    fits = list_fits(theme.fonts[tag])
    for fit in fits:
        failed = next((letter for letter in order if examine(letter, fit)), None)
        if failed is None:
            return ChosenFit(fit, {})
        order.remove(failed)
        order.insert(0, failed)
        difficult += [] if failed in difficult else [failed]
    best = min(fits, key=lambda fit: sum(bool(examine(letter, fit)) for letter in difficult))
    faults = {letter.file_stem: examine(letter, best) for letter in letters}
    return ChosenFit(best, {stem: found for stem, found in faults.items() if found})


def _make_examiner(theme: Theme, tag: str) -> Callable[[Letter, Fit], tuple[Problem, ...]]:
    """Return a function that sets a letter with a fit, and returns what is wrong with its page breaks."""
    locale, render = load_locales()[tag], FORMATS["pdf"]()
    known: dict[tuple[str, Fit], tuple[Problem, ...]] = {}

    def examine(letter: Letter, fit: Fit) -> tuple[Problem, ...]:
        stem = letter.file_stem
        if (stem, fit) not in known:
            fitted = theme.fitted({tag: fit})
            finished = FinishedLetter(letter, fitted, stem, {"pdf": render(letter, fitted, locale)})
            if finished.placement.difference:
                raise RenderError((f"{stem}.pdf does not have the words of its letter",))
            known[stem, fit] = tuple(problem for check in _CHECKS for problem in check(finished))
        return known[stem, fit]

    return examine
