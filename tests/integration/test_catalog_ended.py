"""Decisions about what has ended, and links to products that nobody knows."""

import json
from typing import Any

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get, ids
from tests.integration.catalog_stage import Stage, change, facet, product

pytestmark = pytest.mark.broker


async def purge(stage: Stage, **head: Any) -> None:
    told = {"at": "2026-11-24T12:00:00+00:00", "by": "ann", "set": {"purge": "Consent was withdrawn."}}
    await stage.library.put(f"history/asset/{FIRST}/2026-decision-p.json", json.dumps(told).encode())
    over = facet(FIRST, "head", {"newest": 1, "state": "purged", "out": [1], **head}, revision=2)
    said = facet(FIRST, "curation", {"fields": {"purge": "Consent was withdrawn."}}, revision=2)
    await stage.put([change(said), change(over)])


async def test_a_purged_asset_says_the_way_back(client: httpx.AsyncClient, stage: Stage) -> None:
    await purge(stage)
    assert FIRST not in await ids(client, "")
    gone = await get(client, f"/v1/assets/{FIRST}", 410)
    told = {
        "at": "2026-11-23T12:00:00+00:00",
        "by": "ann",
        "why": "Consent was withdrawn.",
        "key": "autumn/RED_main.jpg",
    }
    assert gone["purged"] == told
    assert "by ann" in gone["detail"]
    await get(client, f"/v1/assets/{FIRST}/renditions/thumbnail", 404)
    client.cookies.set(COOKIE, Access("secret").session())
    page = await client.get(f"/assets/{FIRST}")
    assert page.status_code == 410
    assert f'data-take-back="{FIRST}"' in page.text
    assert (await client.get(f"/?selected={FIRST}")).status_code == 200
    back = gone["take_back"]
    answer = await client.request(back["method"], back["url"], json=back["body"], headers=KEY)
    assert answer.status_code == 202, answer.text
    assert json.loads(stage.broker.records("decisions")[0].value or b"")["data"]["clear"] == ["purge"]


async def test_a_deleted_asset_shows_its_proof(client: httpx.AsyncClient, stage: Stage) -> None:
    """As the collector notes it; whether the bytes are there is asked of the store."""
    kept, gone = "ab" * 32, "cd" * 32
    note = {
        "event": "Ended",
        "at": "2026-12-01T12:00:00+00:00",
        "key": "a/b.jpg",
        "originals": [kept, gone],
        "records": 9,
    }
    own = "90000000-0000-5000-8000-000000000000"
    await stage.library.put(f"history/asset/{own}/2026-11-24T12:00:00+00:00-ended.json", json.dumps(note).encode())
    told = await get(client, f"/v1/assets/{own}", 410)
    assert told["deleted"]["originals"] == {kept: True, gone: False} and told["deleted"]["records"] == 9
    assert "deleted for good on 1 December 2026" in told["detail"]
    client.cookies.set(COOKIE, Access("secret").session())
    page = await client.get(f"/assets/{own}")
    assert page.status_code == 410 and "deleted for good" in page.text


async def test_a_merged_asset_leads_to_the_one_that_goes_on(client: httpx.AsyncClient, stage: Stage) -> None:
    await purge(stage, state="merged", merged_into=SECOND)
    answer = await client.get(f"/v1/assets/{FIRST}", headers=KEY)
    assert (answer.status_code, answer.headers["location"]) == (308, f"/v1/assets/{SECOND}")
    assert answer.json()["merged_into"] == SECOND
    client.cookies.set(COOKIE, Access("secret").session())
    for page in ("", "/crops"):
        assert (await client.get(f"/assets/{FIRST}{page}")).headers["location"] == f"/assets/{SECOND}{page}"
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": {"tag:a": "confirmed"}}, headers=KEY)
    assert answer.status_code == 409
    assert SECOND in answer.json()["detail"]
    both = {"assets": [THIRD, FIRST], "set": {"tag:a": "confirmed"}}
    preview = (await client.post("/v1/decisions/preview", json=both, headers=KEY)).json()
    assert [one["asset"] for one in preview["refused"]] == [FIRST] and SECOND in preview["refused"][0]["cause"]
    many = await client.post("/v1/decisions", json=both, headers=KEY)
    assert many.status_code == 409 and SECOND in many.json()["detail"]
    assert not stage.told(), "of the other nothing was decided either"


@pytest.mark.parametrize("value", ["linked", "confirmed"])
async def test_nothing_is_linked_to_an_unknown_product(client: httpx.AsyncClient, stage: Stage, value: str) -> None:
    body = {"set": {"link:RED-421": value}}
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
    assert answer.status_code == 422
    assert "There is no product RED-421. Did you mean RED-42," in answer.json()["detail"]
    assert stage.broker.records("decisions") == []
    for known in ("RED-43", "RED"):
        body = {"set": {f"link:{known}": value, "link:NOPE": "rejected"}}
        answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
        assert answer.status_code == 202, answer.text


async def test_a_link_whose_product_is_gone_may_be_confirmed(client: httpx.AsyncClient, stage: Stage) -> None:
    gone = product("RED-42", "Trainer, red", parent="RED", revision=2).model_copy(update={"status": "removed"})
    await stage.put([change(gone)])
    for asset, status in ((FIRST, 202), (SECOND, 422)):
        body = {"set": {"link:RED-42": "confirmed"}}
        answer = await client.post(f"/v1/assets/{asset}/decisions", json=body, headers=KEY)
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("red-4", ["RED-42", "RED-43"]),
        ("trainer, red", ["RED-42", "RED-43"]),
        ("red", ["RED", "RED-42", "RED-43"]),
        ("RED-422", ["RED-42", "RED", "RED-43"]),
        ("%", []),
        ("xyzzy", []),
    ],
)
async def test_products_to_link_to(client: httpx.AsyncClient, query: str, found: list[str]) -> None:
    answer = await client.get("/v1/skus", params={"q": query}, headers=KEY)
    assert [one["sku"] for one in answer.json()][:3] == found
