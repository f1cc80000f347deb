"""A server that begins to answer and never comes to an end, as fast as it can or a few bytes at a time."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from servers.background import Background, port_of


@dataclass
class EndlessServer(Background):
    """Says ``first`` on being called; after what it hears once, ``again`` for ever, ``pause`` seconds apart."""

    first: bytes
    again: bytes
    pause: float = 0
    port: int = 0

    async def open(self) -> list[asyncio.Server]:
        """Listen on a free port."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = port_of(server)
        return [server]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError, OSError):
            writer.write(self.first)
            await reader.read(1000)
            while True:
                writer.write(self.again)
                await writer.drain()
                await asyncio.sleep(self.pause)
        writer.close()
