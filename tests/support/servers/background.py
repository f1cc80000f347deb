"""A server of asyncio, run by a thread of its own for as long as a test needs it."""

import asyncio
import threading
from types import TracebackType
from typing import Any, Self


class Background:
    """Runs ``serve`` in a thread, as a context manager; whoever inherits opens its servers there."""

    async def open(self) -> list[asyncio.Server]:
        """Open the servers; they are closed at the end."""
        raise NotImplementedError

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
        # A connection accepted in this moment starts its task only now, so one round is not enough.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        await _abort_connections()


async def _abort_connections() -> None:
    """Close what is still open: a task that was cancelled late, or TLS that waits for the client's last word.

    A transport under TLS gives no access to the socket below it. Only the loop's own list has it.
    """
    loop: Any = asyncio.get_running_loop()
    for transport in list(loop._transports.values()):  # noqa: SLF001
        transport.abort()
    await asyncio.sleep(0)  # a transport closes its socket on the loop's next rounds
    await asyncio.sleep(0)


def port_of(server: asyncio.Server) -> int:
    """The port on which a server listens."""
    port: int = server.sockets[0].getsockname()[1]
    return port
