"""A server of asyncio, run by a thread of its own for as long as a test needs it."""

import asyncio
import threading
from types import TracebackType
from typing import Self


class Background:
    """Runs ``serve`` in a thread, as a context manager; whoever inherits opens its servers there."""

    async def open(self) -> list[asyncio.Server]:
        """Open the servers; they are closed at the end."""
        raise NotImplementedError

    def hang_up(self) -> None:
        """Cut the connections that no task of ours would end."""

    async def stall(self) -> None:
        """Do nothing until the end. An event of its own would be garbage, and asyncio would lose whoever waits."""
        await self._end.wait()

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._started.wait(10), "the server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server did not end"

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        servers = await self.open()
        self._started.set()
        await self._end.wait()
        for server in servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self.hang_up()
        await asyncio.sleep(0)  # a transport closes its socket on the loop's next rounds
        await asyncio.sleep(0)


def port_of(server: asyncio.Server) -> int:
    """The port on which a server listens."""
    port: int = server.sockets[0].getsockname()[1]
    return port
