"""How well other words find a library's phrases, and how long a search takes.

    PACKSHOT_MODELS=… python -m bench.meaning [--pictures 5000]

The library says the nouns of LIBRARY; `meaning_words.csv` has what people ask in a dozen languages, what of LIBRARY is
right, and questions that nothing there answers. Thresholds were chosen on the first part only, and with other phrases.
Then a real PostgreSQL of its own is filled with pictures whose phrases differ, and is asked through the API's queries.
"""

import argparse
import asyncio
import csv
import time
from collections import defaultdict
from itertools import product
from pathlib import Path

import numpy as np

from bench.database import spare_database
from runtime.config import Settings, load
from runtime.database import Database
from services.catalog.ddl import SCHEMA, ddl
from services.catalog.meaning.embedder import Embedder
from services.catalog.meaning.near import Meaning
from services.catalog.meaning.reader import Reader
from services.catalog.queries import assets
from services.catalog.queries.filters import Filters

LIBRARY = (
    "aloe", "basketball", "basketball shoe", "bedside table", "bicycle", "bonsai", "boxing gloves", "cable", "cactus",
    "camera", "camera lens", "chair", "computer", "desk", "dress", "fern", "football", "hanging plant", "hard drive",
    "hat", "hoodie", "jacket", "keyboard", "lampshade", "laptop", "memory module", "monitor", "mouse", "orchid",
    "running shoe", "shirt", "shorts", "skateboard", "skipping rope", "skirt", "sneaker", "sofa", "statue", "stool",
    "succulent", "T-shirt", "tablet", "tank top", "tennis ball", "tent", "tripod", "trousers", "trowel", "tulip",
)  # fmt: skip
COLOURS = ("black", "white", "red", "blue", "green", "yellow", "brown", "gray", "pink", "orange")
STYLES = tuple(f"{first} {second}" for first, second in product(
    ("Astra", "Bora", "Cirrus", "Delta", "Echo", "Fjord", "Gale"), ("Classic", "Light", "Pro", "Kids", "Active", "Eco")
))  # fmt: skip
_PICTURE = """
INSERT INTO catalog.asset (id, newest, shown, name, key, folder, kind, media_type, state, stage, bytes, width, height,
  renditions, labels, colours, background, skus, roles, suggestions, conflicts, slot, edition, question, gone, approves,
  at_work, brand, market, channels, codes, phrases, words, search)
VALUES ($1, 1, 1, $1, $1, '', 'image', 'image/jpeg', 'complete', '', 1, 1, 1, 0, '{}', '{}', '', '{}', '{}', 0, 0, '',
  0, '', false, false, false, '', '', '{}', '{}', $2, $3, to_tsvector('english', $3))
"""
_PHRASES = "INSERT INTO catalog.phrase (text) SELECT DISTINCT unnest(phrases) FROM catalog.asset ON CONFLICT DO NOTHING"


def words() -> list[tuple[str, str, set[str]]]:
    """(part, what is asked, what is right)."""
    with Path(__file__).with_name("meaning_words.csv").open(newline="") as file:
        return [(row["part"], row["asked"], set(filter(None, row["right"].split("|")))) for row in csv.DictReader(file)]


async def quality(database: Database, meaning: Meaning) -> None:
    """Print a line a part."""
    await fill(database, meaning, [[noun] for noun in LIBRARY])
    found = {asked: await meaning.near(asked) for _, asked, _ in words()}
    parts: dict[str, list[tuple[tuple[str, ...], set[str]]]] = defaultdict(list)
    for part, asked, right in words():
        parts[part].append((found[asked], right))
    for part, answers in parts.items():
        wanted = [(got, right) for got, right in answers if right]
        first = np.mean([bool(got) and got[0] in right for got, right in wanted])
        some = np.mean([bool(right & set(got)) for got, right in wanted])
        exact = np.mean([len(right & set(got)) / len(got) for got, right in wanted if got])
        silent = [len(got) for got, right in answers if not right]
        print(
            f"{part}: of {len(wanted)} questions first right {first:.2f}, some right {some:.2f}, of what is found",
            end=" ",
        )
        print(
            f"{exact:.2f} right; of {len(silent)} that nothing answers {np.mean(np.array(silent) > 0):.2f} find",
            end=" ",
        )
        print(f"something, {max(silent)} of {len(LIBRARY)} phrases at most")


async def fill(database: Database, meaning: Meaning, pictures: list[list[str]]) -> None:
    """A picture a list of phrases; all of them embedded."""
    async with database.transaction() as connection:
        rows = [(f"{number:08}", said, " ".join(said)) for number, said in enumerate(pictures)]
        await connection.execute("TRUNCATE catalog.asset, catalog.phrase CASCADE")
        await connection.executemany(_PICTURE, rows)
        await connection.execute(_PHRASES)
    while await meaning.step():
        pass


async def speed(database: Database, meaning: Meaning, count: int) -> None:
    """Print how long phrases and searches take."""
    combined = list(product(LIBRARY, COLOURS, STYLES))
    step = max(1, len(combined) // count)
    pictures = [[noun, f"{colour} {noun}", f"{style} {noun}, {colour}"] for noun, colour, style in combined[::step]]
    began = time.process_time()
    await fill(database, meaning, pictures)
    phrases = len({one for said in pictures for one in said})
    each = (time.process_time() - began) / phrases * 1000
    print(f"{len(pictures)} pictures say {phrases} phrases: {each:.1f} ms of our CPU a phrase, stored")
    spent: dict[str, list[float]] = defaultdict(list)
    for asked in dict.fromkeys(asked for _, asked, _ in words()):
        began = time.perf_counter()
        await assets.listed(database, await assets.settled(database, Filters(text=asked)), limit=60)
        spent["by words alone, the list of 60 pictures"].append(time.perf_counter() - began)
        began = time.perf_counter()
        near = await meaning.near(asked)
        spent["the question as numbers, and its phrases"].append(time.perf_counter() - began)
        filters = await assets.settled(database, Filters(text=asked, near=near))
        await assets.listed(database, filters, limit=60)
        spent["by words and meaning, the list of 60 pictures"].append(time.perf_counter() - began)
    for name, values in spent.items():
        p50, p95 = np.percentile(values, [50, 95]) * 1000
        print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms of {len(values)} searches")


async def measure(url: str, pictures: int) -> None:
    """Both."""
    database = Database(url, searching=True)
    await database.make(SCHEMA, ddl())
    model = Embedder(load(Settings).models_folder)
    try:
        await quality(database, Meaning(database, Reader(lambda: model)))
        await speed(database, Meaning(database, Reader(lambda: model)), pictures)  # remembers no question
    finally:
        await database.close()


def main() -> None:
    """Start PostgreSQL, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=5_000)
    asked = parser.parse_args()
    with spare_database() as url:
        asyncio.run(measure(url, asked.pictures))


if __name__ == "__main__":
    main()
