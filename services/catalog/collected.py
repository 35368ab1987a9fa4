"""Which pictures are in which collection: rows of `member`, recomputed whole from the collections' facts."""

from collections.abc import Iterable

import asyncpg

from schemas.collection import KIND, MEMBER

_GONE = "DELETE FROM catalog.member WHERE collection = ANY($1::text[])"
_MEMBERS = f"""
INSERT INTO catalog.member (collection, asset_id, rank)
SELECT f.id, substr(e.key, {len(MEMBER) + 1}), (e.value #>> '{{}}')::numeric::bigint
FROM catalog.fact f, jsonb_each(f.fields) e
WHERE f.kind = '{KIND}' AND f.id = ANY($1::text[]) AND starts_with(e.key, '{MEMBER}')
  AND jsonb_typeof(e.value) = 'number' AND NOT f.fields @> '{{"removed": true}}'
"""  # noqa: S608


async def collected(connection: asyncpg.Connection, keys: Iterable[str]) -> None:
    """Bring the members of those collections up to date. keys: of facts, of whatever kind."""
    named = [key.removeprefix(f"{KIND}/") for key in keys if key.startswith(f"{KIND}/")]
    if named:
        await connection.execute(_GONE, named)
        await connection.execute(_MEMBERS, named)
