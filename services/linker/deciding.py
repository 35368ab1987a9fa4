"""What the linker finds, under what people decided. Pure."""

from collections.abc import Iterable
from typing import Any

from schemas.links import Evidence, Link, LinkConflict, LinksFacet
from schemas.roles import ROLES
from services.linker import match as matching
from services.linker.products import Product, look_of

CHOSEN = -1
"""Position of what a person put into its role."""


def decided(
    found: matching.Match, people: dict[str, Any], role: str | None = None, products: Iterable[Product] = ()
) -> LinksFacet:
    """A machine's findings under people's decisions, which it never overwrites.

    role: given by a person. products: those that it may show, and those that people speak of.
    """
    torn = [(_conflict(one), one.links) for one in found.conflicts]
    alone = [link for conflict, links in torn for link in _uncontradicted(conflict, links, people)]
    stands = [link for link in alone if link.confidence >= matching.LINKS]
    links = {one.sku: _link(one) for one in (*found.links, *stands) if people.get(one.sku) != "rejected"}
    suggested = {one.sku: _link(one) for one in (*found.suggestions, *alone) if one.sku not in links}
    suggestions = [one for sku, one in suggested.items() if sku not in people]
    known = {link.sku: _link(link) for _, between in torn for link in between} | suggested | links
    listed = list(products)
    for sku, word in people.items():
        if word in ("confirmed", "linked"):
            said = Evidence(
                kind="person", detail="Confirmed by a person" if word == "confirmed" else "Linked by a person"
            )
            machine = known.get(sku) or _unseen(sku, found.role.role, listed)
            links[sku] = machine.model_copy(update={"confidence": 1.0, "evidence": [*machine.evidence, said]})
    conflicts = [
        conflict.model_copy(update={"options": asked, "skus": sorted(sku for option in asked for sku in option)})
        for conflict, _ in torn
        if (asked := conflict.asked(people))
    ]
    shown = [_as(role, one) for _, one in sorted(links.items())]
    return LinksFacet(links=shown, suggestions=suggestions, conflicts=conflicts)


def _uncontradicted(
    conflict: LinkConflict, links: Iterable[matching.Link], people: dict[str, Any]
) -> list[matching.Link]:
    """What is left of a conflict where people rejected all but one answer: it is as sure as its own evidence."""
    left = conflict.left(people)
    if conflict.asked(people) or len(left) != 1:
        return []
    return [link for link in links if link.sku in left[0]]


def _unseen(sku: str, role: str, products: Iterable[Product]) -> Link:
    """What a person linked and the machine did not see: at the level and with the look of its product."""
    family = [one for one in products if sku in (one.sku, one.parent)]
    named = next((one for one in family if one.sku == sku), None)
    is_model = any(one.parent == sku or one.kind == "model" for one in family)
    look = list(look_of(named)) if named and not is_model else []
    return Link(sku=sku, role=role, confidence=1.0, level="model" if is_model else "product", look=look)


def _as(role: str | None, link: Link) -> Link:
    """In the role that a person gave it, before others of that role."""
    if role not in ROLES:
        return link
    said = Evidence(kind="person", detail=f"A person gave it the role {role}")
    return link.model_copy(update={"role": role, "position": CHOSEN, "evidence": [*link.evidence, said]})


def _conflict(one: matching.Conflict) -> LinkConflict:
    return LinkConflict(
        skus=list(one.skus), options=[list(option) for option in one.options], cause=one.cause, evidence=_reasons(one)
    )


def _reasons(one: matching.Link | matching.Conflict) -> list[Evidence]:
    return [Evidence(kind=e.kind, detail=e.detail) for e in one.evidence]


def _link(one: matching.Link) -> Link:
    return Link(
        sku=one.sku,
        role=one.role,
        confidence=one.confidence,
        evidence=_reasons(one),
        level=one.level,
        look=list(one.look),
        position=one.position,
    )
