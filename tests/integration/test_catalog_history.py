"""All that happened to an asset, page by page: people's decisions between what the workers wrote."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from services.catalog.api.history import MOST
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, get
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


async def test_it_names_who_sent_a_file_and_who_had_it_done_again(client: httpx.AsyncClient, stage: Stage) -> None:
    """The bytes go past us: what is known is who was given leave to send them, and when they came."""
    folded = Folding(stage, "action")
    client.cookies.set(COOKIE, Access("secret").session("anna", "editor"))
    own = {"Sec-Fetch-Site": "same-origin"}
    key = "autumn/RED_main.jpg"
    assert (await client.post("/v1/uploads", json={"key": key}, headers=own)).status_code == 201
    big = {"key": "autumn/film.mp4", "bytes": 40_000_000}
    assert (await client.post("/v1/multipart-uploads", json=big, headers=own)).status_code == 201
    assert (await client.post(f"/v1/assets/{FIRST}/retry", headers=own)).status_code == 202
    await folded()
    now = datetime.now(UTC)
    for number, at in ((2, now), (3, now + timedelta(days=1))):
        came = {"event": f"Version {number} arrived", "at": at.isoformat(), "version": number, "key": key}
        name = f"history/asset/{FIRST}/{at.isoformat()}-version-{number}-arrived.json"
        await stage.library.put(name, json.dumps(came).encode())
    told = {one["what"]: one["by"] for one in (await get(client, f"/v1/assets/{FIRST}/history"))["items"]}
    assert (told["Version 2 arrived"], told["Version 3 arrived"]) == ("anna", ""), "the leave was over by then"
    assert told["Asked to be worked on again"] == "anna"
    listed = (await get(client, "/v1/actions"))["items"]
    assert sorted((one["what"], one["key"], one["by"]) for one in listed) == [
        ("retry", None, "anna"), ("upload", key, "anna"), ("upload", big["key"], "anna"),
    ]  # fmt: skip
    assert [one["key"] for one in (await get(client, f"/v1/actions?what=upload&key={key}"))["items"]] == [key]
    first = await get(client, "/v1/actions?by=anna&limit=2")
    rest = await get(client, f"/v1/actions?by=anna&cursor={first['next']}")
    assert len(first["items"]) == 2 and len(rest["items"]) == 1 and rest["next"] is None
    assert (await client.get("/v1/actions")).status_code == 403


async def test_nothing_is_done_that_could_not_be_noted(client: httpx.AsyncClient, stage: Stage) -> None:
    stage.broker.down = True
    assert (await client.post("/v1/uploads", json={"key": "a.jpg"}, headers=KEY)).status_code == 503
    assert (await client.post(f"/v1/assets/{FIRST}/retry", headers=KEY)).status_code == 503
