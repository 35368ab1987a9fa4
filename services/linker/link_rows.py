"""SQL of links, and of the versions by which they are shown.

Rows are guarded by (version, revision): late and doubled records change nothing.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg

from schemas.facet import Facet
from schemas.groups import group_key, is_group
from schemas.head import HeadFacet
from schemas.links import LinksFacet
from schemas.roles import CODE_FRAME

IS_LIVE = "EXISTS (SELECT FROM linker.head h WHERE h.asset_id = l.asset_id AND h.live = l.version) AS live"
"""Whether a link `l` is by the live version."""
SHOWN = "JOIN LATERAL (SELECT * FROM linker.shown s WHERE s.asset_id = l.asset_id) s ON s.version = l.version"
"""The version of a link `l` is the one by which its asset is shown."""


class _Shown(NamedTuple):
    version: int | None
    open: bool
    rights: str | None = None
    """Limits, as JSON."""


_NOT_ASKED = _Shown(None, True)


async def put_head(db: asyncpg.Connection, facet: Facet, head: HeadFacet) -> set[str] | None:
    """Store which version is live; returns the SKUs whose media changed by it, None where this is old news."""
    available = asyncpg.Range(head.available_from, head.available_until)
    limits = head.limits.model_dump_json() if head.limits else None
    says = head.live, head.out, head.live is None and head.state == "refused", available, head.state == "purged", limits
    query = "SELECT live, out, refused, available, gone, limits FROM linker.head WHERE asset_id = $1"
    stood = await db.fetchrow(query, facet.asset_id)
    silent = _same(says, stood)  # most heads tell of states alone
    before = _NOT_ASKED if silent else await _shown(db, facet.asset_id)
    fresh = await db.fetchval(
        "INSERT INTO linker.head VALUES ($1, $2, $3, $4, $5, $6, $6::tstzrange @> now(), $7, $8) "
        "ON CONFLICT (asset_id) DO UPDATE "
        "SET revision = $2, live = $3, out = $4, refused = $5, available = $6, gone = $7, limits = $8, "
        "open = CASE WHEN head.available = $6 THEN head.open ELSE excluded.open END WHERE head.revision < $2 "
        "RETURNING 1",
        facet.asset_id, facet.revision, *says,
    )  # fmt: skip
    if not fresh:
        return None
    after = _NOT_ASKED if silent else await _shown(db, facet.asset_id)
    if (before, before.version == (stood["live"] if stood else None)) == (after, after.version == head.live):
        return set()
    rows = await db.fetch(
        "WITH own AS (SELECT sku FROM linker.link WHERE asset_id = $1 AND version = ANY($2::int[])) "
        "SELECT sku FROM own UNION SELECT p.sku FROM linker.product p JOIN own ON p.parent = own.sku",
        facet.asset_id, [one.version for one in (before, after) if one.version is not None],
    )  # fmt: skip
    return {row["sku"] for row in rows}


def _same(says: tuple[Any, ...], stood: asyncpg.Record | None) -> bool:
    """Whether a head says what the row says. Limits by what they say: PostgreSQL writes JSON with other spaces."""
    *told, limits = says
    *known, limited = tuple(stood) if stood else (None, [], False, asyncpg.Range(), False, None)
    return told == known and _parsed(limits) == _parsed(limited)


def _parsed(limits: str | None) -> Any:
    return json.loads(limits) if limits else None


async def _shown(db: asyncpg.Connection, asset_id: str) -> _Shown:
    row = await db.fetchrow("SELECT version, open, rights FROM linker.shown WHERE asset_id = $1", asset_id)
    return _Shown(*row) if row else _NOT_ASKED


async def put_links(db: asyncpg.Connection, facet: Facet, links: LinksFacet) -> set[str]:
    """Store a version's links; returns the SKUs whose media may have changed."""
    fresh = await db.fetchval(
        "INSERT INTO linker.linked VALUES ($1, $2, $3, $4, $5) ON CONFLICT (asset_id, version) DO UPDATE SET "
        "revision = $3, slot = $4, edition = $5 WHERE linked.revision < $3 "
        "RETURNING CASE WHEN xmax = 0 THEN 'new' ELSE 'again' END",
        facet.asset_id, facet.version, facet.revision, links.slot, links.edition,
    )  # fmt: skip
    if not fresh:
        return set()
    query = "DELETE FROM linker.link WHERE asset_id = $1 AND version = $2 RETURNING sku, look = '[]' AS whole"
    old = await db.fetch(query, facet.asset_id, facet.version) if fresh == "again" else []
    await db.executemany(
        "INSERT INTO linker.link VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        [
            (
                facet.asset_id, link.sku, facet.version, link.role, link.confidence, link.position,
                json.dumps(link.look), link.limits.model_dump_json() if link.limits else None,
                group_key(link.sku) if is_group(link.sku) else None,
            )
            for link in links.links
        ],
    )  # fmt: skip
    changed = {row["sku"] for row in old} | {link.sku for link in links.links}
    whole = [link.sku for link in links.links if not link.look and not is_group(link.sku)]
    whole += [row["sku"] for row in old if row["whole"]]  # it spoke of all variants, and may not any more
    children = await db.fetch("SELECT sku FROM linker.product WHERE parent = ANY($1)", whole) if whole else []
    return changed | {row["sku"] for row in children}


async def links_of(db: asyncpg.Connection, skus: Sequence[str]) -> list[dict[str, Any]]:
    """Links of these by the versions that are shown: sku, asset_id, version, role, confidence, position, look, limits,
    live, open, rights, name. open: not under embargo, expired or deleted; rights: limits of the asset's rights.

    Not those of frames that were taken for their code.
    """
    rows = await db.fetch(
        f"SELECT l.sku, l.asset_id, l.version, l.role, l.confidence, l.position, l.look, l.limits, {IS_LIVE}, s.open, "  # noqa: S608
        "s.rights, coalesce(a.name, '') AS name FROM linker.link l LEFT JOIN linker.asset a USING (asset_id, version) "
        f"{SHOWN} WHERE l.sku = ANY($1) AND l.role <> $2",
        skus, CODE_FRAME,
    )  # fmt: skip
    return [dict(row) for row in rows]
