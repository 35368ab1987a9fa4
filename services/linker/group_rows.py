"""SQL of links to categories and collections: who inherits them, and what a product inherits."""

from collections.abc import Iterable
from typing import Any

import asyncpg

from schemas.groups import group_key, keys_within
from services.linker.link_rows import IS_LIVE, SHOWN
from services.linker.listed import Listed

_MEMBERS = """
WITH hit AS (
  SELECT p.sku FROM linker.product p WHERE p.active AND p.groups <> '{}' AND EXISTS (
    SELECT FROM unnest(p.groups) own, unnest($1::text[]) asked WHERE own = asked OR (
      starts_with(own, 'category:') AND starts_with(asked, 'category:')
      AND position('/' || substr(asked, 10) || '/' IN '/' || substr(own, 10) || '/') > 0)))
SELECT sku FROM hit UNION SELECT v.sku FROM linker.product v JOIN hit ON v.parent = hit.sku WHERE v.active
"""
_INHERITED = f"""
SELECT l.sku, l.asset_id, l.version, l.role, l.confidence, l.position, l.look, l.limits, {IS_LIVE}, s.open, s.rights,
  coalesce(a.name, '') AS name
FROM linker.link l LEFT JOIN linker.asset a USING (asset_id, version)
{SHOWN} WHERE l.group_key = ANY($1)
"""  # noqa: S608
_LINKED = "SELECT EXISTS (SELECT FROM linker.link WHERE group_key IS NOT NULL)"
_OF = """
SELECT DISTINCT p.sku FROM linker.product c JOIN linker.product p ON p.active AND (p.key = c.key OR p.parent = c.sku)
WHERE c.key = ANY($1)
"""


async def members(db: asyncpg.Connection, groups: Iterable[str]) -> set[str]:
    """SKUs of the products in these groups, and of the variants of their models. Reads all products: ask seldom."""
    keys = sorted(filter(None, map(group_key, groups)))
    return {row["sku"] for row in await db.fetch(_MEMBERS, keys)} if keys else set()


async def inherited(db: asyncpg.Connection, *products: Listed | None) -> list[dict[str, Any]]:
    """Links to the groups of a product and of its model, as `links_of` gives them."""
    keys = {key for one in products if one for group in one.groups for key in keys_within(group)}
    return [dict(row) for row in await db.fetch(_INHERITED, sorted(keys))] if keys else []


async def with_campaigns(db: asyncpg.Connection, products: list[str]) -> set[str]:
    """SKUs of these (by their keys) and of their variants, where any picture is linked to a group: they may inherit it,
    or may have until now.
    """
    if not await db.fetchval(_LINKED):
        return set()
    return {row["sku"] for row in await db.fetch(_OF, products)}
