"""Whether search by meaning finds in a few pictures what comparing every phrase would find.

    PACKSHOT_MODELS=… python -m bench.search_recall [--assets 100000]

The library is that of `bench.search_latency`. Its words, in other languages and not, are asked as somebody who may see
two folders, with a filter that leaves one picture of a thousand. `exact` compares the question with every phrase of the
library in numpy, by the same bounds; both are ranked by the same query. Recall is of its first 20. Beside it stands
what the nearest phrases of the library alone would find, without looking at those of the few.
"""

import argparse
import asyncio
import random
import statistics
from dataclasses import replace
from urllib.parse import parse_qs

import numpy as np
from numpy.typing import NDArray

from bench.database import spare_database
from bench.search_latency import FOLDER, fill, mix
from runtime.config import Settings, load
from runtime.database import Database
from services.catalog.ddl import SCHEMA, ddl
from services.catalog.meaning.embedder import Embedder
from services.catalog.meaning.near import BEHIND, LEAST, Meaning
from services.catalog.meaning.reader import Reader
from services.catalog.queries.assets import listed, settled
from services.catalog.queries.filters import Filters
from services.catalog.said.understood import understood
from services.catalog.scope import Scope

FIRST, ROUNDS = 20, 5
KINDS = ("other language", "words", "broad word")
Phrases = tuple[list[str], NDArray[np.float32]]


async def phrases(database: Database) -> Phrases:
    """All of the library, with their numbers."""
    async with database.reading() as connection:
        rows = await connection.fetch(
            "SELECT text, vector::text AS vector FROM catalog.phrase WHERE vector IS NOT NULL"
        )
    vectors = [np.fromstring(row["vector"][1:-1], np.float32, sep=",") for row in rows]
    return [row["text"] for row in rows], np.stack(vectors)


async def exact(reader: Reader, text: str, known: Phrases) -> tuple[str, ...]:
    """Every phrase that means what is asked, the nearest first."""
    asked = await reader.asked(text)
    if asked is None:
        return ()
    alike = known[1] @ asked.vector
    least = max(asked.usual + LEAST, float(alike.max()) - BEHIND)
    return tuple(known[0][place] for place in np.argsort(-alike) if alike[place] >= least)


def narrow(assets: int, dice: random.Random) -> Filters:
    """Two folders of a shoot each, and of these an eighth: 100 of 100,000."""
    shoots = [f"shoot-{dice.randrange(assets // FOLDER):05}" for _ in range(2)]
    low = dice.randrange(88)
    return Filters(within=Scope(tuple(shoots)), quality_from=low, quality_to=low + 12)


async def found(database: Database, filters: Filters, text: str, near: tuple[str, ...]) -> list[str]:
    """Ids of the first."""
    asked = await settled(database, replace(filters, text=text, near=near))
    return [row["id"] for row in (await listed(database, asked, limit=FIRST, counted=False)).rows]


async def measure(url: str, assets: int) -> None:
    """Fill, ask, print."""
    database = Database(url, searching=True)
    await database.make(SCHEMA, ddl())
    await fill(url, assets)
    model = Embedder(load(Settings).models_folder)
    reader = Reader(lambda: model)
    meaning = Meaning(database, reader)
    while await meaning.step():
        pass
    known, dice = await phrases(database), random.Random(7)
    recalls: dict[str, list[float]] = {"as it is": [], "the library's nearest alone": []}
    for text in [parse_qs(query)["q"][0] for kind, query in mix() if kind in KINDS] * ROUNDS:
        filters, meant = narrow(assets, dice), understood(text).meant
        right = await found(database, filters, text, await exact(reader, meant, known) if meant else ())
        for name, among in (("as it is", filters), ("the library's nearest alone", Filters())):
            got = await found(database, filters, text, await meaning.near(meant, among))
            recalls[name] += [len(set(got) & set(right)) / len(right)] if right else []
    for name, many in recalls.items():
        print(f"{name}: recall@{FIRST} {statistics.mean(many):.3f}, least {min(many):.2f}, of {len(many)} questions")
    print(f"of {ROUNDS * sum(kind in KINDS for kind, _ in mix())}; the others find nothing; {len(known[0]):,} phrases")
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
