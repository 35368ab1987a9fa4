"""Webhooks of Salsify: signed by a certificate, on Kafka before they are answered, harmless when late or doubled."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from runtime import outage
from runtime.outage import Unavailable
from services.pim.receiving import ANSWER_S, app
from services.pim.salsify.certificate import ADDRESS, SIGNED, Certificates, NotSigned, check
from services.pim.salsify.hooks import LARGEST, Deps, routes
from services.pim.source import Batch
from tests.fakes.certificates import issued
from tests.fakes.salsify import CERTIFICATE, HOOK_URL, ORGANISATION, FakeSalsify, Sender
from tests.unit.pim.polling import Stage, salsify


class Hooked:
    """The connector with its receiver."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.poller = stage, stage.poller()
        self.pim: FakeSalsify = stage.pim
        self.taking_s = 0.0
        self.sender: Sender

    async def take(self, batch: Batch) -> None:
        await asyncio.sleep(self.taking_s)
        await self.poller.take(batch)

    def deps(self, fetch: Any) -> Deps:
        source: Any = self.stage.source
        return Deps(
            HOOK_URL, ORGANISATION, Certificates(fetch), source, self.poller.hear, self.take, self.poller.refuse
        )


@pytest.fixture
async def hooked(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hooked]:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    pim = FakeSalsify()
    for number in range(60):
        pim.product(f"S{number:02d}", Name=f"Shoe {number}")
    async with salsify(pim) as stage:
        found = Hooked(stage)
        await found.poller.turn()
        await stage.products()
        senders: list[Sender] = []
        async with TestClient(TestServer(app(routes(found.deps(lambda at: senders[0].fetch(at)))))) as client:
            senders.append(Sender(client))
            found.sender = senders[0]
            yield found


async def test_a_changed_product_is_on_kafka_when_it_is_answered(hooked: Hooked) -> None:
    hooked.pim.product("S07", Name="Boot")
    before = len(hooked.stage.said())
    assert await hooked.sender.send(hooked.pim.webhook("change", "S07")) == (
        200,
        {"taken": 1, "looked_at": 0, "problems": []},
    )
    assert len(hooked.stage.said()) == before + 1
    assert (await hooked.stage.products())["salsify/product/S07"].name == "Boot"
    assert hooked.pim.asked["S07"] == 0  # it came whole


async def test_late_and_doubled_ones_change_nothing(hooked: Hooked) -> None:
    hooked.pim.product("S07", Name="Boot")
    older = json.dumps(hooked.pim.webhook("change", "S07")).encode()
    hooked.pim.product("S07", Name="Sandal")
    newer = hooked.pim.webhook("change", "S07")
    for event in (newer, older, newer, older):
        assert (await hooked.sender.send(event))[0] == 200
    assert (await hooked.stage.products())["salsify/product/S07"].name == "Sandal"
    hooked.pim.product("S07", Name="Boot")  # as it was once: that is news
    assert (await hooked.sender.send(hooked.pim.webhook("change", "S07")))[0] == 200
    assert (await hooked.stage.products())["salsify/product/S07"].name == "Boot"


async def test_a_variant_comes_with_its_parent(hooked: Hooked) -> None:
    hooked.pim.product("S07-RED", "S07", Color="Red")
    assert (await hooked.sender.send(hooked.pim.webhook("add", "S07-RED")))[1]["taken"] == 3
    found = await hooked.stage.products()
    assert found["salsify/product/S07-RED"].axes == {"color": "Red"}
    assert (found["salsify/product/S07"].status, found["salsify/model/S07"].status) == ("removed", "active")
    assert hooked.pim.asked["S07"] == 0


async def test_what_left_a_list_stays_and_what_is_destroyed_goes(hooked: Hooked) -> None:
    hooked.pim.destroy("S08")
    assert (await hooked.sender.send(hooked.pim.webhook("remove", "S07", "S08")))[1]["looked_at"] == 2
    await hooked.stage.follow(hooked.poller)
    found = await hooked.stage.products()
    assert (found["salsify/product/S07"].status, found["salsify/product/S08"].status) == ("active", "removed")


async def test_a_removal_that_was_answered_outlives_the_process(hooked: Hooked) -> None:
    hooked.pim.destroy("S08")
    await hooked.sender.send(hooked.pim.webhook("remove", "S08"))
    await hooked.stage.follow(hooked.stage.poller())  # another process; the one that heard it has died
    assert (await hooked.stage.products())["salsify/product/S08"].status == "removed"
    assert await hooked.stage.world.library.listing("pim/salsify.hints/") == []


async def test_webhooks_do_not_empty_the_library(hooked: Hooked) -> None:
    gone = [f"S{number:02d}" for number in range(20)]
    for id in gone:
        hooked.pim.destroy(id)
    await hooked.sender.send(hooked.pim.webhook("remove", *gone))
    await hooked.stage.follow(hooked.poller)
    assert len(await hooked.stage.active()) == 59


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ago": 400}, "300 s are allowed"),
        ({"ago": -400}, "300 s are allowed"),
        ({"body": b'{"trigger_type": "change", "products": []}'}, "not of these bytes"),
        ({"url": "https://another.example.com/webhooks/salsify"}, "not of these bytes"),
        ({"key": issued("another")}, "not of these bytes"),
        ({"headers": {"X-Salsify-Signature-v1": "no base64 ä"}}, "not of these bytes"),
        ({"headers": {"X-Salsify-Signature-v1": None}}, "not of these bytes"),
        ({"headers": {"X-Salsify-Request-ID": None}}, "X-Salsify-Request-ID"),
        ({"headers": {"X-Salsify-Timestamp": "yesterday"}}, "no number of seconds"),
        ({"headers": {"X-Salsify-Cert-Url": None}}, "not at https://webhooks-auth.salsify.com"),
        ({"address": CERTIFICATE.replace("https", "http")}, "not at https://webhooks-auth.salsify.com"),
        ({"address": "https://webhooks-auth.salsify.com.example.com/c.pem"}, "not at"),
        ({"address": "https://webhooks-auth.salsify.com@example.com/c.pem"}, "not at"),
        ({"address": "https://webhooks-auth.salsify.com:444/c.pem"}, "not at"),
    ],
)
async def test_what_is_not_signed_is_refused_with_its_cause(hooked: Hooked, wrong: dict[str, Any], said: str) -> None:
    before = len(hooked.stage.said())
    hooked.pim.product("S07", Name="Boot")
    status, answer = await hooked.sender.send(hooked.pim.webhook("change", "S07"), **wrong)
    assert status == 401 and said in answer["detail"], answer
    assert len(hooked.stage.said()) == before


@pytest.mark.parametrize("days", [(-30, -1), (1, 30)])
async def test_a_certificate_that_is_not_valid_today(hooked: Hooked, days: tuple[int, int]) -> None:
    own = issued("webhooks", days=days)
    hooked.sender.there[CERTIFICATE] = own.pem
    status, answer = await hooked.sender.send({"products": []}, key=own)
    assert status == 401 and "not today" in answer["detail"]


async def test_a_chain_that_does_not_hold_together(hooked: Hooked) -> None:
    for pem in (hooked.sender.own.pem + issued("another").pem, b"<html>", b""):
        hooked.sender.there[CERTIFICATE] = pem
        status, answer = await hooked.sender.send({"products": []})
        assert status == 401 and "no chain of certificates" in answer["detail"]


async def test_a_certificate_is_asked_for_once_and_may_be_changed(hooked: Hooked) -> None:
    new, at = issued("webhooks", hooked.sender.authority, curve=True), CERTIFICATE.replace("webhooks.pem", "new.pem")
    hooked.sender.there[at] = new.pem + hooked.sender.authority.pem
    for _ in range(3):
        assert (await hooked.sender.send({"products": []}))[0] == 200
        assert (await hooked.sender.send({"products": []}, key=new, address=at))[0] == 200
    assert hooked.sender.fetched == {CERTIFICATE: 1, at: 1}


async def test_who_names_certificates_that_are_slow_to_come_holds_up_nobody(hooked: Hooked) -> None:
    assert (await hooked.sender.send({"products": []}))[0] == 200
    fetch, coming = hooked.sender.fetch, asyncio.Event()

    async def slow(address: str) -> bytes:
        await coming.wait()
        return await fetch(address)

    hooked.sender.fetch = slow  # type: ignore[method-assign]
    stuck = asyncio.create_task(hooked.sender.send({"products": []}, address=CERTIFICATE.replace("pem", "slow")))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    assert (await hooked.sender.send({"products": []}))[0] == 200
    assert time.monotonic() - began < 0.3
    assert (await stuck)[0] == 503
    coming.set()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff\xfe", b'{"products": {}}', b'{"products": [7]}', b'{"parent_products": 1}']
)
async def test_what_is_no_webhook(hooked: Hooked, body: bytes) -> None:
    status, answer = await hooked.sender.send(body)
    assert status == 400 and "no webhook of Salsify" in answer["detail"]


async def test_webhooks_of_imports_pictures_and_others_say_nothing_of_products(hooked: Hooked) -> None:
    before = len(hooked.stage.said())
    for event in (
        {"result": "completed"},
        {"digital_assets": [{}], "trigger_type": "add"},
        {"publication_status": "c"},
    ):
        assert await hooked.sender.send(event) == (200, {"taken": 0, "looked_at": 0, "problems": []})
    assert len(hooked.stage.said()) == before


async def test_of_another_organisation(hooked: Hooked) -> None:
    status, answer = await hooked.sender.send({"products": []}, org="s-9")
    assert status == 403 and "PACKSHOT_SALSIFY_ORGANISATION" in answer["detail"]


async def test_a_product_without_an_id_is_told_and_the_others_are_taken(hooked: Hooked) -> None:
    hooked.pim.product("S07", Name="Boot")
    event = hooked.pim.webhook("change", "S07")
    event["products"].insert(0, {"Name": "Nobody"})
    status, answer = await hooked.sender.send(event)
    assert (status, answer["taken"]) == (200, 1) and "cannot be read" in answer["problems"][0]
    assert "cannot be read" in hooked.stage.refused[0]


async def test_a_gtin_on_two_products_is_told(hooked: Hooked) -> None:
    for sku in ("S07", "S08"):
        hooked.pim.product(sku, UPC="4006381333931")
    assert (await hooked.sender.send(hooked.pim.webhook("change", "S07", "S08")))[0] == 200
    assert "4006381333931 belongs to S07 and to S08" in hooked.stage.refused[0]


async def test_too_much_is_not_read(hooked: Hooked) -> None:
    async with hooked.sender._client.post("/webhooks/salsify", data=b"x" * (LARGEST + 1)) as answer:
        assert answer.status == 413


async def test_whatever_is_slow_it_is_answered_in_time_and_asked_to_come_again(hooked: Hooked) -> None:
    hooked.taking_s = ANSWER_S + 0.2
    hooked.pim.product("S07", Name="Boot")
    began = time.monotonic()
    status, answer = await hooked.sender.send(hooked.pim.webhook("change", "S07"))
    assert status == 503 and "Send it again" in answer["detail"]
    assert time.monotonic() - began < 0.5
    await asyncio.sleep(0.4)
    assert (await hooked.stage.products())["salsify/product/S07"].name == "Boot"  # what was begun was done


async def test_where_nothing_can_be_kept_nothing_is_acknowledged(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise Unavailable("kafka is away")

    hooked.pim.product("S07", Name="Boot")
    monkeypatch.setattr(hooked.poller, "_publish", away)
    status, answer = await hooked.sender.send(hooked.pim.webhook("change", "S07"))
    assert status == 503 and "kafka is away" in answer["detail"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Salsify-Timestamp", "9" * 400),
        ("X-Salsify-Timestamp", "9" * 5000),
        ("X-Salsify-Cert-Url", "https://["),
        ("X-Salsify-Cert-Url", "https://webhooks-auth.salsify.com/\udcff"),
        ("X-Salsify-Request-ID", "\udcff"),
        ("X-Salsify-Signature-v1", "\udcff"),
    ],
)
async def test_headers_that_nobody_signs_are_no_error_of_ours(header: str, value: str) -> None:
    known = issued("webhooks", curve=True)

    async def fetch(_: str) -> bytes:
        return known.pem

    headers = dict.fromkeys(SIGNED, "x") | {SIGNED[0]: str(int(time.time())), ADDRESS: CERTIFICATE, header: value}
    with pytest.raises(NotSigned):
        await check(Certificates(fetch), HOOK_URL, headers, b"{}")
