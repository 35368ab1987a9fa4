"""Idempotency-Key: a request that changes something is done once; who asks again is told what was told first."""

import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from runtime.outage import Unavailable
from services.catalog.api.access import COOKIE
from services.catalog.api.bodies import SAFE
from services.catalog.api.deps import deps_of
from services.catalog.api.gate import identity, known
from services.catalog.api.headers import App, Receive, Scope, Send, answers_to
from services.catalog.api.problems import away, problem
from services.catalog.api.roles import Identity
from services.catalog.once.answers import Answers, Told
from services.catalog.once.ids import seeded

HEADER = "Idempotency-Key"
LONGEST = 200
READ_ONLY = ("/v1/packs", "/v1/packs/presets", "/v1/lookup", "/v1/decisions/preview", "/v1/approvals/preview")
"""Asked by POST, for what they ask is long: they change nothing."""
STRANGERS = "/v1/drops/"
ANOTHER = f"This {HEADER} stands for another request, which was answered. Give each request a key of its own."
AT_WORK = f"A request under this {HEADER} is being worked on. Ask again."


def takes_key(method: str, path: str) -> bool:
    """Whether a request may come under a key."""
    changes = method.upper() not in SAFE and path.startswith("/v1/") and not path.startswith(STRANGERS)
    return changes and path not in READ_ONLY and not path.endswith("/parts")


class Once:
    """ASGI middleware, inside of what bounds bodies."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        headers = Headers(scope=dict(scope)) if scope["type"] == "http" else Headers()
        key = headers.get(HEADER)
        if key is None or not takes_key(scope["method"], scope["path"]) or not answers_to(scope):
            await self._app(scope, receive, send)
            return
        if not 0 < len(key) <= LONGEST:
            await problem(422, f"{HEADER}: 1 to {LONGEST} letters.")(scope, receive, send)
            return
        try:
            if await known(Request(scope)) is None:
                await self._app(scope, receive, send)  # it says 401
                return
            who = await identity(Request(scope))
            body = await _read(receive)
        except ClientDisconnect:
            return
        except HTTPException as error:
            await problem(error.status_code, str(error.detail), error.headers)(scope, receive, send)
            return
        except Unavailable as error:
            await away(error)(scope, receive, send)
            return
        answer = await self._answer(_Request(_own(who, Request(scope), key), _asked(scope, body), body), scope)
        await answer(scope, receive, send)

    async def _answer(self, request: "_Request", scope: Scope) -> App:
        deps = deps_of(Request(scope))
        answers = Answers(deps.database, deps.settings.admin_key)
        try:
            standing = await answers.begin(request.own, request.asked)
            if isinstance(standing, Told):
                return _response(standing, {"Idempotency-Replayed": "true"})
            if standing == "another":
                return problem(422, ANOTHER)
            if standing == "at work":
                return problem(409, AT_WORK, {"Retry-After": "1"})
            return await self._done(request, scope, answers)
        except Unavailable as error:
            return away(error)

    async def _done(self, request: "_Request", scope: Scope, answers: Answers) -> App:
        heard = _Heard()
        try:
            with seeded(f"{request.own}\0{request.asked}"):
                await self._app(scope, _again(request.body), heard)
        except BaseException:
            await answers.give_up(request.own, request.asked)
            raise
        if 200 <= heard.status < 300:
            await answers.end(request.own, request.asked, heard.told())
        else:  # it was refused, or could not be done: the key is free for the request that is mended
            await answers.give_up(request.own, request.asked)
        return heard.again


@dataclass(frozen=True)
class _Request:
    """own: of who asks and the key; asked: of the request."""

    own: str
    asked: str
    body: bytes


class _Heard:
    """An answer that is held back until it is kept."""

    def __init__(self) -> None:
        self.status, self._headers, self._body = 500, Headers(), b""
        self._messages: list[MutableMapping[str, Any]] = []

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        self._messages.append(message)
        if message["type"] == "http.response.start":
            self.status, self._headers = message["status"], Headers(raw=message["headers"])
        self._body += message.get("body", b"")

    def told(self) -> Told:
        return Told(self.status, self._headers.get("content-type", ""), self._body)

    async def again(self, _: Scope, __: Receive, send: Send) -> None:
        for message in self._messages:
            await send(message)


def _response(told: Told, headers: dict[str, str]) -> Response:
    return Response(told.body, told.status, headers, media_type=told.kind or None)


async def _read(receive: Receive) -> bytes:
    """The whole body. Raises what bounds it."""
    parts, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def _own(who: Identity, request: Request, key: str) -> str:
    """Of who asks: a key's answers are told to nobody else, be it of the same name.

    By what the gate knew them, and by nothing else that came along: sessions behind a proxy may share its password.
    """
    shown = request.cookies.get(COOKIE) if who.by_cookie else request.headers.get("authorization")
    told = [who.name, who.role, who.by_cookie, who.scope, who.id, shown, key]
    return sha256(json.dumps(told).encode()).hexdigest()


def _asked(scope: Scope, body: bytes) -> str:
    told = [scope["method"].encode(), scope["path"].encode(), scope.get("query_string", b""), body]
    return sha256(b"\0".join(told)).hexdigest()
