"""SQL of facets that are gone: their tombstone takes all rows that they made."""

import asyncpg

from schemas.tags import TAGS_LATER

SAID_BY = {"file": "file", TAGS_LATER: "picture"}
"""Facet → what `said` calls it."""


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
