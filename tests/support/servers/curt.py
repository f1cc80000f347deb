"""A server that says what it was given, line for line, whatever it hears."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from servers.background import Background, port_of


@dataclass
class CurtServer(Background):
    """Says the first line on being called and one more after each line that it hears, and hangs up after the last.

    ``{tag}`` stands for the first word that it last heard, by which IMAP knows its answers.
    """

    lines: list[str]
    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    async def open(self) -> list[asyncio.Server]:
        """Listen on a free port."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = port_of(server)
        return [server]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError, OSError):  # asyncio would complain of a task that ends so
            for line in self.lines:
                tag = self.heard[-1].split()[0] if "{tag}" in line else b""
                writer.write(line.encode().replace(b"{tag}", tag) + b"\r\n")
                self.heard.append(await reader.readline())
        writer.close()
        with suppress(asyncio.CancelledError, OSError):
            await writer.wait_closed()
