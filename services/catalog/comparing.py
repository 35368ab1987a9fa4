"""Finds which pictures are one photograph: one picture at a time, the newest first, against all compared before it.

Rows of `likeness` are due when the projector has written them (`cards.py`). Signature and embedding are read from the
bucket; hash and embedding name candidates, and `runtime/photograph.py` judges them. `idle.py` says when.
"""

import asyncio
import logging
import posixpath

import asyncpg
import numpy as np

from runtime import photograph
from runtime.database import Database
from runtime.objects import Bucket
from runtime.outage import Unavailable
from services.catalog.cards import tell

log = logging.getLogger(__name__)
_FREE = "SELECT pg_try_advisory_xact_lock(hashtext('packshot.catalog.likeness'))"
_DUE = """
SELECT l.asset_id, l.likeness_key, l.embedding_key, a.kind FROM catalog.likeness l JOIN catalog.asset a
ON a.id = l.asset_id WHERE NOT l.compared ORDER BY l.arrived DESC, l.asset_id LIMIT 1
"""
_CANDIDATES = """
WITH known AS (
  SELECT l.asset_id, CASE WHEN l.model = $3 THEN l.vector <=> $4::text::halfvec END AS distance,
         CASE WHEN l.hash <> 0 THEN least(bit_count((l.hash # $5)::bit(64)), bit_count((l.hash # $6)::bit(64)),
                                          bit_count((l.mirrored # $5)::bit(64))) END AS bits
  FROM catalog.likeness l JOIN catalog.asset a ON a.id = l.asset_id
  WHERE l.signature IS NOT NULL AND l.asset_id <> $1 AND l.likeness_key <> $2 AND a.kind = 'image'
), near AS (SELECT asset_id FROM known WHERE distance <= $9 ORDER BY distance, asset_id LIMIT $10),
hashed AS (SELECT asset_id FROM known WHERE bits <= $7 ORDER BY bits, asset_id LIMIT $8)
SELECT l.asset_id, l.likeness_key, l.signature FROM catalog.likeness l
WHERE l.asset_id IN (SELECT asset_id FROM near UNION SELECT asset_id FROM hashed)
"""
_FILL = """
UPDATE catalog.likeness SET compared = true, problem = NULL, model = $3, vector = $4::text::halfvec, hash = $5,
  mirrored = $6, signature = $7
WHERE asset_id = $1 AND likeness_key = $2 AND NOT compared
"""
_PAIR = """
INSERT INTO catalog.same_pair SELECT $1, $2, $3, $4 FROM catalog.likeness
WHERE asset_id = $5 AND likeness_key = $6 AND compared FOR KEY SHARE
"""
_SET_ASIDE = """
UPDATE catalog.likeness SET compared = true, problem = $3 WHERE asset_id = $1 AND likeness_key = $2 AND NOT compared
"""
_STATES = "SELECT id, state, stage FROM catalog.asset WHERE id = ANY($1::text[])"


class Comparing:
    """Runs beside the projection; several processes take turns."""

    def __init__(self, database: Database, library: Bucket) -> None:
        self._database, self._library = database, library

    async def step(self) -> bool:
        """Compare one picture; False where none is due, or another process is at it. Raises Unavailable."""
        due: asyncpg.Record | None = None
        try:
            async with self._database.transaction() as connection:
                # One at a time: of two that are due, the second must find the first.
                due = await connection.fetchrow(_DUE) if await connection.fetchval(_FREE) else None
                if due is not None:
                    await self._compare(connection, due)
        except Unavailable:
            raise
        except Exception as error:  # its own bytes, or our own error: neither stops the rest nor is tried for ever
            if due is None:
                raise
            log.error("%s cannot be compared with others: %s", due["asset_id"], error, exc_info=error)
            async with self._database.transaction() as connection:
                await connection.execute(_SET_ASIDE, due["asset_id"], due["likeness_key"], str(error))
        return due is not None

    async def _compare(self, connection: asyncpg.Connection, due: asyncpg.Record) -> None:
        asset, key = due["asset_id"], due["likeness_key"]
        own = photograph.unpack(await self._bytes(key))
        model, vector = await self._embedding(due["embedding_key"])
        looks = (asset, key, model, vector, *(_signed(hash_) for hash_ in own.hashes))
        known: list[asyncpg.Record] = []
        if due["kind"] == "image":  # a document's cover or a video's poster says nothing of the rest of it
            limits = (photograph.BITS, photograph.HASHED, 1 - photograph.NEAR, photograph.NEAREST)
            known = await connection.fetch(_CANDIDATES, *looks, *limits)
        found = [(one, verdict) for one in known if (verdict := await _judged(asset, own, one)).same]
        if await connection.execute(_FILL, *looks, own.pack()) == "UPDATE 0":
            return  # another picture is shown meanwhile
        for one, verdict in found:
            pair = sorted((asset, one["asset_id"]))
            said = (verdict.mirrored, verdict.shared, one["asset_id"], one["likeness_key"])
            await connection.execute(_PAIR, *pair, *said)
        if found:
            rows = await connection.fetch(_STATES, [asset, *(one["asset_id"] for one, _ in found)])
            await tell(connection, [dict(row) for row in rows])

    async def _bytes(self, key: str) -> bytes:
        stored = await self._library.get(key)
        if stored is None:
            raise LookupError(f"{key} is not in the library. `packshot retag` makes it anew.")
        return stored.body

    async def _embedding(self, key: str | None) -> tuple[str | None, str | None]:
        """Model with version, and the vector as pgvector reads it; or nothing where no model gives embeddings."""
        if key is None:
            return None, None
        values = np.frombuffer(await self._bytes(key), "<f2")
        return posixpath.basename(key), f"[{','.join(map(str, values.tolist()))}]"


async def _judged(asset: str, own: photograph.Signature, other: asyncpg.Record) -> photograph.Verdict:
    """The same whichever of the two came first."""
    theirs = photograph.unpack(other["signature"])
    pair = (own, theirs) if asset < other["asset_id"] else (theirs, own)
    return await asyncio.to_thread(photograph.same, *pair)


def _signed(hash_: str) -> int:
    """As PostgreSQL's bigint."""
    return int.from_bytes(bytes.fromhex(hash_), "big", signed=True)
