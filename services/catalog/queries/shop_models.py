"""How the PIM names product models to a shop: title and handle. Every function raises Unavailable."""

from collections.abc import AsyncIterator, Collection
from typing import NamedTuple

from runtime.database import Database

_HANDLE = ", ".join(
    f"attributes ->> '{name}'" for name in ("handle", "Handle", "shopify_handle", "url_handle", "URL handle")
)
# A model's own row comes before its variants'. Where these say several, a space stands between: that is no handle.
_NAMED = f"""
SELECT family, coalesce(min(own) FILTER (WHERE kind = 'model'), string_agg(DISTINCT own, ' '), '') AS handle,
  coalesce(min(called) FILTER (WHERE kind = 'model'), min(called) FILTER (WHERE parent = ''), '') AS title
FROM (SELECT *, nullif(btrim(coalesce({_HANDLE})), '') AS own, nullif(name, '') AS called FROM catalog.sold) each
{{which}} GROUP BY family ORDER BY family {{limit}}
"""  # noqa: S608
_SOME = _NAMED.format(which="WHERE family = ANY($1::text[])", limit="")
_ALL = _NAMED.format(which="WHERE family > $1", limit="LIMIT $2")
PAGE = 5000


class Named(NamedTuple):
    """One model, or a product that stands alone. Both are empty where the PIM does not say them."""

    model: str
    handle: str
    title: str


async def named(database: Database, models: Collection[str]) -> dict[str, Named]:
    """These."""
    async with database.reading() as connection:
        rows = await connection.fetch(_SOME, list(models))
    return {row["family"]: Named(*row) for row in rows}


async def all_named(database: Database) -> AsyncIterator[Named]:
    """All that are for sale, by model."""
    cursor: str | None = ""
    while cursor is not None:
        async with database.reading() as connection:
            rows = await connection.fetch(_ALL, cursor, PAGE)
        for row in rows:
            yield Named(*row)
        cursor = rows[-1]["family"] if len(rows) == PAGE else None
