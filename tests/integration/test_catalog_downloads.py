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


async def test_an_original_is_given_in_parts_and_not_again_to_who_has_it(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    place = f"/v1/assets/{FIRST}/original"
    whole = await client.get(place, headers=KEY)
    etag = whole.headers["etag"]
    assert (whole.content, whole.headers["accept-ranges"], whole.headers["content-length"]) == (b"jpeg!", "bytes", "5")
    for asked, body, told_of in (("bytes=0-1", b"jp", "bytes 0-1/5"), ("bytes=3-", b"g!", "bytes 3-4/5")):
        part = await client.get(place, headers={**KEY, "Range": asked, "If-Range": etag})
        assert (part.status_code, part.content, part.headers["content-range"]) == (206, body, told_of)
        assert part.headers["content-disposition"] == whole.headers["content-disposition"]
    assert len(stage.said("decisions")) == 3, "who leaves out the first byte has all the others"
    other = await client.get(place, headers={**KEY, "Range": "bytes=0-1", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, b"jpeg!")
    known = await client.get(place, headers={**KEY, "If-None-Match": etag})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", etag)
    none = await client.get(place, headers={**KEY, "Range": "bytes=5-"})
    assert (none.status_code, none.headers["content-range"]) == (416, "bytes */5")
    assert len(stage.said("decisions")) == 4, "what is not given is not noted"


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
