"""The pictures of findings, each in the version that its rule judges."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from services.catalog.api.audits import FindingItem, RuleItem
from services.catalog.api.deps import Deps
from services.catalog.api.models import AssetWhole
from services.catalog.page.sides import PICTURES, picture
from services.catalog.queries import assets
from services.catalog.queries.in_shop import in_shop
from services.catalog.queries.rows import Row

LARGE = ("zoom", *PICTURES)
Shown = tuple[RuleItem, FindingItem]


class Cards(NamedTuple):
    """Id → card, of what the shop has and of the newest version with a picture; newest: rules that judge that one."""

    sold: Mapping[str, Row]
    shown: Mapping[str, Row]
    newest: frozenset[str]

    def of(self, rule: str) -> Mapping[str, Row]:
        """As that rule judges them."""
        return self.shown if rule in self.newest else self.sold


class Compared(NamedTuple):
    """One of a pair. card: what is told of it; picture: the URL of a large one, or empty."""

    asset: AssetWhole
    card: Mapping[str, Any]
    picture: str


async def cards_of(deps: Deps, shown: Iterable[Shown]) -> Cards:
    """Raises Unavailable."""
    ids = sorted({own for _, one in shown for own in (one.picture, one.other) if own})
    known = {card["id"]: card for card in await assets.some(deps.database, ids)}
    sold = await in_shop(deps.database, ids)
    newest = frozenset(name for name, rule in deps.audited.rules.items() if rule.newest)
    return Cards({own: {**card, **sold.get(own, {})} for own, card in known.items()}, known, newest)


def compared(asset: AssetWhole, cards: Mapping[str, Row]) -> Compared:
    """With its card among these; its own where it came after them."""
    card = cards.get(asset.id) or asset.model_dump()
    version = next((one for one in asset.versions if one.version == card["shown"]), None)
    return Compared(asset, card, picture(asset.id, version, LARGE) if version else "")
