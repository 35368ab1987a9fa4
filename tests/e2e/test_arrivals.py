"""Hints may come often, late, in any order or not at all, and names may be used again: every arrival is taken."""

import asyncio
import random

import pytest

from services.ingest.source import load
from tests.e2e.checker import check
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]


def named(prefix: str, count: int) -> dict[str, list[bytes]]:
    return {f"{prefix}/{number:03}.jpg": [picture(number)] for number in range(count)}


async def live(seen: Watch, key: str, version: int, seconds: float = 60) -> None:
    """Wait until that version is what the shop sees."""

    def missing() -> list[str]:
        head = seen.head(seen.assets(key).get(key))
        return [] if head.get("live") == version else [f"{key}: version {version} live, head is {head}"]

    await seen.until(missing, seconds)


async def test_hints_three_times_and_out_of_order(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    files = named(prefix, 8)
    hints = [*files] * 3
    random.Random(3).shuffle(hints)
    async with pipeline.watch() as seen:
        await pipeline.hint(*hints[:12])  # before there is anything to see
        await asyncio.gather(pipeline.hint(*hints[12:]), pipeline.drop((k, b[0]) for k, b in files.items()))
        await pipeline.hint(*hints)
        await seen.settle(files)
        await seen.quiet()
        await check(pipeline, seen, files)
        said = [one for one in seen.history if one.data.get("facet") == "file"]
        assert len(said) == len(files), "a file facet was said again although nothing had changed"


async def test_a_fifth_of_the_hints_is_lost_and_the_sweep_finds_the_files(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL[1:])
    files = named(prefix, 10)
    await pipeline.drop((key, bodies[0]) for key, bodies in files.items())
    await pipeline.lose_hints()
    async with pipeline.watch() as seen:
        await pipeline.hint(*sorted(files)[2:])
        await pipeline.again(pipeline.member("ingest"), sweep_s=4)
        told = await seen.settle(sorted(files)[2:])
        swept = await seen.settle(files)
        print(f"hinted after {told:.1f} s, found by the sweep {swept:.1f} s later")
        await check(pipeline, seen, files)
    assert await pipeline.metric("ingest", "packshot_drift_total", "missed") >= 2


async def test_an_ingest_that_nobody_told_anything_sweeps(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL[1:])
    key, body = f"{prefix}/alone.jpg", picture(9)
    await pipeline.drop([(key, body)])
    await pipeline.lose_hints()
    async with pipeline.watch() as seen:
        await pipeline.again(pipeline.member("ingest"), sweep_s=1)
        await seen.settle([key], 30)
        await check(pipeline, seen, {key: [body]})


async def test_names_used_again_before_ingest_looks(pipeline: Pipeline, prefix: str) -> None:
    """Two PUTs of one name, and A, B, A of another: a hint speaks of the name, ingest takes every version."""
    await pipeline.run(*ALL[1:])
    a, b, c = picture(1), picture(2), picture(3)
    files = {f"{prefix}/twice.jpg": [a, b], f"{prefix}/back.jpg": [b, a, b], f"{prefix}/once.jpg": [c]}
    for key, bodies in files.items():
        await pipeline.drop((key, body) for body in bodies)
    async with pipeline.watch() as seen:
        await pipeline.run(*ALL)
        for key, bodies in files.items():
            await live(seen, key, len(bodies))
        await seen.quiet()
        assert set((await check(pipeline, seen, files)).values()) == {"complete"}


async def test_the_first_bytes_again_go_live_again(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    key, bodies = f"{prefix}/again.jpg", [picture(11), picture(12), picture(11)]
    async with pipeline.watch() as seen:
        for number, body in enumerate(bodies, 1):
            await pipeline.drop([(key, body)])
            await live(seen, key, number)
        await pipeline.drop([(key, bodies[-1])])  # the same bytes once more are no new version
        await seen.quiet(2)
        await check(pipeline, seen, {key: bodies})
        asset_id = seen.assets(key)[key]
        first, third = (seen.facet(asset_id, number, "renditions") for number in (1, 3))
        assert first is not None and third is not None
        assert first["data"]["renditions"] == third["data"]["renditions"], "nothing is rendered twice"


async def test_the_same_bytes_under_another_name_are_another_asset(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    body = picture(21)
    files = {f"{prefix}/one.jpg": [body], f"{prefix}/two.jpg": [body]}
    async with pipeline.watch() as seen:
        await pipeline.drop((key, body) for key in files)
        await seen.settle(files)
        await seen.quiet()
        await check(pipeline, seen, files)
        one, two = (seen.assets(key)[key] for key in files)
        sha = (await load(pipeline.library, pipeline.inbox.name, f"{prefix}/one.jpg"))[0].versions[0].file.sha256
        assert len(await pipeline.library.listing(f"refs/{sha}/")) == 2
        made = [seen.facet(asset, 1, "renditions") for asset in (one, two)]
        keys = [{item["key"] for item in facet["data"]["renditions"]} for facet in made if facet]
        assert keys[0] == keys[1]


async def test_what_systems_leave_about_is_nothing(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    real = {f"{prefix}/real.jpg": [picture(31)]}
    litter = ["._real.jpg", ".DS_Store", "Thumbs.db", "desktop.ini", "x.jpg.part", "y.filepart", "z.tmp"]
    async with pipeline.watch() as seen:
        await pipeline.drop([(f"{prefix}/{name}", b"litter") for name in litter])
        await pipeline.drop((key, bodies[0]) for key, bodies in real.items())
        await seen.settle(real)
        await seen.quiet()
        await check(pipeline, seen, real)
        assert seen.assets(prefix).keys() == real.keys()
