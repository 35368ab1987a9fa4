"""Security headers on every answer: scripts and pictures of our own host only, no framing, no sniffing."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.routing import Match

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def policy(uploads: str) -> str:
    """The page's Content-Security-Policy. `uploads`: origin of the object store that the page PUTs files to."""
    return "; ".join(
        [
            "default-src 'self'",
            f"connect-src 'self' {uploads}",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def security(uploads: str) -> dict[str, str]:
    """What every answer bears."""
    return {
        "content-security-policy": policy(uploads),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
        "cache-control": "no-store",
    }


def answers_to(scope: Scope) -> bool:
    """Whether a route takes this method at this address: for others nothing is weighed, and the app says 405 or 404."""
    return any(route.matches(scope)[0] is Match.FULL for route in scope["app"].router.routes)


class SecurityHeaders:
    """ASGI middleware. What a route has set itself stays (an original has a policy of its own)."""

    def __init__(self, app: App, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = {name.encode(): value.encode() for name, value in headers.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                more = [(name, value) for name, value in self._headers.items() if name not in there]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)
