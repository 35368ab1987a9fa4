"""Which of some pictures an audience is given: by the limits of the links that their live versions have."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from runtime.database import Database
from schemas.limits import Audience, choose
from schemas.product import MediaItem

EVERYBODY = Audience()
_LINKED = """
SELECT a.id, f.data -> 'links' AS links FROM catalog.asset a
JOIN catalog.facet f ON f.asset_id = a.id AND f.version = a.live AND f.facet = 'links' AND f.status = 'done'
WHERE a.id = ANY($1::text[])
"""
Links = Sequence[Mapping[str, Any]]


class Given(NamedTuple):
    """What an audience is given, in order, and where it is something else than it asked for, in words."""

    assets: list[str]
    notes: list[str]


async def given(database: Database, assets: Sequence[str], audience: Audience) -> Given:
    """Raises Unavailable."""
    if audience == EVERYBODY:
        return Given(list(assets), [])
    async with database.reading() as connection:
        rows = await connection.fetch(_LINKED, list(assets))
    return chosen(assets, {row["id"]: json.loads(row["links"] or "[]") for row in rows}, audience)


def chosen(assets: Sequence[str], links: Mapping[str, Links], audience: Audience) -> Given:
    """links: of each picture; one without any is for all. A picture of several products is given where it may be given
    for one of them. Pure."""
    products: dict[str, list[MediaItem]] = defaultdict(list)
    for asset in assets:
        for link in links.get(asset, ()):
            products[link["sku"]].append(_item(asset, link))
    shown = {asset for asset in assets if not links.get(asset)}
    notes: list[str] = []
    for sku, items in products.items():
        choice = choose(items, audience)
        shown |= {item.asset_id for item in choice.items}
        notes += [f"{sku}: {note}" for note in choice.notes]
    return Given([asset for asset in assets if asset in shown], notes)


def _item(asset: str, link: Mapping[str, Any]) -> MediaItem:
    said = {name: link[name] for name in ("role", "confidence", "limits") if name in link}
    return MediaItem.model_validate({"asset_id": asset, "version": 1, **said})
