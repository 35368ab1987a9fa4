"""What people decide through the API and the page: on Kafka before it is answered, refused by name."""

import json
from typing import Any

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD
from tests.integration.catalog_stage import SHA, Stage, change, facet, picture

pytestmark = pytest.mark.broker


async def test_a_decision_is_on_kafka_before_it_is_answered(client: httpx.AsyncClient, stage: Stage) -> None:
    body = {"set": {"tag:shoe": "rejected", "link:RED-42": "confirmed"}, "on_version": 1}
    headers = {**KEY, "Idempotency-Key": "once"}
    answers = [await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    other = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": {"tag:boot": "confirmed"}}, headers=headers)
    assert other.json() != answers[0].json()  # else it would be lost without a word
    record = stage.broker.records("decisions")[0]
    data = json.loads(record.value or b"")["data"]
    assert record.key == f"asset/{FIRST}".encode()
    assert record.partition == sum(FIRST.encode()) % stage.broker.partitions
    assert (data["set"], data["by"], data["id"]) == (body["set"], "admin", answers[0].json()["id"])


async def test_a_role_is_given_and_taken_back(client: httpx.AsyncClient, stage: Stage) -> None:
    for body in ({"set": {"role": "main"}}, {"clear": ["role"]}):
        assert (await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)).status_code == 202
    said = [json.loads(one.value or b"")["data"] for one in stage.broker.records("decisions")]
    assert [(one["set"], one["clear"]) for one in said] == [({"role": "main"}, []), ({}, ["role"])]


async def test_no_decision_is_acknowledged_without_kafka(client: httpx.AsyncClient, stage: Stage) -> None:
    stage.broker.down = True
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": {"tag:a": "confirmed"}}, headers=KEY)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"set": {"title": "x"}},
        {"set": {"tag:": "confirmed"}},
        {"set": {"tag:a": "linked"}},
        {"set": {"link:a": "yes"}},
        {"set": {"role": "hero shot"}},
        {"set": {"tag:a\u0000": "confirmed"}},
        {"clear": ["head"]},
        {"set": {f"tag:{n}": "confirmed" for n in range(101)}},
        {"set": {"tag:a": "confirmed"}, "on_version": 0},
        {"set": {"version:2": "confirmed"}},
        {"set": {"version:two": "discard"}},
        {"set": {"version:0": "discard"}},
        {"set": {"version:2": "discard"}, "on_version": 1},
        {"set": {"tag:a": "confirmed"}, "expects": {"title": "x"}},
        {"expects": {"tag:a": None}},
    ],
)
async def test_other_decisions_are_refused(client: httpx.AsyncClient, stage: Stage, body: dict[str, Any]) -> None:
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
    assert answer.status_code == 422, answer.text
    assert stage.broker.records("decisions") == []


BOX = {"left": 0.1, "top": 0.0, "width": 0.8, "height": 1.0}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"focal": {"x": 1.2, "y": 0.5}}, "focal.x: Input should be less than or equal to 1"),
        ({"focal": {"x": 0.5}}, "focal.y: Field required"),
        ({"focal": "middle"}, "focal takes an object with x, y"),
        ({"focal": {"x": 0.5, "y": 0.5, "z": 1}}, "focal.z"),
        ({"crop": BOX | {"left": 0.3}}, "reaches beyond the picture"),
        ({"crop": BOX | {"width": 0}}, "crop.width"),
        ({"crop:": BOX}, "is no field"),
        ({"crop:poster": BOX}, "There are thumbnail, web."),
        ({"file:web": {"asset": "nobody"}}, "there is no asset nobody"),
        ({"file:web": "ab" * 32}, "file:web takes an object with asset"),
        ({"file:poster": {"asset": SECOND}}, "There are thumbnail, web."),
        ({"tag:a": {"x": 1}}, "is none of confirmed, rejected"),
    ],
)
async def test_what_cannot_be_cut_is_refused_by_name(
    client: httpx.AsyncClient, stage: Stage, fields: dict[str, Any], says: str
) -> None:
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": fields}, headers=KEY)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert stage.broker.records("decisions") == []


async def test_focal_point_crops_and_an_own_file_are_decisions(client: httpx.AsyncClient, stage: Stage) -> None:
    fields = {"focal": {"x": 0, "y": 0.25}, "crop": BOX, "crop:web": BOX, "file:thumbnail": {"asset": SECOND}}
    body = {"set": fields, "expects": {"focal": None, "crop:web": BOX}, "on_version": 1}
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
    assert answer.status_code == 202, answer.text
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"clear": ["focal", "crop:gone"]}, headers=KEY)
    assert answer.status_code == 202, answer.text
    first, second = (json.loads(record.value or b"")["data"] for record in stage.broker.records("decisions"))
    assert first["set"] == {"focal": {"x": 0.0, "y": 0.25}, "crop": BOX, "crop:web": BOX, "file:thumbnail": SHA}
    assert (first["expects"], first["on_version"]) == (body["expects"], 1)
    assert second["clear"] == ["focal", "crop:gone"]


async def test_what_was_seen_goes_with_the_decision(client: httpx.AsyncClient, stage: Stage) -> None:
    body = {"set": {"version:2": "discard", "tag:a": "confirmed"}, "on_version": 2, "expects": {"tag:a": None}}
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
    assert answer.status_code == 202, answer.text
    data = json.loads(stage.broker.records("decisions")[0].value or b"")["data"]
    assert (data["set"], data["on_version"], data["expects"]) == (body["set"], 2, {"tag:a": None})


async def test_a_question_is_on_the_page_with_three_answers(client: httpx.AsyncClient, stage: Stage) -> None:
    head = {"live": 1, "newest": 2, "state": "waiting", "asks": 2, "waiting": "It looks <unlike>.", "cure": "Say."}
    again = [one for one in picture(FIRST, "IMG_0001.JPG") if one.facet != "head"]
    facets = [one.model_copy(update={"version": 2}) for one in again]
    await stage.put([change(one) for one in (*facets, facet(FIRST, "head", head, revision=2))])
    asked = (await client.get(f"/v1/assets/{FIRST}", headers=KEY)).json()
    question = {"version": 2, "live": 1, "approval": False, "cause": "It looks <unlike>.", "cure": "Say."}
    assert asked["question"] == question
    assert (asked["state"], asked["newest"], asked["live"]) == ("waiting", 2, 1)
    client.cookies.set(COOKIE, Access("secret").session())
    for path in (f"/assets/{FIRST}", f"/assets/{FIRST}/panel"):
        text = (await client.get(path)).text
        assert "It looks &lt;unlike&gt;." in text
        assert "Not compared with the products yet" not in text
        for value in ("replace", "separate", "discard"):
            assert f'data-answer="version:2" data-value="{value}"' in text
    said = {"fields": {"version:2": "discard"}, "refused": [{"decision": "x", "by": "ann", "cause": "too late"}]}
    over = {"live": 1, "newest": 1, "state": "complete", "out": [2]}
    await stage.put([change(facet(FIRST, "curation", said)), change(facet(FIRST, "head", over, revision=3))])
    after = (await client.get(f"/v1/assets/{FIRST}", headers=KEY)).json()
    assert (after["question"], after["newest"], after["state"]) == (None, 1, "complete")
    assert [(one["version"], one["answer"]) for one in after["versions"]] == [(2, "discard"), (1, None)]
    assert after["refused_decisions"][0]["cause"] == "too late"
    decision = {"at": "2026-11-23T13:00:00+00:00", "by": "ann", "set": {"version:2": "discard"}}
    await stage.library.put(f"history/asset/{FIRST}/2026-decision-x.json", json.dumps(decision).encode())
    text = (await client.get(f"/assets/{FIRST}")).text
    assert "Version 2 is discarded" in text
    assert "data-answer" not in text
    assert "discarded" in text
    assert "too late" in text


async def test_nobody_decides_about_what_is_not_there(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/assets/nothing/decisions", json={"set": {"tag:a": "confirmed"}}, headers=KEY)
    assert answer.status_code == 404


async def test_retry_sends_the_newest_version_round_again(client: httpx.AsyncClient, stage: Stage) -> None:
    assert (await client.post(f"/v1/assets/{FIRST}/retry", headers=KEY)).status_code == 202
    assert json.loads(stage.broker.records("asset.ingested")[0].value or b"")["data"]["asset_id"] == FIRST
    assert (await client.post(f"/v1/assets/{THIRD}/retry", headers=KEY)).status_code == 409


async def test_retry_has_ingest_look_again_at_what_it_failed_to_take(client: httpx.AsyncClient, stage: Stage) -> None:
    where = {"bucket": "inbox", "key": "autumn/odd.jpg", "bytes": 5}
    failed = facet(THIRD, "file", where, revision=2, status="failed", cause="Our own error: X")
    await stage.put([change(failed)])
    assert (await client.post(f"/v1/assets/{THIRD}/retry", headers=KEY)).status_code == 202
    (hint,) = stage.broker.records("inbox.events")
    assert (hint.key, json.loads(hint.value or b"")) == (
        b"inbox/autumn/odd.jpg",
        {"bucket": "inbox", "key": "autumn/odd.jpg", "reason": "retry"},
    )
    assert stage.broker.records("asset.ingested") == []


async def test_uploads_go_straight_to_the_store(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/uploads", json={"key": "new/a.jpg"}, headers=KEY)
    assert (made.status_code, made.json()["url"]) == (201, "http://store/inbox/new/a.jpg?signed")
    for name in ("../a.jpg", "new/packshot-report.csv", "new/.DS_Store", "new/a.jpg.part"):
        assert (await client.post("/v1/uploads", json={"key": name}, headers=KEY)).status_code == 422, name
