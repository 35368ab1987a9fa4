"""A CDN is told which keys have changed, and told again where it did not listen."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from schemas.base import Contract
from services.delivery import purging
from services.delivery.answers import asset_key, sku_key
from services.delivery.purging import Purging
from tests.integration.catalog_stage import ASSETS, change, facet, media, product
from tests.suites.labs import until

SAID: list[Contract] = [
    facet(ASSETS[0], "head", {"live": 1, "newest": 1, "state": "ready"}),
    facet(ASSETS[1], "renditions.later", {}),
    facet(ASSETS[2], "tags", {}),
    product("RED", "Red"),
    media("RED-42", ASSETS[0]),
]
KEYS = {asset_key(ASSETS[0]), asset_key(ASSETS[1]), sku_key("RED-42")}


def test_what_can_change_an_answer_has_a_key() -> None:
    assert purging.keys([change(one) for one in SAID]) == KEYS


@pytest.fixture
async def cdn(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, list[Any]]]:
    """Refuses the first request."""
    monkeypatch.setattr(purging, "GATHER_S", 0.01)
    monkeypatch.setattr(purging, "backoff", lambda _: 0.01)
    heard: list[Any] = []

    async def purge(request: web.Request) -> web.Response:
        heard.append((request.headers.get("authorization"), await request.json()))
        return web.Response(status=503 if len(heard) == 1 else 200)

    app = web.Application()
    app.router.add_post("/purge", purge)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/purge", heard
    await runner.cleanup()


async def test_told_again_until_it_listens(cdn: tuple[str, list[Any]]) -> None:
    url, heard = cdn
    sender = Purging(url, "secret")
    running = asyncio.create_task(sender.run())
    await sender.then([change(one) for one in SAID])
    await until(lambda: len(heard) == 2)
    await sender.then([change(SAID[-1])])
    await until(lambda: len(heard) == 3)
    sender.stop()
    await running
    assert [(auth, set(body["surrogate_keys"])) for auth, body in heard] == [
        ("Bearer secret", KEYS), ("Bearer secret", KEYS), ("Bearer secret", {sku_key("RED-42")}),
    ]  # fmt: skip


async def test_without_a_cdn_nothing_is_kept() -> None:
    sender = Purging("", "")
    running = asyncio.create_task(sender.run())
    await sender.then([change(one) for one in SAID])
    sender.stop()
    await running
    assert not sender._waiting


async def test_other_texts_are_told_of_and_other_decisions_are_not() -> None:
    sender = Purging("http://cdn.test/", "")
    text, point, tag = {"alt:en": "A red shoe"}, {"focal": {"x": 0.5, "y": 0.1}}, {"tag:shoe": "confirmed"}
    for fields, told in ((text, True), (text | tag, False), (text | point, True), (tag, True), ({}, False)):
        await sender.then([change(facet(ASSETS[0], "curation", {"fields": fields}))])
        assert list(sender._waiting) == ([asset_key(ASSETS[0])] if told else []), fields
        sender._waiting.clear()
