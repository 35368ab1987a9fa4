"""Feeds of what is ready: by format, only what may be given now, recorded, incremental, and recalled."""

import base64
import csv
import dataclasses
import hashlib
import io
import json
import zipfile
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from schemas.product import Limits
from services.catalog import rebuild
from services.catalog.api.deps import Deps
from services.catalog.feeds.refilled import Refilled
from tests.integration.catalog_client import FIRST, KEY, SECOND, get
from tests.integration.catalog_stage import SHA, Stage, change, facet, media, product

pytestmark = pytest.mark.broker
BASE = "https://media.example.com"
SHOE = {"label": "shoe", "confidence": 0.9, "source": "m"}
SEEN = {"kind": "packshot", "background": "pure white", "box": [0.05, 0.05, 0.9, 0.9], "people": False}


def made(preset: str, asset: str, recipe: str = "r1") -> dict[str, Any]:
    size = {"format": "jpeg", "width": 2000, "height": 2000, "bytes": 5, "recipe": recipe}
    key = f"renditions/{asset}/{preset}-{recipe}.jpg"
    return {"preset": preset, "channel": "x", "key": key, "filled": [0.9, 0.9], "pure_white": True, **size} | {
        "sha256": hashlib.sha256(key.encode()).hexdigest()
    }


async def fit(stage: Stage, asset: str, *, revision: int, recipe: str = "r1") -> None:
    """All that channels ask for."""
    presets = ("marketplace", "zoom", "square", "web")
    later = {"sha256": SHA, "renditions": [made(preset, asset, recipe) for preset in presets]}
    renditions = {"sha256": SHA, "width": 2000, "height": 2000, "renditions": []}
    for preset in presets:
        await stage.library.put(made(preset, asset, recipe)["key"], b"bytes")
    await stage.put(
        [
            change(facet(asset, "renditions", renditions, revision=revision)),
            change(facet(asset, "renditions.later", later, revision=revision)),
            change(
                facet(
                    asset, "tags", {"composition": SEEN, "labels": [SHOE], "quality": {"score": 80}}, revision=revision
                )
            ),
            change(facet(asset, "tags.later", {}, revision=revision)),
        ]
    )


@pytest.fixture
async def shop(app: FastAPI, client: httpx.AsyncClient, stage: Stage) -> httpx.AsyncClient:
    """RED-42 has two pictures that fit everywhere, RED-43 none."""
    deps: Deps = app.state.deps
    settings = deps.settings.model_copy(update={"public_url": BASE})
    app.state.deps = dataclasses.replace(deps, settings=settings)
    await stage.put([change(media("RED-42", FIRST, SECOND, revision=5))])
    for asset in (FIRST, SECOND):
        await fit(stage, asset, revision=5)
    return client


async def feed(client: httpx.AsyncClient, path: str, status: int = 200) -> httpx.Response:
    answer = await client.get(f"/v1/feeds/{path}", headers=KEY)
    assert answer.status_code == status, answer.text
    return answer


async def given(client: httpx.AsyncClient, query: str = "", key: dict[str, str] = KEY) -> dict[str, list[str]]:
    """SKU → assets, by JSON, as somebody fetches it who hands it over to the channel."""
    answer = await client.get(f"/v1/feeds/shopify/json?record=true{query}", headers=key)
    assert answer.status_code == 200, answer.text
    lines = answer.text.splitlines()
    return {one["sku"]: [picture["asset"] for picture in one["pictures"]] for one in map(json.loads, lines)}


async def test_google_and_meta_get_the_pictures_of_what_is_ready(shop: httpx.AsyncClient) -> None:
    answer = await feed(shop, "google-merchant/google?doubt=true")
    (row,) = csv.DictReader(io.StringIO(answer.text), delimiter="\t")
    assert row["id"] == "RED-42"
    assert row["image_link"].startswith(f"{BASE}/a/{FIRST}/zoom.jpg?v=")
    assert row["additional_image_link"].startswith(f"{BASE}/a/{SECOND}/zoom.jpg?v=")
    (row,) = csv.DictReader(io.StringIO((await feed(shop, "meta-catalog/meta?doubt=true")).text))
    assert (row["id"], row["image_link"].split("?")[0]) == ("RED-42", f"{BASE}/a/{FIRST}/square.jpg")


async def test_what_nobody_has_looked_at_stays_behind_unless_it_is_wanted(shop: httpx.AsyncClient) -> None:
    assert len((await feed(shop, "google-merchant/google")).text.splitlines()) == 1
    assert len((await feed(shop, "google-merchant/google?doubt=true")).text.splitlines()) == 2


async def test_shopify_gets_each_picture_of_a_model_once(shop: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(media("RED-43", FIRST, SECOND, revision=5))])
    rows = list(csv.DictReader(io.StringIO((await feed(shop, "shopify/shopify")).text)))
    told = [(row["Handle"], row["Title"], row["Image Position"]) for row in rows]
    assert told == [("red", "Trainer", "1"), ("red", "", "2")]
    assert all(row["Image Alt Text"] for row in rows)
    other = product("Red!", "Another trainer", kind="model")
    await stage.put([change(other)])
    assert len((await feed(shop, "shopify/shopify")).text.splitlines()) == 1, "its handle would be red, too"
    (run, _) = (await feed(shop, "shopify/shopify/runs?own=true")).json()
    assert run["notes"][0].startswith("RED: it has no handle") and run["left_out"] == 2
    named = product("RED", "Trainer", kind="model", revision=2).model_copy(update={"attributes": {"handle": "trainer"}})
    await stage.put([change(named)])
    rows = list(csv.DictReader(io.StringIO((await feed(shop, "shopify/shopify")).text)))
    assert [row["Handle"] for row in rows] == ["trainer", "trainer"]


async def test_an_address_changes_exactly_when_the_bytes_do(shop: httpx.AsyncClient, stage: Stage) -> None:
    before = json.loads((await feed(shop, "shopify/json")).text.splitlines()[0])["pictures"]
    await fit(stage, FIRST, revision=6)
    assert json.loads((await feed(shop, "shopify/json")).text.splitlines()[0])["pictures"] == before
    await fit(stage, FIRST, revision=7, recipe="r2")
    after = json.loads((await feed(shop, "shopify/json")).text.splitlines()[0])["pictures"]
    assert after[0]["url"] != before[0]["url"] and after[1] == before[1]


async def test_a_run_is_kept_where_it_gave_something_else(shop: httpx.AsyncClient, stage: Stage) -> None:
    for _ in range(2):
        await given(shop)
    (run,) = (await feed(shop, "shopify/json/runs")).json()
    assert (run["products"], run["pictures"], run["left_out"], run["by"]) == (1, 2, 1, "admin")
    assert await given(shop, f"&since={run['id']}") == {}
    await fit(stage, SECOND, revision=6, recipe="r2")
    assert await given(shop, f"&since={run['id']}") == {"RED-42": [FIRST, SECOND]}
    assert len((await feed(shop, "shopify/json/runs")).json()) == 2
    await feed(shop, "shopify/json?since=20260101T000000000000Z", 404)
    await feed(shop, "shopify/json?since=../../secret", 404)


async def test_what_is_withdrawn_is_given_no_more_and_named_until_then(shop: httpx.AsyncClient, stage: Stage) -> None:
    assert await given(shop) == {"RED-42": [FIRST, SECOND]}
    assert (await feed(shop, "recalls")).json() == []
    (run,) = (await feed(shop, "shopify/json/runs")).json()
    used = (await get(shop, f"/v1/assets/{SECOND}"))["used"]
    assert [one["place"] for one in used] == ["feed shopify.json, RED-42", "feed shopify.json@admin, RED-42"]
    await stage.put([change(facet(SECOND, "head", {"live": None, "newest": 1, "state": "deleted"}, revision=9))])
    (recall,) = (await feed(shop, "recalls")).json()
    assert (recall["feed"], recall["asset_id"], recall["why"]) == ("shopify.json", SECOND, "withdrawn")
    assert await given(shop) == {"RED-42": [FIRST]}
    assert (await feed(shop, "recalls")).json() == []
    await stage.put([change(media("RED-42", revision=9))])
    assert await given(shop, f"&since={run['id']}") == {"RED-42": []}


async def test_what_is_for_other_markets_since_is_named(shop: httpx.AsyncClient, stage: Stage) -> None:
    assert await given(shop) == await given(shop, "&market=de") == {"RED-42": [FIRST, SECOND]}
    head = {"live": 1, "newest": 1, "state": "complete", "limits": {"markets": ["de", "at"]}}
    for revision, (asset, markets) in enumerate([(FIRST, ["DE", "at"]), (SECOND, ["at"])], 9):
        limits = {"limits": {"markets": markets, "locales": [], "channels": []}}
        await stage.put([change(facet(asset, "head", head | limits, revision=revision))])
    (recall,) = (await feed(shop, "recalls")).json()
    assert (recall["feed"], recall["asset_id"]) == ("shopify.json.de", SECOND)
    assert recall["why"] == "limited to other markets or channels"
    item = media("RED-42", FIRST).items[0].model_copy(update={"limits": Limits(markets=["at"])})
    await stage.put([change(media("RED-42", FIRST, SECOND, revision=9).model_copy(update={"items": [item]}))])
    told = [(one["feed"], one["asset_id"]) for one in (await feed(shop, "recalls")).json()]
    of_links = [("shopify.json.de", FIRST), ("shopify.json", SECOND), ("shopify.json.de", SECOND)]
    assert sorted(told) == sorted(of_links), "limits of links count, too"
    await rebuild.empty(stage.database)
    await Refilled(stage.database, stage.library).step()
    async with stage.database.reading() as connection:
        rows = await connection.fetch(
            "SELECT DISTINCT feed, market FROM catalog.handed WHERE feed NOT LIKE '%@%' ORDER BY feed"
        )
    assert [tuple(row) for row in rows] == [("shopify.json", ""), ("shopify.json.de", "de")]


async def test_amazon_gets_files_by_its_own_names(shop: httpx.AsyncClient, stage: Stage) -> None:
    await feed(shop, "amazon/amazon-zip?doubt=true", 409)
    assert "amazon-zip, json, zip" in (await feed(shop, "amazon/gs1-zip", 422)).json()["detail"]
    await feed(shop, "amazon/amazon-zip?doubt=true&since=x", 422)
    numbered = product("RED-42", "Trainer, red", parent="RED", size="42", revision=2)
    await stage.put([change(numbered.model_copy(update={"gtin": "4006381333931"}))])
    answer = await feed(shop, "amazon/amazon-zip?doubt=true&record=true")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        assert pack.namelist() == ["4006381333931.MAIN.jpg", "4006381333931.BACK.jpg"]
    (run,) = (await feed(shop, "amazon/amazon-zip/runs?doubt=true")).json()
    assert (run["pictures"], run["feed"]) == (2, "amazon.amazon-zip+doubt")


async def test_what_has_no_name_in_the_pack_was_not_given(shop: httpx.AsyncClient, stage: Stage) -> None:
    """RED-43 shows the same pictures, and Amazon cannot know it."""
    await stage.put([change(media("RED-43", FIRST, SECOND, revision=5))])
    numbered = product("RED-42", "Trainer, red", parent="RED", size="42", revision=2)
    await stage.put([change(numbered.model_copy(update={"gtin": "4006381333931"}))])
    await feed(shop, "amazon/amazon-zip?doubt=true&record=true")
    (run,) = (await feed(shop, "amazon/amazon-zip/runs?doubt=true")).json()
    assert (run["products"], run["left_out"]) == (1, 1)
    used = (await get(shop, f"/v1/assets/{FIRST}"))["used"]
    name = "feed amazon.amazon-zip+doubt"
    assert [one["place"] for one in used] == [f"{name}, RED-42", f"{name}@admin, RED-42"]


async def test_who_only_looks_changes_nothing(shop: httpx.AsyncClient) -> None:
    for path in ("shopify/json?record=false", "shopify/json?doubt=true&record=false", "shopify/json?on=2026-11-01"):
        await feed(shop, path)
    assert (await feed(shop, "shopify/json/runs")).json() == []
    assert (await get(shop, f"/v1/assets/{FIRST}"))["used"] == []
    await feed(shop, "shopify/json?on=2026-11-01&record=true", 422)


async def test_who_fetches_a_feed_and_is_no_channel_has_it_themselves(shop: httpx.AsyncClient) -> None:
    """Nobody can call that back: it is no run of the channel, and none of its recalls."""
    await feed(shop, "shopify/json")
    assert (await feed(shop, "shopify/json/runs")).json() == []
    used = (await get(shop, f"/v1/assets/{FIRST}"))["used"]
    assert [one["place"] for one in used] == ["feed shopify.json@admin, RED-42"]


async def test_what_a_channel_has_is_known_after_a_rebuild(shop: httpx.AsyncClient, stage: Stage) -> None:
    refilled = Refilled(stage.database, stage.library)
    await given(shop)
    assert await refilled.step() and not await refilled.step()
    await rebuild.empty(stage.database)
    assert await refilled.step()
    async with stage.database.reading() as connection:
        rows = await connection.fetch("SELECT feed, sku, asset_id, version FROM catalog.handed ORDER BY feed, asset_id")
    feeds = ("shopify.json", "shopify.json@admin")
    assert [tuple(row) for row in rows] == [(name, "RED-42", asset, 1) for name in feeds for asset in (FIRST, SECOND)]


async def test_what_somebody_fetched_once_they_have_though_they_fetch_again(
    shop: httpx.AsyncClient, stage: Stage
) -> None:
    await feed(shop, "shopify/json")
    await stage.put([change(media("RED-42", FIRST, revision=9))])
    await feed(shop, "shopify/json")
    used = (await get(shop, f"/v1/assets/{SECOND}"))["used"]
    assert [one["place"] for one in used] == ["feed shopify.json@admin, RED-42"]
    await rebuild.empty(stage.database)
    await Refilled(stage.database, stage.library).step()
    async with stage.database.reading() as connection:
        kept = await connection.fetch("SELECT asset_id FROM catalog.handed ORDER BY asset_id")
    assert [row["asset_id"] for row in kept] == sorted([FIRST, SECOND])


async def test_a_feed_that_ended_has_nothing_to_be_called_back(shop: httpx.AsyncClient, stage: Stage) -> None:
    await given(shop)
    await stage.put([change(facet(SECOND, "head", {"live": None, "newest": 1, "state": "deleted"}, revision=9))])
    assert len((await feed(shop, "recalls")).json()) == 1
    ended = await shop.delete("/v1/feeds/shopify/json", headers=KEY)
    assert ended.status_code == 204 and (await feed(shop, "recalls")).json() == []
    newest, before = (await feed(shop, "shopify/json/runs")).json()
    assert (newest["products"], before["products"]) == (0, 1)
    await rebuild.empty(stage.database)
    await Refilled(stage.database, stage.library).step()
    assert (await feed(shop, "recalls")).json() == []


async def test_words_that_change_alone_are_in_the_next_feed(shop: httpx.AsyncClient, stage: Stage) -> None:
    await given(shop)
    (run,) = (await feed(shop, "shopify/json/runs")).json()
    await stage.put([change(product("RED-42", "Trainer, crimson", parent="RED", size="42", revision=7))])
    assert await given(shop, f"&since={run['id']}") == {"RED-42": [FIRST, SECOND]}
    assert len((await feed(shop, "shopify/json/runs")).json()) == 2


async def test_shopify_is_told_a_whole_model_where_one_variant_differs(shop: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(media("RED-42", FIRST, revision=6)), change(media("RED-43", SECOND, revision=6))])
    await feed(shop, "shopify/shopify?record=true")
    (run,) = (await feed(shop, "shopify/shopify/runs")).json()
    await fit(stage, SECOND, revision=8, recipe="r2")
    rows = list(csv.DictReader(io.StringIO((await feed(shop, f"shopify/shopify?since={run['id']}")).text)))
    assert [row["Image Position"] for row in rows] == ["1", "2"]


async def test_a_channel_fetches_with_name_and_password(shop: httpx.AsyncClient) -> None:
    def basic(password: str) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"google:{password}".encode()).decode()}

    path = "/v1/feeds/shopify/shopify"
    assert (await shop.get(path, headers=basic("secret"))).status_code == 200
    assert (await shop.get(path, headers=basic("wrong"))).status_code == 401
    assert (await shop.get(path, headers={"Authorization": "Basic ?"})).status_code == 401
    assert (await shop.get("/v1/assets", headers=basic("secret"))).status_code == 401


async def test_what_is_asked_wrongly_says_what_there_is(client: httpx.AsyncClient) -> None:
    assert "PACKSHOT_PUBLIC_URL" in (await feed(client, "shopify/json", 409)).json()["detail"]
    assert "google" in (await feed(client, "shopify/xml", 404)).json()["detail"]
    assert "amazon" in (await feed(client, "nowhere/json", 404)).json()["detail"]
    assert {one["name"] for one in (await feed(client, "formats")).json()} >= {"google", "meta", "shopify", "json"}
