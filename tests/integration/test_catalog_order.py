"""Decisions in bulk, and the order that a person gives a product's media: through the API, and as the page shows it."""

import json
from functools import partial
from typing import Any

import httpx
import pytest

from schemas.decision import Decision, Fact
from services.catalog.api import saying
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.taking_back import PART_BYTES, in_parts
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get
from tests.integration.catalog_stage import NOON, Stage, change, facet, media, product

pytestmark = pytest.mark.broker


def said(stage: Stage) -> list[Decision]:
    return [Decision.model_validate(json.loads(one.value or b"")["data"]) for one in stage.told()]


@pytest.fixture
async def pictured(stage: Stage, client: httpx.AsyncClient) -> Stage:
    """Both sizes show the same two pictures."""
    for sku in ("RED-42", "RED-43"):
        await stage.put([change(media(sku, FIRST, SECOND, revision=5))])
    return stage


async def test_an_order_is_a_decision_a_size_and_is_taken_back(client: httpx.AsyncClient, pictured: Stage) -> None:
    body = {"skus": ["RED-42", "RED-43"], "order": [SECOND, FIRST], "why": "the back sells"}
    answer = await client.post("/v1/products/order", json=body, headers=KEY)
    assert answer.status_code == 202, answer.text
    decisions = said(pictured)
    assert [one.entity for one in decisions] == ["product/RED-42", "product/RED-43"]
    assert {one.batch for one in decisions} == {answer.json()["batch"]}
    assert all((one.set, one.by, one.why) == ({"order": [SECOND, FIRST]}, "admin", body["why"]) for one in decisions)
    for one in decisions:  # as the curator folds them
        kind, _, sku = one.entity.partition("/")
        await pictured.put([change(Fact(kind=kind, id=sku, revision=1, fields=one.set, written=NOON))])
    found = await get(client, "/v1/products/RED")
    assert [one["order"] for one in found["variants"]] == [[SECOND, FIRST]] * 2
    again = product("CRIMSON-42", "Red 42", parent="RED", revision=9).model_copy(
        update={"id": "RED-42", "formerly": ["RED-42"]}
    )
    await pictured.put([change(again)])
    found = await get(client, "/v1/products/RED")
    assert {one["sku"]: one["order"] for one in found["variants"]}["CRIMSON-42"] == [SECOND, FIRST]
    await client.post("/v1/products/order", json={"skus": ["RED-42"], "order": []}, headers=KEY)
    assert [one.entity for one in said(pictured) if one.set == {"order": []}] == ["product/RED-42"]


@pytest.mark.parametrize(
    ("body", "status", "cause"),
    [
        ({"skus": ["RED-42"], "order": [THIRD]}, 422, f"{THIRD} is no picture of RED-42"),
        ({"skus": ["RED-42"], "order": [FIRST, FIRST]}, 422, "twice"),
        ({"skus": ["RED-99"], "order": [FIRST]}, 404, "no product RED-99 with pictures"),
        ({"skus": [], "order": [FIRST]}, 422, "skus"),
    ],
)
async def test_an_order_that_cannot_be_is_refused(
    client: httpx.AsyncClient, pictured: Stage, body: dict[str, Any], status: int, cause: str
) -> None:
    answer = await client.post("/v1/products/order", json=body, headers=KEY)
    assert answer.status_code == status and cause in answer.text
    assert not said(pictured)


async def test_the_page_shows_the_order_of_what_looks_alike_once(client: httpx.AsyncClient, pictured: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    text = (await client.get("/products/RED")).text
    assert text.count("data-order=") == 1
    assert 'data-order="[&#34;RED-42&#34;, &#34;RED-43&#34;]"' in text and "As by role" not in text
    assert text.index(f'data-asset="{FIRST}"') < text.index(f'data-asset="{SECOND}"')
    for sku in ("RED-42", "RED-43"):
        await pictured.put([change(Fact(kind="product", id=sku, revision=1, fields={"order": [FIRST]}, written=NOON))])
    assert "As by role" in (await client.get("/products/RED")).text


async def test_links_and_roles_are_decided_for_several_at_once(client: httpx.AsyncClient, stage: Stage) -> None:
    body = {"assets": [FIRST, SECOND, FIRST], "set": {"link:RED-43": "linked", "role": "back"}, "clear": ["tag:x"]}
    answer = await client.post("/v1/decisions", json=body, headers=KEY)
    assert answer.status_code == 202, answer.text
    assert answer.json()["assets"] == [FIRST, SECOND]
    assert answer.json()["fields"] == ["link:RED-43", "role", "tag:x"]
    assert [(one.entity, one.set, one.clear) for one in said(stage)] == [
        (f"asset/{asset}", body["set"], ["tag:x"]) for asset in (FIRST, SECOND)
    ]
    record = stage.told()[0]
    assert record.partition == sum(FIRST.encode()) % stage.broker.partitions, "where the asset's facets go"


@pytest.mark.parametrize(
    ("body", "status", "cause"),
    [
        ({"set": {"hold": "x"}}, 422, "'hold': tag:<label>, link:<sku>, field:<name>, "),
        ({"set": {"link:RED-42": "perhaps"}}, 422, "none of confirmed, rejected, linked"),
        ({"set": {"role": "nothing"}}, 422, "is none of main"),
        ({"set": {"link:NOWHERE": "linked"}}, 422, "There is no product NOWHERE"),
        ({"assets": [FIRST, "0" * 36], "set": {"role": "back"}}, 404, f"There is no asset {'0' * 36}"),
        ({}, 422, "Name 1 to 500 fields"),
    ],
)
async def test_what_cannot_be_decided_is_decided_for_nobody(
    client: httpx.AsyncClient, stage: Stage, body: dict[str, Any], status: int, cause: str
) -> None:
    answer = await client.post("/v1/decisions", json={"assets": [FIRST, SECOND], **body}, headers=KEY)
    assert answer.status_code == status and cause in answer.text, answer.text
    assert not said(stage)


async def test_a_link_to_a_product_that_is_gone_is_rejected_for_several(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    body = {"assets": [FIRST, SECOND], "set": {"link:NOWHERE": "rejected"}}
    assert (await client.post("/v1/decisions", json=body, headers=KEY)).status_code == 202


async def test_what_nobody_has_decided_is_shown_as_it_was_found(client: httpx.AsyncClient) -> None:
    wanted = {"role": "front", "tag:shoe": "rejected", "link:RED-42": "confirmed", "tag:new": "confirmed"}
    body = {"assets": [FIRST], "set": wanted}
    (sample,) = (await client.post("/v1/decisions/preview", json=body, headers=KEY)).json()["sample"]
    assert sample["before"] == {"role": "main", "tag:shoe": "found", "link:RED-42": "linked"}
    assert sample["after"] == wanted


@pytest.mark.parametrize("room", [PART_BYTES, 1], ids=["one fact", "a fact each"])
async def test_what_is_decided_for_several_is_looked_at_first_and_taken_back_by_its_batch(
    client: httpx.AsyncClient, stage: Stage, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(saying, "in_parts", partial(in_parts, room=room))
    before = {FIRST: {"role": "back"}, SECOND: {"role": "detail", "tag:boot": "confirmed"}}
    await stage.put([change(facet(asset, "curation", {"fields": fields})) for asset, fields in before.items()])
    folded = Folding(stage, "asset", "batch", before=before)
    body = {"assets": [FIRST, SECOND, "9" * 36], "set": {"role": "back"}, "clear": ["tag:boot"]}
    seen = (await client.post("/v1/decisions/preview", json=body, headers=KEY)).json()
    assert (seen["changes"], seen["same"]) == (1, 1) and not stage.told()
    assert seen["refused"] == [{"asset": "9" * 36, "cause": "There is no such asset."}]
    (sample,) = seen["sample"]
    assert (sample["asset"], sample["before"], sample["after"]) == (
        SECOND, {"role": "detail", "tag:boot": "confirmed"}, {"role": "back"},
    )  # fmt: skip
    batch = (await client.post("/v1/decisions", json={**body, "assets": [FIRST, SECOND]}, headers=KEY)).json()["batch"]
    assert (await client.post(f"/v1/batches/{batch}/undo", headers=KEY)).status_code == 404  # nobody has folded it
    await folded()
    answer = await client.post(f"/v1/batches/{batch}/undo", headers=KEY)
    assert answer.status_code == 202, answer.text
    back = answer.json()
    assert (back["undone"], back["kept"]) == (1, [])
    await folded()
    assert await _fields(client, SECOND) == {"role": "detail", "tag:boot": "confirmed"}
    assert await _fields(client, FIRST) == {"role": "back"}
    again = (await client.post(f"/v1/batches/{back['batch']}/undo", headers=KEY)).json()
    await folded()
    assert again["undone"] == 1 and await _fields(client, SECOND) == {"role": "back"}
    await stage.put([change(facet(SECOND, "curation", {"fields": {"role": "main"}}, revision=9))])
    left = (await client.post(f"/v1/batches/{batch}/undo", headers=KEY)).json()
    anew = {"entity": f"asset/{SECOND}", "field": "role", "now": "main", "cause": "It was decided anew since."}
    assert (left["undone"], left["kept"]) == (1, [anew])
    assert stage.told()[-1].key == f"asset/{SECOND}".encode()
    viewer = await client.post(f"/v1/batches/{batch}/undo", headers={"Authorization": "Bearer nobody"})
    assert viewer.status_code == 401


async def _fields(client: httpx.AsyncClient, asset: str) -> dict[str, Any]:
    fields: dict[str, Any] = (await get(client, f"/v1/assets/{asset}"))["curation"]
    return fields
