"""Where a version stands, told from its facets alone: the one definition, for the curator and the catalogue. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from schemas.file import LIST_TYPE
from schemas.rendition import FIRST

State = Literal["refused", "failed", "waiting", "working", "ready", "complete"]
STATES: tuple[State, ...] = ("working", "waiting", "refused", "failed", "ready", "complete")
GATES = ("file", FIRST, "renditions")
"""Where ingest or render says that it will not take the file."""
FIRST_WAVE = ("file", "renditions", "tags", "links")
"""What makes a version ready, in the order in which people would tell it."""


def state_of(statuses: Mapping[str, str], *, owes: bool = False, waiting: bool = False) -> State:
    """The state, in the order of the table in docs/architecture.md.

    statuses: facet → its status. owes: a later wave is unpaid. waiting: a person is asked about this version.
    """
    if any(statuses.get(name) == "refused" for name in GATES):
        return "refused"
    if "failed" in statuses.values():
        return "failed"
    if waiting:
        return "waiting"
    if not statuses.keys() >= set(FIRST_WAVE):
        return "working"
    return "ready" if owes else "complete"


def unpaid(owed: Iterable[str], there: Collection[str]) -> list[str]:
    """Of what is owed, the facets that have not come; one that is there has paid, whatever its status."""
    return sorted(set(owed) - set(there))


def is_list(facet: str, data: Mapping[str, Any]) -> bool:
    """Whether it is the `file` facet of a folder's list: nothing is made of it, so it waits for no other facet."""
    return facet == "file" and data.get("media_type") == LIST_TYPE
