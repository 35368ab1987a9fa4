"""A changed crop reaches render as new work: which versions a decision has made again. Pure."""

from schemas.curation import RENDERED_FROM
from schemas.decision import Decision
from schemas.head import HeadFacet

EXACT = tuple(name for name in RENDERED_FROM if not name.endswith(":"))
PREFIXES = tuple(name for name in RENDERED_FROM if name.endswith(":"))


def reframes(name: str) -> bool:
    """Whether renditions are made from this field of a curation."""
    return name in EXACT or name.startswith(PREFIXES)


def again(decision: Decision, head: HeadFacet | None) -> list[int]:
    """The live version and the newest, where the decision touches what renditions are made from."""
    names = [*decision.set, *decision.clear]
    if head is None or not any(map(reframes, names)):
        return []
    return sorted({head.newest, head.live or head.newest})
