"""A product and its picture arrive in the same moment, a thousand times, with two linkers: none may miss the other."""

import asyncio
import hashlib
import random
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from runtime.records import Draft, Records, facet_draft
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.product import Heard, PimEvent, Product
from schemas.topics import LINK_REQUESTS
from services.pim.handler import product_draft
from tests.e2e.harness import Pipeline
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(1800)]
PAIRS = 1000
AT_ONCE = 16


def picture_of(sku: str, asset_id: str) -> Draft[Facet]:
    """The `file` facet of a picture that is called like the SKU."""
    now, sha = datetime.now(UTC), hashlib.sha256(sku.encode()).hexdigest()
    file = FileFacet(sha256=sha, bytes=1, kind="image", bucket="inbox", key=f"meeting/{sku}_front.jpg", arrived=now)

    def make(revision: int) -> Facet:
        return Facet(
            asset_id=asset_id, version=1, facet="file", revision=revision, status="done", written=now,
            data=file.model_dump(mode="json", exclude_none=True),
        )  # fmt: skip

    return facet_draft(make)


def product_of(sku: str) -> Draft[Product]:
    """Its record, as pim writes it."""
    event = PimEvent(system="test", id=sku, fields={"sku": sku, "name": f"Product {sku}"})
    return product_draft(event, Heard(offset=0, time=0))


async def meet(records: Records, pairs: dict[str, str]) -> None:
    """Write both of each pair at once; who begins is chance."""
    gate, chance = asyncio.Semaphore(AT_ONCE), random.Random(7)

    async def one(sku: str, asset_id: str) -> None:
        both = [records.write(picture_of(sku, asset_id)), records.write(product_of(sku))]
        chance.shuffle(both)
        async with gate:
            await asyncio.gather(*both)

    await asyncio.gather(*(one(sku, asset_id) for sku, asset_id in pairs.items()))


def unmet(seen: Watch, pairs: dict[str, str]) -> list[str]:
    """Who has missed whom."""
    return [
        f"{sku}: linked {seen.links(asset_id)}, media {seen.media(sku)}"
        for sku, asset_id in pairs.items()
        if seen.links(asset_id) != [sku] or seen.media(sku) != [asset_id]
    ]


async def linked_by(pipeline: Pipeline) -> list[float]:
    """How many requests for links each of the two has finished since it was started."""
    asked = ("packshot_messages_total", LINK_REQUESTS.name, "done")
    return [await pipeline.metric("linker", *asked, ordinal=ordinal) for ordinal in (0, 1)]


async def test_product_and_picture_at_once(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run("linker")
    first, second = pipeline.member("linker"), pipeline.member("linker", 1)
    await pipeline.again(second)
    for member in (first, second):
        await pipeline.joined(member, "linker", LINK_REQUESTS.name)
    before = await linked_by(pipeline)
    pairs = {f"{prefix.upper()}-{number:04}": str(uuid4()) for number in range(PAIRS)}
    async with pipeline.watch() as seen, pipeline.voice("test") as (_, records):
        started = asyncio.get_running_loop().time()
        await meet(records, pairs)
        written = asyncio.get_running_loop().time() - started
        waited = await seen.until(lambda: unmet(seen, pairs), 300)
        print(f"{PAIRS} pairs written in {written:.1f} s, the last linked {waited:.1f} s later")
        await seen.quiet()
        assert unmet(seen, pairs) == []
        assert not seen.dead
    assert first.alive and second.alive
    did = [after - said for after, said in zip(await linked_by(pipeline), before, strict=True)]
    print(f"requests for links that each linker finished: {did}")
    assert all(count > 0 for count in did), did
