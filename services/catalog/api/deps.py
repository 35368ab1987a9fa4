"""What the routes need, handed over once."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from pydantic import AfterValidator, BeforeValidator, StringConstraints

from runtime.database import Database
from runtime.objects import Bucket
from runtime.publisher import Publisher
from services.catalog.api.access import Access
from services.catalog.api.pace import Pace
from services.catalog.audits.counted import Counted
from services.catalog.channels.load import load_channels
from services.catalog.channels.model import Channel
from services.catalog.channels.tally import Tally
from services.catalog.config import CatalogSettings
from services.catalog.drops.standing import Standing
from services.catalog.fetched import Fetched
from services.catalog.films import Making
from services.catalog.inbound.parts import Parts
from services.catalog.inbound.taking import Taking
from services.catalog.live import Live
from services.catalog.looks.looking import Looks
from services.catalog.oidc.port import ByProvider
from services.catalog.operations.looking import Looking
from services.catalog.queries.filters import Filters
from services.catalog.share.door import Door

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Presign = Callable[[str], Awaitable[str]]
"""Key in the inbox → URL that takes one PUT within the hour."""
Near = Callable[[str, Filters], Awaitable[tuple[str, ...]]]
"""What somebody asks for → phrases of the library that mean it, the nearest first."""
Known = Callable[[Iterable[str]], Awaitable[frozenset[str]]]
"""Words → those that are words, whatever the library has."""


async def _none(_: Iterable[str]) -> frozenset[str]:
    return frozenset()


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
    taking: Taking
    parts: Parts
    known: Known = _none
    making: Making = field(default_factory=Making)
    fetched: Fetched = field(default_factory=Fetched)
    pace: Pace = field(default_factory=lambda: Pace(0))
    door: Door = field(default_factory=Door)
    channels: Mapping[str, Channel] = field(default_factory=load_channels)
    tally: Tally = field(default_factory=Tally)
    drops: Mapping[str, Standing] = field(default_factory=dict)
    audited: Counted = field(default_factory=Counted)
    looking: Looking = field(default_factory=Looking)
    sign_in: ByProvider | None = None
    """By an identity provider."""
    looks: Looks | None = None
    """Looks at pictures that people show."""


def deps_of(request: Request) -> Deps:
    """The process's own."""
    deps: Deps = request.app.state.deps
    return deps


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a NUL character is no text")
    return text


Text = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_no_nul)]
"""Text from outside: bounded, and without the one character that PostgreSQL does not take."""
Cursor = Annotated[str, StringConstraints(max_length=8000), AfterValidator(_no_nul)]
"""One that a list gave: as long as that of the longest name that a file may have."""


def _written(day: object) -> object:
    if isinstance(day, str) and not ISO_DAY.fullmatch(day):
        raise ValueError("a day is written as 2026-11-29")
    return day


Day = Annotated[date, BeforeValidator(_written)]
"""A day as ISO 8601 writes it, and nothing else that could be read as one: `0` would be the first of 1970."""
Given = Annotated[Deps, Depends(deps_of)]
