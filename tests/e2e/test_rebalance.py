"""Render workers that die in mid-job and join in mid-work: every picture is rendered, each once in effect."""

import asyncio
import hashlib
import signal
from pathlib import Path

import pytest

from tests.e2e.checker import check
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import noisy, picture

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]


async def test_one_of_two_is_killed_and_a_third_joins(pipeline: Pipeline, prefix: str, tmp_path: Path) -> None:
    await pipeline.run(*ALL)
    second, third = (pipeline.member("render", ordinal) for ordinal in (1, 2))
    token = tmp_path / "killed"
    await pipeline.again(second, kill_at=f"render.first-uploaded:{token}")  # in mid-job: some of it is uploaded
    files = {f"{prefix}/{number:02}.jpg": [picture(700 + number)] for number in range(12)}
    files |= {f"{prefix}/slow-{number}.jpg": [noisy(700 + number)] for number in range(3)}
    try:
        async with pipeline.watch() as seen:
            dropping = asyncio.create_task(pipeline.drop((key, bodies[0]) for key, bodies in files.items()))
            assert await pipeline.dead(second) == -signal.SIGKILL
            third.start()  # a rebalance in mid-work, while the broker still believes in the dead one
            await dropping
            print(f"all rendered {await seen.settle(files, 120):.1f} s after the death")
            await seen.quiet()
            assert set((await check(pipeline, seen, files)).values()) == {"complete"}
            for key in files:
                made = [seen.facet(seen.assets(key)[key], 1, name) for name in ("renditions", "renditions.later")]
                named = {item["key"] for facet in made if facet for item in facet["data"]["renditions"]}
                sha256 = hashlib.sha256(files[key][0]).hexdigest()
                rendered = await pipeline.library.listing(f"renditions/{sha256}/")
                assert all(made) and {info.key for info in rendered} == named
    finally:
        await asyncio.to_thread(second.stop)
        await asyncio.to_thread(third.stop)
