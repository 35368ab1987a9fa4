"""Shoots, the newest first, and the files of one.

A shoot is what lies in one folder itself: files in folders below it are shoots of their own, so that each file is told
of in one place. What people took out of the inbox again is in none.
"""

from collections.abc import Sequence
from typing import NamedTuple

from runtime.database import Database
from services.catalog.queries.cursor import After, decode, encode, given, of, taken
from services.catalog.queries.rows import Row, row_of, rows_of

PICTURES = 6
"""Of a shoot in the list."""
STATUS = "CASE WHEN a.rejected THEN 'rejected' ELSE a.state END"
"""How a file stands for who took it: what was rejected waits for another picture, and not for anybody's word."""
UNDONE = ("working", "waiting", "rejected", "refused", "failed")
_LIES = "a.folder = s.folder AND NOT a.gone"
_SUMS = f"""
SELECT count(*) AS files, min(a.arrived) AS first, max(a.arrived) AS last,
  count(*) FILTER (WHERE a.state IN ('ready', 'complete')) AS files_ready,
  {", ".join(f"count(*) FILTER (WHERE {STATUS} = '{state}') AS files_{state}" for state in UNDONE)},
  count(*) FILTER (WHERE a.skus <> '{{}}') AS linked, coalesce(bool_or(a.at_work), false) AS at_work
FROM catalog.asset a WHERE {_LIES}
"""  # noqa: S608 - the condition is ours
_SHOWN = f"""
SELECT coalesce(array_agg(id), '{{}}') AS pictures FROM (
  SELECT a.id FROM catalog.asset a WHERE {_LIES} AND a.thumbnail IS NOT NULL ORDER BY a.key, a.id LIMIT {PICTURES}
) few
"""  # noqa: S608 - the condition is ours
_LISTED = f"""
SELECT s.folder, s.latest, sums.*, shown.pictures
FROM catalog.shoot s CROSS JOIN LATERAL ({_SUMS}) sums CROSS JOIN LATERAL ({_SHOWN}) shown
WHERE sums.files > 0 AND ($1::text[] = '{{}}' OR EXISTS (
    SELECT FROM unnest($1::text[]) own WHERE s.folder = own OR starts_with(s.folder, own || '/')))
  AND ($2::timestamptz IS NULL OR (s.latest, s.folder) < ($2, $3))
ORDER BY s.latest DESC, s.folder DESC LIMIT $4
"""  # noqa: S608 - the conditions are ours
_ONE = f"SELECT s.folder, sums.* FROM catalog.shoot s CROSS JOIN LATERAL ({_SUMS}) sums WHERE s.folder = $1"  # noqa: S608
_NAMED = """SELECT folder FROM catalog.shoot WHERE NOT EXISTS (
  SELECT FROM unnest($1::text[]) word WHERE position(word IN lower(folder)) = 0)
AND EXISTS (SELECT FROM catalog.asset a WHERE a.folder = shoot.folder AND NOT a.gone)
ORDER BY latest DESC, folder LIMIT $2"""
RANK = f"""CASE {STATUS} WHEN 'refused' THEN 0 WHEN 'rejected' THEN 1 WHEN 'failed' THEN 2 WHEN 'waiting' THEN 3
  WHEN 'working' THEN 4 ELSE CASE WHEN a.skus = '{{}}' THEN 5 ELSE 6 END END"""
"""What somebody has to do something about comes first."""
_FILES = f"""
SELECT a.id, a.name, a.key, {STATUS} AS state, a.stage, a.cause, a.cure, a.shown, a.thumbnail IS NOT NULL AS thumbnail,
  a.media_type, a.question <> '' AS asked, a.live, {RANK} AS rank, coalesce((
    SELECT jsonb_agg(jsonb_build_array(l.sku, l.role) ORDER BY l.sku, l.role) FROM catalog.link l
    WHERE l.asset_id = a.id AND l.standing IN ('linked', 'confirmed')), '[]') AS items
FROM catalog.asset a WHERE a.folder = $1 AND NOT a.gone AND ($2::text[] = '{{}}' OR {STATUS} = ANY($2))
  AND ($3::bigint IS NULL OR ({RANK}, a.key, a.id) > ($3, $4, $5))
ORDER BY rank, a.key, a.id LIMIT $6
"""  # noqa: S608 - the order is ours


class Page(NamedTuple):
    """Some rows, and the cursor of the next ones (None at the end)."""

    rows: list[Row]
    cursor: str | None


async def named(database: Database, text: str, most: int) -> list[str]:
    """Folders that have all of these words in their path, the newest first. Raises Unavailable."""
    words = [word.lower() for word in text.split()]
    async with database.reading() as connection:
        rows = await connection.fetch(_NAMED, words, most)
    return [row["folder"] for row in rows]


async def shoots(database: Database, *, within: Sequence[str] = (), limit: int, cursor: str | None = None) -> Page:
    """Those with files, that with the newest file first. within: only in these folders; none: all.

    Raises BadCursor, Unavailable.
    """
    own = of("shoots", [*within])
    after = decode(cursor, own) if cursor else None
    asked = (list(within), after.arrived if after else None, after.id if after else "", limit + 1)
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(_LISTED, *asked))
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], encode(After(None, last["latest"], last["folder"]), own) if last else None)


async def shoot(database: Database, folder: str) -> Row | None:
    """Its sums, or None where no file lies there. Raises Unavailable."""
    async with database.reading() as connection:
        row = await connection.fetchrow(_ONE, folder)
    return row_of(row) if row and row["files"] else None


async def files(
    database: Database, folder: str, *, states: Sequence[str] = (), limit: int, cursor: str | None = None
) -> Page:
    """What somebody has to look at first; `items` are [SKU, role] that it is linked to.

    Raises BadCursor, Unavailable.
    """
    own = of("files of a shoot", folder, [*states])
    place = taken(cursor, own, int, str, str) if cursor else (None, "", "")
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(_FILES, folder, list(states), *place, limit + 1))
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], given(own, last["rank"], last["key"], last["id"]) if last else None)
