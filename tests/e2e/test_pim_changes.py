"""What a PIM changes is followed through links, `product.media` and what the catalogue shows; one test a change."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from typing import Any

import pytest

from runtime.publisher import Outgoing
from schemas.product import PimEvent
from schemas.topics import PIM_EVENTS
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.test_relink import decide
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]
GTIN, OTHER_GTIN = "4006381333931", "4006381333948"
LATE_S = 60


class Shop:
    """A model `<prefix>M` in red and blue, pictures of both colours and one that nothing names."""

    def __init__(self, pipeline: Pipeline, seen: Watch, prefix: str) -> None:
        self.pipeline, self.seen, self.prefix = pipeline, seen, prefix
        self.model = f"{prefix.upper()}M"
        self.red, self.blue = f"{self.model}-S-RED", f"{self.model}-S-BLUE"
        self.files = {name: f"{prefix}/{name}.jpg" for name in (f"{self.model}_red_front", f"{self.model}_blue_front")}
        self.reds, self.blues = self.files
        self.unnamed = "DSC_0001"
        self.files[self.unnamed] = f"{prefix}/{self.unnamed}.jpg"

    async def says(self, id_: str, *, removed: bool = False, **fields: Any) -> None:
        """What the PIM says of one of its ids."""
        kind = "model" if fields.pop("model", False) else "product"
        said = {"system": "test", "kind": kind, "id": f"{self.prefix}-{id_}", "removed": removed, "fields": fields}
        event = PimEvent.model_validate(said)
        about = (event.id, time.time())
        async with self.pipeline.voice("pim") as (publisher, _):
            await publisher.publish(Outgoing(PIM_EVENTS, f"test/{event.id}", event, about=about))

    def variant(self, colour: str, *, size: str = "S", **more: Any) -> dict[str, Any]:
        """The fields of one."""
        sku = f"{self.model}-{size}-{colour.upper()}"
        return {
            "sku": sku,
            "name": "Jumper of wool",
            "parent": self.model,
            "axes": {"color": colour, "size": size},
            **more,
        }

    def asset(self, name: str) -> str:
        return self.seen.assets(self.prefix)[self.files[name]]

    async def open(self) -> None:
        """Products and pictures are there."""
        await self.says("model", model=True, sku=self.model, name="Jumper of wool")
        await self.says("red", **self.variant("Red"))
        await self.says("blue", **self.variant("Blue"))
        seed = int(self.prefix[1:], 16) % 10**6
        await self.pipeline.drop((key, picture(seed + at)) for at, key in enumerate(self.files.values()))
        await self.seen.settle(self.files.values())
        await self.shows(self.red, self.reds)
        await self.shows(self.blue, self.blues)

    async def shows(self, sku: str, *names: str) -> None:
        """Wait until exactly these pictures are linked to the SKU, are its media, and are shown of it."""
        started = time.monotonic()
        wanted = sorted(self.asset(name) for name in names)
        while (found := await self._found(sku)) != dict.fromkeys(found, wanted):
            late = time.monotonic() - started > LATE_S
            assert not late, f"{sku}: {found}, wanted {wanted} ({names})\n{self.pipeline.complaint()}"
            await asyncio.sleep(0.05)
        print(f"{sku} shows {len(names)} after {time.monotonic() - started:.2f} s")

    async def _found(self, sku: str) -> dict[str, list[str]]:
        linked = [self.asset(name) for name in self.files if sku in self.seen.links(self.asset(name))]
        shown = await asyncio.to_thread(self.product, sku)
        variants = {one["sku"]: one["media"] for one in shown["variants"]} if shown else {}
        media = [one["asset_id"] for one in variants.get(sku, [])]
        return {"links": sorted(linked), "media": sorted(self.seen.media(sku)), "catalogue": sorted(media)}

    def product(self, sku: str) -> dict[str, Any] | None:
        """What the API answers, as the page shows it."""
        at = f"http://127.0.0.1:{self.pipeline.member('catalog').http_port}/v1/products/{sku}"
        key = {"Authorization": f"Bearer {self.pipeline.stack.secrets.admin_key}"}
        try:
            with urllib.request.urlopen(urllib.request.Request(at, headers=key), timeout=10) as answer:
                found: dict[str, Any] = json.loads(answer.read())
                return found
        except urllib.error.HTTPError as error:
            assert error.code == 404, error
            return None

    def confirmed(self, sku: str, name: str) -> bool:
        """Whether a person's word is what links this picture."""
        facet = self.seen.facet(self.asset(name), 1, "links")
        links = facet["data"]["links"] if facet else []
        return any(link["sku"] == sku and link["evidence"][-1]["kind"] == "person" for link in links)


@pytest.fixture
async def shop(pipeline: Pipeline, prefix: str) -> AsyncIterator[Shop]:
    """Open, with all services."""
    await pipeline.run(*ALL, "catalog")
    async with pipeline.watch() as seen:
        made = Shop(pipeline, seen, prefix)
        await made.open()
        yield made
        assert not seen.dead


async def test_a_sku_is_renamed(shop: Shop) -> None:
    """Files keep the name that they have, and a person's word goes with the product."""
    await decide(shop.pipeline, shop.asset(shop.unnamed), f"link:{shop.red}", "linked")
    await shop.shows(shop.red, shop.reds, shop.unnamed)
    new = f"{shop.prefix.upper()}-JUMPER-1"
    await shop.says("red", **shop.variant("Red", sku=new))
    await shop.shows(new, shop.reds, shop.unnamed)
    await shop.shows(shop.red)
    assert shop.confirmed(new, shop.unnamed)
    await shop.seen.quiet()
    fields = shop.seen.facet(shop.asset(shop.unnamed), 0, "curation")
    assert fields and fields["data"]["fields"] == {f"link:{new}": "linked"}


async def test_a_model_is_renamed(shop: Shop) -> None:
    new = f"{shop.prefix.upper()}N"
    await shop.says("model", model=True, sku=new, name="Jumper of wool")
    await shop.says("red", **shop.variant("Red", parent=new))
    await shop.says("blue", **shop.variant("Blue", parent=new))
    await shop.shows(shop.red, shop.reds)
    await shop.shows(shop.blue, shop.blues)


async def test_two_products_become_one(shop: Shop) -> None:
    """The PIM says what the one that stays was called before."""
    await shop.says("blue", removed=True)
    await shop.says("red", **shop.variant("Red", formerly=[shop.blue]))
    await decide(shop.pipeline, shop.asset(shop.unnamed), f"link:{shop.blue}", "linked")
    await shop.shows(shop.red, shop.reds, shop.unnamed)


async def test_a_product_is_deleted_and_restored(shop: Shop) -> None:
    """A person's word outlives it."""
    await decide(shop.pipeline, shop.asset(shop.unnamed), f"link:{shop.red}", "linked")
    await shop.shows(shop.red, shop.reds, shop.unnamed)
    await shop.says("red", removed=True)
    await shop.seen.until(lambda: shop.seen.media(shop.red))
    await shop.says("red", **shop.variant("Red"))
    await shop.shows(shop.red, shop.reds, shop.unnamed)
    assert shop.confirmed(shop.red, shop.unnamed)


async def test_a_discontinued_product_keeps_its_pictures(shop: Shop) -> None:
    await shop.says("red", **shop.variant("Red", attributes={"enabled": "false"}))
    started = time.monotonic()
    while True:
        found = await asyncio.to_thread(shop.product, shop.red)
        if found and found["attributes"] == {"enabled": "false"}:
            break
        assert time.monotonic() - started < LATE_S, found
        await asyncio.sleep(0.05)
    await shop.shows(shop.red, shop.reds)


async def test_a_new_variant_gets_the_pictures_of_its_colour(shop: Shop) -> None:
    await shop.says("red-l", **shop.variant("Red", size="L"))
    await shop.shows(f"{shop.model}-L-RED", shop.reds)


async def test_a_variant_moves_to_another_model(shop: Shop) -> None:
    """The name of the picture says the old model and its colour; that does not mean this variant any more."""
    other = f"{shop.prefix.upper()}OTHER"
    await shop.says("other", model=True, sku=other, name="Cardigan of wool")
    await shop.says("blue", **shop.variant("Blue", parent=other))
    await shop.shows(shop.blue)
    await shop.shows(shop.red, shop.reds)
    await shop.says("blue", **shop.variant("Blue"))
    await shop.shows(shop.blue, shop.blues)


async def test_a_colour_is_corrected(shop: Shop) -> None:
    await shop.says("red", **shop.variant("Red", size="S") | {"axes": {"color": "Blue", "size": "S"}})
    await shop.shows(shop.red, shop.blues)
    await shop.says("red", **shop.variant("Red"))
    await shop.shows(shop.red, shop.reds)


async def test_a_gtin_is_corrected(shop: Shop) -> None:
    name = f"{OTHER_GTIN}_1"
    shop.files[name] = f"{shop.prefix}/{name}.jpg"
    await shop.says("red", **shop.variant("Red", gtin=GTIN))
    await shop.pipeline.drop([(shop.files[name], picture(int(shop.prefix[1:], 16) % 10**6 + 9))])
    await shop.seen.settle([shop.files[name]])
    await shop.shows(shop.red, shop.reds)
    await shop.says("red", **shop.variant("Red", gtin=OTHER_GTIN))
    await shop.shows(shop.red, shop.reds, name)
    await shop.says("red", **shop.variant("Red", gtin=GTIN))
    await shop.shows(shop.red, shop.reds)
