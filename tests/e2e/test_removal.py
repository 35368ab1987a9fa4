"""Taking files out of the inbox takes nothing out of the library; taking out many at once is not even believed."""

import asyncio
import time

import pytest

from services.ingest.source import Source, load
from tests.e2e.checker import check
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]
SWEEP_S, LEAST = 1, 2


async def sources(pipeline: Pipeline, keys: list[str]) -> list[Source]:
    return [(await load(pipeline.library, pipeline.inbox.name, key))[0] for key in keys]


async def gone(pipeline: Pipeline, keys: list[str], wanted: bool, seconds: float = 30) -> None:
    """Wait until ingest has noted of all of them that they are gone (or are there again)."""
    started = time.monotonic()
    while not all((source.gone is not None) is wanted for source in await sources(pipeline, keys)):
        assert time.monotonic() - started < seconds, f"gone={wanted} was not noted of {keys}\n{pipeline.complaint()}"
        await asyncio.sleep(0.1)


async def test_a_removed_file_is_noted_and_kept(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    await pipeline.again(pipeline.member("ingest"), sweep_s=SWEEP_S, removal_least=LEAST)
    files = {f"{prefix}/{number}.jpg": [picture(100 + number)] for number in range(6)}
    keys = sorted(files)
    async with pipeline.watch() as seen:
        await pipeline.drop((key, files[key][0]) for key in keys)
        await seen.settle(keys)
        await pipeline.inbox.delete(keys[0])
        await gone(pipeline, keys[:1], True)
        await seen.quiet(2)
        await check(pipeline, seen, files)
        assert seen.head(seen.assets(prefix)[keys[0]])["live"] == 1, "the shop still sees it"
        await pipeline.drop([(keys[0], files[keys[0]][0])])
        await gone(pipeline, keys[:1], False)
        await seen.quiet(2)
        assert set((await check(pipeline, seen, files)).values()) == {"complete"}, "the same bytes are no new version"


async def test_a_mass_removal_is_held_back(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    await pipeline.again(pipeline.member("ingest"), sweep_s=SWEEP_S, removal_least=LEAST)
    files = {f"{prefix}/{number}.jpg": [picture(200 + number)] for number in range(6)}
    keys = sorted(files)
    async with pipeline.watch() as seen:
        await pipeline.drop((key, files[key][0]) for key in keys)
        await seen.settle(keys)
        for key in keys[: LEAST + 1]:
            await pipeline.inbox.delete(key)
        started = time.monotonic()
        while await pipeline.metric("ingest", "packshot_drift_total", "held_back") < LEAST + 1:
            assert time.monotonic() - started < 30, "the sweep did not say that it held back"
            await asyncio.sleep(0.2)
        await asyncio.sleep(2 * SWEEP_S)
        assert await pipeline.metric("ingest", "packshot_drift_total", "held_back") == LEAST + 1, "each is counted once"
        assert all(source.gone is None for source in await sources(pipeline, keys))
        await check(pipeline, seen, files)
