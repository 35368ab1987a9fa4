"""An asset is purged, its bytes go, and the same bytes come again: on the real log and store."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from runtime.publisher import Outgoing
from schemas.decision import Decision
from schemas.topics import ASSET_METADATA, DECISIONS
from services.collector.ending import Ending
from services.collector.handler import Collector
from tests.e2e.checker import check
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture, sha256

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]


async def decide(pipeline: Pipeline, asset: str, reason: str) -> None:
    """What the API appends."""
    decision = Decision(
        id=f"purge-{asset}", entity=f"asset/{asset}", set={"purge": reason}, by="ada", at=datetime.now(UTC)
    )
    async with pipeline.voice("catalog") as (publisher, _):
        await publisher.publish(Outgoing(DECISIONS, decision.entity, decision, (decision.id,), asset))


async def until_marked(pipeline: Pipeline, asset: str) -> None:
    started = time.monotonic()
    while not await pipeline.library.head(f"purges/{asset}"):
        assert time.monotonic() - started < 30, pipeline.complaint()
        await asyncio.sleep(0.1)


async def test_the_same_bytes_come_again_while_the_old_ones_go(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    key, body = f"{prefix}/a.jpg", picture(7)
    async with pipeline.watch() as seen, pipeline.voice("collector") as (publisher, _):
        await pipeline.drop([(key, body)])
        await seen.settle([key])
        old = seen.assets(prefix)[key]
        await decide(pipeline, old, "the model withdrew")
        await until_marked(pipeline, old)
        # As if seven days had passed for everything that is there now, and nothing for what comes from now on.
        await asyncio.sleep(2)
        ending = Ending(pipeline.library, pipeline.inbox, publisher.erase)
        collector = Collector(pipeline.library, ending, timedelta(seconds=1.5))
        assert old in (await collector.collect()).ended
        assert await pipeline.inbox.head(key) is None, "purged bytes do not stay in the inbox"
        again = f"{prefix}/b.jpg"
        await asyncio.gather(collector.collect(), pipeline.drop([(again, body)]))
        await seen.settle([again])
        await check(pipeline, seen, {again: [body]})
        left = [info.key for info in await pipeline.library.history("") if old in info.key]
        assert [name for name in left if not name.startswith(("history/", "sources/"))] == []
        assert not [name for name, facet in seen.last[ASSET_METADATA.name].items() if name.startswith(old) and facet]
        assert await pipeline.library.head(f"originals/{sha256(body)}")
