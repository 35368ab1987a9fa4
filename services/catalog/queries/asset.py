"""One asset, whole."""

import json
from typing import Any, NamedTuple

from runtime import waves
from runtime.database import Database
from runtime.ranges import etag_of
from schemas.collection import KIND as COLLECTION
from schemas.tags import TAGS_LATER, TAGS_SHOTS
from services.catalog import colour_said, curation
from services.catalog.cards import seen_of
from services.catalog.queries.assets import columns
from services.catalog.queries.filters import Where
from services.catalog.queries.rows import Row, row_of, rows_of
from services.catalog.queries.scope import conditions
from services.catalog.scope import Scope
from services.catalog.state import Seen, standing

_LINKS = """
SELECT l.*, p.name, p.kind, p.axes, p.attributes FROM catalog.link l LEFT JOIN LATERAL (
  SELECT name, kind, axes, attributes FROM catalog.product
  WHERE sku = l.sku AND status = 'active' ORDER BY system, kind LIMIT 1) p ON true
WHERE asset_id = $1
ORDER BY array_position(ARRAY['confirmed', 'linked', 'suggested', 'rejected'], standing), confidence DESC, sku, role
"""
_COLLECTIONS = """
SELECT f.id, f.fields ->> 'name' AS name
FROM catalog.member m JOIN catalog.fact f ON f.id = m.collection AND f.kind = $2
WHERE m.asset_id = $1 ORDER BY 2, 1
"""


class Whole(NamedTuple):
    """`card` is the list's row; `facets` by version (0: what has no version) and name."""

    card: Row
    facets: dict[int, dict[str, Row]]
    links: list[Row]
    labels: list[dict[str, Any]]
    twins: list[Row]
    states: dict[int, str]
    collections: dict[str, str]
    """Collections that it is in: id → name. Who is limited sees those that he is limited to."""

    @property
    def shown(self) -> dict[str, Row]:
        """Facets of the version that is shown."""
        return self.facets.get(self.card["shown"], {})

    def renditions(self, version: int | None = None) -> list[dict[str, Any]]:
        """Renditions of a version (default: the shown one), each preset once, with what is noted on its facet."""
        facets = self.facets.get(version or self.card["shown"], {})
        made = [facets[name]["data"] for name in sorted(facets) if name.startswith("renditions")]
        noted = [
            {**item, "notes": [*item.get("notes", []), *data.get("notes", [])]}
            for data in made
            for item in data.get("renditions", [])
        ]
        return list({item["preset"]: item for item in noted}.values())


async def whole(database: Database, asset_id: str, within: Scope) -> Whole | None:
    """Everything about it, or None; of what else there is, what lies in the scope. Raises Unavailable."""
    made = Where(values=[asset_id])
    card_of = columns(within, made.mark)
    async with database.transaction() as connection:
        found = await connection.fetchrow(f"SELECT {card_of} FROM catalog.every_asset a WHERE a.id = $1", *made.values)  # noqa: S608
        if found is None:
            return None
        card = row_of(found)
        records = await connection.fetch(
            "SELECT * FROM catalog.facet WHERE asset_id = $1 ORDER BY version, facet", asset_id
        )
        links = await connection.fetch(_LINKS, asset_id)
        twins = await connection.fetch(*_twins(asset_id, card["sha256"], within))
        collections = await connection.fetch(_COLLECTIONS, asset_id, COLLECTION)
    facets: dict[int, dict[str, Row]] = {}
    seen: dict[int, dict[str, Seen]] = {}
    for record in records:
        facets.setdefault(record["version"], {})[record["facet"]] = row_of(record)
        seen.setdefault(record["version"], {})[record["facet"]] = seen_of(record)
    fields = seen[0]["curation"].data.get("fields", {}) if "curation" in seen.get(0, {}) else {}
    shown = facets.get(card["shown"], {})
    tags, shots, later = (shown.get(name, {}).get("data", {}) for name in ("tags", TAGS_SHOTS, TAGS_LATER))
    labels = curation.labels(waves.labelled(tags, shots), fields)
    states: dict[int, str] = {version: standing(known).state for version, known in seen.items() if version}
    states[card["newest"]] = card["state"]
    linked = [{**link, **_coloured(link, tags, later)} for link in rows_of(links)]
    held = {row["id"]: row["name"] for row in collections if not within.limited or row["id"] in within.collections}
    return Whole(card, facets, linked, labels, rows_of(twins), states, held)


def _twins(asset_id: str, sha256: str | None, within: Scope) -> tuple[object, ...]:
    """The statement and its parameters."""
    made = Where(["a.sha256 = $1", "a.id <> $2"], [sha256, asset_id])
    made.parts += conditions(within, made.mark)
    return f"SELECT a.id, a.key FROM catalog.asset a WHERE {made.sql} ORDER BY a.key", *made.values  # noqa: S608


def _coloured(link: Row, tags: Row, later: Row) -> Row:
    """What colour the PIM says, and how far from it the picture is."""
    colour = colour_said.said(link.pop("axes") or {}, link.pop("attributes") or {})
    return {"colour": colour, "colour_distance": colour_said.apart(colour, tags, later)}


class Served(NamedTuple):
    """A rendition to send. first: of one of several files the one to open, as digest of the set and name."""

    key: str
    size: int
    etag: str
    name: str
    version: int
    first: str | None


_RENDITION = (
    "FROM catalog.every_asset a JOIN catalog.facet f ON f.asset_id = a.id, "
    "jsonb_array_elements(f.data -> 'renditions') r WHERE a.id = $1 AND f.status = 'done' "
    "AND f.facet LIKE 'renditions%' AND r.value ->> 'preset' = $2 AND"
)


async def rendition(database: Database, asset_id: str, preset: str, version: int | None) -> Served | None:
    """Where the bytes of a rendition lie, or None."""
    async with database.transaction() as connection:
        row = await connection.fetchrow(
            "SELECT r.value ->> 'key' AS key, (r.value ->> 'bytes')::bigint AS size, r.value ->> 'sha256' AS sha256, "
            "a.name, f.version, jsonb_array_length(f.data -> 'files') > 0 AS several "
            f"{_RENDITION} f.version = coalesce($3, a.shown) LIMIT 1",
            asset_id,
            preset,
            version,
        )
    if row is None:
        return None
    etag = etag_of(row["sha256"], row["key"])
    first = "/".join(row["key"].split("/")[-2:]) if row["several"] else None
    return Served(row["key"], row["size"], etag, row["name"], row["version"], first)


async def file_of_rendition(
    database: Database, asset_id: str, preset: str, digest: str, file: str, version: int | None
) -> Served | None:
    """One file of a rendition of several, or None. version: None is any, so that a film that is watched goes on."""
    sql = f"SELECT a.name, f.version, f.data -> 'files' AS files {_RENDITION} f.version = coalesce($3, f.version)"
    async with database.transaction() as connection:
        rows = await connection.fetch(sql, asset_id, preset, version)
    for row in rows:
        for one in json.loads(row["files"] or "[]"):
            if one["key"].split("/")[-2:] == [digest, file]:
                return Served(one["key"], one["bytes"], one["sha256"], row["name"], row["version"], None)
    return None


async def untaken(database: Database, asset_id: str) -> Row | None:
    """The newest `file` facet where ingest failed by our own error before it had the bytes; or None."""
    async with database.transaction() as connection:
        row = await connection.fetchrow(
            "SELECT f.version, f.data FROM catalog.every_asset a JOIN catalog.facet f ON f.asset_id = a.id "
            "AND f.version = a.newest AND f.facet = 'file' WHERE a.id = $1 AND f.status = 'failed'",
            asset_id,
        )
    return row_of(row) if row else None


PICTURES = ["jpeg", "webp", "avif", "png", "tiff", "gif"]


async def presets(database: Database, asset_id: str) -> list[str]:
    """Presets whose pictures are cut from the asset: neither pages of a document, nor films and models."""
    async with database.transaction() as connection:
        rows = await connection.fetch(
            "SELECT DISTINCT r.value ->> 'preset' AS preset FROM catalog.facet f, "
            "jsonb_array_elements(f.data -> 'renditions') r WHERE f.asset_id = $1 AND f.facet = ANY($2::text[]) "
            "AND r.value ->> 'format' = ANY($3::text[]) AND r.value ->> 'page' IS NULL ORDER BY 1",
            asset_id,
            ["renditions.first", "renditions", "renditions.later"],
            PICTURES,
        )
    return [row["preset"] for row in rows]


async def shop_original(database: Database, asset_id: str) -> Row | None:
    """sha256, kind and name of the live version's original, else of the newest's; or None."""
    async with database.transaction() as connection:
        row = await connection.fetchrow(
            "SELECT a.name, f.data ->> 'sha256' AS sha256, f.data ->> 'kind' AS kind FROM catalog.every_asset a "
            "JOIN catalog.facet f ON f.asset_id = a.id AND f.version = coalesce(a.live, a.newest) AND f.facet = 'file' "
            "WHERE a.id = $1 AND f.status = 'done'",
            asset_id,
        )
    return row_of(row) if row else None


async def original(database: Database, asset_id: str, version: int | None) -> Row | None:
    """sha256, media type, size and name of an original, or None."""
    async with database.transaction() as connection:
        row = await connection.fetchrow(
            "SELECT a.id, a.name, f.version, f.data FROM catalog.every_asset a "
            "JOIN catalog.facet f ON f.asset_id = a.id AND f.version = coalesce($2, a.newest) AND f.facet = 'file' "
            "WHERE a.id = $1 AND f.status = 'done'",
            asset_id,
            version,
        )
    return row_of(row) if row else None
