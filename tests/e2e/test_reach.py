"""Two markets, of which one lacks a locale; and a campaign's picture that the products of a category inherit."""

import asyncio
from typing import Any

import pytest

from tests.e2e.pictures import picture
from tests.e2e.test_editions import asks, until
from tests.e2e.test_pim_changes import Shop, shop, shown_in
from tests.e2e.test_relink import decide

__all__ = ["shop"]  # the fixture
pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]


async def test_each_market_is_given_its_own_and_a_category_passes_its_picture_on(shop: Shop) -> None:
    second = f"{shop.reds}_2"
    shop.files[second] = f"{shop.prefix}/{second}.jpg"
    await shop.pipeline.drop([(shop.files[second], picture(int(shop.prefix[1:], 16) % 10**6 + 11))])
    await shop.seen.settle([shop.files[second]])
    german, swiss, campaign = (shop.asset(name) for name in (shop.reds, second, shop.unnamed))

    def given(query: str = "") -> tuple[list[str], list[str]]:
        (found,) = [one for one in asks(shop, f"products/{shop.red}{query}")["variants"] if one["sku"] == shop.red]
        return [item["asset_id"] for item in found["media"]], found["fallback"]

    def everywhere(query: str) -> dict[str, Any]:
        public = shop.ask("delivery", f"/p/{shop.red}.json{query}").json()
        page = shop.ask("catalog", f"/products/{shop.red}{query}").text
        delivered = [item["asset"] for item in public["items"]], public["notes"]
        return {"API": given(query), "delivery": delivered, "page": shown_in(page)}

    async def gives(query: str, *wanted: Any) -> None:
        told = {"API": wanted, "delivery": wanted, "page": set(wanted[0])}
        await until(lambda: everywhere(query) == told)

    for asset, market, locales in ((german, "de", ["de"]), (swiss, "ch", ["de-CH", "fr-CH"])):
        await decide(shop.pipeline, asset, "limits", {"markets": [market], "locales": locales})
    await decide(shop.pipeline, campaign, "link:category:jumpers", "linked")
    await shop.says("model", model=True, sku=shop.model, name="Jumper of wool", category="Women/Jumpers")
    await gives("?market=de&locale=de-DE", [german, campaign], [])
    await gives("?market=ch&locale=fr-CH", [swiss, campaign], [])
    said = ["front: nothing for the locale it-CH; what is for de-CH, fr-CH is given."]
    await gives("?market=ch&locale=it-CH", [swiss, campaign], said)
    await shop.says("model", model=True, sku=shop.model, name="Jumper of wool", category="Women/Coats")
    await gives("?market=ch&locale=fr-CH", [swiss], [])
    await gives("", [german, swiss], [])
    assert (await asyncio.to_thread(asks, shop, f"assets/{campaign}"))["links"][0]["role"] == "campaign"
