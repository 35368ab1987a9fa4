"""Receivers of webhooks: one server for all PIMs, each at its own path; answered before half a second is over."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import web

from runtime.outage import Unavailable
from schemas.product import Entity
from services.pim.refusals import Refuse

log = logging.getLogger(__name__)
ANSWER_S = 0.4
LARGEST = 8 * 1024 * 1024
"""Of any PIM's. Larger ones are not read."""
LONGEST_S = 30.0
MOST_AT_ONCE = 64
CAUSE = web.ResponseKey("cause", str)
"""Under which an answer keeps why its webhook was not taken."""
Hear = Callable[[Entity, str, str], Awaitable[None]]
"""(kind, id, what tells two events apart): a hint that is on Kafka when it returns."""
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
_running: set[asyncio.Task[web.Response]] = set()


async def serve(stack: AsyncExitStack, routes: Iterable[web.RouteDef], host: str, port: int, refuse: Refuse) -> None:
    """Until the stack is left. Raises RuntimeError where the port is not to be had."""
    runner = web.AppRunner(app(routes, refuse), access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise RuntimeError(
            f"Webhooks of PIMs cannot be received at {host}:{port}: {os.strerror(error.errno or 0)}. End the program "
            "that listens there, or set PACKSHOT_HOOKS_PORT to a free port."
        ) from error


def app(routes: Iterable[web.RouteDef], refuse: Refuse = lambda *_: None) -> web.Application:
    """For a server. `refuse` hears what is not taken; a PIM's name is the last part of its path."""

    @web.middleware
    async def telling(request: web.Request, handler: Answering) -> web.StreamResponse:
        system = request.path.rpartition("/")[2]
        try:
            answered = await handler(request)
        except web.HTTPRequestEntityTooLarge as error:
            refuse(system, f"A webhook was refused: {error.text}")
            raise
        except web.HTTPException:
            raise
        except Exception as error:  # whatever anybody sends: it is told as what was refused, not only logged
            log.error("%s: our own error at a webhook: %r", system, error, exc_info=error)
            refuse(system, f"A webhook was refused by our own error: {error!r}")
            return web.json_response({"detail": "Our own error; it is in the log. Send it again later."}, status=500)
        if (cause := answered.get(CAUSE)) is not None:
            unsigned = answered.status == 401  # whoever that was: it need not be the PIM
            refuse(f"{system} signatures" if unsigned else system, f"A webhook was refused: {cause}")
        return answered

    made = web.Application(client_max_size=LARGEST, middlewares=[telling])
    made.router.add_routes(routes)
    return made


async def body_of(request: web.Request, largest: int) -> bytes:
    """The bytes as they came. Raises HTTPRequestEntityTooLarge."""
    if (request.content_length or 0) > largest:
        raise web.HTTPRequestEntityTooLarge(largest, request.content_length or 0)
    body = await request.read()
    if len(body) > largest:
        raise web.HTTPRequestEntityTooLarge(largest, len(body))
    return body


async def in_time(work: Coroutine[Any, Any, web.Response]) -> web.Response:
    """Its answer. Where it takes too long it goes on, and the PIM is told to send that again: twice does no harm."""
    if len(_running) >= MOST_AT_ONCE:
        work.close()
        return later("too many are worked on")
    task = asyncio.ensure_future(asyncio.wait_for(work, LONGEST_S))
    _running.add(task)
    task.add_done_callback(_done)
    await asyncio.wait({task}, timeout=ANSWER_S)
    if not task.done():
        return later("it takes longer than a webhook may")
    try:
        return task.result()
    except Unavailable as error:
        return later(str(error))


def _done(task: "asyncio.Task[web.Response]") -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("a webhook was not taken: %r", error)


def later(why: str) -> web.Response:
    """Not taken, through no fault of the PIM."""
    detail = f"Not now: {why}. Send it again."
    return web.json_response({"detail": detail}, status=503, headers={"Retry-After": "60"})


def refused(status: int, detail: str) -> web.Response:
    """Not taken, and why."""
    answer = web.json_response({"detail": detail}, status=status)
    answer[CAUSE] = detail
    return answer
