"""What is needed to judge products on a channel: their media, and the facets of the version that the shop sees."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

import asyncpg

from runtime.database import Database
from schemas.curation import FITS
from schemas.product import MediaItem
from schemas.readiness import State
from schemas.rendition import LATER
from schemas.rights import Said, ended, folder_of, said_of
from schemas.tags import TAGS_LATER
from services.catalog.channels.candidate import READY, TO_APPROVE, Candidate
from services.catalog.channels.naming import Ids
from services.catalog.queries.brands import conditions
from services.catalog.queries.part import within
from services.catalog.queries.rows import Row, rows_of
from services.catalog.scope import EVERYTHING, Scope

NOWHERE = "Its link and its rights have no place in common."
FACETS = ["file", "renditions.first", "renditions", LATER, "tags", TAGS_LATER]
_SKUS = """
SELECT DISTINCT ON (sku COLLATE "C") sku, name FROM catalog.sold
WHERE kind = 'product' AND sku COLLATE "C" > $1 AND ($2 = '' OR said ILIKE $2) {limits} {stands}
ORDER BY sku COLLATE "C", system LIMIT $3
"""
_STANDS = """
AND coalesce((
  SELECT coalesce(v.states ->> ${at}, v.states ->> ${channel}) FROM catalog.verdict v WHERE v.sku = sold.sku
), ${state}) = ${state}
"""
"""What was not looked at yet may stand so, too."""
_PART = """
SELECT DISTINCT ON (sku COLLATE "C") sku FROM catalog.product
WHERE status = 'active' AND kind = 'product' AND sku <> '' AND left(md5(sku), 1) = $2
  AND ($1 = '' OR sku COLLATE "C" > $1)
ORDER BY sku COLLATE "C", system LIMIT $3
"""
_SOLD = """
SELECT DISTINCT sku FROM catalog.product WHERE status = 'active' AND kind = 'product' AND sku = ANY($1::text[])
"""
_FACETS = """
SELECT f.asset_id, f.facet, f.status, f.owes, f.data FROM catalog.facet f JOIN catalog.asset a ON a.id = f.asset_id
WHERE f.asset_id = ANY($1::text[]) AND f.version = coalesce(a.live, a.shown) AND f.facet = ANY($2::text[])
"""
_ASSETS = """
SELECT a.id, a.name, a.state, a.live, a.approves, coalesce(a.live, a.shown) AS version, coalesce(c.data, '{}') AS data,
  a.barred, a.available_until <= $2 AS late, a.available_from > $2 AS early, a.available_from,
  (a.available_until <= now() OR a.available_from > now()) IS TRUE AS shut
FROM catalog.asset a LEFT JOIN catalog.facet c ON c.asset_id = a.id AND c.version = 0 AND c.facet = 'curation'
WHERE a.id = ANY($1::text[])
"""


_ASINS = "(SELECT jsonb_object_agg(key, value) FROM jsonb_each_text(attributes) WHERE key ~* '^\\s*asin') AS asins"
_LOOKS = f"""
WITH page AS (
  SELECT DISTINCT family FROM catalog.sold
  WHERE kind = 'product' AND family > $1 AND ($2 = '' OR said ILIKE $2) {{limits}} ORDER BY family LIMIT $3
)
SELECT DISTINCT ON (family, sku COLLATE "C") sku, name, axes, gtin, {_ASINS}, family AS model
FROM page JOIN catalog.sold USING (family) WHERE kind = 'product' AND ($2 = '' OR said ILIKE $2) {{limits}}
ORDER BY family, sku COLLATE "C", system
"""  # noqa: S608


_IDS = f"""
SELECT DISTINCT ON (sku) sku, gtin, {_ASINS}
FROM catalog.product WHERE status = 'active' AND kind = 'product' AND sku = ANY($1::text[]) ORDER BY sku, system
"""  # noqa: S608


class Of(NamedTuple):
    """A place among a product's media, and the picture in it."""

    item: MediaItem
    candidate: Candidate


class Stood(NamedTuple):
    """How a product stood when it was last looked at (`catalog.verdict`): on that channel, in that market if any."""

    channel: str
    market: str
    state: State


async def some_skus(
    database: Database,
    *,
    q: str = "",
    cursor: str = "",
    limit: int = 100,
    scope: Scope = EVERYTHING,
    stood: Stood | None = None,
) -> list[Row]:
    """SKUs that are for sale, by SKU, after `cursor`: {sku, name}. `q`: part of a SKU, a name or a model's SKU.

    scope: of its brands alone. stood: without those that stood otherwise.
    """
    return await _some(database, _SKUS, q, cursor, limit, scope, stood)


async def some_models(
    database: Database, *, q: str = "", cursor: str = "", limit: int = 50, scope: Scope = EVERYTHING
) -> list[Row]:
    """SKUs for sale of so many models, after the model `cursor`, a model's together.

    Each row: {model, sku, name, axes, gtin, asins}. scope: of what it shows alone (`queries/brands.py`).
    """
    return await _some(database, _LOOKS, q, cursor, limit, scope)


async def _some(
    database: Database, sql: str, q: str, cursor: str, limit: int, scope: Scope, stood: Stood | None = None
) -> list[Row]:
    limits, more = conditions(scope, "sold", taken=3)
    values: list[object] = [cursor, within(q) if q.strip() else "", limit, *more]
    stands = ""
    if stood:
        values += [f"{stood.channel}/{stood.market}", stood.channel, stood.state]
        at, channel, state = range(len(values) - 2, len(values) + 1)
        stands = _STANDS.format(at=at, channel=channel, state=state)
    asked = sql.replace("{limits}", limits).replace("{stands}", stands)
    async with database.transaction() as connection:
        return rows_of(await connection.fetch(asked, *values))


async def some_of_part(database: Database, part: str, *, cursor: str, limit: int) -> list[str]:
    """SKUs that are for sale of the part of that name (`channels/standing.py`), after `cursor`. Raises Unavailable."""
    async with database.reading() as connection:
        return [row["sku"] for row in await connection.fetch(_PART, cursor, part, limit)]


async def families(database: Database, skus: Collection[str]) -> dict[str, str]:
    """SKU → its model's, or its own where it has none. Raises Unavailable."""
    sql = "SELECT DISTINCT sku, family FROM catalog.sold WHERE kind = 'product' AND sku = ANY($1::text[])"
    async with database.reading() as connection:
        return {row["sku"]: row["family"] for row in await connection.fetch(sql, list(skus))}


async def still_sold(database: Database, skus: Collection[str]) -> list[str]:
    """Those of them that are for sale. Raises Unavailable."""
    async with database.reading() as connection:
        return sorted(row["sku"] for row in await connection.fetch(_SOLD, list(skus)))


async def with_picture(database: Database, asset: str) -> list[str]:
    """SKUs that are for sale with it in their media, some of many. Raises Unavailable."""
    sql = """SELECT m.sku FROM catalog.product_media m WHERE m.assets @> ARRAY[$1::text] AND m.status = 'active'
    ORDER BY m.sku LIMIT 50"""
    async with database.reading() as connection:
        return [row["sku"] for row in await connection.fetch(sql, asset)]


async def showing(database: Database, assets: Collection[str]) -> set[str]:
    """SKUs that these pictures are linked to by themselves. Raises Unavailable."""
    sql = "SELECT DISTINCT unnest(skus) AS sku FROM catalog.asset WHERE id = ANY($1::text[])"
    async with database.reading() as connection:
        return {row["sku"] for row in await connection.fetch(sql, list(assets))}


async def known_by(database: Database, skus: Collection[str]) -> dict[str, Ids]:
    """SKU → what channels know it by. Raises Unavailable."""
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(_IDS, list(skus)))
    return {row["sku"]: ids_of(row) for row in rows}


def ids_of(row: Row) -> Ids:
    """row: of `some_models`, or one like it."""
    return Ids(gtin=row["gtin"], asins=row["asins"] or {})


async def media(database: Database, skus: Collection[str], day: date | None = None) -> dict[str, list[Of]]:
    """SKU → its pictures in its own order; a SKU without media has none. Raises Unavailable.

    day: their rights are those of its first moment; today's, and without one, are those of now.
    """
    moment = _moment(day)
    sql = "SELECT sku, items, closed FROM catalog.product_media WHERE sku = ANY($1::text[]) AND status = 'active'"
    async with database.transaction() as connection:
        told = rows_of(await connection.fetch(sql, list(skus)))
        ids = sorted({item["asset_id"] for row in told for item in (*row["items"], *row["closed"])})
        assets = rows_of(await connection.fetch(_ASSETS, ids, moment))
        facets = await _facets(connection, ids)
    known = {row["id"]: row for row in assets}
    found: dict[str, list[Of]] = {sku: [] for sku in skus}
    for row in told:
        for said, closed in ((one, side == "closed") for side in ("items", "closed") for one in row[side]):
            item = MediaItem.model_validate(said)
            if asset := known.get(item.asset_id):
                candidate = _candidate(item, asset, facets.get(item.asset_id, {}), closed, moment)
                found[row["sku"]].append(Of(item, candidate))
    return found


def _moment(day: date | None) -> datetime:
    now = datetime.now(UTC)
    return now if day in (None, now.date()) else datetime.combine(day, time(), UTC)


async def _facets(connection: asyncpg.Connection, ids: list[str]) -> dict[str, dict[str, Row]]:
    found: dict[str, dict[str, Row]] = {}
    for row in rows_of(await connection.fetch(_FACETS, ids, FACETS)):
        found.setdefault(row["asset_id"], {})[row["facet"]] = row
    return found


def _candidate(item: MediaItem, asset: Row, facets: dict[str, Row], closed: bool, moment: datetime) -> Candidate:
    fields = asset["data"].get("fields", {})
    rights = said_of(fields, folder_of(facets["file"]["data"].get("profile") if "file" in facets else None))
    said = _said(fields, asset["version"])
    owed = {name for row in facets.values() for name in row["owes"]}
    return Candidate(
        asset_id=item.asset_id,
        role=item.role,
        version=asset["version"],
        name=asset["name"],
        state=_state(asset),
        facets={name: (row["status"], row["data"]) for name, row in facets.items()},
        owes=frozenset(owed - facets.keys()),
        said={channel: value if isinstance(value, str) else "confirmed" for channel, value in said.items()},
        answered={channel: frozenset(v["answers"]) for channel, v in said.items() if not isinstance(v, str)},
        barred=_barred(asset, rights, moment) or (NOWHERE if closed and not asset["shut"] else ""),
        rights=rights,
    )


def _state(asset: Row) -> str:
    if asset["live"] is not None:
        return READY
    return TO_APPROVE if asset["approves"] else str(asset["state"])


def _barred(asset: Row, rights: Said, moment: datetime) -> str:
    """Why nobody may be given it then."""
    if asset["barred"]:
        return str(asset["barred"])
    if asset["late"]:
        return ended(rights, moment)
    return f"It is under embargo until {asset['available_from']:%Y-%m-%d}." if asset["early"] else ""


def _said(fields: dict[str, Any], version: int) -> dict[str, Any]:
    """Channel → confirmed, rejected, or {answers}: confirmed, of these questions alone."""
    prefix = f"{FITS}{version}:"
    return {name.removeprefix(prefix): value for name, value in fields.items() if name.startswith(prefix)}
