"""A shoot by codes through the running pipeline: the tagger reads the label, the linker names the frames after it."""

from pathlib import Path

import pytest

from tests.e2e.checker import check
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.test_relink import shows
from tests.unit.tagger.barcodes import F, code, photograph

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(240)]


async def test_frames_after_a_label_are_its_products(pipeline: Pipeline, prefix: str, tmp_path: Path) -> None:
    await pipeline.run(*ALL)
    sku, seed = f"{prefix.upper()}-CODE", int(prefix[1:], 16) % 10**6
    label = photograph(tmp_path / "label.jpg", code(sku, F.Code128))
    frames = [label.read_bytes(), picture(seed), picture(seed + 1)]
    files = {f"{prefix}/IMG_{1001 + at}.jpg": frame for at, frame in enumerate(frames)}
    await pipeline.products(sku)
    async with pipeline.watch() as seen:
        await pipeline.drop(files.items())
        await seen.settle(files)
        first, *others = sorted(files)
        linked = shows(seen, sku, others)
        # The label itself is linked, and is none of the product's pictures.
        await seen.until(lambda: [told for told in linked() if told.startswith("media")])
        assets = seen.assets(prefix)
        assert all(seen.links(assets[key]) == [sku] for key in files)
        facets = {key: seen.facet(assets[key], 1, "links") or {} for key in files}
        roles = {key: facet["data"]["links"][0]["role"] for key, facet in facets.items()}
        assert roles == {first: "code-frame", **dict.fromkeys(others, "main")}
        await check(pipeline, seen, {key: [body] for key, body in files.items()})
