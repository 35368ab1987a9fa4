"""SQL of likeness: what pictures look like, and which linked ones are like a picture or next to it."""

from collections.abc import Iterable

import asyncpg

from schemas.facet import Facet
from services.linker.frames import Frame
from services.linker.likely import COSINES, Witness

MOST_ALIKE = 30
"""Linked pictures that are looked at; those of one style stand together."""
MOST_ASKED = 50
"""Unlinked pictures that a newly linked one concerns."""
_SHOWS = (
    "SELECT l.asset_id, l.version, CASE WHEN p.parent = '' THEN p.sku ELSE p.parent END AS sku, "
    "  CASE WHEN bool_or(p.parent <> '' OR p.kind = 'model') THEN 'model' ELSE 'product' END AS level "
    "FROM linker.link l JOIN linker.product p ON p.sku = l.sku AND p.active GROUP BY 1, 2, 3"
)
"""The model or, where it has none, the product of each link."""


async def put(db: asyncpg.Connection, facet: Facet, key: str | None) -> None:
    """Note where the vector of an asset's newest version lies; it is read when somebody needs it."""
    if key is not None:
        await db.execute(
            "INSERT INTO linker.look VALUES ($1, $2, $3, $4, NULL, NULL, true) ON CONFLICT (asset_id) DO UPDATE SET "
            "version = $2, revision = $3, embedding_key = $4, due = true, "
            "vector = CASE WHEN look.embedding_key = $4 THEN look.vector END "
            "WHERE (look.version, look.revision) < ($2, $3)",
            facet.asset_id, facet.version, facet.revision, key,
        )  # fmt: skip


async def again(db: asyncpg.Connection, asset_id: str) -> None:
    """Its links have changed: whoever is like it may be concerned."""
    await db.execute("UPDATE linker.look SET due = true WHERE asset_id = $1 AND NOT due", asset_id)


async def due(db: asyncpg.Connection, most: int) -> list[asyncpg.Record]:
    """(asset_id, embedding_key, vector is there) of what is to be looked at, while any picture has no link."""
    rows: list[asyncpg.Record] = await db.fetch(
        "SELECT k.asset_id, k.embedding_key, k.vector IS NOT NULL AS known FROM linker.look k WHERE k.due AND EXISTS ("
        "  SELECT 1 FROM linker.linked d WHERE NOT EXISTS ("
        "    SELECT 1 FROM linker.link l WHERE l.asset_id = d.asset_id AND l.version = d.version)) "
        "ORDER BY k.asset_id FOR UPDATE SKIP LOCKED LIMIT $1",
        most,
    )
    return rows


async def looked(db: asyncpg.Connection, asset_id: str, key: str, vector: tuple[str, str] | None) -> None:
    """It is not due any more. vector: model with version, and the numbers as pgvector reads them; None: as known."""
    if vector is None:
        await db.execute("UPDATE linker.look SET due = false WHERE asset_id = $1 AND embedding_key = $2", asset_id, key)
        return
    await db.execute(
        "UPDATE linker.look SET due = false, model = $3, vector = $4::text::public.halfvec "
        "WHERE asset_id = $1 AND embedding_key = $2",
        asset_id, key, *vector,
    )  # fmt: skip


async def concerned(db: asyncpg.Connection, assets: Iterable[str]) -> list[str]:
    """Of these the unlinked, and the unlinked that are like the linked ones or in their runs beside them."""
    rows = await db.fetch(
        "WITH unlinked AS MATERIALIZED (SELECT DISTINCT d.asset_id FROM linker.linked d WHERE NOT EXISTS ("
        "  SELECT 1 FROM linker.link l WHERE l.asset_id = d.asset_id AND l.version = d.version)) "
        "SELECT asset_id FROM unlinked WHERE asset_id = ANY($1) "
        "UNION SELECT near.asset_id FROM linker.look own CROSS JOIN LATERAL ("
        "  SELECT o.asset_id FROM linker.look o JOIN unlinked u USING (asset_id) WHERE o.model = own.model "
        "  AND o.vector OPERATOR(public.<=>) own.vector <= $2 "
        "  ORDER BY o.vector OPERATOR(public.<=>) own.vector LIMIT $3"
        ") near WHERE own.asset_id = ANY($1) "
        "UNION SELECT side.asset_id FROM linker.asset own CROSS JOIN LATERAL ("
        "  (SELECT a.asset_id FROM linker.asset a JOIN unlinked u USING (asset_id) WHERE a.run = own.run "
        "    AND a.at > own.at ORDER BY a.at LIMIT $3) UNION ALL "
        "  (SELECT a.asset_id FROM linker.asset a JOIN unlinked u USING (asset_id) WHERE a.run = own.run "
        "    AND a.at < own.at ORDER BY a.at DESC LIMIT $3)"
        ") side WHERE own.asset_id = ANY($1)",
        list(assets), 1 - COSINES[0], MOST_ASKED,
    )  # fmt: skip
    return [row["asset_id"] for row in rows]


async def witnesses(db: asyncpg.Connection, frame: Frame) -> list[Witness]:
    """Linked pictures that are like this one, and the linked frames next to it."""
    alike = await db.fetch(
        f"WITH shows AS ({_SHOWS}) "  # noqa: S608
        "SELECT a.name, s.sku, s.level, 1 - (o.vector OPERATOR(public.<=>) own.vector) AS cosine "
        "FROM linker.look own JOIN linker.look o ON o.model = own.model AND o.asset_id <> own.asset_id "
        "JOIN shows s ON s.asset_id = o.asset_id AND s.version = o.version "
        "JOIN linker.asset a ON a.asset_id = o.asset_id AND a.version = o.version "
        "WHERE own.asset_id = $1 AND o.vector OPERATOR(public.<=>) own.vector <= $2 "
        "ORDER BY o.vector OPERATOR(public.<=>) own.vector, a.name LIMIT $3",
        frame.asset_id, 1 - COSINES[0], MOST_ALIKE,
    )  # fmt: skip
    found = [Witness(_base(row["name"]), row["sku"], row["level"], row["cosine"]) for row in alike]
    for where, sign, order in (("before", "<", "DESC"), ("after", ">", "ASC")):
        beside = await db.fetch(
            f"WITH beside AS (SELECT a.asset_id, a.version, a.name FROM linker.asset a WHERE a.run = $1 "  # noqa: S608
            f"  AND a.at {sign} $2 AND EXISTS (SELECT 1 FROM linker.link l WHERE l.asset_id = a.asset_id "
            f"  AND l.version = a.version) ORDER BY a.at {order} LIMIT 1) "
            f"SELECT b.name, s.sku, s.level FROM beside b JOIN ({_SHOWS}) s USING (asset_id, version)",
            frame.run, frame.at,
        )  # fmt: skip
        found += [Witness(_base(row["name"]), row["sku"], row["level"], where=where) for row in beside]
    return found


def _base(name: str) -> str:
    return name.rpartition("/")[2]
