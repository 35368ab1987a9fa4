"""How far the films in hand are: heard from render, kept in memory while it is new, and shown to whoever looks on."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from schemas.video import RUNG, VideoProgress

FRESH_S = 15.0
"""Render tells every two seconds. Who has been silent for so long is making it no more."""
Status = Literal["kept", "making", "waiting", "refused", "failed"]


class Heard(NamedTuple):
    """The last word of a rung, and when it came."""

    progress: VideoProgress
    at: float


@dataclass(frozen=True)
class Film:
    """A rung of a film, kept or still to come."""

    rung: str
    status: Status
    share: float = 0.0
    eta_s: float | None = None
    cause: str | None = None


class Making:
    """What is being made now, by this process's ears. clock: seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[tuple[str, int, str], Heard] = {}

    def take(self, progress: VideoProgress) -> None:
        """Remember it; what is old is forgotten."""
        now = self._clock()
        self._heard[progress.asset_id, progress.version, progress.rung] = Heard(progress, now)
        self._heard = {key: heard for key, heard in self._heard.items() if now - heard.at < FRESH_S}

    def now(self) -> list[VideoProgress]:
        """All that is in hand."""
        return [heard.progress for heard in self._heard.values() if self._clock() - heard.at < FRESH_S]

    def of(self, asset_id: str, version: int) -> dict[str, VideoProgress]:
        """Rung → how far it is, of one version."""
        return {one.rung: one for one in self.now() if (one.asset_id, one.version) == (asset_id, version)}


def films(facets: Mapping[str, Mapping[str, Any]], making: Mapping[str, VideoProgress]) -> list[Film]:
    """The rungs of a version: what its renditions owe, and what was made of it. facets: as the view holds them."""
    owed = [name for name in facets.get("renditions", {}).get("owes") or () if name.startswith(RUNG)]
    names = [*owed, *sorted(name for name in facets if name.startswith(RUNG) and name not in owed)]
    return [film for name in names if (film := _film(name.removeprefix(RUNG), facets.get(name), making))]


def _film(rung: str, facet: Mapping[str, Any] | None, making: Mapping[str, VideoProgress]) -> Film | None:
    """None: nobody wants it any more."""
    if facet is None or (rung in making and facet["status"] == "failed"):
        known = making.get(rung)
        return Film(rung, "making", known.share, known.eta_s) if known else Film(rung, "waiting")
    if facet["status"] == "done":
        return Film(rung, "kept", 1.0, 0.0) if facet["data"].get("renditions") else None
    return Film(rung, facet["status"], cause=facet["cause"])
