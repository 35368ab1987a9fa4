"""SQL of capture sequences: which frame stands before which, and whom a frame concerns."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import asyncpg

_FRAMES = (
    "SELECT a.asset_id, a.name, a.run, a.at, a.taken, r.facts FROM linker.asset a "
    "LEFT JOIN linker.reading r USING (asset_id, version) "
)
"""Of any version: while a new one has not been read yet, what the one before showed still holds."""
MOST_BEFORE = 5
"""What was read in that many frames before is tried; text that names nothing is read in many."""


@dataclass(frozen=True)
class Frame:
    """A picture in its run, with what was read in it."""

    asset_id: str
    name: str
    run: str
    at: str
    taken: str
    seen: dict[str, Any]


async def frame(db: asyncpg.Connection, asset_id: str, version: int) -> Frame | None:
    """That version of that asset."""
    row = await db.fetchrow(f"{_FRAMES} WHERE a.asset_id = $1 AND a.version = $2", asset_id, version)
    return _frame(row) if row else None


async def first(db: asyncpg.Connection, run: str) -> Frame | None:
    """The first frame of a run."""
    row = await db.fetchrow(f"{_FRAMES} WHERE a.run = $1 ORDER BY a.at LIMIT 1", run)
    return _frame(row) if row else None


async def after(db: asyncpg.Connection, one: Frame) -> Frame | None:
    """The next frame of its run."""
    row = await db.fetchrow(f"{_FRAMES} WHERE a.run = $1 AND a.at > $2 ORDER BY a.at LIMIT 1", one.run, one.at)
    return _frame(row) if row else None


async def read_before(db: asyncpg.Connection, one: Frame) -> list[Frame]:
    """The nearest frames before it in which something was read, nearest first."""
    rows = await db.fetch(
        f"{_FRAMES} WHERE a.run = $1 AND a.at < $2 AND r.named ORDER BY a.at DESC LIMIT {MOST_BEFORE}", one.run, one.at
    )
    return [_frame(row) for row in rows]


def _frame(row: asyncpg.Record) -> Frame:
    return Frame(row["asset_id"], row["name"], row["run"], row["at"], row["taken"], json.loads(row["facts"] or "{}"))


async def concerned(db: asyncpg.Connection, asked: Iterable[str], codes: Iterable[str]) -> list[str]:
    """Assets whose links may change with those of `asked`, in runs in which anything was read.

    The first frame of a run decides for all of it; the code before a frame may have got its first follower; a frame
    with a code (or of `codes`: that had one) speaks of those after it, up to and with the next one that has.
    """
    rows = await db.fetch(
        "WITH asked AS (SELECT DISTINCT ON (a.asset_id) a.asset_id, a.run, a.at, coalesce(r.named, false) "
        "    OR a.asset_id = ANY($2) AS codes FROM linker.asset a LEFT JOIN linker.reading r USING (asset_id, version) "
        "  WHERE a.asset_id = ANY($1) ORDER BY a.asset_id, a.version DESC), "
        "read AS MATERIALIZED (SELECT a.run, a.at FROM linker.asset a JOIN linker.reading r USING (asset_id, version) "
        "  WHERE r.named AND a.run IN (SELECT run FROM asked)), "
        "reach AS MATERIALIZED (SELECT k.*, "
        "    (SELECT max(c.at) FROM read c WHERE c.run = k.run AND c.at < k.at) AS before, "
        "    (SELECT min(c.at) FROM read c WHERE c.run = k.run AND c.at > k.at) AS next, "
        "    NOT EXISTS (SELECT 1 FROM linker.asset e WHERE e.run = k.run AND e.at < k.at) AS begins "
        "  FROM asked k WHERE k.codes OR EXISTS (SELECT 1 FROM read c WHERE c.run = k.run)) "
        "SELECT f.asset_id FROM reach k JOIN linker.asset f ON f.run = k.run WHERE k.begins "
        "UNION SELECT f.asset_id FROM reach k JOIN linker.asset f ON f.run = k.run AND f.at = k.before "
        "UNION SELECT f.asset_id FROM reach k JOIN linker.asset f ON f.run = k.run AND f.at > k.at "
        "  AND f.at <= coalesce(k.next, f.at) WHERE k.codes",
        list(asked), list(codes),
    )  # fmt: skip
    return [row["asset_id"] for row in rows]
