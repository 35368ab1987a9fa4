"""Likeness as a part of a search: with words, filters and a scope, ranked together; by a picture that is shown, too."""

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from runtime.refusal import Refused
from services.catalog import rebuild
from services.catalog.api.access import COOKIE, Access
from services.catalog.comparing import Comparing
from services.catalog.looks.looking import KEPT_DAYS, Busy, Looking, NothingKnown
from services.catalog.queries import looks
from services.catalog.queries.assets import listed
from services.catalog.queries.filters import Filters
from services.catalog.scope import Scope
from tests import browser
from tests.chromium import chromium, window
from tests.fakes.shirts import shirt_on_white, signed
from tests.integration.catalog_client import KEY, get, ids
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import ASSETS, NOON, Stage, change, facet, picture, product

if TYPE_CHECKING:
    from playwright.async_api import FilePayload

pytestmark = pytest.mark.broker
SHOE, WORN, BOOT, HAT, NEW, _ = ASSETS
TURNED: Mapping[str, float] = {SHOE: 0.0, WORN: 0.2, BOOT: 0.6, HAT: 1.5}
"""Picture → how far its vector is turned away from the shoe's, radians: the hat looks like nothing else."""
WORDS = {SHOE: ("shoe", "red"), WORN: ("shoe", "blue"), BOOT: ("boot", "red"), HAT: ("hat", "red")}


def vector(angle: float) -> Sequence[float]:
    return [float(np.cos(angle)), float(np.sin(angle)), 0.0, 0.0]


@pytest.fixture(autouse=True)
async def library(stage: Stage) -> AsyncIterator[None]:
    """Four pictures, compared, of which two show a product; and one that has not been looked at."""
    await rebuild.empty(stage.database)
    async with stage.database.transaction() as connection:
        await connection.execute("DELETE FROM catalog.shown_picture")
    for asset, (label, colour) in WORDS.items():
        keys = {"likeness_key": f"vectors/{asset}/likeness-1.bin", "embedding_key": f"vectors/{asset}/m-1.f16"}
        await stage.library.put(keys["likeness_key"], signed(shirt_on_white(ASSETS.index(asset) + 20)).pack())
        await stage.library.put(keys["embedding_key"], np.array(vector(TURNED[asset]), "<f2").tobytes())
        sku = "RED-42" if asset == SHOE else ""
        for one in picture(asset, f"{label}s/{colour}.jpg", sku=sku, label=label, colour=colour):
            more = {"file": {"sha256": asset * 2}, "tags": keys}.get(one.facet, {})
            await stage.put([change(one.model_copy(update={"data": {**one.data, **more}}))])
    await stage.put([change(one) for one in picture(NEW, "shoes/new.jpg", label="shoe", colour="green")])
    await stage.put([change(product("RED-42", "Trainer", parent="RED"))])
    comparing = Comparing(stage.database, stage.library)
    while await comparing.step():
        pass
    yield


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"like=asset:{SHOE}", [WORN, BOOT]),
        (f"like=asset:{WORN}", [SHOE, BOOT]),
        (f"like=asset:{SHOE}&colour=red", [BOOT]),
        (f"like=asset:{SHOE}&q=boot", [BOOT]),
        (f"like=asset:{BOOT}&q=shoe", [WORN, SHOE]),
        (f"like=asset:{SHOE}&q=boot&colour=blue", []),
        ("like=sku:RED-42", [WORN, BOOT]),
        ("like=sku:RED", [WORN, BOOT]),
        (f"like=asset:{HAT}", [BOOT, WORN, SHOE]),
        (f"like=asset:{SHOE}&folder=hats", [HAT]),
        (f"like=asset:{NEW}", []),
        ("like=sku:NONE", []),
        ("like=picture:nothing", []),
        (f"like=asset:{SHOE}&like=asset:{HAT}", [WORN, BOOT]),
    ],
)
async def test_what_looks_like_it(client: httpx.AsyncClient, query: str, found: list[str]) -> None:
    page = await get(client, f"/v1/assets?{query}")
    assert [one["id"] for one in page["items"]] == found
    assert page["total"] == len(found)
    counted = (await get(client, f"/v1/facets?{query}"))["kind"]
    assert sum(one["count"] for one in counted) == len(found)


async def test_it_says_where_there_is_nothing_to_compare_with_and_where_nothing_is_alike(
    client: httpx.AsyncClient,
) -> None:
    assert (await get(client, f"/v1/assets?like=asset:{SHOE}"))["notes"] == []
    assert "nearest" in (await get(client, f"/v1/assets?like=asset:{HAT}"))["notes"][0]
    assert "not been looked at" in (await get(client, f"/v1/assets?like=asset:{NEW}"))["notes"][0]
    for wrong in ("like=shoe", "like=asset:", "near_colour=xyzzy"):
        assert wrong.partition("=")[0] in (await get(client, f"/v1/assets?{wrong}", 422))["detail"]


async def test_pages_of_it_go_on_where_they_stopped(client: httpx.AsyncClient) -> None:
    found, cursor = [], ""
    while True:
        page = await get(client, f"/v1/assets?like=asset:{HAT}&limit=1{cursor}")
        found += [one["id"] for one in page["items"]]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    assert found == [BOOT, WORN, SHOE]


async def test_only_what_lies_where_one_may_look(stage: Stage) -> None:
    async def found(like: str, scope: Scope) -> list[str]:
        filters = Filters(like=(like,), within=scope)
        asked = replace(filters, looks=await looks.looked(stage.database, filters))
        return [row["id"] for row in (await listed(stage.database, asked, limit=9)).rows]

    assert await found(f"asset:{SHOE}", Scope(("shoes",))) == [WORN]
    assert await found(f"asset:{SHOE}", Scope(("boots",))) == []  # it is nothing that this one may compare with


async def test_of_many_pictures_the_index_finds_the_nearest(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(7)
    made = dice.random((60, looks.INDEXED), np.float32)
    names = [f"{n:08x}-0000-5000-8000-000000000000" for n in range(len(made))]
    for name in names:
        await stage.put([change(one) for one in picture(name, f"many/{name}.jpg", label="shoe")])
    async with stage.database.transaction() as connection:
        for name, own in zip(names, made, strict=True):
            values = (name, f"[{','.join(f'{value:.4f}' for value in own)}]")
            await connection.execute(
                "INSERT INTO catalog.likeness (asset_id, version, likeness_key, arrived, compared, model, vector) "
                "VALUES ($1, 1, $1, now(), true, 'big', $2::text::halfvec)", *values
            )  # fmt: skip
    unit = made / np.linalg.norm(made, axis=1)[:, None]
    right = [names[n] for n in np.argsort(-(unit @ unit[0])) if n][:20]
    for narrow, most in ((looks.NARROW, looks.MOST), (5, looks.MOST), (looks.NARROW, 20)):
        monkeypatch.setattr(looks, "NARROW", narrow)
        monkeypatch.setattr(looks, "MOST", most)
        found = await looks.looked(stage.database, Filters(like=(f"asset:{names[0]}",), folder="many"))
        assert len(set(found.ids[:20]) & set(right)) >= 19, narrow


class Eyes:
    """Sees the shoe, or refuses."""

    def __init__(self, stage: Stage) -> None:
        self.looking = Looking(stage.database, None)  # type: ignore[arg-type] # nothing is opened here
        self.looking._seen = self._seen  # type: ignore[method-assign]

    async def _seen(self, picture: bytes, model: str) -> str:
        assert model == "m-1.f16"
        if picture != b"a shoe":
            raise Refused("This is not a picture that we can open.", "Export it again.")
        return base64.b64encode(np.array(vector(0.05), "<f2").tobytes()).decode()


async def test_a_picture_that_is_shown_is_searched_by_and_not_kept(
    app: FastAPI, client: httpx.AsyncClient, stage: Stage
) -> None:
    assert (await client.post("/v1/shown-pictures", content=b"a shoe", headers=KEY)).status_code == 409
    app.state.deps = replace(app.state.deps, looks=Eyes(stage).looking)
    answer = await client.post("/v1/shown-pictures", content=b"a shoe", headers=KEY)
    assert answer.status_code == 201, answer.text
    like = answer.json()["like"]
    assert await ids(client, f"like={like}") == [SHOE, WORN, BOOT]
    assert await ids(client, f"like={like}&q=boot") == [BOOT]
    again = await client.post("/v1/shown-pictures", content=b"a shoe", headers=KEY)
    assert again.json()["like"] == like
    for body, status in ((b"", 422), (b"no picture", 422)):
        assert (await client.post("/v1/shown-pictures", content=body, headers=KEY)).status_code == status
    assert (await client.post("/v1/shown-pictures", content=b"a shoe")).status_code == 401
    old = f"UPDATE catalog.shown_picture SET id = 'old', seen = now() - interval '{KEPT_DAYS + 1} days'"  # noqa: S608
    async with stage.database.transaction() as connection:
        await connection.execute(old)
    await Eyes(stage).looking.keep(b"a shoe")
    async with stage.database.reading() as connection:
        assert [row["id"] for row in await connection.fetch("SELECT id FROM catalog.shown_picture")] == [like[8:]]


async def test_too_many_at_once_and_a_library_that_knows_nothing(stage: Stage) -> None:
    eyes = Eyes(stage)
    eyes.looking._waiting = 99
    with pytest.raises(Busy):
        await eyes.looking.keep(b"a shoe")
    await rebuild.empty(stage.database)
    with pytest.raises(NothingKnown):
        await Eyes(stage).looking.keep(b"a shoe")


async def test_the_page_shows_what_it_looks_like_and_keeps_it_in_the_search(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    page = (await client.get(f"/?like=asset:{SHOE}")).text
    assert page.index(f'data-id="{WORN}"') < page.index(f'data-id="{BOOT}"')
    assert "Looks like a picture of the library" in page
    assert f'<input type="hidden" name="like" value="asset:{SHOE}">' in page
    assert f'href="/?like=asset:{WORN}"' in page
    assert "these are the nearest" in (await client.get(f"/?like=asset:{HAT}")).text
    told = await client.get("/?kind=image&near_colour=notacolour", follow_redirects=True)
    assert told.status_code == 200 and "“notacolour” is no colour that we know" in told.text
    assert 'name="near_colour" value="notacolour"' in told.text and told.url.query == b"kind=image&no_colour=notacolour"


async def test_while_some_are_not_compared_yet_nothing_is_called_the_nearest(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    assert (await get(client, f"/v1/assets?like=asset:{HAT}"))["notes"] == [
        "No picture looks much like it: these are the nearest."
    ]
    keys = {"likeness_key": "vectors/new/likeness-1.bin", "embedding_key": "vectors/new/m-1.f16"}
    await stage.put([change(facet(NEW, "tags", keys, revision=2))])
    for like, found in ((f"asset:{HAT}", [BOOT, WORN, SHOE]), ("sku:RED-42", [WORN, BOOT])):
        page = await get(client, f"/v1/assets?like={like}")
        assert [one["id"] for one in page["items"]] == found
        assert page["notes"] == ["1 of 5 pictures are not compared yet: what is likest is known when all are."]


DROPPED = """
() => {
  const held = new DataTransfer();
  held.items.add(new File(["a shoe"], "shoe.jpg", { type: "image/jpeg" }));
  document.querySelector("form.search").dispatchEvent(
    new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
}"""


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
@pytest.mark.parametrize("way", ["chosen", "dropped"])
async def test_a_picture_is_chosen_or_dropped_on_the_search_box(app: FastAPI, stage: Stage, way: str) -> None:
    app.state.deps = replace(app.state.deps, looks=Eyes(stage).looking)
    shoe: FilePayload = {"name": "shoe.jpg", "mimeType": "image/jpeg", "buffer": b"a shoe"}
    async with (
        listening(app) as address,
        chromium() as running,
        window(running, address, {COOKIE: Access("secret").session()}) as page,
    ):
        await page.goto("/?colour=red")
        await page.locator("#q").fill("boot")
        if way == "chosen":
            await page.locator("#by-picture").set_input_files(shoe)
        else:
            await page.evaluate(DROPPED)
        await page.wait_for_url("**/?*like=picture*")
        assert "q=boot" in page.url
        assert "colour=red" in page.url
        assert await page.locator("#grid .cell").evaluate_all("all => all.map((one) => one.dataset.id)") == [BOOT]
        assert await page.locator("#uploads").is_hidden()  # it is searched by, and not put into the inbox
        await page.locator(f"#c-{BOOT}").hover()
        await page.locator(f"#c-{BOOT} .similar").click()
        await page.wait_for_url(f"**/?like=asset:{BOOT}")
        assert await page.locator("#grid .cell").count() == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("near_colour=%23b02a25", {SHOE}),
        ("near_colour=b02a25", {SHOE}),
        ("near_colour=dunkelblau", {WORN}),
        ("near_colour=%2300ff00", set()),
        ("near_colour=%23b02a25&near_colour=navy", {SHOE, WORN}),
        ("near_colour=", {SHOE, WORN, BOOT, HAT, NEW}),
    ],
)
async def test_a_colour_like_this_one(client: httpx.AsyncClient, stage: Stage, query: str, found: set[str]) -> None:
    for asset, seen in ((SHOE, "#b22222"), (WORN, "#1f2a50"), (BOOT, "#777777")):
        told = {
            "labels": [],
            "colours": [{"name": "x", "hex": seen, "share": 0.8}, {"name": "y", "hex": "#00ff00", "share": 0.02}],
        }
        await stage.put([change(facet(asset, "tags", told, revision=3, written=NOON))])
    assert set(await ids(client, query)) == found
