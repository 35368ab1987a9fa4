"""Every error as `application/problem+json` (RFC 9457)."""

import http
import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from runtime.outage import Unavailable
from runtime.publisher import TooLarge
from services.catalog.api.ended import Deleted, Gone
from services.catalog.queries.cursor import BadCursor

log = logging.getLogger(__name__)


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> JSONResponse:
    """One problem as a response."""
    title = http.HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def away(error: Unavailable) -> JSONResponse:
    """An outage as a response."""
    log.warning("a request met an outage: %s", error)
    return problem(503, "A server that Packshot needs does not answer. Try again soon.", {"Retry-After": "5"})


def refusal(request: Request, error: HTTPException) -> JSONResponse:
    """What a route raised, as a response."""
    more = error.more if isinstance(error, Gone | Deleted) else {}
    if error.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
        return problem(405, str(error.detail), {"Allow": ", ".join(_methods(request))})
    return problem(error.status_code, str(error.detail), error.headers, **more)


def _methods(request: Request) -> list[str]:
    """What may be done at this address: one route has a path for each method, and Starlette tells of the first only."""
    routes = [route for route in request.app.router.routes if route.matches(request.scope)[0] is Match.PARTIAL]
    return sorted({method for route in routes for method in getattr(route, "methods", None) or ()})


def install(app: FastAPI, headers: Mapping[str, str]) -> None:
    """Answer all errors of the app in this form. `headers`: of the answers that no middleware of ours sees."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        return refusal(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        found = [{"at": ".".join(map(str, e["loc"])), "problem": e["msg"]} for e in error.errors()]
        return problem(422, "; ".join(f"{e['at']}: {e['problem']}" for e in found), errors=found)

    @app.exception_handler(BadCursor)
    async def cursor(_: Request, error: BadCursor) -> JSONResponse:
        return problem(400, str(error))

    @app.exception_handler(TooLarge)
    async def too_large(_: Request, error: TooLarge) -> JSONResponse:
        log.warning("what was asked for is more than a message may hold: %s", error)
        return problem(413, "That is too long to be kept as one. Say it in several steps.")

    @app.exception_handler(Unavailable)
    async def outage(_: Request, error: Unavailable) -> JSONResponse:
        return away(error)

    @app.exception_handler(Exception)
    async def ours(_: Request, error: Exception) -> JSONResponse:
        log.error("a request failed by our own error", exc_info=error)
        return problem(500, "This is our error. It is in the catalogue's log.", headers)
