"""What role the picture speaks for where its links' roles say no view: offered to a person, never taken. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from schemas.roles import ROLE, ROLES
from services.catalog.curation import LinkRow

VIEWLESS = frozenset({"main", "additional"})
"""What a link is called whose name says nothing of the view."""
HELD = ("linked", "confirmed")


class RoleSeen(NamedTuple):
    """confidence: that the picture shows this; None where it was measured, not learnt."""

    role: str
    confidence: float | None
    why: str


def role_seen(links: Iterable[LinkRow], composition: Mapping[str, Any], fields: Mapping[str, Any]) -> RoleSeen | None:
    """None where a person or a name has said a role, or the tagger cannot tell the view."""
    roles = {link.role for link in links if link.standing in HELD}
    view, sure = str(composition.get("view") or ""), composition.get("view_confidence")
    if ROLE in fields or not roles or not roles <= VIEWLESS or view not in ROLES or view == "front":
        return None  # a front view is what a main picture shows
    how = (
        "it fills the frame and runs out on three sides" if sure is None else "learnt from the roles of other pictures"
    )
    return RoleSeen(view, sure, f"The picture seems to show: {view} ({how}).")
