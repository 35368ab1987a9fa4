"""All is switched off and on again: after two weeks, and when Kafka lost what it held. Nobody is told a thing twice."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cli import topic_restore
from cli.breaking.pim import Pim
from cli.breaking.pim_door import pim_with
from cli.breaking.receiver import Receiver, receiving
from cli.trouble import Trouble
from runtime.records import content
from schemas.facet import Facet
from schemas.topics import ASSET_METADATA
from services.ingest.source import load, save
from tests.e2e.copies import copy, listen
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.then import deleted_hints, dropped_unheard, then
from tests.e2e.watch import Data, Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(400)]
SERVICES = (*ALL, "catalog", "webhooks")
AGO_S = 14 * 24 * 3600.0
SKU = "AWAY-1"


@dataclass(frozen=True)
class Shop:
    """A copy, and those outside: an endpoint that is told everything, a PIM that has `SKU` and wants its pictures."""

    own: Pipeline
    receiver: Receiver
    pim: Pim
    settings: dict[str, object]

    async def run(self, ago_s: float = 0.0) -> None:
        """All services, whose clock is so much behind."""
        for name in SERVICES:
            member, run = self.own.member(name), [f"services.{name}"]
            if ago_s:
                run = ["cli.breaking.clock", name, str(-ago_s)]
            if member.run != run:
                await asyncio.to_thread(member.stop)
                member.run = run
        await self.own.run(*SERVICES, **self.settings)


@pytest.fixture(scope="module")
def shop(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One for both tests: what the first leaves running is what the second begins with."""
    with copy(pipeline.stack.home.models) as own, receiving() as receiver, pim_with([SKU]) as pim:
        asyncio.run(own.begin())
        said = pim.settings(tmp_path_factory.mktemp("pim"))
        settings: dict[str, object] = {name.removeprefix("PACKSHOT_").lower(): said[name] for name in said}
        yield Shop(own, receiver, pim, settings | {"webhook_private": True, "sweep_s": 2, "shoot_quiet_s": 2})


async def test_two_weeks_switched_off_send_nothing_twice(shop: Shop, prefix: str) -> None:
    """Their first life is two weeks ago by the services' clock: all that they wrote is as old to Kafka and to them."""
    own, late, unheard = shop.own, f"{prefix.upper()}-B", f"{prefix}-b/unheard.jpg"
    asset, before = await _two_weeks_ago(shop, f"{prefix}/{SKU}_front.jpg")
    await own.run()
    with then(AGO_S):
        await own.products(late)
    await dropped_unheard(own, unheard, picture(95))
    await deleted_hints(own)
    told, written = dict(shop.receiver.sent), list(shop.pim.writes)
    new = f"{prefix}-b/{late}_front.jpg"
    async with own.watch() as seen:
        await shop.run()
        await own.drop([(new, picture(94))])
        await seen.settle([new, unheard])
        await seen.until(lambda: [] if seen.media(late) else [f"the media of {late}, whose list was never read"])
        await seen.until(lambda: [] if shop.receiver.sent.keys() > told.keys() else ["a webhook of what is new"])
        while not await own.metric("pim", "packshot_pim_polls_total", "done"):  # noqa: ASYNC110 - another process says it
            await asyncio.sleep(0.5)
        await seen.quiet(5)
        of_then = [one for one in seen.history if asset in one.key or SKU in one.key]
    assert not seen.dead
    # A record that stands may be published again as it is: that is how none is lost in a crash.
    assert [one for one in of_then if one.data != before[one.topic].get(one.key)] == []
    assert {about: shop.receiver.sent[about] for about in told} == told
    assert shop.pim.writes == written and shop.pim.twice() == []


async def _two_weeks_ago(shop: Shop, key: str) -> tuple[str, dict[str, dict[str, Data]]]:
    """All of it is done. Returns the asset, and what was said last: topic → key → data."""
    async with shop.own.watch() as seen:
        await shop.run(AGO_S)
        await asyncio.to_thread(listen, shop.own, shop.receiver.url)
        await shop.own.drop([(key, picture(93))])
        await seen.settle([key])
        await seen.until(lambda: [] if shop.pim.writes and seen.last["shoots"] else ["the PIM's picture, or the shoot"])
        await seen.until(lambda: [] if shop.receiver.messages >= 3 else ["webhooks of asset, product and shoot"])
        await seen.quiet(3)
        assert not seen.dead
        return seen.assets(key)[key], dict(seen.last)


async def test_the_topics_come_back_from_the_archive(shop: Shop, prefix: str) -> None:
    own, sku, key = shop.own, f"{prefix.upper()}-A", f"{prefix}/{prefix.upper()}-A_front.jpg"
    async with own.watch() as seen:
        await shop.run()
        await asyncio.to_thread(listen, own, shop.receiver.url)
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
    later = f"{prefix}/b.jpg"
    async with own.watch(from_start=True) as seen:
        await shop.run()
        await own.drop([(later, picture(92))])
        await seen.settle([key, later])
        await seen.until(lambda: [] if facets(seen).keys() >= before.keys() else ["the facet that was lost"])
        await seen.quiet(3)
        after, tags = facets(seen), f"{asset}/1/tags"
    assert {k: v for k, v in after.items() if k in before and k != tags} == {
        k: v for k, v in before.items() if k != tags
    }
    assert seen.media(sku) == [asset] and not seen.dead
    assert shop.receiver.messages and not shop.receiver.twice() and not shop.pim.twice()


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


async def forget_tags(own: Pipeline, key: str, asset: str) -> None:
    """Kafka went while the picture was on its way to the tagger: what was announced has no facet yet."""
    source, etag = await load(own.library, own.inbox.name, key)
    assert source.versions[0].announced is not None
    await save(own.library, source, etag)
    await own.library.delete(f"facets/{asset}/1/tags.json")
