"""Which version is live: a first version when ready, a successor when nothing of its renditions is owed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.facet import Facet, HeadFacet

Statuses = Mapping[str, tuple[str, bool]]
"""Facet → (status, whether a later wave still owes something)."""


@dataclass(frozen=True)
class Version:
    """What is known of one version."""

    facets: dict[str, tuple[str, bool]]

    def with_(self, facet: Facet) -> "Version":
        """With one more facet."""
        return Version({**self.facets, facet.facet: (facet.status, bool(facet.owes))})


def state(facets: Statuses) -> str:
    """State of a version, in the order of the design: refused, failed, working, ready, complete."""
    if any(facets.get(name, ("", False))[0] == "refused" for name in ("file", "renditions")):
        return "refused"
    if any(status == "failed" for status, _ in facets.values()):
        return "failed"
    done = all(facets.get(name, ("", False))[0] == "done" for name in ("file", "renditions"))
    told = all(facets.get(name, ("", False))[0] in ("done", "refused") for name in ("tags", "links"))
    if not (done and told):
        return "working"
    return "ready" if any(owes for _, owes in facets.values()) else "complete"


def head(versions: Mapping[int, Version], live: int | None) -> HeadFacet:
    """The head, given which version is live now. Approval is automatic until folder profiles exist."""
    newest = max(versions)
    for number in sorted(versions, reverse=True):
        if number == live:
            break
        reached = state(versions[number].facets)
        if reached == "complete" or (reached == "ready" and live is None):
            live = number
            break
    return HeadFacet(live=live, newest=newest, state=state(versions[newest].facets))
