"""Pages, JSON and scripts go over the line compressed; pictures, films, packs and the event stream as they are.

BREACH guesses a secret of a page by the length of many compressed answers that another site has a signed-in browser ask
for. So an answer to a browser with a session is compressed only where the browser says that our own page or its user
asked (`Sec-Fetch-Site`), and cookies are `SameSite=Strict` besides. Programs with keys are nobody's to steer.
"""

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from services.catalog.api.entity_tags import CODING
from services.catalog.api.headers import App, Receive, Scope, Send

SMALLEST = 1000
"""Bytes. Less fits into the first packet anyway."""
LEVEL = 5
AS_THEY_ARE = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    *("application/octet-stream", "application/pdf", "application/vnd.apple.mpegurl", "image/*", "model/*", "font/*"),
)
BYTES_OF = ("/original", "/renditions/", "/files/")
"""Addresses of files: they are read in ranges, and mostly compressed."""
OURS = ("same-origin", "none")


class Compressed:
    """ASGI middleware."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._smaller = GZipMiddleware(app, SMALLEST, LEVEL, exclude_content_types=AS_THEY_ARE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or not may_be_smaller(scope):
            await self._app(scope, receive, send)
            return
        known = Headers(scope=dict(scope)).get("if-none-match", "")
        plain = [
            (name, value.replace(f'{CODING}"'.encode(), b'"') if name == b"if-none-match" else value)
            for name, value in scope["headers"]
        ]
        await self._smaller({**scope, "headers": plain}, receive, _marking(send, coded=f'{CODING}"' in known))


def may_be_smaller(scope: Scope) -> bool:
    """Whether nobody but who asks can have had it asked."""
    headers = Headers(scope=dict(scope))
    if any(part in scope["path"] for part in BYTES_OF) or "range" in headers:
        return False
    return "cookie" not in headers or headers.get("sec-fetch-site") in OURS


def _marking(send: Send, *, coded: bool) -> Send:
    """Other bytes have another ETag. coded: whoever asks knows the compressed ones."""

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            smaller = headers.get("content-encoding") == "gzip" or (coded and message["status"] == 304)
            if smaller and headers.get("etag", "").endswith('"'):
                headers["etag"] = f'{headers["etag"][:-1]}{CODING}"'
        await send(message)

    return sending
