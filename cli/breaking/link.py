"""A TCP proxy before one server: while it is told to, it delays, throttles or cuts what passes."""

import asyncio
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from cli import ports as port_table
from cli.home import Home
from cli.servers import links

BLOCK = 65_536
AHEAD = 32
"""Blocks of one direction that may be on their way: bounded, so that a slow link slows down who sends."""


@dataclass(frozen=True)
class Manner:
    """delay_s: each way; bytes_a_second: of each connection, 0: unbounded; cut: resets what is open and what comes."""

    delay_s: float = 0.0
    bytes_a_second: int = 0
    cut: bool = False


GOOD = Manner()
AT_ONCE = struct.pack("ii", 1, 0)
"""Of SO_LINGER: closing resets the connection, and drops what was not sent yet."""


class Link:
    """Listens on a port of this machine (`port`) and passes everything on to wherever `target` is just now."""

    def __init__(self, target: Callable[[], int]) -> None:
        self.port = 0
        self.cuts = 0
        """Connections that were reset."""
        self._target, self._manner = target, GOOD
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()

    def behave(self, manner: Manner) -> None:
        """From now on; from any thread."""
        self._manner = manner
        if manner.cut:
            self._loop.call_soon_threadsafe(self._cut)

    @contextmanager
    def listening(self, door: socket.socket | None = None) -> Iterator["Link"]:
        """On a thread of its own, until the block ends. door: listens already; without it, a free port is taken."""
        door = door or socket.create_server(("127.0.0.1", 0))
        server = self._loop.run_until_complete(asyncio.start_server(self._pass, sock=door))
        self.port = door.getsockname()[1]
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._end(server), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    async def _end(self, server: asyncio.Server) -> None:
        server.close()
        self._cut()
        if rest := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(rest)  # whose connections are gone: they are not cancelled, asyncio would complain

    def _cut(self) -> None:
        self.cuts += len(self._open)
        for writer in self._open:
            _reset(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until either side ends."""
        ends = {writer}
        self._open.add(writer)
        try:
            if self._manner.cut:
                raise ConnectionResetError
            far, out = await asyncio.open_connection("127.0.0.1", self._target())
            ends.add(out)
            self._open.add(out)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._way(reader, out))
                ways.create_task(self._way(far, writer))
        except (OSError, ExceptionGroup):  # the server is down, or a side was reset: the other one is, too
            self.cuts += self._manner.cut and len(ends) == 1
            for end in ends:
                _reset(end)
        finally:
            self._open -= ends
            for end in ends:
                end.close()

    async def _way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction, until its end. Raises ExceptionGroup where a side is reset."""
        coming: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(AHEAD)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._read(reader, coming))
            both.create_task(self._send(coming, writer))

    async def _read(self, reader: asyncio.StreamReader, coming: "asyncio.Queue[tuple[float, bytes]]") -> None:
        block = b"-"
        while block:
            block = await reader.read(BLOCK)
            await coming.put((time.monotonic() + self._manner.delay_s, block))

    async def _send(self, coming: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
        while (found := await coming.get())[1]:
            due, block = found
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if rate := self._manner.bytes_a_second:
                await asyncio.sleep(len(block) / rate)
            writer.write(block)
            await writer.drain()
        writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    if not writer.transport.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        writer.transport.abort()


@contextmanager
def linked(home: Home) -> Iterator[dict[str, Link]]:
    """One before each server of a home; all that is started there from now on goes through them."""

    def port_of(name: str) -> int:
        return port_table.load(home.root / "ports.json", os.environ)[name]  # they may have moved since

    with ExitStack() as ends:
        found = {name: ends.enter_context(Link(partial(port_of, name)).listening()) for name in links.NAMES}
        links.keep(home, {name: link.port for name, link in found.items()})
        yield found
