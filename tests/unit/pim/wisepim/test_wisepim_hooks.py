"""Webhooks of WISEPIM: a signature under a name that is a setting, two secrets at once, hints that outlive a crash."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from schemas.topics import PIM_HINTS
from services.pim.poller import Poller
from services.pim.receiving import app
from services.pim.wisepim.hooks import LARGEST, PATH, Deps, routes
from tests.fakes.wisepim import FakeWisepim, signature, webhook
from tests.unit.pim.polling import Stage, wisepim

HEADER = "X-Wise-Signature"


class Hooked:
    """The connector with its receiver."""

    def __init__(self, stage: Stage, poller: Poller, client: "TestClient[Any, Any]") -> None:
        self.stage, self.poller, self._client = stage, poller, client
        self.pim: FakeWisepim = stage.pim

    async def send(self, body: bytes, given: str | None = None, header: str = HEADER) -> tuple[int, Any]:
        headers = {header: signature(body, "new") if given is None else given}
        async with self._client.post(PATH, data=body, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def hooked() -> AsyncIterator[Hooked]:
    pim = FakeWisepim()
    for number in range(60):
        pim.product(number, f"S{number:02d}", name=f"Shoe {number}")
    async with wisepim(pim) as stage:
        poller = stage.poller()
        await poller.turn()
        await stage.products()
        deps = Deps(HEADER, ("new", "old"), poller.hear)
        async with TestClient(TestServer(app(routes(deps)))) as client:
            yield Hooked(stage, poller, client)


@pytest.mark.parametrize("event", ["product.created", "product.updated", "product.enriched", "product.translated"])
async def test_what_it_names_is_asked_for(hooked: Hooked, event: str) -> None:
    hooked.pim.product(7, "S07", name="Boot")
    for _ in range(2):  # doubled
        assert await hooked.send(webhook(event, 7, sku="a lie")) == (200, {"looked_at": 1})
    await hooked.stage.follow(hooked.poller)
    found = (await hooked.stage.products())["wisepim/product/7"]
    assert (found.sku, found.name) == ("S07", "Boot")


async def test_a_deleted_one_goes_when_it_is_not_there(hooked: Hooked) -> None:
    del hooked.pim.products["8"]
    for id in (7, 8, 999):
        assert (await hooked.send(webhook("product.deleted", id)))[0] == 200
    await hooked.stage.follow(hooked.poller)
    found = await hooked.stage.products()
    assert (found["wisepim/product/7"].status, found["wisepim/product/8"].status) == ("active", "removed")
    assert "wisepim/product/999" not in found


async def test_what_was_answered_outlives_the_process(hooked: Hooked) -> None:
    hooked.pim.product(7, "S07", name="Boot")
    await hooked.send(webhook("product.updated", 7))
    await hooked.stage.follow(hooked.stage.poller())  # another process; the one that heard it has died
    assert (await hooked.stage.products())["wisepim/product/7"].name == "Boot"
    assert await hooked.stage.world.library.listing("pim/wisepim.hints/") == []


async def test_two_secrets_hold_while_one_is_changed(hooked: Hooked) -> None:
    body = webhook("product.updated", 7)
    for key, prefix in (("new", ""), ("old", ""), ("new", "sha256=")):
        assert (await hooked.send(body, prefix + signature(body, key)))[0] == 200
    status, answer = await hooked.send(body, signature(body, "newer"))
    assert status == 401 and HEADER in answer["detail"]


@pytest.mark.parametrize("given", ["", "0" * 64, "ä", signature(b"another body", "new")])
async def test_a_wrong_signature_is_refused(hooked: Hooked, given: str) -> None:
    body = webhook("product.updated", 7)
    assert (await hooked.send(body, given))[0] == 401
    assert (await hooked.send(body.replace(b" ", b""), signature(body, "new")))[0] == 401  # the bytes as they came
    assert (await hooked.send(body, header="X-Webhook-Signature"))[0] == 401
    assert hooked.stage.world.events(PIM_HINTS) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "Expecting value"),
        (b"[]", "no event"),
        (b'{"event": "product.updated"}', "no time"),
        (webhook("product.updated", 7, ago=3 * 86400), "not of these two days"),
        (webhook("product.updated", 7, ago=-3600), "not of these two days"),
        (webhook("product.updated", None), "product_id"),
        (webhook("product.updated", {"a": 1}), "product_id"),
        (json.dumps({**json.loads(webhook("product.updated", 7)), "data": 1}).encode(), "product_id"),
    ],
)
async def test_what_is_no_webhook_is_refused_with_its_cause(hooked: Hooked, body: bytes, said: str) -> None:
    status, answer = await hooked.send(body)
    assert status == 400 and said in answer["detail"]


async def test_a_late_one_of_its_last_retry_is_taken(hooked: Hooked) -> None:
    assert (await hooked.send(webhook("product.updated", 7, ago=27 * 3600)))[0] == 200


@pytest.mark.parametrize("event", ["category.updated", "sync.completed", "export.completed"])
async def test_of_other_things_nothing_is_said(hooked: Hooked, event: str) -> None:
    assert await hooked.send(webhook(event, 7)) == (200, {"looked_at": 0})


async def test_too_much_is_not_read(hooked: Hooked) -> None:
    async with hooked._client.post(PATH, data=b"x" * (LARGEST + 1)) as answer:
        assert answer.status == 413
