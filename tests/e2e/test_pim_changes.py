"""What a PIM changes is followed through links, `product.media`, the catalogue, its page and public delivery; one test
a change, and one of how long they took."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from typing import Any

import httpx
import pytest
from aiohttp.test_utils import TestClient, TestServer

from runtime.publisher import Outgoing
from schemas.product import PimEvent
from schemas.topics import PIM_EVENTS, PRODUCT_MEDIA
from services.pim.flat import FlatMapping
from services.pim.poller import Poller
from services.pim.receiving import app
from services.pim.rest import Rest
from services.pim.salsify.certificate import Certificates
from services.pim.salsify.hooks import Deps, routes
from services.pim.salsify.source import Salsify
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.test_relink import decide
from tests.e2e.watch import Watch
from tests.fakes.salsify import HOOK_URL, ORGANISATION, FakeSalsify, Sender, served

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]
GTIN, OTHER_GTIN = "4006381333931", "4006381333948"
LATE_S = 60
SOON_S = 5.0
TOOK: list[float] = []
"""Seconds from each change until all that shows its product showed it."""
LOADS: list[float] = []
"""How many processes a core wanted to run then, on average of a minute."""
IDLE = 1.5
"""With fewer, the p95 is the pipeline's own."""
_ASSET = re.compile(r'"/assets/([0-9a-f-]{36})"')


def shown_in(page: str) -> set[str]:
    """Assets that a page leads to."""
    return set(_ASSET.findall(page))


class Shop:
    """A model `<prefix>M` in red and blue, pictures of both colours and one that nothing names."""

    def __init__(self, pipeline: Pipeline, seen: Watch, prefix: str) -> None:
        self.pipeline, self.seen, self.prefix = pipeline, seen, prefix
        self.model = f"{prefix.upper()}M"
        self.red, self.blue = f"{self.model}-S-RED", f"{self.model}-S-BLUE"
        self.files = {name: f"{prefix}/{name}.jpg" for name in (f"{self.model}_red_front", f"{self.model}_blue_front")}
        self.reds, self.blues = self.files
        self.changed: float | None = None
        """When the PIM said something that nobody has been asked to show yet."""
        self.unnamed = "DSC_0001"
        self.files[self.unnamed] = f"{prefix}/{self.unnamed}.jpg"

    async def says(self, id_: str, *, removed: bool = False, **fields: Any) -> None:
        """What the PIM says of one of its ids."""
        kind = "model" if fields.pop("model", False) else "product"
        said = {"system": "test", "kind": kind, "id": f"{self.prefix}-{id_}", "removed": removed, "fields": fields}
        event = PimEvent.model_validate(said)
        about = (event.id, time.time())
        async with self.pipeline.voice("pim") as (publisher, _):
            self.changed = time.monotonic()
            await publisher.publish(Outgoing(PIM_EVENTS, f"test/{event.id}", event, about=about))

    async def hears(self, sender: Sender, event: object) -> None:
        """A webhook, answered."""
        self.changed = time.monotonic()
        status, answer = await sender.send(event)
        assert (status, answer["problems"]) == (200, []), answer

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
        self.changed = None
        await self.shows(self.red, self.reds)
        await self.shows(self.blue, self.blues)

    async def shows(self, sku: str, *names: str) -> None:
        """Wait until exactly these pictures are linked to the SKU, are its media, and are shown of it everywhere."""
        started = time.monotonic()
        wanted = sorted(self.asset(name) for name in names)
        while (found := await self._found(sku)) != dict.fromkeys(found, wanted):
            late = time.monotonic() - started > LATE_S
            assert not late, f"{sku}: {found}, wanted {wanted} ({names})\n{self.pipeline.complaint()}"
            await asyncio.sleep(0.05)
        self._took(sku, len(names))
        await asyncio.to_thread(self._leads, sku, bool(names))

    async def gone(self, sku: str) -> None:
        """Wait until it has no media, its page says so, and its addresses answer that it was removed."""

        def left() -> list[str]:
            page, answer = self.ask("catalog", f"/products/{sku}"), self.ask("delivery", f"/p/{sku}.json")
            found = {
                "media": self.seen.media(sku),
                "delivery": [answer.status_code] if answer.status_code != 410 else [],
            }
            found["page"] = [] if "removed from the PIM" in page.text else ["stands"]
            return [f"{what}: {still}" for what, still in found.items() if still]

        await self.seen.until(left)
        self._took(sku, 0)

    def _took(self, sku: str, count: int) -> None:
        if self.changed is not None:
            TOOK.append(time.monotonic() - self.changed)
            LOADS.append(os.getloadavg()[0] / (os.cpu_count() or 1))
            print(f"{sku} shows {count} after {TOOK[-1]:.2f} s")
        self.changed = None

    def _leads(self, sku: str, has_any: bool) -> None:
        """The address of its main picture answers with that picture."""
        answer = self.ask("delivery", f"/p/{sku}/main/web.jpg")
        assert answer.status_code in ((200,) if has_any else (404, 410)), answer.text
        if has_any:
            main = self.seen.last[PRODUCT_MEDIA.name][sku]["main"]
            assert answer.headers["etag"] == self.ask("delivery", f"/a/{main}/web.jpg").headers["etag"]

    def ask(self, service: str, path: str) -> httpx.Response:
        """One request with the key that opens everything."""
        at = f"http://127.0.0.1:{self.pipeline.member(service).http_port}{path}"
        return httpx.get(at, headers={"Authorization": f"Bearer {self.pipeline.stack.secrets.admin_key}"}, timeout=10)

    async def _found(self, sku: str) -> dict[str, list[str]]:
        linked = [self.asset(name) for name in self.files if sku in self.seen.links(self.asset(name))]
        shown = await asyncio.to_thread(self.product, sku)
        variants = {one["sku"]: one["media"] for one in shown["variants"]} if shown else {}
        media = [one["asset_id"] for one in variants.get(sku, [])]
        answer = await asyncio.to_thread(self.ask, "delivery", f"/p/{sku}.json")
        given = [one["asset"] for one in answer.json()["items"]] if answer.status_code == 200 else []
        page = await asyncio.to_thread(self.ask, "catalog", f"/products/{sku}")
        found = {"links": linked, "media": self.seen.media(sku), "catalogue": media, "delivery": given}
        return {where: sorted(assets) for where, assets in {**found, "page": shown_in(page.text)}.items()}

    def product(self, sku: str) -> dict[str, Any] | None:
        """What the API answers; None where there is no such product."""
        answer = self.ask("catalog", f"/v1/products/{sku}")
        if answer.status_code == 404:
            return None
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def confirmed(self, sku: str, name: str) -> bool:
        """Whether a person's word is what links this picture."""
        facet = self.seen.facet(self.asset(name), 1, "links")
        links = facet["data"]["links"] if facet else []
        return any(link["sku"] == sku and link["evidence"][-1]["kind"] == "person" for link in links)


@asynccontextmanager
async def salsify_hooks(pipeline: Pipeline, pim: FakeSalsify) -> AsyncIterator[Sender]:
    """Who receives that Salsify's webhooks, on the pipeline's own Kafka and library: a certificate lies where the test
    puts it, so it is not the pim process."""
    senders: list[Sender] = []
    async with served(pim) as access, Rest(access) as rest, pipeline.voice("pim") as (publisher, _):
        source = Salsify(rest, FlatMapping(), pipeline.library)
        poller = Poller(source, pipeline.library, publisher.publish, lambda: True, 60.0, 3600.0)
        certificates = Certificates(lambda address: senders[0].fetch(address))
        deps = Deps(HOOK_URL, ORGANISATION, certificates, source, poller.hear, poller.take, poller.refuse)
        async with TestClient(TestServer(app(routes(deps)))) as client:
            senders.append(Sender(client))
            yield senders[0]


@pytest.fixture
async def shop(pipeline: Pipeline, prefix: str) -> AsyncIterator[Shop]:
    """Open, with all services."""
    await pipeline.run(*ALL, "catalog", "delivery")
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


async def test_a_list_knows_a_product_under_another_sku(shop: Shop) -> None:
    """As an import that follows it says so: the new one, then that the old one is gone."""
    await decide(shop.pipeline, shop.asset(shop.unnamed), f"link:{shop.red}", "linked")
    await shop.shows(shop.red, shop.reds, shop.unnamed)
    new = f"{shop.prefix.upper()}-1001"
    await shop.says("1001", **shop.variant("Red", sku=new, formerly=[shop.red]))
    await shop.says("red", removed=True)
    await shop.shows(new, shop.reds, shop.unnamed)
    await shop.gone(shop.red)
    assert shop.confirmed(new, shop.unnamed)


async def test_a_product_takes_over_the_sku_of_another(shop: Shop) -> None:
    """As Akeneo merges: the other uuid goes, and its identifier with all that was said of it is the remaining one's."""
    await decide(shop.pipeline, shop.asset(shop.unnamed), f"link:{shop.blue}", "linked")
    await shop.shows(shop.blue, shop.blues, shop.unnamed)
    await shop.says("blue", removed=True)
    await shop.says("red", **shop.variant("Red", sku=shop.blue))
    await shop.shows(shop.blue, shop.reds, shop.blues, shop.unnamed)  # files are still called by that SKU
    await shop.shows(shop.red)
    assert shop.confirmed(shop.blue, shop.unnamed)


async def test_a_product_is_deleted_and_restored(shop: Shop) -> None:
    """A person's word outlives it."""
    await decide(shop.pipeline, shop.asset(shop.unnamed), f"link:{shop.red}", "linked")
    await shop.shows(shop.red, shop.reds, shop.unnamed)
    await shop.says("red", removed=True)
    await shop.gone(shop.red)
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


async def test_a_webhook_names_files(shop: Shop) -> None:
    """Salsify's product names a picture that says nothing itself, and then no longer does."""
    name, sku = f"lot_{shop.prefix[1:]}", f"{shop.prefix.upper()}-LAMP"
    shop.files[name] = f"{shop.prefix}/{name}.jpg"
    await shop.pipeline.drop([(shop.files[name], picture(int(shop.prefix[1:], 16) % 10**6 + 10))])
    await shop.seen.settle([shop.files[name]])
    asset = {"salsify:id": "a1", "salsify:filename": f"{name}.TIF"}
    pim, held, none = FakeSalsify(), dict[str, Any](), dict[str, Any]()
    held["salsify:digital_assets"], none["salsify:digital_assets"] = [asset], []
    async with salsify_hooks(shop.pipeline, pim) as sender:
        pim.product(sku, Name="Lamp of glass", Photos=["a1"], **held)
        await shop.hears(sender, pim.webhook("add", sku))
        await shop.shows(sku, name)
        links = shop.seen.facet(shop.asset(name), 1, "links")
        assert links and [one["kind"] for one in links["data"]["links"][0]["evidence"]] == ["pim-file"]
        pim.product(sku, Photos=[], **none)
        await shop.hears(sender, pim.webhook("change", sku))
        await shop.shows(sku)


def test_changes_are_seen_everywhere_within_five_seconds() -> None:
    """Those of the tests above. Where others keep the cores busy, the median alone is judged, and that is said."""
    if len(TOOK) < 10:
        pytest.skip("it is about the changes of the tests above, which were not run")
    slowest = sorted(TOOK)[round(0.95 * (len(TOOK) - 1))]
    print(f"{len(TOOK)} changes: p50 {median(TOOK):.2f} s, p95 {slowest:.2f} s")
    assert median(TOOK) <= SOON_S
    if max(LOADS) < IDLE:
        assert slowest <= SOON_S
    else:
        print(f"the p95 is not judged: up to {max(LOADS):.1f} processes a core wanted to run")
