"""Where files are used: reported by asset, address or SKU, shown on the asset, and missed where nobody reports any."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from runtime.database import Database
from services.catalog.api.access import COOKIE, Access
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, get, ids
from tests.integration.catalog_stage import Stage, change, media

pytestmark = pytest.mark.broker
SHOP, FEED = "https://shop.example.com/p/trainer", "feed of today"


async def report(client: httpx.AsyncClient, *items: dict[str, Any], status: int = 202) -> Any:
    answer = await client.post("/v1/usage", json={"items": list(items)}, headers=KEY)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_shop_says_what_it_shows(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(media("RED-42", FIRST))])
    folded = Folding(stage, "asset")
    told = await report(
        client,
        {"url": f"https://cdn.example.com/a/{FIRST}/web.webp", "place": SHOP, "channel": "webshop"},
        {"sku": "RED-42", "place": FEED},
        {"asset": "10000000-0000-5000-8000-00000000dead", "place": SHOP},
        {"sku": "NONE", "place": SHOP},
        {"url": "https://shop.example.com/", "place": SHOP},
        {"url": "http://[/p/x/main/web.jpg", "place": SHOP},
        {"url": "https://shop.example.com/p/x%00/main/web.jpg", "place": SHOP},
    )
    assert (told["taken"], [one["item"] for one in told["not_taken"]]) == (2, [2, 3, 4, 5, 6])
    await folded()
    asset = await get(client, f"/v1/assets/{FIRST}")
    assert {(one["place"], one["channel"]) for one in asset["used"]} == {(SHOP, "webshop"), (FEED, "")}
    client.cookies.set(COOKIE, Access("secret").session())
    page = await client.get(f"/assets/{FIRST}")
    assert "Where used" in page.text and SHOP in page.text
    unused = await ids(client, "flag=unused")
    assert FIRST not in unused and SECOND in unused


async def test_many_reports_are_no_more_questions_than_one(
    client: httpx.AsyncClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.put([change(media("RED-42", FIRST, SECOND, revision=2))])
    asked: list[int] = []
    real = Database.reading

    def counted(self: Database) -> Any:
        asked.append(1)
        return real(self)

    monkeypatch.setattr(Database, "reading", counted)
    counts = []
    for many in (1, 100):
        asked.clear()
        shown = [
            {"sku": "RED-42", "role": role, "place": f"{SHOP}/{n}"} for n in range(many) for role in ("main", "back")
        ]
        assert (await report(client, *shown))["taken"] == 2 * many
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4


async def test_it_is_not_there_any_more(client: httpx.AsyncClient, stage: Stage) -> None:
    folded = Folding(stage, "asset")
    await report(client, {"asset": FIRST, "place": SHOP}, {"asset": FIRST, "place": FEED})
    await folded()
    await report(client, {"asset": FIRST, "place": SHOP, "gone": True})
    await folded()
    assert [one["place"] for one in (await get(client, f"/v1/assets/{FIRST}"))["used"]] == [FEED]


async def test_nothing_is_seen_in_the_future(client: httpx.AsyncClient, stage: Stage) -> None:
    folded = Folding(stage, "asset")
    await report(client, {"asset": FIRST, "place": SHOP, "seen": "9999-12-31T23:59:59-14:00"}, status=422)
    await report(client, {"asset": FIRST, "place": SHOP, "seen": "0001-01-01T00:00:00+14:00"}, status=422)
    zoned = {"asset": FIRST, "place": FEED, "seen": "2026-01-01T01:00:00+02:00"}
    await report(client, {"asset": FIRST, "place": SHOP, "seen": "2999-01-01T00:00:00"}, zoned)
    await folded()
    seen = {one["place"]: one["seen"] for one in (await get(client, f"/v1/assets/{FIRST}"))["used"]}
    assert seen[FEED].startswith("2025-12-31T23:00:00")
    assert abs(datetime.fromisoformat(seen[SHOP]) - datetime.now(UTC)) < timedelta(hours=1)


async def test_a_report_names_one_file(client: httpx.AsyncClient) -> None:
    await report(client, {"place": SHOP}, status=422)
    await report(client, {"asset": FIRST, "sku": "RED-42", "place": SHOP}, status=422)
    await report(client, {"asset": FIRST, "place": "a\0b"}, status=422)
    assert (await client.post("/v1/usage", json={"items": [{"asset": FIRST, "place": SHOP}]})).status_code == 401


async def test_what_nobody_reports_is_offered_to_nobody(client: httpx.AsyncClient) -> None:
    assert "unused" not in [one["value"] for one in (await get(client, "/v1/facets"))["flag"]]
    assert "unused" in [one["value"] for one in (await get(client, "/v1/facets?flag=unused"))["flag"]]
