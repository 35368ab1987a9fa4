"""What went wrong, as a page for people; programs get the problem as the API tells it."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from runtime.outage import Unavailable
from services.catalog.api.gate import SAFE, known
from services.catalog.page.sign_in import ways_in
from services.catalog.page.views import bare, view
from services.catalog.queries.cursor import BadCursor

log = logging.getLogger(__name__)
KINDS: tuple[type[Exception], ...] = (HTTPException, RequestValidationError, BadCursor, Unavailable, Exception)
MISSING = "There is no such page"
TITLES = {
    400: "This address is not understood",
    403: "Not for you",
    404: MISSING,
    422: "This address is not understood",
    429: "Too much at once",
    500: "This is our error",
    503: "Packshot does not answer",
}
PASSING = (429, 500, 503)
"""Another try may find it well."""
NO_ROUTE = "Not Found"
"""Starlette's own words."""
_OF_BODY = ("content-length", "content-type")
Handler = Callable[[Request, Exception], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """After the API's handlers, which say what is wrong: here it is shown."""
    for kind in KINDS:
        app.add_exception_handler(kind, _shown(cast(Handler, app.exception_handlers[kind])))


def wants_page(request: Request) -> bool:
    """Whether a browser shows the answer to somebody: of the API's only to a form that was sent to it."""
    if request.url.path.startswith("/v1/"):
        return request.method not in SAFE and request.headers.get("sec-fetch-mode") == "navigate"
    return "text/html" in request.headers.get("accept", "")


def _shown(says: Handler) -> Handler:
    async def handler(request: Request, error: Exception) -> Response:
        told = await says(request, error)
        return await _page(request, told) if told.status_code >= 400 and wants_page(request) else told

    return handler


async def _page(request: Request, told: Response) -> Response:
    said: dict[str, Any] = json.loads(bytes(told.body))
    status, why = told.status_code, said["detail"]
    if status == 401:
        return ways_in(request)
    if status == 404:
        why = "" if why == NO_ROUTE else why
        try:
            return await _missing(request, why or MISSING)
        except Unavailable as error:  # told without what every page has at its top
            log.warning("a page that is missing is told of without the library's counts: %s", error)
        why = why or "Look whether its address is right."
    again = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    again = again if status in PASSING and request.method in SAFE else ""
    made = bare("problem.html", status=status, title=TITLES.get(status, said["title"]), why=why, again=again)
    made.headers.update({name: value for name, value in told.headers.items() if name not in _OF_BODY})
    return made


async def _missing(request: Request, what: str) -> Response:
    """For somebody who has not signed in, how to. Raises Unavailable."""
    if await known(request) is None:
        return ways_in(request)
    return await view(request, "missing.html", status=404, what=what, back="/")
