"""What servers of all PIMs share: a free port while a block runs, and requests that go wrong."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class Trouble:
    """What the next request whose path holds `path` is answered instead, `times` times."""

    path: str
    status: int
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    body: str = '{"message": "trouble"}'


def troubled(request: web.Request, troubles: Iterable[Trouble]) -> web.Response | None:
    """The answer that a trouble has for it."""
    for trouble in troubles:
        if trouble.times and trouble.path in request.path_qs:
            trouble.times -= 1
            return web.Response(status=trouble.status, text=trouble.body, headers=trouble.headers)
    return None


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """Its address, while the block runs."""
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()
