"""The searches of `bench.search` on Luma's names and products, without models: names, words and codes find it."""

import csv
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from bench.search import IDS, Query, queries, score, with_gtins
from cli.lists import read_list
from schemas.product import Product
from services.catalog.queries.assets import listed, settled
from services.catalog.queries.filters import Filters
from tests.integration.catalog_stage import NOON, Stage, change, facet, staged

pytestmark = [pytest.mark.broker, pytest.mark.media]


async def put_all(stage: Stage, luma: Path, products: Path) -> list[str]:
    """Products, and pictures that are linked as the truth says; returns the names."""
    links: dict[str, list[dict[str, object]]] = defaultdict(list)
    with (luma / "truth.csv").open(newline="") as truth:
        for row in csv.DictReader(truth):
            links[row["file"]].append({"sku": row["sku"], "role": row["role"], "confidence": 1.0, "evidence": []})
    listed = read_list(products).products
    told = [Product.model_validate({**asdict(one), "revision": 1, "written": NOON}) for one in listed]
    await stage.put([change(one) for one in told])
    pictures = []
    for name, linked in links.items():
        own = str(uuid5(NAMESPACE_URL, name))
        file = facet(own, "file", {"key": f"luma/{name}", "kind": "image", "arrived": NOON.isoformat()})
        pictures += [change(file), change(facet(own, "links", {"links": linked}))]
    await stage.put(pictures)
    return list(links)


async def found(stage: Stage, query: Query) -> list[str]:
    filters = await settled(stage.database, Filters(text=query.asked))
    return [row["name"] for row in (await listed(stage.database, filters, limit=5)).rows]


async def test_a_hundred_searches(postgres: str, media: Path, tmp_path: Path) -> None:
    products = with_gtins(media / "luma" / "products.csv", tmp_path / "products.csv")
    async with staged(postgres) as stage:
        library = await put_all(stage, media / "luma", products)
        scores = {query: score(query, await found(stage, query), library) for query in queries()}
    wrong = [query.asked for query, told in scores.items() if query.kind in IDS and not told.first]
    missed = [query.asked for query, told in scores.items() if query.kind not in IDS and not told.among]
    assert wrong == []
    assert len(missed) <= len(scores) // 20, missed
