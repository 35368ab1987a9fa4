"""What the linker finds, under what people decided. Pure."""

from typing import Any

from schemas.links import Evidence, Link, LinksFacet
from schemas.roles import ROLES
from services.linker import match as matching

CHOSEN = -1
"""Position of what a person put into its role."""


def decided(found: matching.Match, people: dict[str, Any], role: str | None = None) -> LinksFacet:
    """A machine's findings under people's decisions, which it never overwrites. role: given by a person."""
    links = {one.sku: _link(one) for one in found.links if people.get(one.sku) != "rejected"}
    suggested = {one.sku: _link(one) for one in found.suggestions}
    suggestions = [one for sku, one in suggested.items() if sku not in people]
    for sku, word in people.items():
        if word in ("confirmed", "linked"):
            said = Evidence(
                kind="person", detail="Confirmed by a person" if word == "confirmed" else "Linked by a person"
            )
            machine = links.get(sku) or suggested.get(sku) or Link(sku=sku, role=found.role.role, confidence=1.0)
            links[sku] = machine.model_copy(update={"confidence": 1.0, "evidence": [*machine.evidence, said]})
    conflicts = [
        {
            "skus": skus,
            "options": [list(option) for option in c.options],
            "cause": c.cause,
            "evidence": [{"kind": e.kind, "detail": e.detail} for e in c.evidence],
        }
        for c in found.conflicts
        if (skus := _open(c, people))
    ]
    shown = [_as(role, links[sku]) for sku in sorted(links)]
    return LinksFacet(links=shown, suggestions=suggestions, conflicts=conflicts)


def _as(role: str | None, link: Link) -> Link:
    """In the role that a person gave it, before others of that role."""
    if role not in ROLES:
        return link
    said = Evidence(kind="person", detail=f"A person gave it the role {role}")
    return link.model_copy(update={"role": role, "position": CHOSEN, "evidence": [*link.evidence, said]})


def _open(conflict: matching.Conflict, people: dict[str, Any]) -> list[str]:
    """The SKUs that are still to be decided between: none where people chose one, or rejected all, or all but one."""
    if any(people.get(sku) in ("confirmed", "linked") for sku in conflict.skus):
        return []
    rest = [sku for sku in conflict.skus if people.get(sku) != "rejected"]
    return rest if len(rest) > 1 or rest == list(conflict.skus) else []


def _link(one: matching.Link) -> Link:
    return Link(
        sku=one.sku,
        role=one.role,
        confidence=one.confidence,
        evidence=[Evidence(kind=e.kind, detail=e.detail) for e in one.evidence],
        level=one.level,
        look=list(one.look),
        position=one.position,
    )
