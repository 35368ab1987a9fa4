"""Recomputes the rows of `asset` and `link` from what they follow from, and tells whoever listens.

Where another picture is shown than before, its likeness is due to be looked at: `comparing.py` does that. Phrases that
nobody has said before are due to be embedded: `meaning/near.py` does.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from services.catalog import editions
from services.catalog.alt_text.facts import NAMES
from services.catalog.alt_text.localized import localized
from services.catalog.card import Card, ProductWords, card
from services.catalog.colour_said import said
from services.catalog.ddl import CHANNEL
from services.catalog.said.attributes import told
from services.catalog.state import Seen

NOTIFY_AT_ONCE = 60
"""Assets in one notification; PostgreSQL takes 8,000 bytes."""
_COLUMNS = (
    "id, newest, live, shown, name, key, folder, kind, media_type, state, stage, cause, cure, arrived, bytes, sha256, "
    "width, height, thumbnail, renditions, labels, colours, background, quality, skus, roles, suggestions, conflicts, "
    "slot, edition, question, gone, approves, rejected, at_work, available_from, available_until, limits, barred, "
    "archived, brand, market, channels, "
    "codes, own, categories, thumbnail_at, ready_at, phrases, tones, judged, live_as, serves, preset, words, search"
)
_PLAIN = 54
_WORDS = "concat_ws(' ', {w})".format(w=", ".join(f"${n}::text" for n in range(_PLAIN + 1, _PLAIN + 5)))
_VECTORS = " || ".join(
    f"setweight(to_tsvector('{language}', public.unaccent(${_PLAIN + n}::text)), '{weight}')"
    for n, weight in enumerate("ABCD", 1)
    for language in ("simple", "english")
)
_MARKS = ", ".join(f"${n}" for n in range(1, _PLAIN + 1))
_FIRST_TIMES = {"thumbnail_at", "ready_at"}
"""Of a version: a tag or a link that is written again later makes it ready no later."""
_FIRST = (
    "{n} = CASE WHEN (asset.shown, asset.sha256) IS NOT DISTINCT FROM (excluded.shown, excluded.sha256) "
    "THEN least(asset.{n}, excluded.{n}) ELSE excluded.{n} END"
)
_SETS = ", ".join(
    _FIRST.format(n=name) if name in _FIRST_TIMES else f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")
)
_UPSERT = (
    f"INSERT INTO catalog.{{table}} AS asset ({_COLUMNS}) VALUES ({_MARKS}, public.unaccent({_WORDS}), {_VECTORS}) "  # noqa: S608
    f"ON CONFLICT (id) DO UPDATE SET {_SETS}"
)
_TO_LIST, _TO_SERVE = _UPSERT.format(table="asset"), _UPSERT.format(table="own_file")
_SERVING = "SELECT id FROM catalog.every_asset WHERE serves = ANY($1::text[])"
_THERE = """
SELECT DISTINCT f.asset_id FROM catalog.facet f WHERE f.asset_id = ANY($1::text[]) AND f.version > 0
  AND NOT EXISTS (SELECT FROM catalog.facet h WHERE (h.asset_id, h.version, h.facet) = (f.asset_id, 0, 'head')
    AND h.data ->> 'state' = 'purged')
"""
_LINK = "INSERT INTO catalog.link VALUES ($1, $2, $3, $4, $5, $6, $7)"
_OTHER_PICTURE = """
DELETE FROM catalog.likeness l WHERE asset_id = ANY($1::text[]) AND (problem IS NOT NULL OR NOT EXISTS (
  SELECT FROM catalog.likeness_due d
  WHERE (d.asset_id, d.version, d.likeness_key) = (l.asset_id, l.version, l.likeness_key)
    AND d.embedding_key IS NOT DISTINCT FROM l.embedding_key))
"""
_DUE = """
INSERT INTO catalog.likeness (asset_id, version, likeness_key, embedding_key, arrived)
SELECT * FROM catalog.likeness_due WHERE asset_id = ANY($1::text[]) ON CONFLICT DO NOTHING
"""
_FOLDERS = "SELECT DISTINCT folder FROM catalog.asset WHERE id = ANY($1::text[])"
_TOUCHED = """
INSERT INTO catalog.shoot SELECT f, coalesce((SELECT max(arrived) FROM catalog.asset WHERE id = ANY($2::text[])
  AND folder = f), 'epoch'), clock_timestamp(), true FROM unnest($1::text[]) f WHERE f <> ''
ON CONFLICT (folder) DO UPDATE
SET latest = greatest(shoot.latest, excluded.latest), touched = excluded.touched, due = true
"""
_PHRASES = "SELECT DISTINCT unnest(phrases) FROM catalog.asset WHERE id = ANY($1::text[])"
_NEW_PHRASES = f"INSERT INTO catalog.phrase (text) {_PHRASES} ON CONFLICT DO NOTHING"
_SAID = """
SELECT p.sku, p.name, p.gtin, p.category, p.axes, p.attributes, m.attributes AS inherited,
  m.name AS model
FROM catalog.product p LEFT JOIN catalog.product m ON m.sku = p.parent AND m.system = p.system AND m.kind = 'model'
  AND m.status = 'active' AND p.parent <> ''
WHERE p.sku = ANY($1::text[]) AND p.status = 'active' ORDER BY p.system, p.kind, p.id
"""
_NEW_WORDS = """
INSERT INTO catalog.word SELECT DISTINCT word FROM catalog.asset a, string_to_table(a.words, ' ') word
WHERE a.id = ANY($1::text[]) AND word ~ '^[[:alpha:]]{4,30}$' ON CONFLICT DO NOTHING
"""
_UNUSED = """
DELETE FROM catalog.phrase WHERE text = ANY($1::text[])
  AND NOT EXISTS (SELECT FROM catalog.asset a WHERE a.phrases @> ARRAY[phrase.text])
"""


async def refresh(connection: asyncpg.Connection, assets: Iterable[str]) -> None:
    """Recompute these assets, and their own files, inside the caller's transaction."""
    ids = sorted(assets)
    if not ids:
        return
    ids = sorted({*ids, *(row["id"] for row in await connection.fetch(_SERVING, ids))})
    facets = await _facets(connection, ids)
    products = await _products(connection, _skus(facets))
    listed, served = await _apart(connection, filter(None, (card(asset, facets[asset], products) for asset in ids)))
    gone = sorted(set(ids) - {made.id for made in listed})
    slots = await editions.slots_of(connection, ids)
    before = {row[0] for row in await connection.fetch(_PHRASES, ids)}
    folders = {row[0] for row in await connection.fetch(_FOLDERS, ids)} | {made.folder for made in listed}
    await _write(connection, ids, gone, listed, served)
    await connection.execute(_OTHER_PICTURE, ids)
    await connection.execute(_DUE, ids)
    await connection.execute(_NEW_PHRASES, ids)
    await connection.execute(_NEW_WORDS, ids)
    if dropped := before - {phrase for made in listed for phrase in made.phrases}:
        await connection.execute(_UNUSED, sorted(dropped))
    await connection.execute(_TOUCHED, sorted(folders), ids)
    await editions.ask(connection, slots | {made.slot for made in listed if made.slot})
    told = [{"id": made.id, "state": made.standing.state, "stage": made.standing.stage} for made in listed]
    await tell(connection, told + [{"id": asset, "state": "gone", "stage": ""} for asset in gone])


async def _write(
    connection: asyncpg.Connection, ids: list[str], gone: list[str], listed: Sequence[Card], served: Sequence[Card]
) -> None:
    """ids: all that is refreshed; gone: those of which no list knows any more."""
    await connection.execute("DELETE FROM catalog.link WHERE asset_id = ANY($1::text[])", ids)
    await connection.execute("DELETE FROM catalog.asset WHERE id = ANY($1::text[])", gone)
    await connection.execute("DELETE FROM catalog.own_file WHERE id = ANY($1::text[])", ids)
    await connection.executemany(_TO_LIST, [_asset(made) for made in listed])
    await connection.executemany(_TO_SERVE, [_asset(made) for made in served])
    await connection.executemany(_LINK, [row for made in (*listed, *served) for row in _links(made)])


async def _apart(connection: asyncpg.Connection, cards: Iterable[Card]) -> tuple[list[Card], list[Card]]:
    """Pictures of their own; and files that serve another asset, as long as there is one that they can serve."""
    made = list(cards)
    named = sorted({one.serves for one in made if one.serves})
    there = {row["asset_id"] for row in await connection.fetch(_THERE, named)} if named else set()
    return [one for one in made if one.serves not in there], [one for one in made if one.serves in there]


async def tell(connection: asyncpg.Connection, told: Sequence[dict[str, Any]]) -> None:
    """Say to whoever listens which assets have changed, each {"id", "state", "stage"}; when it is committed."""
    for start in range(0, len(told), NOTIFY_AT_ONCE):
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, json.dumps(told[start : start + NOTIFY_AT_ONCE]))


def seen_of(row: asyncpg.Record) -> Seen:
    """A row of `facet` as the pure functions take it."""
    return Seen(
        facet=row["facet"],
        status=row["status"],
        version=row["version"],
        cause=row["cause"],
        cure=row["cure"],
        owes=tuple(row["owes"]),
        written=row["written"],
        data=json.loads(row["data"]),
    )


async def _facets(connection: asyncpg.Connection, ids: list[str]) -> dict[str, list[Seen]]:
    found: dict[str, list[Seen]] = defaultdict(list)
    for row in await connection.fetch("SELECT * FROM catalog.facet WHERE asset_id = ANY($1::text[])", ids):
        found[row["asset_id"]].append(seen_of(row))
    return found


def _skus(facets: dict[str, list[Seen]]) -> list[str]:
    seen = [one for many in facets.values() for one in many]
    linked = {str(link["sku"]) for one in seen if one.facet == "links" for link in one.data.get("links", [])}
    said = {name for one in seen if one.facet == "curation" for name in one.data.get("fields", {})}
    suggested = {str(s["sku"]) for one in seen if one.facet == "links" for s in one.data.get("suggestions", [])}
    return sorted(linked | suggested | {name.removeprefix("link:") for name in said if name.startswith("link:")})


async def _products(connection: asyncpg.Connection, skus: list[str]) -> dict[str, ProductWords]:
    return {row["sku"]: _product(row) for row in await connection.fetch(_SAID, skus)}


def _product(row: asyncpg.Record) -> ProductWords:
    attributes = {**json.loads(row["inherited"] or "{}"), **json.loads(row["attributes"])}
    names = localized(NAMES, row["name"] or row["model"] or "", attributes)
    return ProductWords(
        row["name"],
        row["category"],
        " ".join(_values(row["axes"])),
        row["gtin"],
        told(attributes),
        next(iter(names.values()), ""),
        said(json.loads(row["axes"]), attributes) or "",
        tuple(sorted(filter(None, names))),
    )


def _values(axes: str) -> list[str]:
    return [str(value) for _, value in sorted(json.loads(axes).items())]


def _asset(made: Card) -> tuple[Any, ...]:
    held, where = made.linked, made.standing
    suggested = sum(1 for row in made.links if row.standing == "suggested")
    return (
        *(made.id, made.newest, made.live, made.shown, made.name, made.key, made.folder, made.kind, made.media_type),
        *(where.state, where.stage, where.cause, where.cure, made.arrived, made.bytes, made.sha256),
        *(made.width, made.height, made.thumbnail, made.renditions, made.labels, made.colours, made.background),
        *(made.quality, sorted({row.sku for row in held}), sorted({row.role for row in held})),
        *(
            suggested,
            made.conflicts,
            made.slot,
            made.edition,
            made.question,
            made.gone,
            made.approves,
            made.rejected,
            where.at_work,
            made.available_from,
            made.available_until,
            json.dumps(made.limits) if made.limits else None,
            made.barred,
            made.archived,
            made.brand,
            made.market,
            made.channels,
            made.codes,
            json.dumps(made.own),
            made.categories,
            made.thumbnail_at,
            made.ready_at,
            made.phrases,
            made.tones,
            json.dumps(made.judged),
            json.dumps(made.live_as) if made.live_as else None,
            made.serves,
            made.preset,
        ),
        *made.words,
    )


def _links(made: Card) -> list[tuple[Any, ...]]:
    return [
        (made.id, made.shown, row.sku, row.role, row.confidence, row.standing, json.dumps(row.evidence))
        for row in made.links
    ]
