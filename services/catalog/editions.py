"""Files for a place that is taken: which may be newer editions of the picture that has it. A person is asked.

Of the assets whose names give them one place the oldest edition has it; each other one asks to be its next version. A
row follows from these assets and what people said of them, and is found anew whenever one of them changes.
"""

from collections.abc import Iterable

import asyncpg

_BEFORE = "SELECT slot FROM catalog.asset WHERE id = ANY($1::text[]) AND slot <> ''"
_FORGET = "DELETE FROM catalog.edition_asked WHERE slot = ANY($1::text[])"
_ASK = """
INSERT INTO catalog.edition_asked
SELECT b.id, a.id, b.slot, left(md5('edition/' || b.folder || '/' || b.edition), 16)
FROM catalog.asset b CROSS JOIN LATERAL (
  SELECT o.id, o.sha256 FROM catalog.asset o WHERE o.slot = b.slot
  ORDER BY o.edition, o.arrived, o.id LIMIT 1
) a
WHERE b.slot = ANY($1::text[]) AND a.id <> b.id AND a.sha256 IS DISTINCT FROM b.sha256
  AND NOT EXISTS (
    SELECT FROM catalog.facet c WHERE (c.asset_id, c.version, c.facet) = (a.id, 0, 'curation')
    AND c.data -> 'fields' ? ('edition:' || b.id))
  AND NOT EXISTS (
    SELECT FROM catalog.facet f WHERE f.asset_id = b.id AND f.facet = 'file' AND f.data ? 'taken_from'
    AND f.version = b.shown)
"""
"""The same bytes are no edition; nor is what has editions of its own asked about, which are split first."""


async def slots_of(connection: asyncpg.Connection, assets: Iterable[str]) -> set[str]:
    """The places that these assets have as things stand."""
    return {row["slot"] for row in await connection.fetch(_BEFORE, sorted(assets))}


async def ask(connection: asyncpg.Connection, slots: Iterable[str]) -> None:
    """Find anew who asks about these places."""
    if found := sorted(slots):
        await connection.execute(_FORGET, found)
        await connection.execute(_ASK, found)
