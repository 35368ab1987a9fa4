"""Idempotency-Key: what was done is not done again, whatever it was, and whoever asks again is told the same."""

import asyncio
import json
from collections import Counter
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from runtime.database import Database
from schemas.decision import Fact
from services.catalog.api import bulk
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.pace import Pace
from services.catalog.once.answers import Answers, Told
from tests.integration.catalog_client import FIRST, KEY, SECOND
from tests.integration.catalog_stage import NOON, Stage, change

pytestmark = pytest.mark.broker
SHARE = {"name": "Press", "assets": [FIRST], "presets": ["web"], "days": 3, "password": "open sesame"}
WANTED: list[tuple[str, str, dict[str, Any], int]] = [
    ("POST", f"/v1/assets/{FIRST}/decisions", {"set": {"tag:shoe": "rejected"}}, 1),
    ("POST", "/v1/decisions", {"assets": [FIRST, SECOND], "set": {"role": "back"}}, 3),
    ("POST", "/v1/collections", {"name": "Autumn"}, 1),
    ("POST", "/v1/shares", SHARE, 1),
    ("POST", "/v1/searches", {"name": "Red", "query": "q=red"}, 1),
    ("POST", "/v1/usage", {"items": [{"asset": FIRST, "place": "https://shop.test/1"}]}, 1),
    ("POST", "/v1/keys", {"name": "shop", "role": "viewer"}, 1),
    ("PUT", "/v1/fields/season", {"title": "Season", "type": "text"}, 1),
    ("POST", "/v1/multipart-uploads", {"key": "a.mp4", "bytes": 20_000_000}, 1),
]
"""Request, and how many decisions it is."""


def keyed(key: str, **more: str) -> dict[str, str]:
    return {**KEY, "Idempotency-Key": key, **more}


@pytest.mark.parametrize("wanted", WANTED, ids=lambda one: one[1])
async def test_the_same_request_under_a_key_is_done_once(
    client: httpx.AsyncClient, stage: Stage, wanted: tuple[str, str, dict[str, Any], int]
) -> None:
    method, path, body, decisions = wanted
    first, again = [await client.request(method, path, json=body, headers=keyed("k")) for _ in range(2)]
    assert first.status_code in (200, 201, 202), first.text
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["content-type"] == first.headers["content-type"]
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert len(stage.broker.records("decisions")) == decisions
    other = await client.request(method, path, json={**body, "more": 1}, headers=keyed("k"))
    assert other.status_code == 422 and "another request" in other.json()["detail"]
    assert len(stage.broker.records("decisions")) == decisions


async def test_no_stranger_is_told_an_answer_and_no_secret_lies_open(client: httpx.AsyncClient, stage: Stage) -> None:
    made = (await client.post("/v1/keys", json={"name": "shop", "role": "viewer"}, headers=keyed("k"))).json()["key"]
    for wrong in ({"Authorization": "Bearer other"}, {"Authorization": "Bearer secret "}, {}):
        headers = {**wrong, "Idempotency-Key": "k"}
        answer = await client.post("/v1/keys", json={"name": "shop", "role": "viewer"}, headers=headers)
        assert answer.status_code == 401 or answer.json()["key"] != made
    async with stage.database.reading() as connection:
        kept = await connection.fetch("SELECT body FROM catalog_once.answer")
    assert kept and not any(made.encode() in row["body"] for row in kept)


async def test_sessions_behind_one_proxy_share_nothing(client: httpx.AsyncClient, stage: Stage) -> None:
    """Its password (HTTP Basic) comes with every request; who asks is known by the session."""
    said, access = {"name": "shop", "role": "viewer"}, Access("secret")

    async def asks(session: str, site: str = "same-origin") -> httpx.Response:
        headers = {"Authorization": "Basic cHJveHk6d29yZA==", "Cookie": f"other=1; {COOKIE}={session}"}
        return await client.post(
            "/v1/keys", json=said, headers={**headers, "Sec-Fetch-Site": site, "Idempotency-Key": "k"}
        )

    admin = access.session("Ann")
    made = await asks(admin)
    assert made.status_code == 201 and (await asks(admin)).json() == made.json()
    viewer = await asks(access.session("Ann", "viewer"))
    assert viewer.status_code == 403 and "key" not in viewer.json()
    another = await asks(access.session("Ann"))
    assert another.status_code == 201 and another.json()["key"] != made.json()["key"]
    assert (await asks(admin, "cross-site")).status_code == 403, "another site's page is told nothing"


async def test_who_asks_again_too_often_waits_too(client: httpx.AsyncClient, app: FastAPI, stage: Stage) -> None:
    object.__setattr__(app.state.deps, "pace", Pace(0.3, lambda: 0.0))
    asked = [await client.post("/v1/collections", json={"name": "A"}, headers=keyed("k")) for _ in range(4)]
    assert [one.status_code for one in asked] == [201, 201, 201, 429], "each counts, and counts once"
    assert asked[3].headers["retry-after"] == "4"


async def test_what_was_refused_leaves_the_key_free(client: httpx.AsyncClient, stage: Stage) -> None:
    path = "/v1/collections"
    assert (await client.post(path, json={"name": ""}, headers=keyed("k"))).status_code == 422
    stage.broker.down = True
    assert (await client.post(path, json={"name": "A"}, headers=keyed("k"))).status_code == 503
    stage.broker.down = False
    assert (await client.post(path, json={"name": "A"}, headers=keyed("k"))).status_code == 201
    for long in ("", "x" * 201):
        assert (await client.post(path, json={"name": "B"}, headers=keyed(long))).status_code == 422


async def test_a_process_that_ends_before_it_answers_has_decided_once(client: httpx.AsyncClient, stage: Stage) -> None:
    """Kafka has the decisions, and nobody was told: the same request makes the same ones, and folding knows them."""
    body = {"assets": [FIRST, SECOND], "set": {"role": "back"}}
    answers = [await client.post("/v1/decisions", json=body, headers=keyed("k"))]
    async with stage.database.transaction() as connection:
        await connection.execute("UPDATE catalog_once.answer SET status = NULL, body = NULL")
    busy = await client.post("/v1/decisions", json=body, headers=keyed("k"))
    assert (busy.status_code, busy.headers["retry-after"]) == (409, "1"), "another process may be at it"
    async with stage.database.transaction() as connection:
        await connection.execute("UPDATE catalog_once.answer SET at = at - interval '61 seconds'")
    answers.append(await client.post("/v1/decisions", json=body, headers=keyed("k")))
    assert answers[0].json() == answers[1].json()
    said = [json.loads(one.value or b"")["data"]["id"] for one in stage.broker.records("decisions")]
    assert sorted(Counter(said).values()) == [2, 2, 2]
    await client.post("/v1/decisions", json=body, headers=keyed("other"))
    assert len({json.loads(one.value or b"")["data"]["id"] for one in stage.broker.records("decisions")}) == 6


async def test_two_at_once_are_one(client: httpx.AsyncClient, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    began, may_go_on = asyncio.Event(), asyncio.Event()
    real = bulk.must_hold

    async def slow(*args: Any) -> None:
        began.set()
        await may_go_on.wait()
        await real(*args)

    monkeypatch.setattr(bulk, "must_hold", slow)
    body = {"assets": [FIRST], "set": {"role": "back"}}
    first = asyncio.create_task(client.post("/v1/decisions", json=body, headers=keyed("k")))
    await began.wait()
    assert (await client.post("/v1/decisions", json=body, headers=keyed("k"))).status_code == 409
    may_go_on.set()
    assert (await first).status_code == 202
    assert (await client.post("/v1/decisions", json=body, headers=keyed("k"))).json() == (await first).json()


async def test_answers_are_kept_for_a_day(stage: Stage, postgres: str) -> None:
    answers, other = Answers(stage.database, "secret"), Answers(Database(postgres), "another secret")
    assert await answers.begin("own", "asked") == "begun"
    await answers.end("own", "asked", told := Told(201, "application/json", b"{}"))
    assert await answers.begin("own", "asked") == told
    assert await other.begin("own", "asked") == "another", "nobody can read it any more"
    await answers.give_up("own", "asked")
    assert await answers.begin("own", "asked") == told, "what was answered is not given up"
    async with stage.database.transaction() as connection:
        await connection.execute("UPDATE catalog_once.answer SET at = at - interval '25 hours'")
    assert await answers.begin("own", "something else") == "begun"


async def test_two_collections_made_at_once_have_two_names(client: httpx.AsyncClient, stage: Stage) -> None:
    """The view knows neither: it follows within seconds."""
    made = await asyncio.gather(
        *(client.post("/v1/collections", json={"name": name}, headers=KEY) for name in ("Press", "press", "PRESS"))
    )
    assert sorted(one.status_code for one in made) == [201, 409, 409]
    assert len(stage.broker.records("decisions")) == 1
    own = next(one.json()["id"] for one in made if one.status_code == 201)
    fields = {"name": "Press", "made": NOON.isoformat()}
    await stage.put([change(Fact(kind="collection", id=own, revision=1, fields=fields, written=NOON))])
    renamed = await client.patch(f"/v1/collections/{own}", json={"name": "Archive"}, headers=KEY)
    assert renamed.status_code == 202
    fields["name"] = "Archive"
    await stage.put([change(Fact(kind="collection", id=own, revision=2, fields=fields, written=NOON))])
    assert (await client.post("/v1/collections", json={"name": "Press"}, headers=KEY)).status_code == 201, "it is free"
    stage.broker.down = True
    assert (await client.post("/v1/collections", json={"name": "B"}, headers=KEY)).status_code == 503
    stage.broker.down = False
    assert (await client.post("/v1/collections", json={"name": "B"}, headers=KEY)).status_code == 201, "it was not made"
