"""Events over Kafka become the hints that webhooks become; what is no event is told and passed over."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from runtime import outage
from runtime.broker import Record
from runtime.outage import Unavailable
from schemas.product import PimHint
from schemas.topics import PIM_HINTS
from services.pim.akeneo.topic import EventTopic, heard, security_of
from services.pim.config import PimSettings
from tests.fakes.akeneo import FakeAkeneo
from tests.fakes.certificates import issued
from tests.suites.labs import until
from tests.unit.pim.polling import Stage, akeneo

AKENEO = {
    "akeneo_url": "https://pim", "akeneo_client_id": "c", "akeneo_secret": "s", "akeneo_user": "u",
    "akeneo_password": "p", "akeneo_events_kafka": "kafka.example.com:9093", "akeneo_events_topic": "akeneo",
}  # fmt: skip
UPDATED = {
    "specversion": "1.0", "id": "e1", "source": "pim", "type": "com.akeneo.pim.v1.product.updated",
    "subject": "s1", "time": "2026-11-29T10:00:00Z", "data": {"product": {"uuid": "u1"}},
}  # fmt: skip


def settings(**more: object) -> PimSettings:
    return PimSettings.model_validate(AKENEO | more)


def record(value: object, offset: int = 0) -> Record:
    body = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
    return Record("akeneo", 0, offset, None, body)


class Read:
    """What is done with the topic's records."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.poller = stage, stage.poller()

    async def take(self, one: Record) -> None:
        await heard(one, self.poller.hear, lambda _, cause: self.stage.refused.append(cause))

    def hints(self) -> list[str]:
        return [hint.key for hint in self.stage.world.said(PIM_HINTS, PimHint)]


@pytest.fixture
async def read(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Read]:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    pim = FakeAkeneo()
    pim.product("u1", "S1", values={"name": "Shoe"})
    async with akeneo(pim) as stage:
        yield Read(stage)


async def test_an_event_is_a_hint_and_what_it_names_is_asked_for(read: Read) -> None:
    await read.poller.turn()
    read.stage.pim.product("u1", "S1", values={"name": "Boot"})
    for offset in (0, 0, 1):  # once more after a crash, and doubled by the platform
        await read.take(record(UPDATED, offset))
    await read.take(record(UPDATED | {"data": {"product_model": {"code": "m1"}}}))
    assert sorted(set(read.hints())) == ["akeneo/model/m1", "akeneo/product/u1"]
    await read.stage.follow(read.poller)
    assert (await read.stage.products())["akeneo/product/u1"].name == "Boot"


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"\xff\xfe", b'{"type": 1}'])
async def test_what_is_no_event_is_told_and_passed_over(read: Read, value: bytes) -> None:
    await read.take(record(value, offset=7))
    assert read.hints() == [] and read.stage.refused == [
        "The record 0/7 of akeneo is no event: CloudEvents as JSON are."
    ]


@pytest.mark.parametrize("value", [None, UPDATED | {"data": {"asset": {"code": "a"}}}, UPDATED | {"data": None}])
async def test_tombstones_and_events_of_other_kinds_say_nothing(read: Read, value: object) -> None:
    await read.take(record(value))
    assert read.hints() == [] and read.stage.refused == []


async def test_it_is_not_done_before_our_own_kafka_has_the_hint(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    hear, tries = read.poller.hear, list[str]()

    async def away_at_first(kind: Any, id: str, nonce: str) -> None:
        tries.append(id)
        if len(tries) < 3:
            raise Unavailable("kafka is away")
        await hear(kind, id, nonce)

    monkeypatch.setattr(read.poller, "hear", away_at_first)
    await read.take(record(UPDATED))
    assert tries == ["u1", "u1", "u1"] and read.hints() == ["akeneo/product/u1"]


async def test_a_kafka_that_cannot_be_reached_is_told_and_ends_when_it_is_told_to(read: Read) -> None:
    there = settings(akeneo_events_kafka="127.0.0.1:1", akeneo_events_tls=False)
    topic = EventTopic(there, read.poller, lambda *_: None)
    running = asyncio.create_task(topic.run())
    await until(lambda: "_SASL, _USER and _PASSWORD" in (topic.problem() or ""))
    topic.stop()
    await asyncio.wait_for(running, 5)


def test_how_their_kafka_lets_us_in(tmp_path: Path) -> None:
    plain = security_of(settings(akeneo_events_tls=False))
    assert plain == {"security_protocol": "PLAINTEXT"}
    own = issued("packshot")
    (tmp_path / "own.pem").write_bytes(own.pem + own.key_pem)
    login = {"akeneo_events_user": "u", "akeneo_events_password": "p"}
    both = security_of(
        settings(akeneo_events_sasl="SCRAM-SHA-512", akeneo_events_certificate=tmp_path / "own.pem", **login)
    )
    assert (both["security_protocol"], both["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (both["sasl_plain_username"], both["sasl_plain_password"]) == ("u", "p")
    assert both["ssl_context"].verify_mode == ssl.CERT_REQUIRED and both["ssl_context"].check_hostname
    alone = security_of(settings(akeneo_events_sasl="PLAIN", akeneo_events_tls=False, **login))
    assert (alone["security_protocol"], alone["sasl_mechanism"]) == ("SASL_PLAINTEXT", "PLAIN")


def test_a_certificate_that_is_none_is_told_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("none")
    for wrong in ({"akeneo_events_ca": tmp_path / "nowhere"}, {"akeneo_events_certificate": tmp_path / "own.pem"}):
        with pytest.raises(RuntimeError, match="PACKSHOT_AKENEO_EVENTS_CA"):
            security_of(settings(**wrong))


@pytest.mark.parametrize(
    ("half", "lacks"),
    [
        ({"akeneo_events_topic": ""}, "PACKSHOT_AKENEO_EVENTS_TOPIC"),
        ({"akeneo_events_kafka": ""}, "PACKSHOT_AKENEO_EVENTS_KAFKA"),
        ({"akeneo_events_sasl": "PLAIN"}, "PACKSHOT_AKENEO_EVENTS_USER, PACKSHOT_AKENEO_EVENTS_PASSWORD"),
        ({"akeneo_url": ""}, "PACKSHOT_AKENEO_URL"),
        ({"akeneo_events_sasl": "GSSAPI"}, "SCRAM-SHA-512"),
    ],
)
def test_half_a_setting_is_told(half: dict[str, str], lacks: str) -> None:
    with pytest.raises(ValidationError, match=lacks):
        settings(**half)
