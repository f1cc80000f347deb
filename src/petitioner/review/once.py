"""Values that are computed once for each snapshot, when a page first needs them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from petitioner.review.live import LiveWorkspace, Snapshot

Value = TypeVar("Value")


@dataclass(slots=True)
class OncePerSnapshot(Generic[Value]):
    """Keeps what ``compute`` returns for the last snapshot."""

    compute: Callable[[LiveWorkspace, Snapshot], Value]
    _kept: tuple[Snapshot, Value] | None = field(default=None, init=False, repr=False)

    def get(self, live: LiveWorkspace, snapshot: Snapshot) -> Value:
        """Return the value for a snapshot. Raises as ``compute`` does."""
        kept = self._kept
        if kept is None or kept[0] is not snapshot:
            kept = self._kept = (snapshot, self.compute(live, snapshot))
        return kept[1]
