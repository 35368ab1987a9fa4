"""The library over a real PostgreSQL: lists, search, an asset whole, its bytes."""

import json

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from services.catalog.queries import assets
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get, ids
from tests.integration.catalog_stage import ASSETS, SHA, Stage, change, facet, picture

pytestmark = pytest.mark.broker


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=complete", {FIRST, SECOND}),
        ("state=refused", {THIRD}),
        ("state=refused&state=complete", {FIRST, SECOND, THIRD}),
        ("kind=image", {FIRST, SECOND}),
        ("label=boot", {SECOND}),
        ("colour=red", {FIRST}),
        ("sku=RED-42", {FIRST}),
        ("role=main", {FIRST}),
        ("folder=autumn", {FIRST, SECOND}),
        ("folder=aut", set()),
        ("key=autumn/blue+boot.jpg&key=broken.jpg", {SECOND, THIRD}),
        ("key=boot.jpg", set()),
        ("flag=unlinked", {SECOND}),
        ("flag=duplicate", {FIRST, SECOND}),
        ("state=complete&colour=red", {FIRST}),
        ("q=trainer", {FIRST}),
        ("q=trainers", {FIRST}),
        ("q=trai", {FIRST}),
        ("q=trainr", {FIRST}),
        ("q=red+trayner", {FIRST}),
        ("q=red+tranier", {FIRST}),
        ("q=RED-43", set()),
        ("q=boot+trainer", {SECOND}),  # nothing is both: what is said first
        ("q=%22blue+boot%22", {SECOND}),
        ("q=RED-42", {FIRST}),
        ("q=red-4", {FIRST}),
        ("q=blue+boot", {SECOND}),
        ("q=xyzzy", set()),
        ("q=%27%3B+DROP+TABLE+asset%3B--", set()),
        ("q=%26%7C%21%28%29%3A%2A", set()),
    ],
)
async def test_filters_and_search(client: httpx.AsyncClient, query: str, found: set[str]) -> None:
    assert set(await ids(client, query)) == found


async def test_a_folder_leads_to_those_in_it_and_back(client: httpx.AsyncClient, stage: Stage) -> None:
    for asset, key in ((ASSETS[3], "autumn/shoes/left/a.jpg"), (ASSETS[4], "autumnal/b.jpg")):
        await stage.put([change(one) for one in picture(asset, key)])

    async def told(folder: str) -> dict[str, int]:
        found = (await get(client, f"/v1/facets?folder={folder}"))["folder"]
        return {one["value"]: one["count"] for one in found}

    assert await told("") == {"autumn": 3, "autumnal": 1}
    assert await told("autumn") == {"autumn": 3, "autumn/shoes": 1}
    assert await told("autumn/shoes") == {"autumn": 1, "autumn/shoes": 1, "autumn/shoes/left": 1}
    assert await told("autumn/hats") == {}


async def test_words_that_english_writes_in_two_ways(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for one in picture(ASSETS[3], "a.jpg", label="gray pants")])
    for query in ("grey", "gray", "grey trousers", "grey pant"):
        assert await ids(client, f"q={query.replace(' ', '+')}") == [ASSETS[3]], query


async def test_pages_hold_every_asset_once(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for asset in ASSETS for one in picture(asset, f"{asset}.jpg")])
    for query in ("", "q=jpg"):
        seen, cursor = [], ""
        while True:
            page = await get(client, f"/v1/assets?limit=2&{query}&cursor={cursor}".removesuffix("&cursor="))
            seen += [item["id"] for item in page["items"]]
            cursor = page["next"]
            if not cursor:
                break
        assert sorted(seen) == sorted(ASSETS)


async def test_a_colour_that_a_shop_taught_stands_beside_no_tags(client: httpx.AsyncClient, stage: Stage) -> None:
    learnt = {"labels": [{"label": "shoe"}, {"label": "Blue"}], "colours": [{"name": "blue"}]}
    await stage.put([change(facet(FIRST, "tags", learnt, revision=9))])
    counts = await get(client, "/v1/facets")
    assert "Blue" not in {one["value"] for one in counts["label"]}
    assert {one["value"]: one["count"] for one in counts["colour"]}["blue"] == 2
    assert await ids(client, "label=Blue") == [FIRST]


async def test_facets_count_the_other_filters(client: httpx.AsyncClient) -> None:
    counts = await get(client, "/v1/facets?colour=red")
    assert {c["value"]: c["count"] for c in counts["colour"]} == {"red": 1, "blue": 1}
    assert {c["value"]: c["count"] for c in counts["label"]} == {"shoe": 1}


async def test_an_asset_whole(client: httpx.AsyncClient, stage: Stage) -> None:
    decision = {"at": "2026-11-23T13:00:00+00:00", "by": "ann", "set": {"tag:shoe": "confirmed"}, "why": "it is"}
    await stage.library.put(f"history/asset/{FIRST}/2026-decision-x.json", json.dumps(decision).encode())
    found = await get(client, f"/v1/assets/{FIRST}")
    assert found["state"] == "complete"
    assert found["links"][0]["evidence"][0]["detail"] == "“x” in the file name"
    assert found["links"][0]["name"] == "Trainer, red"
    assert [r["preset"] for r in found["rendition_list"]] == ["web", "thumbnail"]
    assert found["versions"][0]["live"]
    assert found["same_bytes"] == [{"id": SECOND, "key": "autumn/blue boot.jpg"}]
    assert found["history"][0]["what"] == "tag shoe confirmed"
    assert found["history"][0]["by"] == "ann"


async def test_what_people_wrote_is_found_and_shown(client: httpx.AsyncClient, stage: Stage) -> None:
    file = picture(SECOND, "autumn/blue boot.jpg")[0]
    said = {"sidecar": {"title": "Wellington", "keywords": ["waterproof"]}, "retired": ["autumn/blue boot.jpg"]}
    await stage.put([change(file.model_copy(update={"revision": 2, "data": {**file.data, **said}}))])
    assert await ids(client, "q=waterproof+wellington") == [SECOND]
    found = await get(client, f"/v1/assets/{SECOND}")
    assert found["described"][0] == {"name": "title", "value": "Wellington", "source": "beside"}
    assert found["out_of_inbox"] == ["autumn/blue boot.jpg"]
    client.cookies.set(COOKIE, Access("secret").session())
    for path in (f"/assets/{SECOND}", f"/assets/{SECOND}/panel"):
        text = (await client.get(path)).text
        assert "Wellington" in text
        assert "Taken out by retention" in text


async def test_every_word_of_a_document_finds_it(client: httpx.AsyncClient, stage: Stage) -> None:
    words = " ".join(f"page{number}" for number in range(3000)) + " tighten screwdriver"
    await stage.put([change(facet(SECOND, "tags.later", {"text": [{"text": "Assembly"}], "words": words}))])
    assert await ids(client, "q=screwdrivers") == [SECOND]
    assert await ids(client, "q=page2999+tighten") == [SECOND]


async def test_what_people_took_out_of_the_inbox_is_shown(client: httpx.AsyncClient, stage: Stage) -> None:
    file = picture(SECOND, "autumn/blue boot.jpg")[0]
    client.cookies.set(COOKIE, Access("secret").session())
    for revision, removed in ((2, ["autumn/blue boot.jpg"]), (3, [])):
        said = {**file.data, "removed": removed}
        await stage.put([change(file.model_copy(update={"revision": revision, "data": said}))])
        found = await get(client, f"/v1/assets/{SECOND}")
        assert (found["gone"], found["removed"], found["state"]) == (bool(removed), removed, "complete")
        assert await ids(client, "flag=removed") == [SECOND] * len(removed)
        for path in ("/", f"/assets/{SECOND}", f"/assets/{SECOND}/panel", "/activity"):
            text = (await client.get(path)).text
            assert ("took it out" in text or "aken out of the inbox" in text) is bool(removed), path


async def test_totals(client: httpx.AsyncClient) -> None:
    found = await get(client, "/v1/summary")
    assert found["assets"] == {"total": 3, "ready": 2, "refused": 1, "waiting": 0, "failed": 0, "working": 0}
    assert (found["renditions"], found["links"], found["products"]) == (4, 1, 2)
    assert found["tags"] == {"assets_with_label": 2, "assets_with_colour": 2}


async def test_a_rendition_has_a_strong_etag(client: httpx.AsyncClient) -> None:
    url = f"/v1/assets/{FIRST}/renditions/thumbnail"
    first = await client.get(url, headers=KEY)
    assert (first.content, first.headers["content-type"]) == (b"webp!", "image/webp")
    assert first.headers["etag"].startswith('"')
    assert "max-age=60, must-revalidate" in first.headers["cache-control"]
    again = await client.get(url, headers={**KEY, "If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    await get(client, f"/v1/assets/{FIRST}/renditions/nothing", 404)
    await get(client, f"/v1/assets/{FIRST}/renditions/web", 404)  # named, but not in the store
    await get(client, f"/v1/assets/{FIRST}/renditions/thumbnail?version=9", 404)


async def test_an_original_is_a_download_that_never_runs(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/v1/assets/{FIRST}/original", headers=KEY)
    assert answer.content == b"jpeg!"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    await get(client, f"/v1/assets/{THIRD}/original", 404)


@pytest.mark.parametrize("asked", ["q=autumn", "q=autumn&kind=image"])
@pytest.mark.parametrize("most", [0, 1, 10_000])
async def test_pages_have_each_once_whether_matches_are_ranked_or_not(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, most: int, asked: str
) -> None:
    monkeypatch.setattr(assets, "MOST_COUNTED", most)
    first = await get(client, f"/v1/assets?{asked}&limit=1")
    second = await get(client, f"/v1/assets?{asked}&limit=1&cursor={first['next']}")
    for other in ("q=blue", "q=autumn&kind=video", ""):
        strange = await get(client, f"/v1/assets?{other}&limit=1&cursor={first['next']}", 400)
        assert "other filters" in strange["detail"] and "begin again without it" in strange["detail"]
    assert (first["total"], first["total_more"]) == (min(2, most), most < 2)
    assert (second["total"], second["next"]) == (None, None)
    assert {one["id"] for page in (first, second) for one in page["items"]} == {FIRST, SECOND}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("state=redy", "There is no state 'redy'. Did you mean ready? Known are working, waiting, refused"),
        ("kind=Images", "There is no kind 'Images'. Did you mean image? Known are image, video, model, document."),
        ("role=frnt", "Did you mean front?"),
        ("background=puer+white", "Did you mean pure white?"),
        ("flag=unlnked", "Did you mean unlinked?"),
        ("channel=web-shop", "Did you mean webshop?"),
        ("state=ready&state=zzz", "There is no state 'zzz'. Known are"),
    ],
)
async def test_a_misspelt_value_is_told_and_finds_not_nothing(client: httpx.AsyncClient, asked: str, said: str) -> None:
    for path in ("/v1/assets", "/v1/facets"):
        assert said in (await get(client, f"{path}?{asked}", 422))["detail"]


async def test_what_is_known_may_be_asked_for_though_nothing_has_it(client: httpx.AsyncClient, stage: Stage) -> None:
    for asked in ("state=failed", "kind=video", "role=swatch", "background=white", "channel=social", "label=nothing"):
        assert (await get(client, f"/v1/assets?{asked}"))["items"] == []
    poster = {"preset": "poster", "channel": "posters", "recipe": "x", "key": "x.jpg", "format": "jpeg", "bytes": 5}
    made = {"sha256": SHA, "renditions": [{**poster, "width": 4, "height": 3}]}
    await get(client, "/v1/assets?channel=posters", 422)
    await stage.put([change(facet(FIRST, "renditions.later", made))])
    assert await ids(client, "channel=posters") == [FIRST], "a presets file has channels of its own"
    for path in ("/v1/products?missing=bakc", "/v1/products?missing=campaign"):
        assert "Known are main, front, back" in (await get(client, path, 422))["detail"]
