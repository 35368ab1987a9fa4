"""SQL of assets, links and what is to be asked; products have their own (`product_rows.py`).

Rows are guarded by (version, revision): late and doubled records change nothing.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from schemas.decision import Fact
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.groups import group_key, is_group
from schemas.head import HeadFacet
from schemas.links import LinksFacet
from schemas.product import ORDER
from schemas.roles import CODE_FRAME
from schemas.tags import TAGS_LATER
from services.linker.editions import joins
from services.linker.rules import Reading
from services.linker.sequence import place_of

SAID_BY = {"file": "file", TAGS_LATER: "picture"}
"""Facet → what `said` calls it."""
IS_LIVE = "EXISTS (SELECT FROM linker.head h WHERE h.asset_id = l.asset_id AND h.live = l.version) AS live"
"""Whether a link `l` is by the live version."""


async def put_asset(
    db: asyncpg.Connection, facet: Facet, file: FileFacet, keys: Iterable[str], ruled: Reading | None = None
) -> bool:
    """Store what a version says of itself, and what a naming rule reads in its name; False where this is old news."""
    fresh = await db.fetchval(
        "INSERT INTO linker.asset VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
        "ON CONFLICT (asset_id, version) DO UPDATE SET revision = $3, name = $4, facts = $5, run = $6, at = $7, "
        "taken = $8, ruled = $9, sha256 = $10, arrived = $11, joins = $12 "
        "WHERE asset.revision < $3 RETURNING CASE WHEN xmax = 0 THEN 'new' ELSE 'again' END",
        *asset_row(facet, file, ruled),
    )
    if fresh:
        await put_keys(db, (facet.asset_id, facet.version), keys, "file", had=fresh != "new")
    return bool(fresh)


def asset_row(facet: Facet, file: FileFacet, ruled: Reading | None = None) -> tuple[object, ...]:
    """What is put into `asset`, column by column."""
    facts, place = {"embedded": file.embedded, "sidecar": file.sidecar, "object": file.metadata}, place_of(file)
    return (
        facet.asset_id, facet.version, facet.revision, file.key, json.dumps(facts), place.run, place.at, place.taken,
        ruled.model_dump_json() if ruled else None, file.sha256, file.arrived, joins(file),
    )  # fmt: skip


async def put_reading(db: asyncpg.Connection, facet: Facet, facts: dict[str, Any], keys: set[str]) -> bool:
    """Store what was read in a version; False where this is old news, or nothing that could name a product."""
    own = facet.asset_id, facet.version
    before = await db.fetchval("SELECT facts FROM linker.reading WHERE asset_id = $1 AND version = $2", *own)
    fresh = await db.fetchval(
        "INSERT INTO linker.reading VALUES ($1, $2, $3, $4, $5) ON CONFLICT (asset_id, version) DO UPDATE SET "
        "revision = $3, named = $4, facts = $5 WHERE reading.revision < $3 RETURNING 1",
        *own, facet.revision, bool(keys), json.dumps(facts),
    )  # fmt: skip
    if not fresh or json.loads(before or "{}") == facts or not (before or keys):
        return False
    await put_keys(db, own, keys, "picture")
    return True


async def put_keys(
    db: asyncpg.Connection, own: tuple[str, int], keys: Iterable[str], said: str, *, had: bool = True
) -> None:
    """The keys of one version (asset id and version) instead of those that it had. had: whether it may have had any."""
    if had:
        await db.execute("DELETE FROM linker.asset_key WHERE asset_id = $1 AND version = $2 AND said = $3", *own, said)
    query = "INSERT INTO linker.asset_key SELECT key, $2, $3, $4 FROM unnest($1::text[]) AS said (key)"
    await db.execute(query, sorted(set(keys)), *own, said)


async def put_head(db: asyncpg.Connection, facet: Facet, head: HeadFacet) -> set[str] | None:
    """Store which version is live; returns the SKUs whose media changed by it, None where this is old news."""
    available = asyncpg.Range(head.available_from, head.available_until)
    says = head.live, head.out, head.live is None and head.state == "refused", available
    query = "SELECT live, out, refused, available FROM linker.head WHERE asset_id = $1"
    stood = await db.fetchrow(query, facet.asset_id)
    silent = says == (tuple(stood) if stood else (None, [], False, asyncpg.Range()))  # most heads tell of states alone
    before = None if silent else await _shown(db, facet.asset_id)
    fresh = await db.fetchval(
        "INSERT INTO linker.head VALUES ($1, $2, $3, $4, $5, $6, $6::tstzrange @> now()) ON CONFLICT (asset_id) "
        "DO UPDATE SET revision = $2, live = $3, out = $4, refused = $5, available = $6, "
        "open = CASE WHEN head.available = $6 THEN head.open ELSE excluded.open END WHERE head.revision < $2 "
        "RETURNING 1",
        facet.asset_id, facet.revision, *says,
    )  # fmt: skip
    if not fresh:
        return None
    after = None if silent else await _shown(db, facet.asset_id)
    if (before, before == (stood["live"] if stood else None)) == (after, after == head.live):
        return set()
    rows = await db.fetch(
        "WITH own AS (SELECT sku FROM linker.link WHERE asset_id = $1 AND version = ANY($2::int[])) "
        "SELECT sku FROM own UNION SELECT p.sku FROM linker.product p JOIN own ON p.parent = own.sku",
        facet.asset_id, [version for version in (before, after) if version is not None],
    )  # fmt: skip
    return {row["sku"] for row in rows}


async def _shown(db: asyncpg.Connection, asset_id: str) -> int | None:
    version: int | None = await db.fetchval("SELECT version FROM linker.shown WHERE asset_id = $1", asset_id)
    return version


async def put_curation(db: asyncpg.Connection, facet: Facet) -> bool:
    """Store what people decided about an asset; False where this is old news."""
    fresh = await db.fetchval(
        "INSERT INTO linker.curation VALUES ($1, $2, $3) ON CONFLICT (asset_id) DO UPDATE SET revision = $2, "
        "fields = $3 WHERE curation.revision < $2 RETURNING 1",
        facet.asset_id, facet.revision, json.dumps(facet.data.get("fields", {})),
    )  # fmt: skip
    return bool(fresh)


async def put_product_curation(db: asyncpg.Connection, fact: Fact) -> bool:
    """Store what people decided about a product; False where this is old news."""
    fresh = await db.fetchval(
        "INSERT INTO linker.product_curation VALUES ($1, $2, $3) ON CONFLICT (sku) DO UPDATE SET revision = $2, "
        "fields = $3 WHERE product_curation.revision < $2 RETURNING 1",
        fact.id, fact.revision, json.dumps(fact.fields),
    )  # fmt: skip
    return bool(fresh)


async def decided_about(db: asyncpg.Connection, fields: list[str]) -> list[str]:
    """Assets of which people decided any of these fields."""
    rows = await db.fetch("SELECT asset_id FROM linker.curation WHERE fields ?| $1", fields)
    return [row["asset_id"] for row in rows]


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
    whole = [link.sku for link in links.links if link.level == "model" and not link.look]
    whole += [row["sku"] for row in old if row["whole"]]  # it spoke of all variants, and may not any more
    children = await db.fetch("SELECT sku FROM linker.product WHERE parent = ANY($1)", whole) if whole else []
    return changed | {row["sku"] for row in children}


async def forget_facet(db: asyncpg.Connection, asset_id: str, version: int, name: str) -> set[str]:
    """A facet's tombstone came: its rows go; returns the SKUs whose media changed."""
    if name in SAID_BY:
        said = SAID_BY[name]
        table = "asset" if name == "file" else "reading"
        await db.execute(f"DELETE FROM linker.{table} WHERE asset_id = $1 AND version = $2", asset_id, version)  # noqa: S608
        query = "DELETE FROM linker.asset_key WHERE asset_id = $1 AND version = $2 AND said = $3"
        await db.execute(query, asset_id, version, said)
    elif name in ("head", "curation"):
        await db.execute(f"DELETE FROM linker.{name} WHERE asset_id = $1", asset_id)  # noqa: S608
    elif name == "links":
        await db.execute("DELETE FROM linker.linked WHERE asset_id = $1 AND version = $2", asset_id, version)
        gone = await db.fetch(
            "WITH gone AS (DELETE FROM linker.link WHERE asset_id = $1 AND version = $2 RETURNING sku) "
            "SELECT sku FROM gone UNION SELECT p.sku FROM linker.product p JOIN gone ON p.parent = gone.sku",
            asset_id, version,
        )  # fmt: skip
        return {row["sku"] for row in gone}
    return set()


async def put_todo(db: asyncpg.Connection, todo: Iterable[tuple[str, str]]) -> None:
    """Note what is touched, in the transaction of the rows that touch it."""
    if noted := sorted(set(todo)):
        kinds, names = zip(*noted, strict=True)
        query = "INSERT INTO linker.todo SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING"
        await db.execute(query, kinds, names)


async def take_todo(db: asyncpg.Connection, most: int) -> list[tuple[str, str]]:
    """Take what is to be asked; it is gone when the transaction commits."""
    rows = await db.fetch(
        "DELETE FROM linker.todo WHERE (kind, id) IN (SELECT kind, id FROM linker.todo ORDER BY kind, id "
        "FOR UPDATE SKIP LOCKED LIMIT $1) RETURNING kind, id",
        most,
    )
    return [(row["kind"], row["id"]) for row in rows]


async def assets_named(db: asyncpg.Connection, keys: Iterable[str]) -> list[str]:
    """Assets that may be spoken of by these keys.

    A key that survives a typo (`~`) speaks only of what no product is called exactly: running numbers are all one typo
    apart, and each product would ask for dozens of pictures of its neighbours.
    """
    rows = await db.fetch(
        "SELECT DISTINCT k.asset_id FROM linker.asset_key k WHERE k.key = ANY($1) AND (k.key NOT LIKE '~%' OR "
        "NOT EXISTS (SELECT 1 FROM linker.asset_key own JOIN linker.product_key known ON known.key = own.key "
        "WHERE own.asset_id = k.asset_id AND own.version = k.version AND own.key NOT LIKE '~%'))",
        list(keys),
    )
    return [row["asset_id"] for row in rows]


async def versions_of(db: asyncpg.Connection, asset_id: str) -> list[int]:
    """The versions that are wanted or may be again: from the live one on, without those that a person put out.

    The newest alone would not do: where render refuses it, the one before is wanted, and nobody asks us anew.
    """
    rows = await db.fetch(
        "SELECT a.version FROM linker.asset a LEFT JOIN linker.head h USING (asset_id) WHERE a.asset_id = $1 "
        "AND a.version >= coalesce(h.live, 0) AND NOT a.version = ANY(coalesce(h.out, '{}')) ORDER BY a.version",
        asset_id,
    )
    return [row["version"] for row in rows]


async def asset(db: asyncpg.Connection, asset_id: str) -> list[asyncpg.Record]:
    """(version, name, facts, ruled, sha256, arrived, joins, seen, fields) of each version, oldest first: what is known,
    what people decided.
    """
    found: list[asyncpg.Record] = await db.fetch(
        "SELECT a.version, a.name, a.facts, a.ruled, a.sha256, a.arrived, a.joins, coalesce(r.facts, '{}') AS seen, "
        "coalesce(c.fields, '{}') AS fields FROM linker.asset a LEFT JOIN linker.reading r USING (asset_id, version) "
        "LEFT JOIN linker.curation c USING (asset_id) WHERE a.asset_id = $1 ORDER BY a.version",
        asset_id,
    )
    return found


async def order_of(db: asyncpg.Connection, sku: str, formerly: Sequence[str] = ()) -> list[str]:
    """Asset ids in the order that a person gave a product's media, if under a former SKU; empty where nobody did."""
    names = [sku, *formerly]
    rows = await db.fetch("SELECT sku, fields FROM linker.product_curation WHERE sku = ANY($1)", names)
    said: dict[str, dict[str, Any]] = {row["sku"]: json.loads(row["fields"]) for row in rows}
    found = said[min(said, key=names.index)].get(ORDER) if said else None
    return [str(one) for one in found] if isinstance(found, list) else []


async def links_of(db: asyncpg.Connection, skus: Sequence[str]) -> list[dict[str, Any]]:
    """Links of these by the versions that are shown: sku, asset_id, version, role, confidence, position, look, limits,
    live, name.

    Not those of frames that were taken for their code.
    """
    rows = await db.fetch(
        f"SELECT l.sku, l.asset_id, l.version, l.role, l.confidence, l.position, l.look, l.limits, {IS_LIVE}, "  # noqa: S608
        "coalesce(a.name, '') AS name FROM linker.link l LEFT JOIN linker.asset a USING (asset_id, version) "
        "WHERE l.sku = ANY($1) AND l.role <> $2 "
        "AND l.version = (SELECT s.version FROM linker.shown s WHERE s.asset_id = l.asset_id)",
        skus, CODE_FRAME,
    )  # fmt: skip
    return [dict(row) for row in rows]
