"""What licences and limits may call channels: a word that nobody knows would keep a picture from all of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.database import Database
from schemas.limits import LIMITS, plain
from schemas.rights import LICENCE
from services.catalog.channels.model import Channel

_MADE_FOR = """
SELECT DISTINCT unnest(channels) AS name FROM (
  SELECT channels FROM catalog.asset ORDER BY coalesce(arrived, 'epoch'::timestamptz) DESC, id DESC LIMIT 500) newest
"""
"""Channels of an operator's own presets."""


async def unknown(database: Database, channels: Iterable[Channel], wanted: Mapping[str, Any]) -> str | None:
    """Of the licences and limits among these fields the first channel that there is not, in plain words; or None.

    Raises Unavailable.
    """
    said = [
        str(word)
        for name, value in wanted.items()
        if (name in (LICENCE, LIMITS) or name.startswith(f"{LIMITS}:")) and isinstance(value, Mapping)
        for word in value.get("channels") or ()
    ]
    if not said:
        return None
    async with database.reading() as connection:
        made_for = [row["name"] for row in await connection.fetch(_MADE_FOR)]
    known = sorted({*made_for, *(name for one in channels for name in one.audience.split("/"))})
    there = {plain(name) for name in known}
    strange = next((word for word in said if plain(word) not in there), None)
    return strange and f"There is no channel {strange!r:.60}. There are: {', '.join(known)}."
