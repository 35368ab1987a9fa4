"""What the routes need, handed over once; and the gate that every route but health passes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from pydantic import AfterValidator, StringConstraints

from runtime.database import Database
from runtime.objects import Bucket
from runtime.publisher import Publisher
from services.catalog.api.access import COOKIE, Access, Identity, same_origin
from services.catalog.config import CatalogSettings
from services.catalog.films import Making
from services.catalog.live import Live

Presign = Callable[[str], Awaitable[str]]
"""Key in the inbox → URL that takes one PUT within the hour."""
Near = Callable[[str], Awaitable[tuple[str, ...]]]
"""What somebody asks for → phrases of the library that mean it, the nearest first."""
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Deps:
    """Built by `__main__`; tests hand over twins of the store and the broker."""

    settings: CatalogSettings
    database: Database
    library: Bucket
    publisher: Publisher
    presign: Presign
    access: Access
    live: Live
    near: Near
    making: Making = field(default_factory=Making)


def deps_of(request: Request) -> Deps:
    """The process's own."""
    deps: Deps = request.app.state.deps
    return deps


def known(request: Request) -> Identity | None:
    """Who asks, or None."""
    access = deps_of(request).access
    return access.by_key(request.headers.get("authorization")) or access.by_session(request.cookies.get(COOKIE))


def gate(request: Request) -> Identity:
    """Who asks. 401 for nobody, 403 where another site's page made the browser ask."""
    who = known(request)
    if who is None:
        raise HTTPException(401, "Send `Authorization: Bearer <key>`, or sign in.", {"WWW-Authenticate": "Bearer"})
    if who.by_cookie and request.method not in SAFE and not same_origin(dict(request.headers)):
        raise HTTPException(403, "This request does not come from Packshot's own page.")
    return who


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a NUL character is no text")
    return text


Text = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_no_nul)]
"""Text from outside: bounded, and without the one character that PostgreSQL does not take."""
Given = Annotated[Deps, Depends(deps_of)]
Who = Annotated[Identity, Depends(gate)]
