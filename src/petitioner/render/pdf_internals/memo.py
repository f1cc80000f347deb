"""A memory of results that forgets those that were not used for the longest time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memo(Generic[T]):
    """Results by key. ``limit`` bounds the sum of their sizes, which are in bytes or any other unit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._total = 0
        self._results: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def find(self, key: Hashable, make: Callable[[], T], measure: Callable[[T], int] = lambda _: 1) -> T:
        """Return the result for a key, which is made if it is not known."""
        known = self.recall(key)
        if known is not None:
            return known
        result = make()
        self.keep(key, result, measure(result))
        return result

    def recall(self, key: Hashable) -> T | None:
        """Return the result for a key if it is known."""
        known = self._results.get(key)
        if known is None:
            return None
        self._results.move_to_end(key)
        return known[0]

    def keep(self, key: Hashable, result: T, size: int) -> None:
        """Keep a result of this size, and forget others if there are too many."""
        self._results[key] = result, size
        self._total += size
        while self._total > self._limit and len(self._results) > 1:
            self._total -= self._results.popitem(last=False)[1][1]
