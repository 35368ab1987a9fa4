"""Whether a search by likeness finds what comparing every picture would find, and how long it takes.

    python -m bench.search_likeness [--assets 100000]

The library is that of `bench.search_latency`; its vectors are made up as our model's are (1,280 numbers, none below 0):
a kind of thing, a style of it and a picture each add theirs. Asked is for what looks like a picture: in all of the
library; under a filter that keeps an eighth of it (more than are compared one by one); and as somebody who may see two
folders, with a filter that leaves a picture of a thousand. `exact` compares with every picture that is left. Recall is
of its first 20 of those that are alike at all.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import asyncpg
import numpy as np
from numpy.typing import NDArray

from bench.database import spare_database
from bench.search_latency import CHUNK, fill
from bench.search_recall import FIRST, narrow
from runtime.database import Database
from services.catalog.ddl import SCHEMA, ddl
from services.catalog.queries.alike import SIMILAR
from services.catalog.queries.filters import Filters, where
from services.catalog.queries.looks import INDEXED, looked

KINDS, OF_A_STYLE, MODEL, ASKED = 60, 40, "m-1.f16", 40
WIDE = Filters(quality_from=87)
_INDEX = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'likeness' AND indexdef LIKE '%hnsw%'"
_PUT = """
INSERT INTO catalog.likeness (asset_id, version, likeness_key, arrived, compared, model, vector)
SELECT id, 1, id, now(), true, $1, vector::halfvec FROM looks
"""


def vectors(first: int, count: int) -> NDArray[np.float32]:
    """Of the pictures from `first` on, [count, INDEXED]."""
    kinds = np.maximum(np.random.default_rng(0).normal(size=(KINDS, INDEXED)), 0)
    made = np.empty((count, INDEXED), np.float32)
    for place, number in enumerate(range(first, first + count)):
        style = number // OF_A_STYLE
        of_style = np.maximum(np.random.default_rng(style + 1).normal(size=INDEXED), 0)
        own = np.random.default_rng(10**9 + number).normal(0, 0.35, INDEXED)
        made[place] = np.maximum(0.6 * kinds[style % KINDS] + 0.6 * of_style + own, 0)
    return made


async def put(url: str, assets: int) -> None:
    """All vectors into the view; the index behind them."""
    db = await asyncpg.connect(url)
    index = await db.fetchrow(_INDEX)
    await db.execute(f'DROP INDEX catalog."{index[0]}"')
    await db.execute("CREATE TEMP TABLE looks (id text, vector text)")
    ids = [row[0] for row in await db.fetch("SELECT id FROM catalog.asset ORDER BY id")]
    for first in range(0, assets, CHUNK):
        some = ids[first : first + CHUNK]
        told = [f"[{','.join(f'{value:.3f}' for value in one)}]" for one in vectors(first, len(some))]
        await db.copy_records_to_table("looks", records=list(zip(some, told, strict=True)))
        await db.execute(_PUT, MODEL)
        await db.execute("TRUNCATE looks")
    await db.execute("SET maintenance_work_mem = '1GB'")
    await db.execute(index[1], timeout=3600)
    await db.execute("VACUUM ANALYZE catalog.likeness", timeout=600)
    await db.close()


async def exact(database: Database, filters: Filters) -> list[str]:
    """The first of all that the filters leave, every one compared."""
    own = filters.like[0].partition(":")[2]
    made = where(filters)
    sql = (
        f"SELECT l.asset_id FROM catalog.likeness l JOIN catalog.asset a ON a.id = l.asset_id, catalog.likeness own "  # noqa: S608
        f"WHERE own.asset_id = {made.mark(own)} AND l.asset_id <> own.asset_id AND ({made.sql}) "
        f"AND 1 - (l.vector <=> own.vector) >= {SIMILAR} ORDER BY l.vector <=> own.vector, l.asset_id LIMIT {FIRST}"
    )
    async with database.reading() as connection:
        return [row[0] for row in await connection.fetch(sql, *made.values)]


async def ask(database: Database, assets: int) -> None:
    """Print recall and milliseconds."""
    dice = random.Random(7)
    ways: dict[str, Callable[[], Filters]] = {
        "all of the library": Filters,
        "an eighth of it": lambda: WIDE,
        "two folders, one of a thousand": lambda: narrow(assets, dice),
    }
    for name, made in ways.items():
        recalls, spent = [], []
        for _ in range(ASKED):
            filters = made()
            filters = replace(filters, like=(await like(database, filters, assets, dice),))
            right = await exact(database, filters)
            began = time.perf_counter()
            found = await looked(database, filters)
            spent.append((time.perf_counter() - began) * 1000)
            recalls += [len(set(right) & set(found.ids[: len(right)])) / len(right)] if right else []
        p50, p95 = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
        told = (
            f"recall@{FIRST} {statistics.mean(recalls):.3f}, least {min(recalls):.2f}" if recalls else "nothing alike"
        )
        print(f"{name}: {told}, of {len(recalls)}; p50 {p50:.0f} ms, p95 {p95:.0f} ms", flush=True)


async def like(database: Database, filters: Filters, assets: int, dice: random.Random) -> str:
    """A picture to compare with: any; of who sees a part, one of that."""
    if not filters.within.limited:
        return f"asset:{dice.randrange(assets):08x}-0000-5000-8000-000000000000"
    made = where(filters)
    sql = f"SELECT id FROM catalog.asset a WHERE {made.sql} ORDER BY id LIMIT 1"  # noqa: S608
    async with database.reading() as connection:
        return f"asset:{await connection.fetchval(sql, *made.values)}"


async def measure(url: str, assets: int) -> None:
    """Fill, ask."""
    database = Database(url, searching=True)
    await database.make(SCHEMA, ddl())
    await fill(url, assets)
    await put(url, assets)
    await ask(database, assets)
    await database.close()


def main() -> None:
    """Start PostgreSQL, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=100_000)
    args = parser.parse_args()
    with spare_database() as url:
        asyncio.run(measure(url, args.assets))


if __name__ == "__main__":
    main()
