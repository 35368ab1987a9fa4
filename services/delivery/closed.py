"""What would stand at a product's address, were it not under embargo, expired or deleted."""

import json
from collections.abc import Sequence

from runtime.database import Database
from schemas.limits import Audience, choose
from schemas.product import MediaItem
from services.delivery.address import Slot
from services.delivery.find import EVERYBODY, HEAD, Found
from services.delivery.rows import MAIN

GONE = {"purged": "It was deleted."}
"""State of a head → what is said of it."""
LEADS = (MAIN, "front")
"""Roles that a main picture may have, the likelier first."""
_MEDIA = "SELECT items, closed FROM delivery.media WHERE sku = $1 AND active"
_HEADS = f"SELECT {HEAD} FROM delivery.head h WHERE h.asset_id = ANY($1::text[])"  # noqa: S608


async def closed(database: Database, slot: Slot, audience: Audience) -> Found | None:
    """The asset whose place it is, without its files; None where nothing of this role is closed."""
    async with database.reading() as connection:
        row = await connection.fetchrow(_MEDIA, slot.sku)
        told = [MediaItem.model_validate(item) for side in row for item in json.loads(side)] if row else []
        heads = await connection.fetch(_HEADS, [item.asset_id for item in told])
    found = {head["asset_id"]: Found.of(head) for head in heads}
    items = told if audience == EVERYBODY else choose(told, audience).items
    return _standing([(item.role, found[item.asset_id]) for item in items if item.asset_id in found], slot)


def _standing(media: Sequence[tuple[str, Found]], slot: Slot) -> Found | None:
    """What is live has the first numbers of its role, what is closed those behind."""
    live = sum(role == slot.role and one.open and one.live is not None for role, one in media)
    shut = [(role, one) for role, one in media if _is_shut(one)]
    for role in LEADS if slot == Slot(slot.sku, MAIN) else (slot.role,):
        there = [one for its, one in shut if its == role]
        if len(there) > slot.nth - 1 - live:
            return there[max(0, slot.nth - 1 - live)]
    return None


def _is_shut(one: Found) -> bool:
    """What has not been live yet is only missing."""
    return one.state in GONE or (one.live is not None and not one.open)
