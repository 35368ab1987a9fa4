"""ETags of JSON, 304 for who has it, and If-Match: a change is made only to what whoever asks has looked at.

What stands is asked of the route that shows it, as whoever asks sees it. That is the view: a change of the last moments
may not be in it yet, so where two must not decide at once, `expects` is looked at when a decision is folded.
"""

import re
from collections.abc import MutableMapping
from hashlib import sha256
from typing import Any

from starlette.datastructures import Headers

from services.catalog.api.bodies import SAFE
from services.catalog.api.headers import App, Receive, Scope, Send, answers_to
from services.catalog.api.problems import problem

JSON = "application/json"
KEPT = "private, no-cache"
"""Whoever keeps an answer asks each time whether it still stands."""
CODING = "-gzip"
"""What a compressed answer has at the end of its ETag: its bytes are others."""
_ONE = re.compile(r"/v1/(assets|collections|shares|fields|searches)/[^/]+")
_FOLDERS = re.compile(r"/v1/folders(/.*)?")
_TAG = re.compile(r'\s*(W/)?"([^"]*)"\s*(?:,|$)')
_CONDITIONS = (b"if-match", b"if-none-match", b"content-length", b"content-type", b"idempotency-key")
CHANGED = "It is another by now than the one that you looked at. Look again, then decide."
THERE = "It is there already."
GONE = "There is nothing at this address that could match."
NOT_HERE = "If-Match and If-None-Match go for changes of one asset, collection, share, field, folder or saved search."


def shown_at(path: str) -> str | None:
    """Where GET shows what a change at this path is about; None: it is about no single thing."""
    found = _FOLDERS.fullmatch(path) or _ONE.match(path)
    return found.group(0) if found else None


def tags(header: str) -> list[str]:
    """The ETags of a header without what marks a coding; `*` for any. Weak ones are as good: ours are all strong."""
    if header.strip() == "*":
        return ["*"]
    return [found.group(2).removesuffix(CODING) for found in _TAG.finditer(header)]


class EntityTags:
    """ASGI middleware, innermost."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=dict(scope))
        if scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, _Tagging(send, tags(headers.get("if-none-match", ""))))
            return
        conditions = [name for name in ("if-match", "if-none-match") if name in headers]
        place = shown_at(scope["path"])
        if scope["method"] in SAFE or not conditions or not answers_to(scope):
            await self._app(scope, receive, send)
            return
        refused = await self._refused(scope, place, headers) if place else problem(422, NOT_HERE)
        await (refused or self._app)(scope, receive, send)

    async def _refused(self, scope: Scope, place: str, headers: Headers) -> App | None:
        """Why it is not done; None: it may be."""
        shown = await self._shown(scope, place)
        if 300 <= shown.status < 400:
            return None  # another goes on with it, and the route says so
        if shown.status not in (200, 404, 410):
            return shown.again
        etag = shown.etag if shown.status == 200 else None
        wanted, unwanted = tags(headers.get("if-match", "")), tags(headers.get("if-none-match", ""))
        told = {"ETag": f'"{etag}"'} if etag else {}
        if "if-match" in headers and not _matches(wanted, etag):
            return problem(412, CHANGED if etag else GONE, told)
        if _matches(unwanted, etag):
            return problem(412, THERE, told)
        return None

    async def _shown(self, scope: Scope, place: str) -> "_Shown":
        kept = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONS]
        asked = {"method": "GET", "path": place, "raw_path": place.encode(), "query_string": b"", "headers": kept}
        shown = _Shown()
        await self._app({**scope, **asked}, _nothing, shown)
        return shown


def _matches(wanted: list[str], etag: str | None) -> bool:
    return etag is not None and (etag in wanted or "*" in wanted)


def _etag(body: bytes) -> str:
    return sha256(body).hexdigest()[:32]


async def _nothing() -> MutableMapping[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


class _Shown:
    """An answer that only we hear."""

    def __init__(self) -> None:
        self.status, self._body = 500, b""
        self._messages: list[MutableMapping[str, Any]] = []

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        self._messages.append(message)
        self.status = message.get("status", self.status)
        self._body += message.get("body", b"")

    @property
    def etag(self) -> str:
        return _etag(self._body)

    async def again(self, _: Scope, __: Receive, send: Send) -> None:
        for message in self._messages:
            await send(message)


class _Tagging:
    """Sends JSON that is there as a whole with its ETag, or 304 where it is known; everything else as it comes."""

    def __init__(self, send: Send, known: list[str]) -> None:
        self._send, self._known = send, known
        self._start: MutableMapping[str, Any] | None = None

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start" and _is_ours(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is None:
            await self._send(message)
        elif message.get("more_body"):
            await self._send(start)
            await self._send(message)
        else:
            await self._whole(start, message)

    async def _whole(self, start: MutableMapping[str, Any], message: MutableMapping[str, Any]) -> None:
        etag = _etag(message.get("body", b""))
        more = [(b"etag", f'"{etag}"'.encode()), (b"cache-control", KEPT.encode()), (b"vary", b"Authorization, Cookie")]
        if not _matches(self._known, etag):
            await self._send({**start, "headers": [*start["headers"], *more]})
            await self._send(message)
            return
        kept = [(name, value) for name, value in start["headers"] if name not in (b"content-length", b"content-type")]
        await self._send({**start, "status": 304, "headers": [*kept, *more]})
        await self._send({"type": "http.response.body", "body": b""})


def _is_ours(start: MutableMapping[str, Any]) -> bool:
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and headers.get("content-type") == JSON and "etag" not in headers
