"""`…_front_v2.jpg`: offered as a new version of the picture whose place it has, which one answer makes it, and back."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.pictures import picture
from tests.e2e.test_pim_changes import LATE_S, Shop, shop

__all__ = ["shop"]  # the fixture
pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]


def asks(shop: Shop, path: str, body: dict[str, Any] | None = None) -> Any:
    """What the API answers."""
    at = f"http://127.0.0.1:{shop.pipeline.member('catalog').http_port}/v1/{path}"
    headers = {"Authorization": f"Bearer {shop.pipeline.stack.secrets.admin_key}", "Content-Type": "application/json"}
    sent = urllib.request.Request(at, headers=headers, data=json.dumps(body).encode() if body else None)
    with urllib.request.urlopen(sent, timeout=10) as answer:  # noqa: S310 - our own address
        return json.loads(answer.read())


async def until(reached: Callable[[], Any]) -> Any:
    started = time.monotonic()
    while not (found := await asyncio.to_thread(reached)):
        assert time.monotonic() - started < LATE_S, "this did not come about"
        await asyncio.sleep(0.1)
    return found


def gallery(shop: Shop, sku: str) -> list[tuple[str, str, int]]:
    """(role, asset, version) of each picture, as the product's page has it."""
    found = shop.product(sku)
    media: list[dict[str, Any]] = (
        next((one["media"] for one in found["variants"] if one["sku"] == sku), []) if found else []
    )
    return [(item["role"], item["asset_id"], item["version"]) for item in media]


def versions(shop: Shop, asset: str) -> list[tuple[str, bool, str | None]]:
    """Newest first: key, whether it is live, and the asset that it was taken from."""
    return [(one["key"], one["live"], one["taken_from"]) for one in asks(shop, f"assets/{asset}")["versions"]]


async def test_one_answer_makes_it_the_new_version_and_undo_splits_it_again(shop: Shop) -> None:
    name = f"{shop.reds}_v2"
    shop.files[name] = f"{shop.prefix}/{name}.jpg"
    await shop.pipeline.drop([(shop.files[name], picture(int(shop.prefix[1:], 16) % 10**6 + 7))])
    await shop.seen.settle([shop.files[name]])
    old, new = shop.asset(shop.reds), shop.asset(name)
    both = [("front", new, 1), ("front", old, 1)]
    await until(lambda: gallery(shop, shop.red) == both)

    asked = await until(lambda: [one for one in asks(shop, "questions") if new in one["assets"]])
    assert (asked[0]["kind"], asked[0]["holders"][0]["id"]) == ("edition", old)
    answer = {"edition": True, "assets": [new]}
    said = await asyncio.to_thread(asks, shop, f"questions/{asked[0]['cause']}/answer", answer)
    await until(lambda: gallery(shop, shop.red) == [("front", old, 2)])
    taken = [(shop.files[name], True, new), (shop.files[shop.reds], False, None)]
    await until(lambda: versions(shop, old) == taken)
    await shop.pipeline.drop([(shop.files[name], picture(int(shop.prefix[1:], 16) % 10**6 + 8))])
    await until(lambda: gallery(shop, shop.red) == [("front", old, 3)])

    await asyncio.to_thread(asks, shop, "decisions", {"assets": said["assets"], "clear": said["fields"]})
    await until(lambda: gallery(shop, shop.red) == [("front", new, 2), ("front", old, 1)])
    await shop.seen.quiet()
    assert (shop.seen.head(old)["out"], shop.seen.head(new)["out"]) == ([2, 3], [])
