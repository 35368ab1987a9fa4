"""The place that a picture has among those of its products, as its name says it: two of one place may be two editions.

A function of one picture alone: who else has that place is for the catalogue to see.
"""

from collections.abc import Sequence

from schemas.groups import is_group
from schemas.links import LinksFacet
from services.linker.evidence import NAMES, RULE
from services.linker.match import Link, Match
from services.linker.names import tokens
from services.linker.vocabulary import colour_of, edition


def with_slot(links: LinksFacet, found: Match, key: str) -> LinksFacet:
    """The same with its place and edition. None where people gave it its role or took links away, or where the name
    says neither product nor role: twenty camera's names in a product's folder are twenty pictures."""
    linked = {link.sku for link in links.links if not is_group(link.sku)}
    if not found.links or linked != {link.sku for link in found.links} or _by_hand(links):
        return links
    if not (found.role.named or _is_named(found.links)):
        return links
    number = [str(found.role.position)] if found.role.position else []
    shown = _shown(found.links)
    said = {colour_of(word) for word in tokens(shown)}
    slot = " ".join([shown, found.role.role, *number, *(word for word in found.role.rest if word not in said)])
    return links.model_copy(update={"slot": slot, "edition": edition(tokens(key.rpartition("/")[2]))})


def _by_hand(links: LinksFacet) -> bool:
    return any(reason.kind == "person" for link in links.links for reason in link.evidence if link.position < 0)


def _is_named(links: Sequence[Link]) -> bool:
    return any(reason.kind in {*NAMES, RULE} for link in links for reason in link.evidence)


def _shown(links: Sequence[Link]) -> str:
    """The model and what of it is shown; the products, where they have none."""
    whole = sorted((link for link in links if link.level == "model"), key=lambda link: link.sku)
    told = [" ".join([link.sku, *(value for _, value in link.look)]) for link in whole]
    return " ".join(told or sorted(link.sku for link in links))
