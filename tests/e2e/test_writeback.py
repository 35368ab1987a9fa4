"""A change on the page arrives in the PIM within ten seconds; what its editors change there stays, and is shown."""

import asyncio
import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.fakes.akeneo import FakeAkeneo, served
from tests.fakes.cache import caching

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(300)]
AT_MOST_S = 10.0
MAPPING = """write:
  - {attribute: main, kind: image, of: main, preset: web, owner: packshot}
  - {attribute: second, kind: image, of: 2, preset: web, owner: packshot}
"""


class Shown:
    """A product of a PIM with two pictures, the page's own API, and what stands in the PIM."""

    def __init__(self, pipeline: Pipeline, pim: FakeAkeneo, sku: str) -> None:
        self._pipeline, self._pim, self.sku = pipeline, pim, sku
        self._key = self._fetched = ""

    def asks(self, path: str, body: Any = None) -> Any:
        """As the page does."""
        return json.loads(self.text(path, body))

    def text(self, path: str, body: Any = None) -> str:
        """The answer as it is."""
        at = f"http://127.0.0.1:{self._pipeline.member('catalog').http_port}/v1/{path}"
        key = {"Authorization": f"Bearer {self._pipeline.stack.secrets.admin_key}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(urllib.request.Request(at, data, key), timeout=10) as answer:
            return str(answer.read().decode())

    def bytes_of(self, path: str) -> bytes:
        """A file of the catalogue's own, by its path."""
        at = f"http://127.0.0.1:{self._pipeline.member('catalog').http_port}{path}"
        key = {"Authorization": f"Bearer {self._pipeline.stack.secrets.admin_key}"}
        with urllib.request.urlopen(urllib.request.Request(at, headers=key), timeout=10) as answer:
            return bytes(answer.read())

    def fed(self) -> str:
        """What the shop fetches with its own key: a name, and the key as the password."""
        if not self._key:
            self._key = self.asks("keys", {"name": "shop", "role": "channel", "days": 1})["key"]
        at = f"http://127.0.0.1:{self._pipeline.member('catalog').http_port}/v1/feeds/meta-catalog/meta"
        basic = base64.b64encode(f"meta:{self._key}".encode()).decode()
        asked = urllib.request.Request(at, headers={"Authorization": f"Basic {basic}"})
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own address
                self._fetched = str(answer.read().decode())
        except urllib.error.HTTPError as error:
            assert error.code == 401 and not self._fetched, "once known, the key stays known"
        return self._fetched

    def product(self) -> Any:
        return self.asks(f"products/{self.sku}")

    def order(self) -> list[str]:
        return [item["asset_id"] for item in self.product()["variants"][0]["media"]]

    def there(self) -> tuple[str | None, str | None]:
        """What the PIM shows: main and second, by the hash in the file's name."""
        main, second = (self._pim.value(self.sku, attribute) for attribute in ("main", "second"))
        return (main and main.rpartition("packshot_")[2], second and second.rpartition("packshot_")[2])

    async def until(self, reached: Callable[[], bool], within_s: float = 60.0) -> None:
        began = time.monotonic()
        while not reached():
            assert time.monotonic() - began < within_s, f"{self.there()}\n{self._pipeline.complaint()}"
            await asyncio.sleep(0.05)
        print(f"in the PIM {time.monotonic() - began:.2f} s after the change on the page")


@pytest.fixture
async def shown(pipeline: Pipeline, prefix: str, tmp_path: Path) -> AsyncIterator[Shown]:
    sku, pim = prefix.upper(), FakeAkeneo()
    pim.product(sku, sku, values={"name": "Trainer"})
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    await pipeline.run(*ALL, "catalog", "delivery")
    async with served(pim) as login:
        await pipeline.again(
            pipeline.member("pim"), akeneo_url=login.url, akeneo_client_id=login.client_id, akeneo_secret=login.secret,
            akeneo_user=login.user, akeneo_password=login.password, akeneo_poll_s=1,
            akeneo_mapping=tmp_path / "mapping.yaml",
        )  # fmt: skip
        made = Shown(pipeline, pim, sku)
        seed = int(prefix[1:], 16) % 10**6
        names = (f"{prefix}/{sku}_front.jpg", f"{prefix}/{sku}_back.jpg")
        await pipeline.drop((name, picture(seed + at, 1200, 900)) for at, name in enumerate(names))
        await made.until(lambda: all(made.there()))
        await made.until(lambda: len(made.order()) == len(names))  # the catalogue reads for itself
        yield made


def given(shown: Shown, asset: str) -> dict[str, bool]:
    """Where anybody gets that picture now: in a feed, at its address, in the PIM."""
    (known,) = [one for one in shown.asks(f"assets/{asset}")["rendition_list"] if one["preset"] == "web"]
    try:
        with urllib.request.urlopen(known["public"], timeout=10) as answer:  # noqa: S310 - our own address
            found = answer.status == 200
    except urllib.error.HTTPError as error:
        assert error.code == 410
        found = False
    return {"feed": f"/a/{asset}/" in shown.fed(), "address": found, "PIM": any(shown.there())}


async def test_an_expired_licence_leaves_the_feed_its_address_and_the_pim_and_what_is_out_is_a_task(
    shown: Shown, pipeline: Pipeline
) -> None:
    """Its address is asked for behind a cache, which has it when the licence ends."""
    with caching(f"http://127.0.0.1:{pipeline.member('delivery').http_port}") as cache:
        await pipeline.again(pipeline.member("catalog"), public_url=cache.url)
        await pipeline.again(pipeline.member("delivery"), purge_url=f"{cache.url}/purge")
        front, back = await asyncio.to_thread(shown.order)
        await asyncio.to_thread(shown.asks, f"assets/{back}/decisions", {"set": {f"link:{shown.sku}": "rejected"}})
        fits = {"set": {"fits:1:meta-catalog": "confirmed"}}  # no logo, no watermark: nothing of it goes out unseen
        await asyncio.to_thread(shown.asks, f"assets/{front}/decisions", fits)
        everywhere = {"feed": True, "address": True, "PIM": True}
        await shown.until(lambda: shown.there()[1] is None and given(shown, front) == everywhere)
        await shown.until(lambda: given(shown, front) == everywhere and cache.hits > 0)
        await asyncio.to_thread(taken, shown, front)
        soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        licence = {"holder": "Agency", "valid_until": soon}
        await asyncio.to_thread(shown.asks, f"assets/{front}/decisions", {"set": {"licence": licence}})
        await shown.until(lambda: not any(given(shown, front).values()), 90.0)
        assert f"asset-{front}" in cache.purged
    assert shown.asks("feeds/recalls") == []
    await shown.until(lambda: out(shown, front) == [("original", "admin"), ("use", "admin")], 90.0)
    assert shown.asks(f"assets/{front}")["life"] == "expired"


def taken(shown: Shown, asset: str) -> None:
    """Somebody takes the original away, and the shop says that it shows the picture."""
    shown.bytes_of(shown.asks(f"assets/{asset}")["original"])
    shown.asks("usage", {"items": [{"place": "https://shop.example.com/p/trainer", "asset": asset}]})


def out(shown: Shown, asset: str) -> list[tuple[str, str]]:
    return sorted((one["what"], one["who"]) for one in shown.asks(f"tasks?asset={asset}")["items"])


async def test_a_change_on_the_page_is_in_the_pim_and_an_editors_own_is_shown(shown: Shown) -> None:
    (front, back), (main, second) = await asyncio.to_thread(shown.order), shown.there()
    await asyncio.to_thread(shown.asks, "products/order", {"skus": [shown.sku], "order": [back, front]})
    await shown.until(lambda: shown.there() == (second, main), AT_MOST_S)
    await asyncio.to_thread(shown.asks, f"assets/{front}/decisions", {"set": {f"link:{shown.sku}": "rejected"}})
    await shown.until(lambda: shown.there() == (second, None), AT_MOST_S)
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    await asyncio.to_thread(shown.asks, f"assets/{back}/decisions", {"set": {"available_until": soon}})
    await shown.until(lambda: shown.there() == (None, None), AT_MOST_S)
    await asyncio.to_thread(shown.asks, f"assets/{back}/decisions", {"clear": ["available_until"]})
    await shown.until(lambda: shown.there() == (second, None), AT_MOST_S)
    shown._pim.product(shown.sku, shown.sku, values={"main": "9/9/9/9/theirs.jpg"})
    await shown.until(lambda: any(one["conflicts"] for one in shown.product()["deliveries"]), AT_MOST_S)
    await asyncio.to_thread(shown.asks, f"assets/{front}/decisions", {"set": {f"link:{shown.sku}": "linked"}})
    await shown.until(lambda: shown.there()[1] is not None, AT_MOST_S)
    assert shown.there()[0] == "9/9/9/9/theirs.jpg"
    (delivery,) = shown.product()["deliveries"]
    assert (delivery["status"], delivery["conflicts"][0]["found"]) == ("conflict", "9/9/9/9/theirs.jpg")
