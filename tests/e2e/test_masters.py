"""A JPEG and its master of one name are one asset, whichever comes first; the shop never goes without a picture."""

import asyncio

import pytest
import pyvips

from schemas.file import FileFacet
from services.ingest.source import load
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture, sha256
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(240)]


def as_tiff(jpeg: bytes) -> bytes:
    """The same picture as a master."""
    return bytes(pyvips.Image.new_from_buffer(jpeg, "").tiffsave_buffer(compression="deflate"))


async def live(seen: Watch, prefix: str, key: str, version: int) -> str:
    """Wait until the asset whose newest file lies under that key has that version live; returns its id."""

    def missing() -> list[str]:
        head = seen.head(seen.assets(prefix).get(key))
        return [] if head.get("live") == version else [f"{key}: version {version} live, head is {head}"]

    await seen.until(missing)
    return seen.assets(prefix)[key]


async def is_one(pipeline: Pipeline, seen: Watch, asset: str, version: int, master: bytes, companion: bytes) -> None:
    """The version is the master's bytes; both originals are kept, and the version refers to them."""
    facet = seen.facet(asset, version, "file")
    assert facet is not None
    file = FileFacet.model_validate(facet["data"])
    assert file.sha256 == sha256(master)
    assert [one.sha256 for one in file.companions] == [sha256(companion)]
    for body in (master, companion):
        stored = await pipeline.library.get(f"originals/{sha256(body)}")
        assert stored is not None and stored.body == body
        assert await pipeline.library.head(f"refs/{sha256(body)}/{asset}/{version}")
    made = seen.facet(asset, version, "renditions")
    assert made is not None and made["data"]["sha256"] == sha256(master)
    assert not seen.dead


async def test_the_jpeg_is_live_until_its_master_is(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    jpeg = picture(301)
    jpg, tif, master = f"{prefix}/a.jpg", f"{prefix}/a.tif", as_tiff(jpeg)
    async with pipeline.watch() as seen:
        await pipeline.drop([(jpg, jpeg)])
        asset = await live(seen, prefix, jpg, 1)
        await pipeline.drop([(tif, master)])
        assert await live(seen, prefix, tif, 2) == asset
        await seen.quiet()
        await is_one(pipeline, seen, asset, 2, master, jpeg)
        lives = [one.data["data"]["live"] for one in seen.history if one.key == f"{asset}/head"]
        assert lives[lives.index(1) :] == sorted(lives[lives.index(1) :]), "the shop went without"


async def test_both_at_once_and_a_companion_that_changes(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    jpeg, other = picture(302), picture(303)
    jpg, tif, master = f"{prefix}/a.jpg", f"{prefix}/a.tif", as_tiff(jpeg)
    async with pipeline.watch() as seen:
        await asyncio.gather(pipeline.drop([(jpg, jpeg)]), pipeline.drop([(tif, master)]))

        def together() -> list[str]:
            head = seen.head(seen.assets(prefix).get(tif))
            return [] if head.get("live") == head.get("newest") and head else [f"the master is not live: {head}"]

        await seen.until(together)
        await seen.quiet()
        asset = seen.assets(prefix)[tif]
        version = seen.head(asset)["live"]
        await is_one(pipeline, seen, asset, version, master, jpeg)
        await pipeline.drop([(jpg, other)])

        def changed() -> list[str]:
            facet = seen.facet(asset, version, "file") or {"data": {}}
            found = [one["sha256"] for one in facet["data"].get("companions", [])]
            return [] if found == [sha256(other)] else [f"companions are {found}"]

        await seen.until(changed)
        await seen.quiet()
        await is_one(pipeline, seen, asset, version, master, other)
        assert seen.head(asset)["newest"] == version
        owners = [(await load(pipeline.library, pipeline.inbox.name, key))[0].asset_id for key in (jpg, tif)]
        assert sorted(owner or "" for owner in owners) == ["", asset]
