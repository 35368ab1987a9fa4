"""How long searches take in a large library: 200 of ten kinds, each asked of the API as a program asks it.

    PACKSHOT_MODELS=… python -m bench.search_latency [--assets 100000] [--rounds 2] [--kept FOLDER]

It starts a PostgreSQL of its own and puts the rows straight into the catalogue's view, as a filled view holds them. In
a folder that is kept, it is filled once, and again after the view's schema has changed.
`search_mix.csv` has the queries as addresses. A round asks them one after the other, shuffled; the first warms up. The
question's embedding is part of it and is made once a question, as it is for a person: of each it is in the first round.
"""

import argparse
import asyncio
import csv
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx

from bench.database import spare_database
from bench.meaning import COLOURS, LIBRARY, STYLES
from bench.search import gtin
from runtime.config import Settings, load
from runtime.database import Database
from services.catalog.api.access import Access
from services.catalog.api.app import create_app
from services.catalog.api.deps import Deps
from services.catalog.config import CatalogSettings
from services.catalog.ddl import SCHEMA, ddl
from services.catalog.live import Live
from services.catalog.meaning.embedder import Embedder
from services.catalog.meaning.near import Meaning
from services.catalog.meaning.reader import Reader

MIX = Path(__file__).with_name("search_mix.csv")
SIZES, VIEWS = ("S", "M", "L", "XL"), ("main", "back", "side", "detail")
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
EVERY = timedelta(minutes=1)
CHUNK = 5_000
AT_ONCE = 2
"""Connections that fill it; an index of words is made by one process."""
FOLDER = 400
"""Files of one."""
_PLAIN = (
    "id, name, key, folder, kind, media_type, state, stage, arrived, bytes, sha256, width, height, thumbnail, "
    "renditions, labels, colours, background, quality, skus, roles, channels, codes, phrases, words"
)
_STAGE = f"""
CREATE TEMP TABLE stage AS SELECT {_PLAIN}, words AS a, words AS b, words AS c FROM catalog.asset WITH NO DATA
"""  # noqa: S608
_PUT = f"""
INSERT INTO catalog.asset ({
    _PLAIN
}, newest, live, shown, suggestions, conflicts, slot, edition, question, gone, approves,
  at_work, brand, market, search)
SELECT {_PLAIN}, 1, 1, 1, 0, 0, '', 0, '', false, false, false, '', '', {
    " || ".join(
        f"setweight(to_tsvector('{language}', {text}), '{weight}')"
        for text, weight in zip("abc", "ABC", strict=True)
        for language in ("simple", "english")
    )
} FROM stage
"""  # noqa: S608


def row(number: int) -> tuple[Any, ...]:
    """A picture: four views of each colour of a style, in one folder after the other."""
    product, view = divmod(number, len(VIEWS))
    style, place = divmod(product, len(COLOURS))
    colour, noun, title = COLOURS[place], LIBRARY[style % len(LIBRARY)], STYLES[style * 7 % len(STYLES)]
    base = f"QR{style * 7919 % 999983:06}"
    skus = [f"{base}-{size}-{colour.title()}" for size in SIZES]
    code = gtin(product % 10_000) if product < 10_000 else f"{5_000_000_000_000 + product}"
    name = f"{base.lower()}-{colour}_{VIEWS[view]}.jpg"
    folder = f"shoot-{number // FOLDER:05}/studio-{number % 3}"
    said = f"{noun} {title} {noun} {' '.join(SIZES)} {colour} {code}"
    files = " ".join([name.replace(".", " ").replace("_", " ").replace("-", " "), *skus]).replace("-", " ").lower()
    rest = f"{colour} {VIEWS[view]} {folder.replace('/', ' ').replace('-', ' ')}"
    return (
        f"{number:08x}-0000-5000-8000-000000000000", name, f"{folder}/{name}", folder, "image", "image/jpeg",
        "complete", "", BEGAN + number * EVERY, 2_000_000, f"{number:064x}", 3000 + number % 1000, 2000, "t", 12,
        [noun], [colour], "white", number * 37 % 100, skus, [VIEWS[view]], ["webshop"], [code.zfill(14)],
        [noun, f"{colour} {noun}", f"{title} {noun}"], f"{files} {said.lower()} {rest}", files, said, rest,
    )  # fmt: skip


async def fill(url: str, assets: int) -> None:
    """The view, as if it had followed the topics; its indexes are made behind the rows."""
    db = await asyncpg.connect(url)
    indexes = await db.fetch(
        "SELECT indexdef, indexname FROM pg_indexes WHERE schemaname = 'catalog' AND tablename = 'asset' "
        "AND indexname <> 'asset_pkey'"
    )
    for index in indexes:
        await db.execute(f'DROP INDEX catalog."{index["indexname"]}"')
    chunks = iter(range(0, assets, CHUNK))
    await asyncio.gather(*(_rows(url, assets, chunks) for _ in range(AT_ONCE)))
    made = iter([index["indexdef"] for index in indexes])
    await asyncio.gather(*(_indexes(url, made) for _ in range(AT_ONCE)))
    await db.execute(
        "INSERT INTO catalog.word SELECT DISTINCT word FROM catalog.asset, string_to_table(words, ' ') word "
        "WHERE word ~ '^[[:alpha:]]{4,30}$' ON CONFLICT DO NOTHING; "
        "INSERT INTO catalog.phrase (text) SELECT DISTINCT unnest(phrases) FROM catalog.asset ON CONFLICT DO NOTHING",
        timeout=1800,
    )
    await db.execute("VACUUM ANALYZE", timeout=1800)
    size = await db.fetchval("SELECT pg_total_relation_size('catalog.asset')")
    print(f"{assets:,} assets: {size / 1e9:.2f} GB with their indexes", flush=True)
    await db.close()


async def _rows(url: str, assets: int, chunks: Iterator[int]) -> None:
    db = await asyncpg.connect(url)
    await db.execute(_STAGE)
    for first in chunks:
        rows = [row(number) for number in range(first, min(assets, first + CHUNK))]
        await db.copy_records_to_table("stage", records=rows)
        await db.execute(f"{_PUT}; TRUNCATE stage", timeout=600)
    await db.close()


async def _indexes(url: str, made: Iterator[str]) -> None:
    db = await asyncpg.connect(url)
    await db.execute("SET maintenance_work_mem = '512MB'")
    for index in made:
        await db.execute(index, timeout=1800)
    await db.close()


def mix() -> Iterator[tuple[str, str]]:
    """(kind, query string)."""
    with MIX.open(newline="") as file:
        yield from ((row["kind"], row["query"]) for row in csv.DictReader(file))


async def asked(client: httpx.AsyncClient, rounds: int) -> dict[str, list[float]]:
    """Kind → milliseconds of each answer; the first round is not counted."""
    spent: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        queries = list(mix())
        random.Random(number).shuffle(queries)
        for kind, query in queries:
            began = time.perf_counter()
            answer = await client.get(f"/v1/assets?{query}")
            took = (time.perf_counter() - began) * 1000
            assert answer.status_code == 200, answer.text
            if number:
                spent[kind].append(took)
    return spent


async def measure(url: str, assets: int, rounds: int) -> None:
    """Fill, ask, print."""
    database = Database(url, searching=True)
    if await database.make(SCHEMA, ddl()):
        began = time.monotonic()
        await fill(url, assets)
        print(f"filled in {time.monotonic() - began:.0f} s", flush=True)
    async with database.reading() as connection:
        held = await connection.fetchval("SELECT count(*) FROM catalog.asset")
    if held != assets:
        raise SystemExit(f"The folder that is kept holds {held:,} assets: name another one for {assets:,}.")
    model = Embedder(load(Settings).models_folder)
    meaning = Meaning(database, Reader(lambda: model))
    while await meaning.step():
        pass
    settings = CatalogSettings(admin_key="secret", database_url=url)
    nothing = cast(Any, None)
    parts = (nothing, nothing, nothing, Access("secret"), Live(url), meaning.near, nothing, nothing)
    deps = Deps(settings, database, *parts)
    transport = httpx.ASGITransport(create_app(deps))
    head = {"Authorization": "Bearer secret"}
    async with httpx.AsyncClient(transport=transport, base_url="http://bench", headers=head) as client:
        spent = await asked(client, rounds)
    await database.close()
    every = [one for values in spent.values() for one in values]
    for kind, values in [*spent.items(), ("all", every)]:
        p50, p95 = statistics.median(values), statistics.quantiles(values, n=20)[-1]
        print(f"{kind:16} {len(values):4} answers: p50 {p50:6.1f} ms, p95 {p95:6.1f} ms, most {max(values):6.1f} ms")


def main() -> None:
    """Start PostgreSQL, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kept", type=Path, help="a folder that the filled database stays in")
    args = parser.parse_args()
    with spare_database(args.kept) as url:
        asyncio.run(measure(url, args.assets, args.rounds))


if __name__ == "__main__":
    main()
