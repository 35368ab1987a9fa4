"""Public addresses behind a cache that is not ours: nothing is given longer than it may be, nothing is mixed up."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, NoReturn

import httpx
import pytest

from services.delivery.signing import Terms
from tests.fakes import nginx
from tests.fakes.cages import FakeCages
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import media
from tests.integration.delivery_shop import BROWSER, FIRST, SECOND, Shop, live, opened, pictures

pytestmark = [pytest.mark.broker, pytest.mark.skipif(nginx.program() is None, reason="no nginx here")]


def no_work(*_: object) -> NoReturn:
    raise AssertionError("nothing is made here")


class Cached(NamedTuple):
    shop: Shop
    client: httpx.AsyncClient

    async def get(self, path: str, accept: str = "*/*") -> tuple[int, str, str]:
        """Status, whether the cache knew it, and what kind it is."""
        answer = await self.client.get(path, headers={"accept": accept})
        return answer.status_code, answer.headers["x-cache"], answer.headers["content-type"]


@pytest.fixture
async def cached(postgres: str, tmp_path: Path) -> AsyncIterator[Cached]:
    async with opened(postgres, FakeCages(no_work, tmp_path), Terms()) as shop:
        for name in ("thumbnail.webp", "web.jpg", "web-avif.avif"):
            await shop.library.put(f"renditions/1/{name}", name[:10].ljust(10).encode())
        for asset in (FIRST, SECOND):
            await shop.say(*pictures(asset), live(asset, 1))
        await shop.say(media("RED-42", FIRST, SECOND))
        async with (
            listening(shop.app) as origin,
            nginx.caching(origin, tmp_path) as url,
            httpx.AsyncClient(base_url=url) as client,
        ):
            yield Cached(shop, client)


async def test_each_browser_has_its_own_format_and_each_market_its_own_answer(cached: Cached) -> None:
    place = "/p/RED-42/back/web"
    avif, jpeg = "image/avif", "image/jpeg"
    assert await cached.get(place, BROWSER) == (200, "MISS", avif)
    assert await cached.get(place) == (200, "MISS", jpeg)
    assert await cached.get(place, BROWSER) == (200, "HIT", avif)
    await cached.shop.say(live(FIRST, 1, revision=2, limits={"markets": ["de"]}))
    for market, status in (("de", 200), ("fr", 451)):
        path = f"/a/{FIRST}/web.jpg?v=1&market={market}"
        assert [await cached.get(path) for _ in range(2)][-1][:2] == (status, "HIT")


async def test_what_ends_is_gone_from_the_cache_when_it_ends(cached: Cached) -> None:
    path, until = f"/a/{FIRST}/web.jpg", datetime.now(UTC) + timedelta(seconds=4)
    await cached.shop.say(live(FIRST, 1, revision=2, available_until=until.isoformat()))
    assert (await cached.get(path))[0] == 200
    assert (await cached.get(path))[:2] == (200, "HIT")
    began = time.monotonic()
    while (await cached.get(path))[0] == 200:
        assert time.monotonic() - began < 90
        await asyncio.sleep(0.2)
    assert (await cached.get(path))[0] == 410


async def test_what_is_withdrawn_is_kept_no_longer_than_the_cache_was_told(cached: Cached) -> None:
    answer = await cached.client.get(f"/a/{SECOND}/web.jpg")
    assert answer.headers["cache-control"] == "public, max-age=60, must-revalidate"
    await cached.shop.say(live(SECOND, None, "purged", revision=2))
    assert (await cached.get(f"/a/{SECOND}/web.jpg?v=1"))[0] == 410, "an address that it does not know"
