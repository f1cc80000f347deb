"""Keep the lines of all values in a document in little memory: a file may have a hundred thousand values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from petitioner.model.types import Location

_DEPTH = 2  # keys that lead to a record in a list of records, such as ("recipients", "jp-tokyo")


@dataclass(frozen=True, eq=False)
class CompactLines(Mapping[Location, int]):
    """Lines by location. Lines in a record count from its first line, so that records of one shape share them."""

    outer: Mapping[Location, int]
    shapes: Mapping[Location, Mapping[Location, int]]

    def __getitem__(self, location: Location) -> int:
        """Return the line of a value. Raises KeyError if it is unknown."""
        record, rest = location[:_DEPTH], location[_DEPTH:]
        return self.outer[record] + (self.shapes[record][rest] if rest else 0)

    def __iter__(self) -> Iterator[Location]:
        """Yield the location of each value."""
        yield from self.outer
        yield from ((*record, *rest) for record, shape in self.shapes.items() for rest in shape)

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self.outer) + sum(map(len, self.shapes.values()))


@dataclass(slots=True)
class LineCollector:
    """Collects the lines of a document's values. A record must be added before the values inside it."""

    outer: dict[Location, int] = field(default_factory=dict)
    shapes: dict[Location, Mapping[Location, int]] = field(default_factory=dict)
    known: dict[tuple[tuple[Location, int], ...], Mapping[Location, int]] = field(default_factory=dict)
    record: Location = ()
    inner: dict[Location, int] = field(default_factory=dict)
    found: CompactLines = field(init=False)

    def __post_init__(self) -> None:
        """Make the one object with all lines, which every record of the document refers to."""
        self.found = CompactLines(self.outer, self.shapes)

    def add(self, location: Location, line: int) -> None:
        """Add the line of a value, unless it is known."""
        if len(location) <= _DEPTH:
            self.outer.setdefault(location, line)
            return
        if location[:_DEPTH] != self.record:
            self.close()
            self.record = location[:_DEPTH]
            self.inner = dict(self.shapes.get(self.record, {}))
        self.inner.setdefault(location[_DEPTH:], line - self.outer[self.record])

    def close(self) -> CompactLines:
        """Return the lines that were added so far."""
        if self.record:
            shape = tuple(self.inner.items())
            self.shapes[self.record] = self.known.setdefault(shape, self.inner)
            self.record = ()
        return self.found
