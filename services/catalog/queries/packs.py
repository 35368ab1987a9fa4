"""What of pictures may be given away: files of live versions, at their time, asked at each request.

Files are renditions by their presets, and the original under a name that stands among them.
"""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from runtime.database import Database
from schemas.asset import Kind
from services.catalog.pack.names import Named

ORIGINAL, ORIGINALS = "original", "originals"
"""What is said for a preset where the file itself is meant as it was dropped, and for its channel."""


class Offer(NamedTuple):
    """One preset, or the originals: how many of the pictures have it, and what that weighs."""

    preset: str
    channel: str
    files: int
    bytes: int


class File(NamedTuple):
    """One rendition, or the original. several: it is a stream of many files (HLS, storyboard). ending: of its name."""

    asset: str
    preset: str
    key: str
    bytes: int
    sha256: str
    several: bool
    ending: str

    @property
    def name(self) -> str:
        """A name with its ending, by which its type is known."""
        return f"{self.preset}.{self.ending}"


class Picture(NamedTuple):
    """One picture. live: its version that may be given now; state: why there is none, where there is none.

    shut: its rights or its time keep it back.
    """

    named: Named
    live: int | None
    state: str
    shut: bool = False


_EARLY, _LATE = "a.available_from > now()", "a.available_until <= now()"
_OPEN = f"{_EARLY} IS NOT TRUE AND {_LATE} IS NOT TRUE"
_FILES = (
    "FROM catalog.asset a JOIN catalog.facet f ON f.asset_id = a.id AND f.version = a.live AND f.status = 'done' "
    "AND f.facet LIKE 'renditions%', jsonb_array_elements(f.data -> 'renditions') r "
    f"WHERE a.id = ANY($1::text[]) AND {_OPEN}"
)
_SEVERAL = "coalesce(jsonb_array_length(f.data -> 'files'), 0) > 0"
_ORIGINALS = (
    "FROM catalog.asset a JOIN catalog.facet f ON f.asset_id = a.id AND f.version = a.live AND f.status = 'done' "
    "AND f.facet = 'file' AND coalesce(f.data ->> 'sha256', '') <> '' "
    f"WHERE a.id = ANY($1::text[]) AND {_OPEN}"
)
_BYTES = "coalesce((f.data ->> 'bytes')::bigint, a.bytes)"
_OFFERS = f"""
SELECT * FROM (
SELECT preset, min(channel) AS channel, count(*) AS files, sum(bytes)::bigint AS bytes FROM (
  SELECT DISTINCT ON (a.id, preset) r.value ->> 'preset' AS preset, r.value ->> 'channel' AS channel,
    (r.value ->> 'bytes')::bigint AS bytes {_FILES} AND NOT {_SEVERAL} ORDER BY a.id, preset, f.facet DESC) made
GROUP BY preset
UNION ALL
SELECT '{ORIGINAL}', '{ORIGINALS}', count(*), sum({_BYTES})::bigint {_ORIGINALS} HAVING count(*) > 0
) offered ORDER BY channel = '{ORIGINALS}', channel, preset
"""  # noqa: S608
_WANTED = f"""
(SELECT DISTINCT ON (a.id, preset) a.id AS asset, r.value ->> 'preset' AS preset, r.value ->> 'key' AS key,
  (r.value ->> 'bytes')::bigint AS bytes, coalesce(r.value ->> 'sha256', '') AS sha256, {_SEVERAL} AS several,
  substring(r.value ->> 'key' FROM '[^.]*$') AS ending
{_FILES} AND r.value ->> 'preset' = ANY($2::text[]) AND r.value ->> 'preset' <> '{ORIGINAL}'
ORDER BY a.id, preset, f.facet DESC)
UNION ALL
SELECT a.id, '{ORIGINAL}', 'originals/' || (f.data ->> 'sha256'), {_BYTES}, f.data ->> 'sha256', false,
  coalesce(lower(substring(a.name FROM '[.]([A-Za-z0-9]+)$')), 'bin')
{_ORIGINALS} AND '{ORIGINAL}' = ANY($2::text[])
"""  # noqa: S608
_KNOWN = """
SELECT DISTINCT r.value ->> 'preset' AS preset FROM (
  SELECT id, coalesce(live, shown) AS version FROM catalog.asset WHERE id = ANY($1::text[])
  UNION SELECT one.id, one.version FROM unnest($2::text[]) kind (kind) CROSS JOIN LATERAL (
    SELECT id, coalesce(live, shown) AS version FROM catalog.asset a
    WHERE a.kind = kind.kind AND renditions > 0 ORDER BY arrived DESC LIMIT 50) one
) a JOIN catalog.facet f ON f.asset_id = a.id AND f.version = a.version AND f.facet LIKE 'renditions%',
  jsonb_array_elements(f.data -> 'renditions') r ORDER BY 1
"""
_PICTURES = f"""
SELECT a.id, a.name, CASE WHEN {_OPEN} THEN a.live END AS live,
  CASE WHEN a.barred IS NOT NULL THEN 'withdrawn' WHEN {_LATE} THEN 'expired' WHEN {_EARLY} THEN 'under embargo'
    ELSE a.state END AS state, NOT ({_OPEN}) AS shut,
  coalesce(l.sku, '') AS sku, coalesce(l.role, '') AS role, coalesce(s.look, '{{}}') AS look
FROM catalog.asset a LEFT JOIN LATERAL (
  SELECT sku, role, version FROM catalog.link WHERE asset_id = a.id AND standing IN ('confirmed', 'linked')
    AND sku NOT LIKE 'category:%' AND sku NOT LIKE 'collection:%'
  ORDER BY standing, confidence DESC, sku, role LIMIT 1) l ON true
LEFT JOIN LATERAL (
  SELECT array(SELECT axis.value ->> 1
    FROM jsonb_array_elements(told.value -> 'look') WITH ORDINALITY axis(value, place) ORDER BY place)
    AS look FROM catalog.facet f, jsonb_array_elements(f.data -> 'links') told
  WHERE f.asset_id = a.id AND f.version = l.version AND f.facet = 'links' AND told.value ->> 'sku' = l.sku
    AND told.value ->> 'level' = 'model' AND jsonb_typeof(told.value -> 'look') = 'array' LIMIT 1) s ON true
WHERE a.id = ANY($1::text[]) ORDER BY array_position($1::text[], a.id)
"""  # noqa: S608


async def offers(database: Database, assets: Sequence[str]) -> list[Offer]:
    """Presets that any of these has live, by channel, and their originals; streams are none. Raises Unavailable."""
    async with database.reading() as connection:
        return [Offer(*row) for row in await connection.fetch(_OFFERS, list(assets))]


async def files(database: Database, assets: Sequence[str], presets: Sequence[str]) -> list[File]:
    """The live renditions of these presets, and the originals where they are among them. Raises Unavailable."""
    async with database.reading() as connection:
        return [File(*row) for row in await connection.fetch(_WANTED, list(assets), list(presets))]


async def known_presets(database: Database, assets: Sequence[str]) -> list[str]:
    """What links and packs can be asked for: presets that these pictures have, or the newest of any kind; streams are
    among them. Empty where nothing is made of anything yet. Raises Unavailable.
    """
    async with database.reading() as connection:
        rows = await connection.fetch(_KNOWN, list(assets), list(get_args(Kind)))
    return [*(row["preset"] for row in rows), ORIGINAL] if rows else []


async def pictures(database: Database, assets: Sequence[str]) -> list[Picture]:
    """Those that are there, in the order asked for. Raises Unavailable."""
    async with database.reading() as connection:
        rows = await connection.fetch(_PICTURES, list(assets))
    named = [Named(row["id"], row["name"], row["sku"], row["role"], tuple(row["look"])) for row in rows]
    return [Picture(one, row["live"], row["state"], row["shut"]) for one, row in zip(named, rows, strict=True)]
