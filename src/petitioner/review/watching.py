"""Notice within a second that a file of the workspace was saved, and read it again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from petitioner.build.last_build import MANIFEST_NAME, OUT
from petitioner.errors import PetitionerError
from petitioner.files import PART
from petitioner.review.live import LiveWorkspace

_DEBOUNCE, _STEP = 200, 50  # ms: an editor writes a file in several steps


class _Inputs(DefaultFilter):
    """Leaves out hidden and half-written files, and those that the program makes, but for its list of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change may alter what the pages show."""
        place = Path(path)
        inner = place.relative_to(self._folder).parts if place.is_relative_to(self._folder) else place.parts
        is_made = inner[:1] == (OUT,) and place.name != MANIFEST_NAME
        is_hidden = any(part.startswith(".") for part in inner)
        return not (is_made or is_hidden or place.name.endswith(PART)) and super().__call__(change, path)


@asynccontextmanager
async def watch(live: LiveWorkspace) -> AsyncIterator[None]:
    """Read the workspace again after each change, until the context ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(_refresh_after_changes(live, stop))
    try:
        yield
    finally:
        stop.set()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _refresh_after_changes(live: LiveWorkspace, stop: asyncio.Event) -> None:
    changes = awatch(live.folder, watch_filter=_Inputs(live.folder), debounce=_DEBOUNCE, step=_STEP, stop_event=stop)
    async for _ in changes:
        with suppress(PetitionerError):  # the pages show it
            await asyncio.to_thread(live.refresh_after_save)
