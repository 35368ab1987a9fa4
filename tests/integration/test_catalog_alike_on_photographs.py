"""Altered copies of real photographs, tagged and compared as in the whole: each finds its own and no other."""

import base64
import uuid
from pathlib import Path
from typing import Any

import pytest
import pyvips

from bench.altered import WAYS
from runtime import eye
from services.catalog.comparing import Comparing
from services.tagger import work
from tests.integration.catalog_stage import Stage, change, picture, staged

pytestmark = [pytest.mark.broker, pytest.mark.media]
PHOTOGRAPHS = ("luma/images/mh12-blue_main.jpg", "luma/images/mh12-green_main.jpg", "clothing/*/*.jpg")
"""One garment that the studio coloured twice, and something that lay on a floor."""
ALTERED = (
    "JPEG, quality 30",
    "WebP, quality 50",
    "15 % cropped away, left and top",
    "padded to a white square",
    "mirrored",
)


async def show(stage: Stage, name: str, image: pyvips.Image) -> str:
    """Put it into the catalogue with the tags that the first wave gives it; returns its id."""
    asset = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    small = image.thumbnail_image(eye.DECODED, height=eye.DECODED, size="down").copy_memory()
    found = work.tag(small, image.width, image.height)
    vector = next(iter(found["embeddings"].values()))
    keys = {"likeness_key": f"vectors/{asset}/likeness-1.bin", "embedding_key": f"vectors/{asset}/lite2.f16"}
    await stage.library.put(keys["likeness_key"], base64.b64decode(found["likeness"]))
    await stage.library.put(keys["embedding_key"], base64.b64decode(vector))
    more: dict[str, dict[str, Any]] = {"file": {"sha256": asset}, "tags": keys}
    for one in picture(asset, f"{name}.jpg"):
        told = one.model_copy(update={"data": {**one.data, **more.get(one.facet, {})}})
        await stage.put([change(told)])
    return asset


@pytest.mark.usefixtures("warm")
@pytest.mark.timeout(300)
async def test_each_finds_its_own_and_no_other(media: Path, postgres: str) -> None:
    async with staged(postgres) as stage:
        families: dict[str, set[str]] = {}
        for pattern in PHOTOGRAPHS:
            image = pyvips.Image.new_from_file(str(sorted(media.glob(pattern))[0])).copy_memory()
            original = await show(stage, pattern, image)
            families[original] = {
                await show(stage, f"{pattern} {way}", WAYS[way](image).copy_memory()) for way in ALTERED
            }
        comparing = Comparing(stage.database, stage.library)
        while await comparing.step():
            pass
        async with stage.database.transaction() as connection:
            rows = await connection.fetch("SELECT asset_id, other FROM catalog.same_photograph")
            problems = await connection.fetchval("SELECT count(*) FROM catalog.likeness WHERE problem IS NOT NULL")
    assert problems == 0
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["asset_id"], set()).add(row["other"])
    for original, copies in families.items():
        assert found[original] == copies
        assert all(found[copy] <= {original, *copies} for copy in copies)
