"""Where a version stands, told from its facets alone (design, section 2, "States"). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

State = Literal["refused", "failed", "waiting", "working", "ready", "complete"]
STATES: tuple[State, ...] = ("working", "waiting", "refused", "failed", "ready", "complete")
GATES = ("file", "renditions.first", "renditions")
"""Where ingest or render says that it will not take the file."""
STAGES = {"file": "checking the file", "renditions": "making renditions", "tags": "tagging", "links": "linking"}


@dataclass(frozen=True)
class Seen:
    """One facet as the view holds it."""

    facet: str
    status: str
    version: int = 1
    cause: str | None = None
    cure: str | None = None
    owes: tuple[str, ...] = ()
    written: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """A state with what a person wants to know of it. `stage` is what is being worked on, or what is owed."""

    state: State
    stage: str = ""
    cause: str | None = None
    cure: str | None = None


def _first(facets: Iterable[Seen], status: str) -> Seen | None:
    return next((seen for seen in facets if seen.status == status), None)


def standing(facets: Mapping[str, Seen], waiting: str | None = None) -> Standing:
    """State of one version. `facets`: its facets by name; `waiting`: for what a person is waited for, or None."""
    gates = [facets[name] for name in GATES if name in facets]
    ordered = [facets[name] for name in sorted(facets)]
    if refused := _first(gates, "refused"):
        return Standing("refused", refused.facet, refused.cause, refused.cure)
    if failed := _first(ordered, "failed"):
        return Standing("failed", failed.facet, failed.cause, failed.cure)
    if waiting is not None:
        return Standing("waiting", "a person", waiting, "Open it and decide.")
    missing = [words for name, words in STAGES.items() if name not in facets]
    if missing:
        return Standing("working", ", ".join(missing))
    owed = sorted({thing for seen in ordered for thing in seen.owes} - facets.keys())
    if owed:
        return Standing("ready", "later: " + ", ".join(owed))
    return Standing("complete")


def ready_at(facets: Mapping[str, Seen]) -> datetime | None:
    """When the last of the first wave was written; None while one is missing."""
    times = [facets[name].written for name in STAGES if name in facets]
    known = [time for time in times if time is not None]
    return max(known) if len(known) == len(STAGES) else None
