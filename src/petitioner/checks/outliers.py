"""The odd one out: of several things that should be alike, the one that differs where all others agree."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Name = TypeVar("Name")
Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Outlier(Generic[Name, Value]):
    """``name`` has ``value``; each of ``others``, in the order in which they came, has ``common``."""

    name: Name
    value: Value
    others: tuple[Name, ...]
    common: Value


def find_outlier(values: Mapping[Name, Value], agreeing: int = 2) -> Outlier[Name, Value] | None:
    """Return the one that differs where all others agree, and they are ``agreeing`` at least; None when there is none.

    Two of two disagree, and nobody can say which of them is wrong: so ``agreeing`` is 2 at the least.
    """
    counts = Counter(values.values())
    if len(counts) != 2 or len(values) <= max(agreeing, 2):  # noqa: PLR2004 - what all have, and what one has
        return None
    (common, _), (odd, count) = counts.most_common()
    if count != 1:
        return None
    name = next(name for name, value in values.items() if value == odd)
    return Outlier(name, odd, tuple(other for other in values if other != name), common)
