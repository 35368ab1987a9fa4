"""The shot list over a real PostgreSQL: by model, for several channels, as a list for a spreadsheet, and its page."""

import csv
import io

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import Stage, change, product

pytestmark = pytest.mark.broker


@pytest.fixture
async def shop(stage: Stage) -> Stage:
    """Beside RED, of which 42 has a main picture, a shirt in two sizes and two colours."""
    shirts = [
        product(f"SH-{size}-{colour}", "Shirt", parent="SH", size=size, color=colour)
        for size in "SM"
        for colour in ("Black", "White")
    ]
    await stage.put([change(one) for one in [product("SH", "Shirt", kind="model"), *shirts]])
    return stage


async def test_one_picture_is_asked_for_all_sizes_that_look_the_same(client: httpx.AsyncClient, shop: Stage) -> None:
    found = (await get(client, "/v1/shot-list?q=SH-"))["items"]
    mains = [(one["file"], one["skus"]) for one in found if one["role"] == "main"]
    assert mains == [
        ("SH-M-Black_main.jpg", ["SH-M-Black", "SH-S-Black"]),
        ("SH-M-White_main.jpg", ["SH-M-White", "SH-S-White"]),
    ]
    assert [one["role"] for one in found] == ["main", "main", *["front", "back", "side"] * 2]


async def test_what_is_required_comes_first_and_can_be_asked_for_alone(client: httpx.AsyncClient, shop: Stage) -> None:
    only = await get(client, "/v1/shot-list?required=true")
    assert {one["role"] for one in only["items"]} == {"main"} and only["next"] is None
    every = (await get(client, "/v1/shot-list"))["items"]
    assert every[: len(only["items"])] == only["items"] and len(every) > len(only["items"])
    assert not any(need["required"] for one in every[len(only["items"]) :] for need in one["needs"])
    listed = (await client.get("/v1/shot-list.csv?required=true", headers=KEY)).text
    assert len(listed.splitlines()) == 1 + len(only["items"])


async def test_channels_are_asked_together_and_an_unknown_one_is_named(client: httpx.AsyncClient, shop: Stage) -> None:
    found = (await get(client, "/v1/shot-list?channel=webshop&channel=amazon&q=SH-S-Black"))["items"]
    assert [need["channel"] for need in found[0]["needs"]] == ["webshop", "amazon"]
    await get(client, "/v1/shot-list?channel=nowhere", 404)


async def test_pages_hold_each_model_once(client: httpx.AsyncClient, shop: Stage) -> None:
    turns, cursor = [], ""
    while cursor is not None:
        found = await get(client, f"/v1/shot-list?limit=1&cursor={cursor}")
        turns += [(one["sku"][:2], one["needs"][0]["required"]) for one in found["items"]]
        cursor = found["next"]
    assert list(dict.fromkeys(turns)) == [("RE", True), ("SH", True), ("RE", False), ("SH", False)]


async def test_the_list_for_a_spreadsheet(client: httpx.AsyncClient, shop: Stage) -> None:
    answer = await client.get("/v1/shot-list.csv?q=SH-", headers=KEY)
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0][:5] == ["sku", "product", "role", "file", "required by"]
    assert rows[1][:5] == ["SH-M-Black", "Shirt", "main", "SH-M-Black_main.jpg", "webshop"]
    assert rows[1][7] == "SH-S-Black"


async def test_the_page_shows_it_and_switches_channels(client: httpx.AsyncClient, shop: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    text = (await client.get("/shot-list?q=SH-")).text
    assert "SH-M-Black_main.jpg" in text and "1 size more" in text and " style=" not in text
    assert "channel=webshop&amp;channel=amazon&amp;" in text and "Required only" in text
    assert "_back.jpg" not in (await client.get("/shot-list?q=SH-&required=true")).text
    assert "Nothing to take" in (await client.get("/shot-list?q=xyzzy")).text
    for path in ("/shot-list", "/readiness"):
        form = (await client.get(f"{path}?channel=amazon&market=de")).text.partition('role="search"')[2]
        for kept in ('name="channel" value="amazon"', 'name="market" value="de"'):
            assert f'<input type="hidden" {kept}>' in form.partition("</form>")[0], path
