"""The ASGI app: small on purpose, for a shop's every picture passes here."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from runtime.database import Database
from runtime.jobs import SpawnFailed, WorkFailed
from runtime.objects import Bucket, Missing
from runtime.outage import Unavailable
from runtime.ranges import BLOCK
from runtime.refusal import Refused
from services.delivery.answers import PREFLIGHT, Answer, problem
from services.delivery.asked import Asked
from services.delivery.cache import MOST, Cache
from services.delivery.counting import Counting, Whose
from services.delivery.handler import answer
from services.delivery.making import Busy, Sizes
from services.delivery.sending import Sending
from services.delivery.signing import Terms
from services.delivery.sized import Unmade

log = logging.getLogger(__name__)
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Delivery:
    """Answers GET, HEAD and OPTIONS; nothing here changes anything."""

    def __init__(
        self,
        database: Database,
        library: Bucket,
        filling: Callable[[], str | None],
        *,
        public_url: str,
        cache: Cache,
        sizes: Sizes,
        terms: Terms,
        counting: Counting,
    ) -> None:
        """filling: why the view does not hold all yet, or None. counting: hears what was sent."""
        self._database, self._library, self._public_url = database, library, public_url.rstrip("/")
        self._filling, self._cache, self._sizes, self._terms = filling, cache, sizes, terms
        self._counting = counting

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is spoken here, no {scope['type']}")
        method = scope["method"]
        found = await self._found(scope, method)
        if isinstance(found, Answer):
            await _send(send, found, whole=method != "HEAD")
            return
        try:
            blocks = self._blocks(found)
            first = await anext(blocks, b"") if method != "HEAD" else b""
        except Missing:
            self._sizes.forget(found.file.key)
            await _send(send, _lost(found.file.key))
            return
        except Unavailable:
            await _send(send, _away())
            return
        await _start(send, found.status, found.headers, len(found.part))
        if method == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        await self._send_file(send, found, first, blocks)

    async def _send_file(self, send: Send, found: Sending, first: bytes, blocks: AsyncIterator[bytes]) -> None:
        sent = 0
        try:
            await send({"type": "http.response.body", "body": first, "more_body": len(first) < len(found.part)})
            sent = len(first)
            async for block in blocks:
                more = sent + len(block) < len(found.part)
                await send({"type": "http.response.body", "body": block, "more_body": more})
                sent += len(block)
        finally:  # also what somebody did not wait for the end of
            if sent and found.version:
                whose = Whose(found.asset, found.version, found.file.preset, found.file.channel)
                self._counting.add(whose, sent)

    async def _found(self, scope: MutableMapping[str, Any], method: str) -> Answer | Sending:
        if method == "OPTIONS":
            return Answer(204, PREFLIGHT)
        if method not in ("GET", "HEAD"):
            refused = problem(405, "Method not allowed", "Files are read here: GET, HEAD and OPTIONS.")
            return Answer(405, {**refused.headers, "Allow": "GET, HEAD, OPTIONS"}, refused.body)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope.get("raw_path") or scope["path"].encode()
        asked = Asked(path, scope["query_string"].decode("latin-1"), headers)
        try:
            found = await answer(self._database, asked, self._public_url, self._terms)
            if isinstance(found, Unmade):
                return await self._sized(found, asked)
            # What an emptied view does not know yet is not missing: a shop would take the picture down.
            missing = found.status in (404, 410) or (isinstance(found, Answer) and found.unsure)
            return _away() if missing and self._filling() else found
        except Unavailable:
            return _away()

    async def _sized(self, wanted: Unmade, asked: Asked) -> Answer | Sending:
        """A size once it is there, or why it is not. Raises Unavailable."""
        try:
            return wanted.sent(asked, await self._sizes.get(wanted.order))
        except Busy:
            return _later(429, "Too many sizes", "Others wait already for theirs to be made. Ask again.", seconds=2)
        except Refused as refusal:
            return problem(404, "No such size", f"{refusal.cause} {refusal.cure}", wanted.keys)
        except Missing:
            return _lost(wanted.order.key)
        except (WorkFailed, SpawnFailed):
            log.exception("a size could not be made: %s", wanted.order)
            return _later(500, "Not made", "This is our own error; it was noted.", seconds=30)

    async def _blocks(self, found: Sending) -> AsyncIterator[bytes]:
        """Small files from memory; large ones block by block, each read when the client has taken the one before."""
        if found.file.bytes <= MOST:
            whole = await self._cache.get(found.file.key, found.file.bytes)
            yield whole[found.part.start : found.part.stop]
            return
        for at in range(0, len(found.part), BLOCK):
            yield await self._library.read(found.file.key, found.part[at : at + BLOCK])


def _away() -> Answer:
    return _later(503, "Out of service", "A server that we need is away. Ask again.", seconds=5)


def _later(status: int, title: str, detail: str, seconds: int) -> Answer:
    refused = problem(status, title, detail)
    return Answer(status, {**refused.headers, "Cache-Control": "no-store", "Retry-After": str(seconds)}, refused.body)


def _lost(key: str) -> Answer:
    return problem(404, "File missing", f"The store does not have {key}, or not what it is made of.")


async def _start(send: Send, status: int, headers: dict[str, str], length: int) -> None:
    raw = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    raw.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})


async def _send(send: Send, found: Answer, *, whole: bool = True) -> None:
    if found.status in (204, 304):
        raw = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in found.headers.items()]
        await send({"type": "http.response.start", "status": found.status, "headers": raw})
        await send({"type": "http.response.body", "body": b""})
        return
    await _start(send, found.status, found.headers, len(found.body))
    await send({"type": "http.response.body", "body": found.body if whole else b""})
