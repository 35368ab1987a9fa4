"""Which of some pictures an audience is given: by the limits of the links that their live versions have."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from runtime.database import Database
from schemas.limits import Audience, choose, of_words, shut_out
from schemas.product import Limits, MediaItem

EVERYBODY = Audience()
_LINKED = """
SELECT a.id, a.name, f.data -> 'links' AS links, a.limits FROM catalog.asset a LEFT JOIN catalog.facet f
  ON f.asset_id = a.id AND f.version = a.live AND f.facet = 'links' AND f.status = 'done'
WHERE a.id = ANY($1::text[])
"""
Links = Sequence[Mapping[str, Any]]


class Given(NamedTuple):
    """What an audience is given, in order, and where it is something else than it asked for, in words."""

    assets: list[str]
    notes: list[str]


async def given(database: Database, assets: Sequence[str], audience: Audience) -> Given:
    """What neither links nor rights limit to others. Where nobody in particular asks, limits of rights are told.

    Raises Unavailable.
    """
    async with database.reading() as connection:
        rows = await connection.fetch(_LINKED, list(assets))
    rights = {row["name"]: limits for row in rows if (limits := _limits(row["limits"]))}
    if audience == EVERYBODY:
        return Given(
            list(assets), [f"{name}: its rights are for {of_words(one)} alone." for name, one in rights.items()]
        )
    out = {row["id"]: where for row in rows if (where := shut_out(_limits(row["limits"]), audience))}
    notes = [f"{row['name']}: its rights do not reach {out[row['id']]}." for row in rows if row["id"] in out]
    links = {row["id"]: json.loads(row["links"] or "[]") for row in rows}
    found = chosen([asset for asset in assets if asset not in out], links, audience)
    return Given(found.assets, [*notes, *found.notes])


def _limits(told: str | None) -> Limits | None:
    return Limits.model_validate_json(told) if told else None


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
