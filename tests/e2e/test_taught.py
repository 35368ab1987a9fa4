"""A part of a real shop: some styles come under their own names, others under neutral ones, and nobody teaches.

How well all of the shop is learnt is measured in tests/unit/tagger/taught/test_on_luma.py and by bench/taught.py.
"""

import asyncio
import csv
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from cli.feed import import_products
from cli.lists import read_list
from schemas.product import Product
from services.tagger.models.registry import TAUGHT
from services.tagger.taught.lesson import load
from services.tagger.taught.linked import agreed
from services.tagger.taught.shelf import SHELF
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.media, pytest.mark.timeout(1500)]
ABOUT = ("category", "color")
TEACH, TAG = 120, 60
"""Pictures."""
LONGEST_S = 400
"""It learns in about ten seconds of CPU."""
FLOORS = {"category": 0.85, "color": 0.8}
HEADS = {f"taught-{about}" for about in ABOUT}
Truth = Mapping[str, tuple[str, Mapping[str, str]]]
"""File → the style that it shows, and what its products have in common."""


def truth_of(seen: Watch, media: Path) -> Truth:
    """By the products that pim has published, and by the list of what each file shows."""
    products = {data["sku"]: Product.model_validate(data) for data in seen.last["pim.products"].values() if data}
    shows: dict[str, list[Product]] = defaultdict(list)
    for row in csv.DictReader((media / "luma" / "truth.csv").open(encoding="utf-8")):
        shows[row["file"]] += [products[row["sku"]]] if row["sku"] in products else []
    return {file: (of[0].parent or of[0].sku, agreed(of)) for file, of in sorted(shows.items()) if of}


def lacking(seen: Watch, keys: Collection[str], models: Collection[str] = ()) -> Callable[[], list[str]]:
    """Names whose links are not known yet, or whose tags were not made with all of these models."""

    def made(asset: str | None) -> bool:
        tags = seen.facet(asset, 1, "tags") if asset else None
        return bool(tags and asset and seen.facet(asset, 1, "links") and {*models} <= {*tags["data"]["models"]})

    def missing() -> list[str]:
        assets = seen.assets("")
        return [key for key in keys if not made(assets.get(key))]

    return missing


def first_of(seen: Watch, key: str, values: Collection[str]) -> str | None:
    """The surest taught tag that is one of these."""
    tags = seen.facet(seen.assets(key)[key], 1, "tags")
    assert tags is not None
    taught = [label["label"] for label in tags["data"]["labels"] if label["source"] == "taught"]
    return next((word for word in taught if word in values), None)


@asynccontextmanager
async def forgotten(pipeline: Pipeline) -> AsyncIterator[None]:
    """In the end nothing is taught any more: other tests of these servers expect the default words alone."""
    try:
        yield
    finally:
        await asyncio.to_thread(pipeline.member("tagger").stop)
        for one in await pipeline.library.listing(SHELF):
            await pipeline.library.delete(one.key)
        for file in pipeline.stack.home.models.glob(f"{TAUGHT}*"):
            file.unlink()


async def test_linked_pictures_teach_those_that_nobody_names(pipeline: Pipeline, prefix: str, media: Path) -> None:
    await pipeline.run(*ALL, tag_later_slots=0)  # render too: the next test must not wait for what it has left
    async with forgotten(pipeline), pipeline.watch() as seen:
        listed = read_list(media / "luma" / "products.csv")
        await import_products(pipeline.settings, listed)
        await seen.until(lambda: ["products"] * (len(seen.last["pim.products"]) < len(listed.products)), 120)
        truth = truth_of(seen, media)
        styles = sorted({style for style, _ in truth.values()})
        np.random.default_rng(0).shuffle(styles)
        files = sorted(truth, key=lambda file: styles.index(truth[file][0]))
        teaching = {truth[file][0] for file in files[:TEACH]}
        others = [file for file in files if truth[file][0] not in teaching][:TAG]
        named = {f"{prefix}/{file}": file for file in files if truth[file][0] in teaching}
        neutral = {f"{prefix}/IMG_{at:04}.jpg": file for at, file in enumerate(others)}
        bodies = media / "luma" / "images"
        await pipeline.drop((key, (bodies / file).read_bytes()) for key, file in named.items())
        await seen.until(lacking(seen, named), 600)
        # It learns only now, so of all of them: what a part of them teaches would depend on how fast this machine is.
        await pipeline.again(pipeline.member("tagger"), tag_later_slots=0, teach_s=5)
        for _ in range(LONGEST_S):
            if (await load(pipeline.library))[0].pictures:
                break
            await asyncio.sleep(1)
        anew = lacking(seen, named, HEADS)
        await seen.until(lambda: ["any"] * (len(anew()) == len(named)), 300)  # what taught them is tagged by them too
        await pipeline.drop((key, (bodies / file).read_bytes()) for key, file in neutral.items())
        await seen.until(lacking(seen, neutral, HEADS), 600)
        figures = {}
        for about in ABOUT:
            values = {told[about] for _, told in truth.values() if about in told}
            told = {key: truth[file][1][about] for key, file in neutral.items() if about in truth[file][1]}
            figures[about] = round(sum(first_of(seen, key, values) == told[key] for key in told) / len(told), 3)
        print(json.dumps({"teach": len(named), "tagged": len(neutral), **figures}))
        assert all(figures[about] >= least for about, least in FLOORS.items())
