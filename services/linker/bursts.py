"""SQL of bursts: what lies within two seconds of a frame, by its camera's clock."""

from collections.abc import Collection

import asyncpg

from services.linker.burst import MOST, window
from services.linker.frames import Frame


async def around(db: asyncpg.Connection, one: Frame) -> list[asyncpg.Record]:
    """(asset_id, name, taken, facts, ruled, seen, fields) of the frames near it, their newest versions; MOST + 1 at
    most: more are no burst."""
    begin, end = window(one.taken)
    found: list[asyncpg.Record] = await db.fetch(
        "SELECT DISTINCT ON (a.asset_id) a.asset_id, a.name, a.taken, a.facts, a.ruled, "
        "coalesce(r.facts, '{}') AS seen, coalesce(c.fields, '{}') AS fields FROM linker.asset a "
        "LEFT JOIN linker.reading r USING (asset_id, version) LEFT JOIN linker.curation c USING (asset_id) "
        "WHERE a.run = $1 AND a.at >= $2 AND a.at < $3 AND a.asset_id <> $4 "
        "ORDER BY a.asset_id, a.version DESC LIMIT $5",
        one.run, begin, end, one.asset_id, MOST + 1,
    )  # fmt: skip
    return found


async def concerned(db: asyncpg.Connection, asked: Collection[str]) -> list[str]:
    """Assets whose links may change with those of `asked`: what lies near them.

    Where so many lie that it was no burst before these came either, none: of a folder whose files all bear one time,
    not each arrival asks for all others.
    """
    places = await db.fetch(
        "SELECT DISTINCT run, taken FROM linker.asset WHERE asset_id = ANY($1) AND taken <> ''", list(asked)
    )
    if not places:
        return []
    begins, ends = zip(*(window(place["taken"]) for place in places), strict=True)
    most = MOST + 2 + len(asked)
    rows = await db.fetch(
        "SELECT w.number, f.asset_id FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY "
        "AS w (run, begins, ends, number), LATERAL (SELECT DISTINCT a.asset_id FROM linker.asset a "
        'WHERE a.run = w.run AND a.at >= w.begins COLLATE "C" AND a.at < w.ends COLLATE "C" LIMIT $4) f',
        [place["run"] for place in places], begins, ends, most + 1,
    )  # fmt: skip
    near: dict[int, list[str]] = {}
    for row in rows:
        near.setdefault(row["number"], []).append(row["asset_id"])
    return list({asset for found in near.values() if len(found) <= most for asset in found})
