"""Who took what: noted before it is given, and told to managers."""

from typing import Any

import httpx
import pytest

from schemas.download import KIND
from services.catalog.api.access import COOKIE, Access
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, get
from tests.integration.catalog_stage import Stage, change, facet

pytestmark = pytest.mark.broker


async def told(client: httpx.AsyncClient, query: str = "") -> list[tuple[Any, ...]]:
    items = (await get(client, f"/v1/downloads?{query}"))["items"]
    return [(one["what"], one["by"], one["assets"], one["presets"], one["files"]) for one in items]


async def test_originals_packs_and_what_share_links_give_are_told(client: httpx.AsyncClient, stage: Stage) -> None:
    fold = Folding(stage, KIND, "share")
    assert (await client.get(f"/v1/assets/{FIRST}/original", headers=KEY)).status_code == 200
    form = {"assets": [FIRST, SECOND], "preset": "thumbnail"}
    assert (await client.post("/v1/packs", data=form, headers=KEY)).status_code == 200
    body = {"name": "Press", "assets": [FIRST], "presets": ["thumbnail"], "days": 3}
    made = (await client.post("/v1/shares", json=body, headers=KEY)).json()
    await fold()
    link = made["url"].removeprefix("http://packshot.test")
    assert (await client.get(f"{link}/pack?preset=thumbnail")).status_code == 200
    await fold()
    original: tuple[Any, ...] = ("original", "admin", [FIRST], [], 1)
    pack = ("pack", "admin", [FIRST, SECOND], ["thumbnail"], 2)
    shared = ("pack", "Press", [FIRST], ["thumbnail"], 1)
    assert sorted(await told(client)) == sorted([original, pack, shared])
    assert sorted(await told(client, f"asset={SECOND}")) == [pack]
    assert sorted(await told(client, "by=Press")) == [shared]
    assert await told(client, f"asset={FIRST}&by=nobody") == []
    first = await get(client, "/v1/downloads?limit=2")
    rest = await get(client, f"/v1/downloads?limit=2&cursor={first['next']}")
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 3 and rest["next"] is None
    await get(client, f"/v1/downloads?by=x&cursor={first['next']}", 400)


async def test_who_took_a_pack_has_what_was_in_it_alone(client: httpx.AsyncClient, stage: Stage) -> None:
    fold = Folding(stage, KIND, "share")
    over = {"live": 1, "newest": 1, "state": "complete", "available_until": "2020-01-01T00:00:00Z"}
    await stage.put([change(facet(SECOND, "head", over, revision=2))])
    form = {"assets": [FIRST, SECOND], "preset": "thumbnail"}
    assert (await client.post("/v1/packs", data=form, headers=KEY)).status_code == 200
    body = {"name": "Press", "assets": [SECOND, FIRST], "presets": ["thumbnail"], "days": 3}
    made = (await client.post("/v1/shares", json=body, headers=KEY)).json()
    await fold()
    link = made["url"].removeprefix("http://packshot.test")
    assert (await client.get(f"{link}/pack?preset=thumbnail")).status_code == 200
    await fold()
    assert [one[2] for one in await told(client)] == [[FIRST], [FIRST]]


async def test_nothing_is_given_that_could_not_be_noted(client: httpx.AsyncClient, stage: Stage) -> None:
    stage.broker.down = True
    assert (await client.get(f"/v1/assets/{FIRST}/original", headers=KEY)).status_code == 503
    form = {"assets": [FIRST], "preset": "thumbnail"}
    assert (await client.post("/v1/packs", data=form, headers=KEY)).status_code == 503


async def test_it_is_told_to_managers_alone(client: httpx.AsyncClient) -> None:
    for role, status in (("manager", 200), ("approver", 403)):
        client.cookies.set(COOKIE, Access("secret").session("anna", role))  # type: ignore[arg-type]
        assert (await client.get("/v1/downloads")).status_code == status
