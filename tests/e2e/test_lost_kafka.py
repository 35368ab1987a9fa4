"""Kafka loses all that it held: the archive brings its topics back, and nobody outside is told anything twice."""

import asyncio
import shutil

import pytest

from cli import topic_restore
from cli.breaking.receiver import Receiver, receiving
from cli.trouble import Trouble
from runtime.records import content
from schemas.facet import Facet
from schemas.topics import ASSET_METADATA
from services.ingest.source import load, save
from tests.e2e.copies import copy, listen
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Data, Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(400)]
SERVICES = (*ALL, "catalog", "webhooks")


def facets(seen: Watch) -> dict[str, Data]:
    """What is said of pictures, without what differs from saying to saying."""
    said = seen.last[ASSET_METADATA.name]
    return {key: content(Facet.model_validate(data)) for key, data in said.items() if data}


async def lose_kafka(own: Pipeline) -> None:
    """Everything stops, and Kafka's folder is gone."""
    await own.run()
    await asyncio.to_thread(own.stack.stop)
    shutil.rmtree(own.stack.home.data / "kafka")
    await asyncio.to_thread(own.stack.start)


async def test_the_topics_come_back_from_the_archive(pipeline: Pipeline, prefix: str) -> None:
    async with copy(pipeline.stack.home.models) as own:
        with receiving() as receiver:
            await _lost_and_back(own, prefix, receiver)
            assert receiver.messages and not receiver.twice()


async def _lost_and_back(own: Pipeline, prefix: str, receiver: Receiver) -> None:
    sku, key, later = f"{prefix.upper()}-A", f"{prefix}/{prefix.upper()}-A_front.jpg", f"{prefix}/b.jpg"
    async with own.watch() as seen:
        await own.run(*SERVICES, webhook_private=True)
        await asyncio.to_thread(listen, own, receiver.url)
        await own.products(sku)
        await own.drop([(key, picture(91))])
        await seen.settle([key])
        await seen.until(lambda: [] if seen.media(sku) else [f"the media of {sku}"])
        await seen.quiet(2)
        before, asset = facets(seen), seen.assets(prefix)[key]
        with pytest.raises(Trouble, match="is not empty"):
            await topic_restore.require_empty(own.settings)
    await lose_kafka(own)
    await forget_tags(own, key, asset)
    await topic_restore.require_empty(own.settings)
    assert await topic_restore.restore(own.settings, own.library) > len(before)
    async with own.watch(from_start=True) as seen:
        await own.run(*SERVICES, sweep_s=2, webhook_private=True)
        await own.drop([(later, picture(92))])
        await seen.settle([key, later])
        await seen.until(lambda: [] if facets(seen).keys() >= before.keys() else ["the facet that was lost"])
        await seen.quiet(3)
        after = facets(seen)
        tags = f"{asset}/1/tags"
        assert {k: v for k, v in after.items() if k in before and k != tags} == {
            k: v for k, v in before.items() if k != tags
        }
        assert seen.media(sku) == [asset] and not seen.dead


async def forget_tags(own: Pipeline, key: str, asset: str) -> None:
    """Kafka went while the picture was on its way to the tagger: what was announced has no facet yet."""
    source, etag = await load(own.library, own.inbox.name, key)
    assert source.versions[0].announced is not None
    await save(own.library, source, etag)
    await own.library.delete(f"facets/{asset}/1/tags.json")
