"""Which pictures are one photograph, and which look similar: compared in the view, told by the API and the page."""

import asyncio
import html
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import numpy as np
import pytest

from runtime import photograph
from runtime.photograph import Signature
from schemas.facet import Facet
from services.catalog import dump, rebuild
from services.catalog.api.access import COOKIE, Access
from services.catalog.comparing import Comparing
from services.catalog.queries import alike as queries
from services.catalog.scope import EVERYTHING, Scope
from tests.fakes.shirts import SENT_ON, shirt_on_white, signed
from tests.integration.catalog_client import KEY, get, ids
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture

pytestmark = pytest.mark.broker
RED, CROPPED, MIRRORED, BLUE, OTHER, TWIN = ASSETS
LOOKS: dict[str, Signature] = {
    RED: signed(shirt_on_white(3)),
    CROPPED: signed(SENT_ON["cropped all around"](shirt_on_white(3))),
    MIRRORED: signed(SENT_ON["mirrored"](shirt_on_white(3))),
    BLUE: signed(shirt_on_white(3, (30, 60, 160))),
    OTHER: signed(shirt_on_white(7)),
}


@pytest.fixture
async def shirts(stage: Stage) -> AsyncIterator[Comparing]:
    """All of them in the catalogue, none compared yet."""
    await rebuild.empty(stage.database)
    for asset, look in LOOKS.items():
        await show(stage, asset, look)
    await show(stage, TWIN, LOOKS[RED], content=f"{RED}-1")
    yield Comparing(stage.database, stage.library)


async def show(
    stage: Stage, asset: str, look: Signature, *, content: str = "", kind: str = "image", version: int = 1
) -> None:
    """The picture with its tags, as ingest, render and tagger tell of it. `content` stands for its hash."""
    content = content or f"{asset}-{version}"
    await stage.library.put(keys_of(content)["likeness_key"], look.pack())
    await stage.library.put(keys_of(content)["embedding_key"], embedding(asset))
    for one in looking(asset, content, kind, version):
        await stage.say(one)
        await stage.put([change(one)])


def looking(asset: str, content: str, kind: str, version: int) -> Iterable[Facet]:
    more = {"file": {"sha256": content, "kind": kind}, "tags": keys_of(content)}
    more["head"] = {"live": version, "newest": version}
    for one in picture(asset, f"shirts/{asset[0]}.jpg"):
        fields = {} if one.facet == "head" else {"version": version}
        yield one.model_copy(update={**fields, "data": {**one.data, **more.get(one.facet, {})}, "revision": version})


def keys_of(content: str) -> dict[str, Any]:
    return {"likeness_key": f"vectors/{content}/likeness-1.bin", "embedding_key": f"vectors/{content}/m-1.f16"}


def embedding(asset: str) -> bytes:
    """All shirts are near one another, the other thing is not."""
    base = np.zeros(8) if asset != OTHER else np.eye(8)[1] * -1
    vector = base + np.eye(8)[0] * (asset != OTHER) + np.eye(8)[2] * ASSETS.index(asset) / 20
    return bytes(vector.astype("<f2").tobytes())


async def compare(comparing: Comparing) -> int:
    """All that is due; returns how many."""
    count = 0
    while await comparing.step():
        count += 1
    return count


async def pairs(stage: Stage) -> list[tuple[Any, ...]]:
    async with stage.database.transaction() as connection:
        return [tuple(row) for row in await connection.fetch("SELECT * FROM catalog.same_pair ORDER BY 1, 2")]


async def alike(client: httpx.AsyncClient, asset: str) -> dict[str, dict[str, Any]]:
    found = await get(client, f"/v1/assets/{asset}/alike")
    return {
        "same": {one["asset"]["id"]: one for one in found["same"]},
        "similar": {one["asset"]["id"]: one["likeness"] for one in found["similar"]},
    }


async def test_what_came_last_is_compared_first(stage: Stage, shirts: Comparing) -> None:
    async with stage.database.transaction() as connection:
        await connection.execute("UPDATE catalog.likeness SET arrived = '2001-01-01'")
        await connection.execute("UPDATE catalog.likeness SET arrived = now() WHERE asset_id = $1", MIRRORED)
    assert await shirts.step()
    async with stage.database.transaction() as connection:
        assert await connection.fetchval("SELECT asset_id FROM catalog.likeness WHERE compared") == MIRRORED


async def test_of_many_that_are_alike_by_hash_the_nearest_are_looked_at(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, shirts: Comparing
) -> None:
    monkeypatch.setattr(photograph, "NEAREST", 0)
    monkeypatch.setattr(photograph, "HASHED", 1)
    async with stage.database.transaction() as connection:
        await connection.execute("UPDATE catalog.likeness SET arrived = 'epoch' WHERE asset_id = $1", MIRRORED)
    assert await compare(shirts) == len(ASSETS)
    assert len(await pairs(stage)) == 1, "the mirrored one came last, and was laid upon one of the two"


async def test_an_altered_copy_is_the_same_photograph_and_another_colour_is_similar(
    client: httpx.AsyncClient, shirts: Comparing
) -> None:
    before = await get(client, f"/v1/assets/{RED}/alike")
    assert (before["compared"], [one["asset"]["id"] for one in before["same"]]) == (False, [TWIN])
    assert await compare(shirts) == len(ASSETS)
    found = await alike(client, RED)
    assert found["same"].keys() == {TWIN, CROPPED, MIRRORED}
    assert found["same"][TWIN]["same_bytes"]
    assert not found["same"][CROPPED]["same_bytes"]
    assert found["same"][CROPPED]["shared"] == pytest.approx(0.49, abs=0.03)
    assert {asset for asset, one in found["same"].items() if one["mirrored"]} == {MIRRORED}
    assert list(found["similar"]) == [BLUE]
    assert found["similar"][BLUE] > 0.9
    assert (await alike(client, CROPPED))["same"].keys() == {RED, TWIN, MIRRORED}
    assert await alike(client, OTHER) == {"same": {}, "similar": {}}
    assert (await get(client, f"/v1/assets/{RED}/alike?similar=0"))["similar"] == []


async def test_all_that_have_a_duplicate_are_a_list(client: httpx.AsyncClient, shirts: Comparing) -> None:
    assert set(await ids(client, "flag=duplicate")) == {RED, TWIN}
    await compare(shirts)
    assert set(await ids(client, "flag=duplicate")) == {RED, TWIN, CROPPED, MIRRORED}
    counted = (await get(client, "/v1/facets"))["flag"]
    assert {"value": "duplicate", "count": 4, "more": False} in counted
    listed = {one["id"]: one["altered_copies"] for one in (await get(client, "/v1/assets"))["items"]}
    assert listed == {RED: 2, TWIN: 2, CROPPED: 3, MIRRORED: 3, BLUE: 0, OTHER: 0}


async def test_only_the_version_that_is_shown_counts(
    client: httpx.AsyncClient, stage: Stage, shirts: Comparing
) -> None:
    await compare(shirts)
    await show(stage, CROPPED, signed(shirt_on_white(9)), version=2)
    assert CROPPED not in (await alike(client, RED))["same"]
    assert await compare(shirts) == 1
    assert (await alike(client, CROPPED))["same"] == {}
    await stage.put([change(facet(MIRRORED, "head", {"newest": 1, "state": "purged", "out": [1]}, revision=5))])
    assert (await alike(client, RED))["same"].keys() == {TWIN}
    await get(client, f"/v1/assets/{MIRRORED}/alike", 410)
    await get(client, "/v1/assets/nothing/alike", 404)


async def test_what_changes_nothing_of_the_picture_compares_nothing_again(stage: Stage, shirts: Comparing) -> None:
    await compare(shirts)
    await stage.put([change(facet(RED, "links", {"links": []}, revision=9))])
    assert await compare(shirts) == 0
    assert len(await pairs(stage)) == 5


async def test_a_view_that_is_made_anew_finds_the_same_pairs(stage: Stage, shirts: Comparing) -> None:
    await compare(shirts)
    found, facts = await pairs(stage), await dump.text(stage.database)
    assert len(found) == 5
    await rebuild.from_bucket(stage.database, stage.library, await stage.member("x").logs(), stage.ends())
    assert (await pairs(stage), await dump.text(stage.database)) == ([], facts)
    assert await compare(shirts) == len(ASSETS)
    assert (await pairs(stage), await dump.text(stage.database)) == (found, facts)


async def test_two_processes_take_turns_and_miss_no_pair(stage: Stage, shirts: Comparing) -> None:
    other = Comparing(stage.database, stage.library)
    while any(await asyncio.gather(shirts.step(), other.step())):
        pass
    assert len(await pairs(stage)) == 5


async def test_one_that_cannot_be_read_stops_no_other(
    client: httpx.AsyncClient, stage: Stage, shirts: Comparing
) -> None:
    await stage.library.put(keys_of(f"{RED}-1")["likeness_key"], b"cut off")
    await stage.library.delete(keys_of(f"{BLUE}-1")["likeness_key"])
    assert await compare(shirts) == len(ASSETS)
    told = await get(client, f"/v1/assets/{RED}/alike")
    assert not told["compared"]
    assert "12296 bytes" in told["problem"]
    assert "packshot retag" in (await get(client, f"/v1/assets/{BLUE}/alike"))["problem"]
    assert [pair[:2] for pair in await pairs(stage)] == [(CROPPED, MIRRORED)]

    await stage.library.put(keys_of(f"{RED}-1")["likeness_key"], LOOKS[RED].pack())
    await stage.put([change(facet(RED, "links", {}, revision=9))])
    assert await compare(shirts) == 1
    assert (await alike(client, RED))["same"].keys() == {TWIN, CROPPED, MIRRORED}


async def test_the_poster_of_a_film_is_no_duplicate_of_a_photograph(
    client: httpx.AsyncClient, stage: Stage, shirts: Comparing
) -> None:
    await show(stage, CROPPED, LOOKS[RED], kind="video", version=2)
    await compare(shirts)
    found = await alike(client, CROPPED)
    assert found["same"] == {}
    assert RED in found["similar"]


async def test_the_page_shows_them_and_nothing_where_there_is_nothing(
    client: httpx.AsyncClient, shirts: Comparing
) -> None:
    await compare(shirts)
    client.cookies.set(COOKIE, Access("secret").session())
    page = html.unescape((await client.get(f"/assets/{RED}", headers=KEY)).text)
    same, similar = page.index("The same photograph"), page.index("Similar pictures")
    assert same < page.index(f'href="/assets/{MIRRORED}"') < similar < page.index(f'href="/assets/{BLUE}"')
    assert "the mirror image" in page
    page = (await client.get(f"/assets/{OTHER}", headers=KEY)).text
    assert "The same photograph" not in page
    assert "Similar pictures" not in page


async def test_what_is_similar_lies_where_one_may_look(stage: Stage, shirts: Comparing) -> None:
    while await shirts.step():
        pass
    for within, some in ((EVERYTHING, True), (Scope(("shirts",)), True), (Scope(("shirt",)), False)):
        found = await queries.alike(stage.database, RED, most_similar=5, within=within)
        assert bool(found.similar) is some, within
