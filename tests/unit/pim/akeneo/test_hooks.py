"""Events of the Event Platform: signed, answered at once, believed in nothing but the id."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from runtime.outage import Unavailable
from services.pim.akeneo.hooks import LARGEST, PATH, routes
from services.pim.receiving import app
from services.pim.signed import hmac_sha256

Heard = list[tuple[str, str]]
UPDATED = {
    "specversion": "1.0",
    "id": "e1",
    "source": "pim",
    "type": "com.akeneo.pim.v1.product.updated",
    "subject": "s1",
    "time": datetime.now(UTC).isoformat(),
    "data": {"product": {"uuid": "u1"}, "author": {"type": "api"}},
}


def signature(body: bytes, key: str = "new") -> str:
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


class Pim:
    """What a PIM does."""

    def __init__(self, client: "TestClient[Any, Any]") -> None:
        self.heard: Heard = []
        self.refused: list[str] = []
        self.away = False
        self._client = client

    async def post(self, body: bytes, **headers: str) -> int:
        named = {f"X-AKENEO-SIGNATURE-{name.upper()}": value for name, value in headers.items()}
        async with self._client.post(PATH, data=body, headers=named) as answer:
            return answer.status


@pytest.fixture
async def pim() -> AsyncIterator[Pim]:
    heard: Heard = []
    found: list[Pim] = []

    async def hear(kind: str, id: str, _: str) -> None:
        if found[0].away:
            raise Unavailable("kafka is away")
        heard.append((kind, id))

    refused: list[str] = []
    made = app(routes(("new", "old"), hear), lambda system, cause: refused.append(f"{system}: {cause}"))
    async with TestClient(TestServer(made)) as client:
        found.append(Pim(client))
        found[0].heard, found[0].refused = heard, refused
        yield found[0]


async def test_what_it_names_is_looked_at(pim: Pim) -> None:
    body = json.dumps(UPDATED).encode()
    assert await pim.post(body, primary=signature(body)) == 200
    model = json.dumps(UPDATED | {"data": {"product_model": {"code": "m1"}}}).encode()
    assert await pim.post(model, primary=signature(model)) == 200
    assert pim.heard == [("product", "u1"), ("model", "m1")]


async def test_two_secrets_hold_while_one_is_changed(pim: Pim) -> None:
    body = json.dumps(UPDATED).encode()
    assert await pim.post(body, primary=signature(body, "old")) == 200
    assert await pim.post(body, primary=signature(body, "newer"), secondary=signature(body, "new")) == 200
    assert len(pim.heard) == 2


@pytest.mark.parametrize("given", ["", "0" * 64, "ä", signature(b"another body")])
async def test_a_wrong_signature_is_refused_and_looked_at_no_further(pim: Pim, given: str) -> None:
    body = json.dumps(UPDATED).encode()
    assert await pim.post(body, **({"primary": given} if given else {})) == 401
    assert await pim.post(body.replace(b" ", b""), primary=signature(body)) == 401  # the bytes as they came
    assert pim.heard == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"type": 1}'])
async def test_what_is_no_event(pim: Pim, body: bytes) -> None:
    assert await pim.post(body, primary=signature(body)) == 400
    assert pim.heard == []


@pytest.mark.parametrize("data", [None, [], {}, {"product": "u1"}, {"product": {"uuid": 7}}, {"asset": {"code": "a"}}])
async def test_events_of_other_kinds_are_taken_and_say_nothing(pim: Pim, data: object) -> None:
    body = json.dumps(UPDATED | {"data": data}).encode()
    assert await pim.post(body, primary=signature(body)) == 200
    assert pim.heard == []


@pytest.mark.parametrize(("ago", "status"), [(3 * 86400, 400), (-3600, 400), (86400, 200)])
async def test_one_that_is_played_again_days_later_is_refused(pim: Pim, ago: int, status: int) -> None:
    at = datetime.now(UTC) - timedelta(seconds=ago)
    for event in (UPDATED | {"time": at.isoformat()}, UPDATED | {"time": f"{at:%Y-%m-%dT%H:%M:%SZ}"}):
        body = json.dumps(event).encode()
        assert await pim.post(body, primary=signature(body)) == status
    assert len(pim.heard) == (2 if status == 200 else 0)


async def test_an_event_without_a_time_counts(pim: Pim) -> None:
    body = json.dumps({name: value for name, value in UPDATED.items() if name != "time"}).encode()
    assert await pim.post(body, primary=signature(body)) == 200


async def test_the_platform_finds_somebody_there(pim: Pim) -> None:
    """It asks by HEAD before it subscribes; 404 and 5xx are none to it."""
    async with pim._client.head(PATH) as answer:
        assert answer.status == 405


async def test_too_much_is_not_read(pim: Pim) -> None:
    assert await pim.post(b"x" * (LARGEST + 1), primary="0") == 413
    assert "too" in pim.refused[0].lower() or "exceeded" in pim.refused[0]


async def test_what_is_not_on_kafka_is_not_acknowledged(pim: Pim) -> None:
    pim.away = True
    body = json.dumps(UPDATED).encode()
    assert await pim.post(body, primary=signature(body)) == 503 and pim.heard == []


async def test_what_is_refused_is_told_to_people_with_its_cause(pim: Pim) -> None:
    assert await pim.post(b"{}", primary="0") == 401
    assert await pim.post(b"{}", primary=signature(b"{}")) == 400
    assert pim.refused == [
        "akeneo signatures: A webhook was refused: The signature is not of PACKSHOT_AKENEO_EVENTS_SECRET.",
        "akeneo: A webhook was refused: The body is no event that counts: it has no type. Give CloudEvents as JSON, of "
        "today.",
    ]


def test_no_secret_signs_nothing() -> None:
    assert not hmac_sha256(("", ""), b"x", [signature(b"x", "")])
    assert not hmac_sha256((), b"x", [])
