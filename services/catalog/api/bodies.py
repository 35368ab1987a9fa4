"""What comes in is bounded before it is read: JSON of some megabytes, and nothing at all of who has no key."""

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from services.catalog.api.access import COOKIE
from services.catalog.api.headers import App, Receive, Scope, Send
from services.catalog.api.problems import problem

MOST = 12 << 20
"""Bytes of a body; the largest that a description allows, 10,000 long codes to look up, has ten million."""
FILES = "/v1/drops/"
"""Where files themselves come in, by a link; it counts for itself (`drops.py`)."""
SAFE = ("GET", "HEAD", "OPTIONS")


class BoundedBodies:
    """ASGI middleware. 401 without a key, 413 for what is too long, before anything of the body is looked at."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or scope["path"].startswith(FILES):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=dict(scope))
        if scope["method"] not in SAFE and scope["path"].startswith("/v1/") and not _shows_a_key(headers):
            told = problem(401, "Send `Authorization: Bearer <key>`, or sign in.", {"WWW-Authenticate": "Bearer"})
            await told(scope, receive, send)
            return
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > MOST:
            await problem(413, TOO_LONG)(scope, receive, send)
            return
        await self._app(scope, _counted(receive), send)


TOO_LONG = f"A request may have {MOST >> 20} MB. Send what is many in parts; files go to the store (POST /v1/uploads)."


def _shows_a_key(headers: Headers) -> bool:
    """Whether it is one is looked at by the gate."""
    return "authorization" in headers or f"{COOKIE}=" in headers.get("cookie", "")


def _counted(receive: Receive) -> Receive:
    """Of a body that does not say how long it is."""
    seen = 0

    async def counting() -> MutableMapping[str, Any]:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST:
            raise HTTPException(413, TOO_LONG)
        return message

    return counting
