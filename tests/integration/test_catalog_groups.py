"""Links to categories and collections, and limits: what people may say, and what an audience is given."""

from typing import Any

import httpx
import pytest

from schemas.product import Limits, MediaItem, ProductMedia
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import ASSETS, NOON, Stage, change, picture, product
from tests.integration.test_catalog_questions import said

pytestmark = pytest.mark.broker
FIRST, SECOND, THIRD = ASSETS[:3]


def item(asset: str, role: str, limits: Limits | None = None, **more: Any) -> MediaItem:
    return MediaItem(asset_id=asset, version=1, role=role, confidence=0.9, limits=limits, **more)


@pytest.fixture
async def shop(stage: Stage) -> Stage:
    """Boots in a category and a collection, with a main for Germany and one for Switzerland, there not in Italian."""
    boots = product("BOOT", "Boot").model_copy(
        update={"category": "Men/Shoes", "attributes": {"collection": "Summer 26; Sale"}}
    )
    german, swiss = Limits(markets=["de"], locales=["de"]), Limits(markets=["ch"], locales=["de-CH", "fr-CH"])
    campaign = item(THIRD, "campaign", inherited=True, via="category:Men/Shoes")
    media = ProductMedia(
        sku="BOOT", revision=1, main=FIRST, written=NOON,
        items=[item(FIRST, "main", german), item(SECOND, "main", swiss), campaign],
    )  # fmt: skip
    for one in [boots, media, *picture(THIRD, "hero.jpg")]:
        await stage.put([change(one)])
    return stage


async def decide(client: httpx.AsyncClient, **set: Any) -> httpx.Response:
    return await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": set["set"]}, headers=KEY)


async def test_two_markets_one_of_which_lacks_a_locale(client: httpx.AsyncClient, shop: Stage) -> None:
    async def given(query: str) -> tuple[list[tuple[str, str]], str | None, list[str]]:
        (found,) = (await get(client, f"/v1/products/BOOT{query}"))["variants"]
        return [(one["role"], one["asset_id"]) for one in found["media"]], found["main"], found["fallback"]

    campaign = ("campaign", THIRD)
    assert await given("") == ([("main", FIRST), ("main", SECOND), campaign], FIRST, [])
    assert await given("?market=de&locale=de-DE") == ([("main", FIRST), campaign], FIRST, [])
    assert await given("?market=ch&locale=fr-CH") == ([("main", SECOND), campaign], SECOND, [])
    missing = "main: nothing for the locale it-CH; what is for de-CH, fr-CH is given."
    assert await given("?market=ch&locale=it-CH") == ([("main", SECOND), campaign], SECOND, [missing])
    nowhere = "main: nothing for the market us; what there is, is limited to others."
    assert await given("?market=us") == ([campaign], None, [nowhere])
    page = (await client.get("/products/BOOT?market=ch&locale=it-CH", headers=KEY)).text
    assert missing in page and "only market ch" in page and "category Men/Shoes" in page
    assert "<option selected>ch</option>" in page


async def test_groups_are_found_and_linked(client: httpx.AsyncClient, shop: Stage) -> None:
    found = [one["sku"] for one in await get(client, "/v1/skus?q=shoes")]
    assert found == ["category:Men/Shoes"]
    assert "collection:Summer 26" in [one["sku"] for one in await get(client, "/v1/skus?q=summer")]
    for group in ("category:Men/Shoes", "category:men > SHOES", "category:Men", "collection:sale"):
        assert (await decide(client, set={f"link:{group}": "linked"})).status_code == 202, group
    assert len(said(shop)) == 4
    unknown = await decide(client, set={"link:category:Women": "linked"})
    assert unknown.status_code == 422 and "No product is in the category Women" in unknown.json()["detail"]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("limits", {"markets": ["de", "at"], "channels": ["print"]}, 202),
        ("limits", {}, 202),
        ("limits:BOOT", {"locales": ["de-CH"]}, 202),
        ("limits", {"countries": ["de"]}, 422),
        ("limits", {"markets": [""]}, 422),
        ("limits", "de", 422),
        ("limits:", {"markets": ["de"]}, 422),
    ],
)
async def test_limits_are_lists_of_names(
    client: httpx.AsyncClient, shop: Stage, name: str, value: Any, status: int
) -> None:
    answer = await decide(client, set={name: value})
    assert answer.status_code == status, answer.text
    assert [one.set for one in said(shop)] == ([{name: value}] if status == 202 else [])
