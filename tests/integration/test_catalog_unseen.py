"""What waits to be approved is no picture of its product yet: not in its holes, not in lists, not for channels."""

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import FIRST, KEY, SECOND, get
from tests.integration.catalog_stage import Stage, change, facet, media

pytestmark = pytest.mark.broker
WAITS = {"live": None, "newest": 1, "state": "waiting", "approves": 1, "waiting": "Ready.", "cure": "Approve it."}
BOTH = "RED-42\nRED-43"


@pytest.fixture
async def unseen(stage: Stage) -> Stage:
    """One size has a live main picture and a back that waits, the other only a main picture that waits."""
    records = [
        facet(SECOND, "head", WAITS, revision=2),
        media("RED-42", FIRST, SECOND, revision=5),
        media("RED-43", SECOND, revision=5),
    ]
    await stage.put([change(one) for one in records])
    return stage


async def test_it_is_shown_as_waiting_and_fills_no_hole(client: httpx.AsyncClient, unseen: Stage) -> None:
    one, other = (await get(client, "/v1/products/RED"))["variants"]
    assert [(item["asset_id"], item["waiting"]) for item in one["media"]] == [(FIRST, None), (SECOND, "approval")]
    assert (one["main"], one["missing"]) == (FIRST, [])  # nobody has a back that is live: that is no hole
    assert (other["main"], other["missing"]) == (None, ["main"])
    client.cookies.set(COOKIE, Access("secret").session())
    text = (await client.get("/products/RED")).text
    assert text.count("waits to be approved</small>") == 3 and text.count("missing until then") == 1
    assert f'data-approve="{SECOND}"' in text and "1 picture not live yet" in text


async def test_lists_count_it_apart(client: httpx.AsyncClient, unseen: Stage) -> None:
    (red,) = (await get(client, "/v1/products?q=RED"))["items"]
    assert (red["pictures"], red["waiting"], red["without_main"], red["roles"]) == (1, 1, 1, {"main": 1})
    assert red["main"] == red["picture"] == FIRST
    assert len((await get(client, "/v1/products?missing=main"))["items"]) == 1
    found = (await client.post("/v1/lookup", json={"text": BOTH}, headers=KEY)).json()
    assert [(one["sku"], one["pictures"], one["waiting"]) for one in found["found"]] == [("RED-42", 1, 1)]
    assert [(one["sku"], one["waiting"]) for one in found["without_picture"]] == [("RED-43", 1)]


async def test_for_a_channel_somebody_has_to_approve_it(client: httpx.AsyncClient, unseen: Stage) -> None:
    verdicts = (await get(client, "/v1/readiness?channel=webshop"))["items"]
    (finding,) = verdicts[1]["places"][0]["pictures"][0]["findings"]
    assert verdicts[1]["state"] == "person" and finding["cause"] == "It waits to be approved."


async def test_once_it_is_live_it_counts(client: httpx.AsyncClient, unseen: Stage) -> None:
    await unseen.put([change(facet(SECOND, "head", {"live": 1, "newest": 1, "state": "complete"}, revision=3))])
    (red,) = (await get(client, "/v1/products?q=RED"))["items"]
    assert (red["pictures"], red["waiting"], red["without_main"]) == (2, 0, 0)
    assert (await get(client, "/v1/products/RED"))["variants"][1]["main"] == SECOND
    assert not (await get(client, "/v1/products?missing=main"))["items"]
    found = (await client.post("/v1/lookup", json={"text": BOTH}, headers=KEY)).json()
    assert [one["pictures"] for one in found["found"]] == [2, 1] and not found["without_picture"]
