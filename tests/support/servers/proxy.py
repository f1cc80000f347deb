"""A proxy that damages one connection in front of any real server, under TLS or not: it counts bytes, it reads none."""

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field

from servers.background import Background, port_of

_PIECE = 4096  # bytes relayed at once


@dataclass
class FaultyLine(Background):
    """Leads to a server; the first connection that brings ``after`` bytes up is damaged, all others are not.

    ``fault`` is ``eat reply`` (what the server says next never arrives, and the line ends), ``cut`` (the line ends),
    ``reset`` (the same with a reset) or ``stall`` (nothing goes either way any more). What comes back during an upload
    is nothing, so the reply that is eaten is the one to the final dot, even under TLS.
    """

    server: int
    fault: str
    after: int
    port: int = 0
    damaged: int = 0
    connections: int = field(default=0)

    async def open(self) -> list[asyncio.Server]:
        """Listen on a free port."""
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = port_of(server)
        return [server]

    async def _relay(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.connections += 1
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.server)
        passed = _Passed()
        ways = [
            asyncio.ensure_future(self._carry_up(from_client, to_server, passed)),
            asyncio.ensure_future(self._carry_down(from_server, to_client, passed)),
        ]
        with suppress(asyncio.CancelledError):  # the test is over; asyncio would complain of a task that says so
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._part(to_client, to_server, damaged=passed.damaged)

    async def _carry_up(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, passed: "_Passed") -> None:
        while piece := await source.read(_PIECE):
            passed.bytes += len(piece)
            if self.fault != "eat reply" and self._is_due(passed):
                self._damage(passed)
                if self.fault == "stall":
                    await self.stall()
                return
            to.write(piece)
            await to.drain()

    async def _carry_down(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, passed: "_Passed") -> None:
        while piece := await source.read(_PIECE):
            if self.fault == "eat reply" and self._is_due(passed):
                self._damage(passed)
                return
            if passed.damaged:
                await self.stall()
            to.write(piece)
            await to.drain()

    def _is_due(self, passed: "_Passed") -> bool:
        return not self.damaged and passed.bytes >= self.after

    def _damage(self, passed: "_Passed") -> None:
        self.damaged += 1
        passed.damaged = True

    def _part(self, to_client: asyncio.StreamWriter, to_server: asyncio.StreamWriter, *, damaged: bool) -> None:
        if damaged and self.fault == "reset":
            line: socket.socket = to_client.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for writer in (to_client, to_server):
            writer.transport.abort() if damaged and self.fault != "eat reply" else writer.close()


@dataclass
class _Passed:
    """What one connection has brought up."""

    bytes: int = 0
    damaged: bool = False
