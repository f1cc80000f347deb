"""Which line of a letter stands where in its PDF: every word that can be seen, laid beside what the letter says."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from petitioner.checks.pages.script import Script
from petitioner.checks.pages.sheet import Page, Run
from petitioner.checks.pages.tags import HEAD, LABEL, NOTE
from petitioner.checks.pages.words import fold, is_right_to_left, unmirror


@dataclass(frozen=True, slots=True)
class Placed:
    """A run on a page, counted from 1, with the tags around it; ``line`` is the place of its line in the script."""

    page: int
    roles: tuple[str, ...]
    run: Run
    line: int = -1


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a PDF first says something else than its letter; ``found`` or ``wanted`` is empty where nothing follows."""

    page: int
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Placement:
    """The runs of the letter's lines, as far as both agree, the numbers of ``lost`` notes, and the first difference."""

    runs: tuple[Placed, ...]
    lost: tuple[int, ...]
    difference: Difference | None


def place_words(script: Script, pages: Sequence[Page]) -> Placement:
    """Find every line of a letter in its PDF, where notes are tagged as such and read where they are called."""
    read = [
        Placed(number, roles, run)
        for number, page in enumerate(pages, start=1)
        for roles, run in page.read()
        if LABEL not in roles and fold(run.text)
    ]
    noted = "".join(fold(placed.run.text) for placed in read if NOTE in placed.roles)
    lost = _find_lost(script.notes, noted)
    return _follow(script, [placed for placed in read if NOTE not in placed.roles], lost)


def _find_lost(notes: Sequence[str], read: str) -> tuple[int, ...]:
    """The numbers of the notes, from 1, that are not read whole and in their order."""
    lost: list[int] = []
    place = 0
    for number, note in enumerate(notes, start=1):
        found = read.find(fold(note), place)
        lost += [] if found == place else [number]
        place = max(place, found + len(fold(note)) if found >= 0 else place)
    return tuple(lost)


def _follow(script: Script, read: Iterable[Placed], lost: tuple[int, ...]) -> Placement:
    lines = [*script.letterhead, *script.lines]
    heads = {fold(line.text) for line in lines if line.repeats}
    place, rest = -1, ""
    placed: list[Placed] = []
    for one in read:
        while not rest and place + 1 < len(lines):
            place += 1
            rest = fold(lines[place].text)
        text = fold(one.run.text)
        if HEAD in one.roles and not lines[place].repeats and any(text in head for head in heads):
            continue  # a table goes on, under its head
        left = _take_off(rest, text, in_order=not is_right_to_left(lines[place].text))
        if left is None:
            return Placement(tuple(placed), lost, Difference(one.page, text, rest))
        placed.append(Placed(one.page, one.roles, one.run, place))
        rest = left
    wanted = rest or "".join(fold(line.text) for line in lines[place + 1 :])
    difference = Difference(placed[-1].page if placed else 1, "", wanted) if wanted else None
    return Placement(tuple(placed), lost, difference)


def _take_off(rest: str, text: str, *, in_order: bool) -> str | None:
    """What is left of a line after some words of it, or None when these are not the next ones, or not in it at all."""
    if in_order:
        return rest.removeprefix(text) if rest.startswith(text) else None
    left = Counter(unmirror(rest))
    left.subtract(unmirror(text))
    return None if min(left.values()) < 0 else "".join(left.elements())
