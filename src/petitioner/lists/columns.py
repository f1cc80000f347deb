"""Which column of a list belongs to which place in recipients.yaml: by its name, or as a person says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from petitioner.errors import suggest
from petitioner.lists.fields import LANGUAGE, find_pattern, list_patterns
from petitioner.model.recipient import MissionKind
from petitioner.model.types import Line, Pattern, Record
from petitioner.source.records import read_package_record
from petitioner.source.table import Table, TableError, name_column
from petitioner.tables.locales import load_locales

_REQUIRED = ("country", "city", "name")
_FORM = re.compile(r"(.*?)[ ._(（\[-]+([A-Za-z]{2}(?:[-_][A-Za-z]{4})?)[)）\]]?")
_HAN = re.compile("[一-鿿]")
_BRACES = re.compile(r"\{([^{}]+)\}")


class Layout(Record):
    """A list whose columns are known as a whole: it ``has`` these names.

    ``key`` is the column that identifies a row. ``only`` gives the values that a column must have. ``names`` are
    sentences for the English name of each kind, if the list has no names.
    """

    title: Line
    has: tuple[Line, ...]
    columns: Mapping[str, Line]
    key: Line
    only: Mapping[str, tuple[Line, ...]]
    names: Mapping[MissionKind, Line]


class Guesses(Record):
    """How the language of a column is guessed, for a hint only.

    ``letters`` match what only one language writes. Chinese characters alone are of the first language whose encoding
    in ``encodings`` has them all, or of ``characters``. Everything else is of ``other``.
    """

    letters: Mapping[str, Pattern]
    encodings: Mapping[str, Line]
    characters: Line
    other: Line


class Words(Record):
    """What lists call their columns and kinds; ``districts`` matches cities that are none."""

    columns: Mapping[str, tuple[Line, ...]]
    kinds: Mapping[MissionKind, tuple[Line, ...]]
    districts: Pattern
    guesses: Guesses
    layouts: tuple[Layout, ...]


@cache
def load_words() -> Words:
    """Return the words of lists. Raises WorkspaceError for faults in the file, since people may add words."""
    return read_package_record(Words, __package__, "lists.yaml")


@cache
def list_known_words() -> frozenset[str]:
    """Return all names of columns and kinds, with which an encoding and a delimiter are recognized."""
    words = load_words()
    names = (name for names in (*words.columns.values(), *words.kinds.values()) for name in names)
    return frozenset((*names, *words.columns, *(name for one in words.layouts for name in one.has), *list_patterns()))


@dataclass(frozen=True, slots=True)
class Columns:
    """The place in recipients.yaml of each column, by its number from 0.

    ``patterns`` are texts for places in all rows, with names of columns in braces: ``〒{郵便番号}``. ``unused`` are the
    names of the other columns. ``layout`` is that of a list that is known as a whole.
    """

    places: Mapping[int, str]
    patterns: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    layout: Layout | None = None

    @property
    def all_places(self) -> frozenset[str]:
        """The places that the list gives."""
        return frozenset((*self.places.values(), *self.patterns))


def map_columns(table: Table, mapped: Mapping[str, str], patterns: Mapping[str, str], command: str = "") -> Columns:
    """Find the place of each column. ``command`` is the command line that hints repeat.

    ``mapped`` are places by names of columns, as a person gave them; an empty place leaves a column out. ``patterns``
    are texts by places, for all rows. Raises
    ``TableError`` for a column or a place that does not exist, for a language that nobody said, and for a list without
    the columns that every recipient needs.
    """
    names = table.columns
    named = {name: place for place, pattern in patterns.items() for name in list_names(pattern)}
    _require_names(table, (*mapped, *named))
    _require_places((*mapped.values(), *patterns))
    layout = next((one for one in load_words().layouts if set(one.has) <= set(names)), None)
    places: dict[int, str] = {}
    for number, name in enumerate(names):
        place = mapped.get(name) if name in mapped else _find_place(name, layout)
        if place and place not in patterns and not (name in named and _needs_language(place)):
            places[number] = place
    _require_once(table, places, command)
    _require_languages(table, places, command)
    unused = [number for number, name in enumerate(names) if number not in places and name not in named]
    columns = Columns(places, patterns, tuple(names[one] or f"column {name_column(one + 1)}" for one in unused), layout)
    _require_needed(table, columns, command)
    return columns


def list_names(pattern: str) -> tuple[str, ...]:
    """Return the names of columns in a pattern such as ``〒{郵便番号}``."""
    return tuple(_BRACES.findall(pattern))


def fill_pattern(pattern: str, values: Mapping[str, str]) -> str:
    r"""Return a pattern with the values of a row, and a new line for ``\n``; empty if a value is."""
    if not all(values.get(name) for name in list_names(pattern)):
        return ""
    return _BRACES.sub(lambda found: values[found[1]], pattern).replace("\\n", "\n")


def _find_place(name: str, layout: Layout | None) -> str:
    """Return the place for a name of a column, without its language if the name does not have it, or nothing."""
    if layout:
        return layout.columns.get(name, "")
    if find_pattern(name):
        return name
    spoken = _FORM.fullmatch(name)
    for form, tag in ((name, ""), (spoken[1] if spoken else "", _find_tag(spoken[2]) if spoken else "")):
        place = _index_names().get(form.strip().casefold())
        if place and tag and _needs_language(place):
            return f"{place}.{tag}"
        if place and form == name:
            return place
    return ""


def _find_tag(written: str) -> str:
    plain = written.replace("_", "-").casefold()
    return next((tag for tag in load_locales() if tag.casefold() == plain), "")


@cache
def _index_names() -> Mapping[str, str]:
    return {name.casefold(): place for place, names in load_words().columns.items() for name in names}


def _needs_language(place: str) -> bool:
    return f"{place}.{LANGUAGE}" in list_patterns()


def _require_names(table: Table, named: Iterable[str]) -> None:
    unknown = [name for name in named if name not in table.columns]
    if unknown:
        advice = " ".join(filter(None, (suggest(name, table.columns) for name in unknown)))
        hint = f"{advice} Its columns: {', '.join(filter(None, table.columns))}.".strip()
        raise TableError(f"it has no column {', '.join(map(repr, unknown))}", hint, table.names.line)


def _require_places(places: Iterable[str]) -> None:
    unknown = [place for place in places if place and not find_pattern(place)]
    if unknown:
        example = load_words().guesses.other
        known = [pattern.replace(LANGUAGE, example) for pattern in list_patterns()]
        advice = suggest(unknown[0], known)
        if _needs_language(unknown[0]):
            advice = f"Add the language, such as {unknown[0]}.{example}. Known languages: {', '.join(load_locales())}."
        places_known = ", ".join(pattern for pattern in list_patterns() if "CASE" not in pattern)
        raise TableError(f"recipients have no '{unknown[0]}'", f"{advice} Known: {places_known}.".strip())


def _require_once(table: Table, places: Mapping[int, str], command: str) -> None:
    first: dict[str, int] = {}
    for number, place in places.items():
        other = first.setdefault(place, number)
        if other != number:
            one, two = table.columns[other], table.columns[number]
            hint = f"Leave one out: {command} --map {quote_option(two)}="
            hint = "Give one of them another name in the list." if one == two else hint
            raise TableError(f"two columns are for '{place}': {one!r} and {two!r}", hint, table.names.line)


def _require_languages(table: Table, places: Mapping[int, str], command: str) -> None:
    """Raise TableError if the language of names or addresses is not known; the hint has one that may be right."""
    silent = {number: place for number, place in places.items() if _needs_language(place)}
    if silent:
        names = ", ".join(repr(table.columns[number]) for number in silent)
        options = " ".join(
            f"--map {quote_option(f'{table.columns[number]}={place}.{_guess_tag(table, number)}')}"
            for number, place in silent.items()
        )
        message = f"nobody said in which language these columns are: {names}"
        hint = f"Name the languages (known: {', '.join(load_locales())}). If these are right:\n{command} {options}"
        raise TableError(message, hint, table.names.line)


def quote_option(text: str) -> str:
    """Return a text as one word of a command."""
    return text if re.fullmatch(r"[\w.=@%+:,/-]+", text) else "'" + text.replace("'", "'\\''") + "'"


def _guess_tag(table: Table, number: int) -> str:
    """Return the likely language of a column, for a hint only; Chinese characters are judged by the whole table."""
    text = "".join(row.cells[number].text for row in table.rows if number < len(row.cells))
    guesses = load_words().guesses
    if tag := next((tag for tag, pattern in guesses.letters.items() if re.search(pattern, text)), ""):
        return tag
    if not _HAN.search(text):
        return guesses.other
    everything = "".join(_HAN.findall("".join(cell.text for row in (table.names, *table.rows) for cell in row.cells)))
    fitting = (
        tag
        for tag, codec in guesses.encodings.items()
        if everything.encode(codec, "ignore").decode(codec) == everything
    )
    return next(fitting, guesses.characters)


def _require_needed(table: Table, columns: Columns, command: str) -> None:
    """Raise TableError if no recipient could be made of a row: it is found by its id, or has all that it needs."""
    have = {place.partition(".")[0] for place in columns.all_places}
    if columns.layout or "id" in have:
        return
    lacking = [name for name in _REQUIRED if name not in have]
    if not columns.places:
        names = ", ".join(map(repr, filter(None, table.columns)))
        message = f"the first row does not hold names of columns that are known: {names}"
        raise TableError(message, _advise(table, _REQUIRED, command), table.names.line)
    if lacking:
        message = f"no column is for {' and '.join(map(repr, lacking))}, which every recipient needs"
        raise TableError(message, _advise(table, lacking, command), table.names.line)


def _advise(table: Table, lacking: Sequence[str], command: str) -> str:
    """Return how the places that lack a column can be given, for the first column that has no place."""
    free = [name for name in table.columns if name and not _find_place(name, None)] or list(table.columns)
    full = " ".join(f"--map {quote_option(f'{free[0]}={_complete(place)}')}" for place in lacking[:1])
    same = f"\nIf it is the same in all rows: {command} --set country=JP" if "country" in lacking else ""
    names = ", ".join(filter(None, table.columns))
    return f"Its columns: {names}. Say which is for what, such as:\n{command} {full}{same}"


def _complete(place: str) -> str:
    return f"{place}.en" if _needs_language(place) else place
