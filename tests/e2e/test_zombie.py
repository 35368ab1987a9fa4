"""A process suspended through a rebalance goes on later, and knows nothing of it: nothing older goes over the newer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime.publisher import Outgoing
from schemas.decision import Decision
from schemas.topics import (
    ASSET_METADATA,
    DECISIONS,
    LINK_REQUESTS,
    MEDIA_REQUESTS,
    PIM_EVENTS,
    PIM_PRODUCTS,
    PRODUCT_MEDIA,
)
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]
Suspended = Callable[[], Awaitable[None]]
OF = {
    "linker.matched": LINK_REQUESTS,
    "linker.media-found": MEDIA_REQUESTS,
    "pim.read": PIM_EVENTS,
    "curator.judged": ASSET_METADATA,
    "curator.remembered": DECISIONS,
}
"""The topic whose message is handled at a step."""


@asynccontextmanager
async def suspension(pipeline: Pipeline, service: str, step: str, token: Path) -> AsyncIterator[Suspended]:
    """The service suspends itself at that step; then a second member takes over. At the end the first goes on."""
    first, second = pipeline.member(service), pipeline.member(service, 1)
    await pipeline.again(first, stop_at=f"{step}:{token}")

    async def suspended() -> None:
        while not token.exists():
            assert first.alive, first.last_words()
            await asyncio.sleep(0.05)
        await pipeline.again(second)
        topic = OF[step]
        group = service if service in topic.groups else topic.groups[0]
        await pipeline.joined(second, group, topic.name, partitions=topic.partitions)  # the first one is given up

    try:
        yield suspended
    finally:
        first.resume()


@pytest.fixture
async def seen(pipeline: Pipeline) -> AsyncIterator[Watch]:
    """All services; whoever finds that it was out, and ends, is started again."""
    await pipeline.run(*ALL)
    async with pipeline.watch() as seen, pipeline.supervised():
        yield seen
        assert not seen.dead


def linked(seen: Watch, key: str, sku: str, wanted: bool, media_said: bool = True) -> Callable[[], list[str]]:
    """What is missing until links and media of the picture say that. Media need not be there unless `media_said`."""

    def missing() -> list[str]:
        asset_id = seen.assets(key).get(key, "")
        links, media = seen.facet(asset_id, 1, "links"), seen.last[PRODUCT_MEDIA.name].get(sku)
        if links is None or (media_said and media is None):
            return [f"links are {links}, media are {media}"]
        found = seen.links(asset_id), seen.media(sku)
        return [] if found == (([sku], [asset_id]) if wanted else ([], [])) else [f"links and media are {found}"]

    return missing


@pytest.mark.parametrize("step", ["linker.matched", "linker.media-found"])
async def test_a_linker_that_was_out(pipeline: Pipeline, seen: Watch, prefix: str, tmp_path: Path, step: str) -> None:
    """It had matched a product that was removed while it was out."""
    sku = f"{prefix.upper()}-OUT"
    key = f"{prefix}/{sku}_front.jpg"
    async with suspension(pipeline, "linker", step, tmp_path / "stopped") as suspended:
        await pipeline.products(sku)
        await pipeline.drop([(key, picture(int(prefix[1:], 16) % 10**6))])
        await suspended()
        await pipeline.products(sku, removed=True)
        await seen.until(linked(seen, key, sku, False, media_said=step != "linker.matched"))
        await seen.quiet(2)  # whoever took over may have linked before it heard of the removal, and says so in turn
        before = len(seen.history)
    await seen.quiet(4)
    later = [one for one in seen.history[before:] if one.key == sku or one.key.endswith("/1/links")]
    assert not [one for one in later if one.data.get("items") or one.data.get("data", {}).get("links")], later
    assert linked(seen, key, sku, False, media_said=False)() == []
    await pipeline.products(sku)  # both are at work again
    await seen.until(linked(seen, key, sku, True))


async def test_a_pim_that_was_out(pipeline: Pipeline, seen: Watch, prefix: str, tmp_path: Path) -> None:
    """It held the product's beginning; meanwhile the product was removed."""
    sku = f"{prefix.upper()}-PIM"

    def status() -> object:
        return seen.last[PIM_PRODUCTS.name].get(f"test/product/{sku}", {}).get("status")

    async with suspension(pipeline, "pim", "pim.read", tmp_path / "stopped") as suspended:
        await pipeline.products(sku)
        await suspended()
        await pipeline.products(sku, removed=True)
        await seen.until(lambda: [] if status() == "removed" else [f"it is {status()}"])
    await seen.quiet(4)
    assert status() == "removed"
    await pipeline.products(sku)  # both are at work again
    await seen.until(lambda: [] if status() == "active" else [f"it is {status()}"])


async def test_a_curator_that_was_out_judging(pipeline: Pipeline, seen: Watch, prefix: str, tmp_path: Path) -> None:
    """It had judged the first version; meanwhile the second went live."""
    key, seed = f"{prefix}/out.jpg", int(prefix[1:], 16) % 10**6

    def head() -> dict[str, object]:
        return seen.head(seen.assets(key).get(key))

    async with suspension(pipeline, "curator", "curator.judged", tmp_path / "stopped") as suspended:
        await pipeline.drop([(key, picture(seed))])
        await suspended()
        await seen.settle([key])
        await pipeline.drop([(key, picture(seed + 6))])
        await seen.until(lambda: [] if head().get("live") == 2 and head()["state"] == "complete" else [str(head())])
        before = len(seen.history)
    await seen.quiet(4)
    name = f"{seen.assets(key)[key]}/head"
    assert [one for one in seen.history[before:] if one.key == name and one.data["data"]["live"] != 2] == []
    assert (head()["live"], head()["state"]) == (2, "complete")


async def test_a_curator_that_was_out_folding(pipeline: Pipeline, seen: Watch, prefix: str, tmp_path: Path) -> None:
    """It held a decision that was folded by another, and then overruled."""
    key = f"{prefix}/said.jpg"
    await pipeline.drop([(key, picture(int(prefix[1:], 16) % 10**6))])
    await seen.settle([key])
    asset_id = seen.assets(key)[key]

    async def say(value: str) -> None:
        what = Decision(
            id=f"{asset_id}-{value}", entity=f"asset/{asset_id}", set={"tag:hat": value}, by="test",
            at=datetime.now(UTC),
        )  # fmt: skip
        async with pipeline.voice("catalog") as (publisher, _):
            await publisher.publish(Outgoing(DECISIONS, what.entity, what, (what.id,), asset_id))

    def said() -> object:
        curation = seen.last[ASSET_METADATA.name].get(f"{asset_id}/curation")
        return curation["data"]["fields"].get("tag:hat") if curation else None

    async with suspension(pipeline, "curator", "curator.remembered", tmp_path / "stopped") as suspended:
        await say("rejected")
        await suspended()
        await say("confirmed")
        await seen.until(lambda: [] if said() == "confirmed" else [f"tag:hat is {said()}"])
        before = len(seen.history)
    await seen.quiet(4)
    assert said() == "confirmed"
    later = [one.data["data"]["fields"] for one in seen.history[before:] if one.key == f"{asset_id}/curation"]
    assert all(fields.get("tag:hat") == "confirmed" for fields in later), later
