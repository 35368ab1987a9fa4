"""What was sent, month by month, with what each file would have weighed otherwise."""

from collections.abc import Collection, Sequence

from runtime.database import Database
from schemas.sent import Sent
from services.catalog.queries.rows import Row, rows_of

_TAKE = """
INSERT INTO catalog.sent AS s SELECT $1, * FROM
  unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
ON CONFLICT (month, asset_id, version, preset, channel)
DO UPDATE SET requests = s.requests + excluded.requests, bytes = s.bytes + excluded.bytes
"""
# What of the bytes that were sent a plain JPEG of the size, or the original, would have been more: by each file's own
# share, as render told it. A size made on the fly, and a file that tells nothing, count as nothing saved.
_WEIGHED = """
WITH month AS (SELECT * FROM catalog.sent WHERE month = $1 {of}),
told AS (
  SELECT DISTINCT ON (f.asset_id, f.version, r ->> 'preset') f.asset_id, f.version, r ->> 'preset' AS preset,
         (r ->> 'bytes')::float8 AS each, (r ->> 'saved_jpeg')::float8 AS jpeg,
         (r ->> 'saved_original')::float8 AS original,
         r ->> 'format' AS format
  FROM catalog.facet f CROSS JOIN LATERAL jsonb_array_elements(
    CASE jsonb_typeof(f.data -> 'renditions') WHEN 'array' THEN f.data -> 'renditions' ELSE '[]' END) r
  WHERE (f.asset_id, f.version) IN (SELECT asset_id, version FROM month) AND starts_with(f.facet, 'renditions')
  ORDER BY f.asset_id, f.version, r ->> 'preset', f.written DESC
), weighed AS (
  SELECT m.*, coalesce(t.format, '') AS format, coalesce(t.each, 0) AS each,
         coalesce(m.bytes * t.jpeg / nullif(t.each, 0), 0) AS saved_jpeg,
         coalesce(m.bytes * t.original / nullif(t.each, 0), 0) AS saved_original,
         CASE WHEN t.jpeg IS NULL THEN 0 ELSE m.bytes END AS compared
  FROM month m LEFT JOIN told t
    ON m.channel <> '' AND (t.asset_id, t.version, t.preset) = (m.asset_id, m.version, m.preset)
)
"""
_SUMS = (
    "sum(requests)::bigint AS requests, sum(bytes)::bigint AS bytes, sum(saved_jpeg)::bigint AS saved_jpeg, "
    "sum(saved_original)::bigint AS saved_original, sum(compared)::bigint AS compared"
)
_ALL = _WEIGHED.format(of="")
_BY_CHANNEL = f"{_ALL} SELECT channel, {_SUMS} FROM weighed GROUP BY channel ORDER BY bytes DESC"  # noqa: S608
_BY_ASSET = (
    f"{_ALL} SELECT s.*, coalesce(a.name, '') AS name FROM (SELECT asset_id, {_SUMS} FROM weighed "  # noqa: S608
    "GROUP BY asset_id ORDER BY bytes DESC, asset_id LIMIT $2) s LEFT JOIN catalog.asset a ON a.id = s.asset_id "
    "ORDER BY s.bytes DESC, s.asset_id"
)
_BY_FILE = (
    f"{_ALL} SELECT w.asset_id, coalesce(a.name, '') AS name, w.preset, w.channel, w.format, w.requests, w.bytes, "  # noqa: S608
    "w.each::bigint AS each FROM weighed w LEFT JOIN catalog.asset a ON a.id = w.asset_id "
    "ORDER BY w.bytes DESC, w.asset_id, w.preset LIMIT $2"
)
_OF_ONE = (
    f"{_WEIGHED.format(of='AND asset_id = $2')} SELECT preset, channel, format, max(each)::bigint AS each, "  # noqa: S608
    f"{_SUMS} FROM weighed GROUP BY preset, channel, format ORDER BY bytes DESC, preset LIMIT $3"
)
_UNUSED = """
SELECT id AS asset_id, name, bytes, arrived, count(*) OVER () AS many, sum(bytes) OVER ()::bigint AS all_bytes
FROM catalog.unused ORDER BY bytes DESC, id LIMIT $1
"""


async def made(database: Database) -> int:
    """A number that is another when the table was made anew. Raises Unavailable."""
    async with database.reading() as connection:
        number: int = await connection.fetchval("SELECT 'catalog.sent'::regclass::oid::bigint")
    return number


async def untaken(database: Database, keys: Sequence[str]) -> list[str]:
    """Those of them that are not in the view yet, in their order. Raises Unavailable."""
    async with database.reading() as connection:
        rows = await connection.fetch("SELECT key FROM catalog.sent_taken WHERE key = ANY($1::text[])", list(keys))
    taken = {row["key"] for row in rows}
    return [key for key in keys if key not in taken]


async def take(database: Database, key: str, lines: Collection[Sent]) -> None:
    """Add an object's lines, once however often it is asked. Raises Unavailable."""
    month = key.split("/")[1]
    columns = list(zip(*((o.asset, o.version, o.preset, o.channel, o.requests, o.bytes) for o in lines), strict=True))
    async with database.transaction() as connection:
        new = "INSERT INTO catalog.sent_taken VALUES ($1) ON CONFLICT DO NOTHING RETURNING true"
        if await connection.fetchval(new, key) and columns:
            await connection.execute(_TAKE, month, *map(list, columns))


async def by_channel(database: Database, month: str) -> list[Row]:
    """{channel, requests, bytes, saved_jpeg, saved_original, compared}; compared: bytes of which a saving is told."""
    async with database.reading() as connection:
        return rows_of(await connection.fetch(_BY_CHANNEL, month))


async def by_asset(database: Database, month: str, most: int) -> list[Row]:
    """The same of the assets that were sent most of, with their names."""
    async with database.reading() as connection:
        return rows_of(await connection.fetch(_BY_ASSET, month, most))


async def by_file(database: Database, month: str, most: int) -> list[Row]:
    """Files that most bytes were sent of: {asset_id, name, preset, channel, format, requests, bytes, each}."""
    async with database.reading() as connection:
        return rows_of(await connection.fetch(_BY_FILE, month, most))


async def of_one(database: Database, month: str, asset: str, most: int) -> list[Row]:
    """Files of one asset, all its versions together, the heaviest first: as `by_channel`, with preset, format, each."""
    async with database.reading() as connection:
        return rows_of(await connection.fetch(_OF_ONE, month, asset, most))


async def unused(database: Database, most: int) -> list[Row]:
    """The largest originals that nobody uses: {asset_id, name, bytes, arrived, many, all_bytes}."""
    async with database.reading() as connection:
        return rows_of(await connection.fetch(_UNUSED, most))


async def counted_since(database: Database) -> str | None:
    """The first month of which it is known what was sent; None where nothing was counted yet. Raises Unavailable."""
    async with database.reading() as connection:
        month: str | None = await connection.fetchval("SELECT min(month) FROM catalog.sent")
    return month
