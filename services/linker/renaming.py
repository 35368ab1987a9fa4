"""What people decided about a SKU goes with its product when the PIM calls that otherwise."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from runtime.publisher import Outgoing
from schemas.decision import Decision
from schemas.topics import DECISIONS
from services.linker.listed import Listed

PERSON = "link:"
"""Curation fields of links: `link:<sku>` is confirmed, rejected or linked."""


def renamed(people: Mapping[str, Any], products: Iterable[Listed]) -> dict[str, Listed]:
    """The SKU that people decided about → the one product that was called so, where none is today."""
    known = {product.sku: product for product in products}
    found: dict[str, list[Listed]] = defaultdict(list)
    for product in known.values():
        for before in set(product.formerly) & set(people) - set(known):
            found[before].append(product)
    return {before: ones[0] for before, ones in found.items() if len(ones) == 1}


def under_new_names(people: Mapping[str, Any], called: Mapping[str, Listed]) -> dict[str, Any]:
    """The same decisions by today's SKUs; what was said of today's SKU itself comes first."""
    others = {sku: said for sku, said in people.items() if sku not in called}
    return {called[sku].sku: said for sku, said in people.items() if sku in called} | others


def one_each(called: Mapping[str, Listed]) -> dict[str, Listed]:
    """One former SKU of each product: its next is moved after that, for a move changes what the others expect."""
    last = {product.sku: before for before, product in called.items()}
    return {before: called[before] for before in last.values()}


def moved(asset_id: str, fields: Mapping[str, Any], before: str, product: Listed) -> Outgoing:
    """The decision by which the field is called as the product is now. Said twice it counts once.

    It holds for what was seen: what a person says meanwhile has it refused, and it is said anew of that.
    """
    old, new = f"{PERSON}{before}", f"{PERSON}{product.sku}"
    seen = {old: fields[old], new: fields.get(new)}
    about = f"{asset_id} {before} {product.key} {product.revision} {json.dumps(seen)}"
    decision = Decision(
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, about)),
        entity=f"asset/{asset_id}",
        set={new: fields.get(new, fields[old])},
        clear=[old],
        expects=seen,
        by="linker",
        why=f"{before} is called {product.sku} now",
        at=datetime.now(UTC),
    )
    return Outgoing(DECISIONS, decision.entity, decision, (decision.id,), asset_id)
