"""All that happened to an asset, page by page: people's decisions between what the workers wrote."""

import json
from datetime import timedelta

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from services.catalog.api.history import MOST
from tests.integration.catalog_client import FIRST, SECOND, get
from tests.integration.catalog_stage import NOON, Stage

pytestmark = pytest.mark.broker
DECISIONS = 2 * MOST + 3


@pytest.fixture
async def busy(stage: Stage) -> Stage:
    """Its version came, and then people decided about it again and again; what the workers wrote is between."""
    came = {"event": "Version 1 arrived", "at": NOON.isoformat(), "version": 1}
    await stage.library.put(
        f"history/asset/{FIRST}/{NOON.isoformat()}-version-1-arrived.json", json.dumps(came).encode()
    )
    for number in range(DECISIONS):
        at = (NOON + timedelta(minutes=number - MOST)).isoformat()
        said = {"at": at, "by": "ann", "set": {"tag:shoe": f"number {number}"}}
        await stage.library.put(f"history/asset/{FIRST}/{at}-decision-{number}.json", json.dumps(said).encode())
    return stage


async def test_pages_hold_all_once_the_newest_first(client: httpx.AsyncClient, busy: Stage) -> None:
    found = await get(client, f"/v1/assets/{FIRST}")
    items, cursor, pages = list(found["history"]), found["history_next"], 1
    while cursor:
        page = await get(client, f"/v1/assets/{FIRST}/history?cursor={cursor}")
        items, cursor, pages = items + page["items"], page["next"], pages + 1
    told = [one["what"] for one in items]
    assert len(told) == len(set(told)) and pages == 3
    assert [one["at"] for one in items] == sorted((one["at"] for one in items), reverse=True)
    said = [what for what in told if what.startswith("tag shoe")]
    assert said == [f"tag shoe number {number}" for number in reversed(range(DECISIONS))]
    assert {"Version 1 arrived", "Tagged (version 1)", "All renditions were made (version 1)"} <= set(told)
    few = await get(client, f"/v1/assets/{FIRST}/history?limit=3")
    assert [one["what"] for one in few["items"]] == told[:3] and few["next"]


async def test_a_cursor_is_good_for_its_asset_alone(client: httpx.AsyncClient, busy: Stage) -> None:
    cursor = (await get(client, f"/v1/assets/{FIRST}"))["history_next"]
    for wrong in (cursor, "x", "bm90IG9uZQ"):
        await get(client, f"/v1/assets/{SECOND}/history?cursor={wrong}", 400)
    short = await get(client, f"/v1/assets/{SECOND}/history")
    assert short["next"] is None and short["items"]
    await get(client, "/v1/assets/nothing/history", 404)
    assert (await client.get(f"/v1/assets/{FIRST}/history")).status_code == 401


async def test_the_page_leads_to_older_ones(client: httpx.AsyncClient, busy: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    first = (await client.get(f"/assets/{FIRST}")).text
    assert f"number {DECISIONS - 1}" in first and "number 0" not in first and ">Newest<" not in first
    cursor = (await get(client, f"/v1/assets/{FIRST}"))["history_next"]
    assert f'href="/assets/{FIRST}?older={cursor}#history"' in first
    older = (await client.get(f"/assets/{FIRST}?older={cursor}")).text
    assert "Older ones" in older and ">Newest<" in older and f"number {DECISIONS - 1}" not in older
    assert (await client.get(f"/assets/{SECOND}")).text.count("Older ones") == 0
