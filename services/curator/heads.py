"""Which version is live: a first version when ready, a successor when nothing of its renditions is owed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.facet import LIST_TYPE, Facet, HeadFacet

Statuses = Mapping[str, tuple[str, bool]]
"""Facet → (status, whether a later wave still owes something)."""


@dataclass(frozen=True)
class Version:
    """What is known of one version. `revisions`: of each facet, because records may be read again."""

    facets: dict[str, tuple[str, bool]]
    revisions: dict[str, int] = field(default_factory=dict)

    def with_(self, facet: Facet) -> "Version":
        """With one more facet; an older record of one that is known changes nothing."""
        if facet.revision < self.revisions.get(facet.facet, 0):
            return self
        facets = {**self.facets, facet.facet: (facet.status, bool(facet.owes))}
        if facet.facet == "file" and facet.status == "done" and facet.data.get("media_type") == LIST_TYPE:
            facets |= dict.fromkeys(("renditions", "tags", "links"), ("done", False))  # a list: nothing is made of it
        return Version(facets, {**self.revisions, facet.facet: facet.revision})


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
        facets = versions[number].facets
        if state(facets) in ("ready", "complete") and (live is None or not facets["renditions"][1]):
            live = number
            break
    return HeadFacet(live=live, newest=newest, state=state(versions[newest].facets))
