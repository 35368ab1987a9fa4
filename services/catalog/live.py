"""Who looks at the page hears what has changed: PostgreSQL's notifications, handed out to every open page.

A notification leaves PostgreSQL when the rows are committed, whichever process wrote them. A page that cannot keep up,
or that we could not hear for (PostgreSQL was away), is told to look again at everything.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import asyncpg

from runtime.outage import Unavailable, backoff
from services.catalog.ddl import CHANNEL

log = logging.getLogger(__name__)
AGAIN: dict[str, Any] = {"event": "again"}
Hears = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]
"""What a page is told of a message; None: nothing. May raise Unavailable."""
Still = Callable[[], Awaitable[bool]]
"""Whether whoever follows still may. May raise Unavailable."""
BACKLOG = 500
CHECK_S = 5.0


class Live:
    """Fan-out of one process. `run` listens until it is cancelled; `follow` is one page's share."""

    def __init__(self, url: str, *, most: int = 200) -> None:
        self._url, self._most = url, most
        self._pages: set[asyncio.Queue[dict[str, Any]]] = set()

    async def run(self) -> None:
        """Listen; connects again after an outage."""
        attempt = 0
        while True:
            try:
                connection = await asyncpg.connect(self._url, timeout=5)
                await connection.add_listener(CHANNEL, self._heard)
                attempt = 0
                self.tell(AGAIN)
                await self._watch(connection)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                attempt += 1
                log.warning("changes are not heard for now: %s", error)
                await asyncio.sleep(backoff(attempt))

    async def _watch(self, connection: asyncpg.Connection) -> None:
        try:
            while True:  # a listening connection that died says nothing: ask it
                await asyncio.sleep(CHECK_S)
                await connection.fetchval("SELECT 1", timeout=5)
        finally:
            with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=1)

    def _heard(self, _: object, __: int, ___: str, payload: object) -> None:
        for change in json.loads(str(payload)):
            self.tell({"event": "shoot" if "folder" in change else "asset", "data": change})

    def tell(self, message: dict[str, Any]) -> None:
        """To every open page."""
        for page in self._pages:
            if page.qsize() >= BACKLOG:
                while not page.empty():
                    page.get_nowait()
                page.put_nowait(AGAIN)
            else:
                page.put_nowait(message)

    def full(self) -> bool:
        """Whether as many pages follow as we allow."""
        return len(self._pages) >= self._most

    async def follow(
        self, hears: Hears | None = None, still: Still | None = None, *, beat_s: float = 15.0
    ) -> AsyncIterator[str]:
        """Server-sent events for one page; at each beat a comment, so that nobody takes the silence for the end.

        hears: what the page is told; None: everything. still: asked at each beat; it ends where the answer is no.
        """
        page: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._pages.add(page)
        try:
            yield "retry: 2000\n: hello\n\n"
            beat = _now() + beat_s
            while True:
                try:
                    heard = await asyncio.wait_for(page.get(), beat - _now())
                except TimeoutError:
                    if still and not await _may(still):
                        return
                    beat = _now() + beat_s
                    yield ": still here\n\n"
                    continue
                message = await _told(heard, hears)
                if message is None:
                    yield ": elsewhere\n\n"
                    continue
                yield f"event: {message['event']}\ndata: {json.dumps(message.get('data', {}))}\n\n"
        finally:
            self._pages.discard(page)


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _may(still: Still) -> bool:
    """While nobody can say, it goes on: nothing changes meanwhile."""
    try:
        return await still()
    except Unavailable:
        return True


async def _told(message: Mapping[str, Any], hears: Hears | None) -> Mapping[str, Any] | None:
    """None for what is not meant for this page. Where nobody can say, it is to look again at everything."""
    try:
        return message if hears is None else await hears(message)
    except Unavailable:
        return AGAIN
