"""Where a version stands, with what a person wants to know of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from runtime.states import FIRST_WAVE, GATES, State, is_list, state_of, unpaid
from schemas.rendition import LATER
from schemas.tags import TAGS_LATER, TAGS_SHOTS
from schemas.video import RUNG

LATER_WORDS = {LATER: "costly renditions", TAGS_LATER: "codes and text", TAGS_SHOTS: "tags of its shots"}
STAGES = dict(zip(FIRST_WAVE, ("checking the file", "making renditions", "tagging", "linking"), strict=True))


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
    at_work: bool = False
    """What it shows, and its links, may still change by themselves."""


def standing(facets: Mapping[str, Seen], waiting: str | None = None) -> Standing:
    """State of one version. `facets`: its facets by name; `waiting`: for what a person is waited for, or None."""
    statuses = {name: seen.status for name, seen in facets.items()}
    if any(is_list(name, seen.data) for name, seen in facets.items()):
        statuses = dict.fromkeys(FIRST_WAVE, "done") | statuses
    owed = unpaid((name for seen in facets.values() for name in seen.owes), statuses)
    state = state_of(statuses, owes=bool(owed), waiting=waiting is not None)
    at_work = not statuses.keys() >= set(FIRST_WAVE) or TAGS_LATER in owed
    if state in ("refused", "failed"):
        names = GATES if state == "refused" else sorted(facets)
        told = next(facets[name] for name in names if statuses.get(name) == state)
        return Standing(state, told.facet, told.cause, told.cure)
    if state == "waiting":
        return Standing(state, "a person", waiting, "Open it and decide.", at_work)
    if state == "working":
        stage = ", ".join(words for name, words in STAGES.items() if name not in statuses)
    else:
        stage = "still to come: " + ", ".join(map(_later, owed)) if owed else ""
    return Standing(state, stage, at_work=at_work)


def _later(facet: str) -> str:
    """What a later facet brings, in words: `video 720p`."""
    return f"video {facet.removeprefix(RUNG)}" if facet.startswith(RUNG) else LATER_WORDS.get(facet, facet)


def ready_at(facets: Mapping[str, Seen]) -> datetime | None:
    """When the last of the first wave was written; None while one is missing."""
    times = [facets[name].written for name in STAGES if name in facets]
    known = [time for time in times if time is not None]
    return max(known) if len(known) == len(STAGES) else None
