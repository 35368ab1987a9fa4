"""The API and the page over a real PostgreSQL: what is there, who may see it, and what is refused."""

import html
import json
import re
from typing import Any

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get, ids
from tests.integration.catalog_stage import ASSETS, SHA, Stage, change, facet, media, picture, product

pytestmark = pytest.mark.broker


# ── lists and search ─────────────────────────────────────────────────────────────────────────────────────────────
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
        ("q=boot+trainer", set()),
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


async def test_facets_count_the_other_filters(client: httpx.AsyncClient) -> None:
    counts = await get(client, "/v1/facets?colour=red")
    assert {c["value"]: c["count"] for c in counts["colour"]} == {"red": 1, "blue": 1}
    assert {c["value"]: c["count"] for c in counts["label"]} == {"shoe": 1}


# ── one asset, one product ───────────────────────────────────────────────────────────────────────────────────────
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


async def test_a_product_shows_its_holes(client: httpx.AsyncClient) -> None:
    found = await get(client, "/v1/products/RED")
    assert {v["sku"]: v["missing"] for v in found["variants"]} == {"RED-42": [], "RED-43": ["main"]}
    rows = (await get(client, "/v1/products?missing=main"))["items"]
    assert [(r["sku"], r["variants"], r["without_main"]) for r in rows] == [("RED", 2, 1)]
    assert (await get(client, "/v1/products?q=nothing"))["items"] == []


async def test_a_product_shows_pictures_in_roles_without_a_column(client: httpx.AsyncClient, stage: Stage) -> None:
    items = [
        item.model_copy(update={"role": role}) for item in media("RED-43", FIRST).items for role in ("top", "worn")
    ]
    items += [item.model_copy(update={"role": "side"}) for item in media("RED-43", SECOND).items]
    shown = media("RED-43").model_copy(update={"items": items})
    gone = media("RED-42", revision=2)
    await stage.put([change(one) for one in (shown, gone, product("MUG", "Mug"))])
    found = {one["sku"]: one for one in (await get(client, "/v1/products"))["items"]}
    red = found["RED"]
    assert (red["main"], red["picture"], red["pictures"]) == (None, SECOND, 2)
    assert (red["others"], red["other_roles"], red["roles"]) == (1, ["top", "worn"], {"side": 1})
    assert (found["MUG"]["picture"], found["MUG"]["pictures"]) == (None, 0)
    client.cookies.set(COOKIE, Access("secret").session())
    assert f"/v1/assets/{SECOND}/renditions/thumbnail" in (await client.get("/products")).text


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


async def test_an_address_that_is_none_is_a_page_for_browsers(client: httpx.AsyncClient) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8"}
    assert (await client.get("/zzz", headers=browser)).status_code == 401
    client.cookies.set(COOKIE, Access("secret").session())
    answer = await client.get("/zzz", headers=browser)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page" in answer.text
    for path, headers in (("/zzz", {}), ("/v1/assets/nothing", browser)):
        assert (await client.get(path, headers=headers)).headers["content-type"] == "application/problem+json"


async def test_totals(client: httpx.AsyncClient) -> None:
    found = await get(client, "/v1/summary")
    assert found["assets"] == {"total": 3, "ready": 2, "refused": 1, "waiting": 0, "failed": 0, "working": 0}
    assert (found["renditions"], found["links"], found["products"]) == (4, 1, 2)
    assert found["tags"] == {"assets_with_label": 2, "assets_with_colour": 2}


# ── bytes ────────────────────────────────────────────────────────────────────────────────────────────────────────
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


# ── decisions, uploads ───────────────────────────────────────────────────────────────────────────────────────────
async def test_a_decision_is_on_kafka_before_it_is_answered(client: httpx.AsyncClient, stage: Stage) -> None:
    body = {"set": {"tag:shoe": "rejected", "link:RED-42": "confirmed"}, "on_version": 1}
    headers = {**KEY, "Idempotency-Key": "once"}
    answers = [await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    record = stage.broker.records("decisions")[0]
    data = json.loads(record.value or b"")["data"]
    assert record.key == f"asset/{FIRST}".encode()
    assert record.partition == sum(FIRST.encode()) % stage.broker.partitions
    assert (data["set"], data["by"], data["id"]) == (body["set"], "admin", answers[0].json()["id"])


async def test_a_role_is_given_and_taken_back(client: httpx.AsyncClient, stage: Stage) -> None:
    for body in ({"set": {"role": "main"}}, {"clear": ["role"]}):
        assert (await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)).status_code == 202
    said = [json.loads(one.value or b"")["data"] for one in stage.broker.records("decisions")]
    assert [(one["set"], one["clear"]) for one in said] == [({"role": "main"}, []), ({}, ["role"])]


async def test_no_decision_is_acknowledged_without_kafka(client: httpx.AsyncClient, stage: Stage) -> None:
    stage.broker.down = True
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": {"tag:a": "confirmed"}}, headers=KEY)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"set": {"title": "x"}},
        {"set": {"tag:": "confirmed"}},
        {"set": {"tag:a": "linked"}},
        {"set": {"link:a": "yes"}},
        {"set": {"role": "hero shot"}},
        {"set": {"tag:a\u0000": "confirmed"}},
        {"clear": ["head"]},
        {"set": {f"tag:{n}": "confirmed" for n in range(101)}},
        {"set": {"tag:a": "confirmed"}, "on_version": 0},
        {"set": {"version:2": "confirmed"}},
        {"set": {"version:two": "discard"}},
        {"set": {"version:0": "discard"}},
        {"set": {"version:2": "discard"}, "on_version": 1},
        {"set": {"tag:a": "confirmed"}, "expects": {"title": "x"}},
        {"expects": {"tag:a": None}},
    ],
)
async def test_other_decisions_are_refused(client: httpx.AsyncClient, stage: Stage, body: dict[str, Any]) -> None:
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
    assert answer.status_code == 422, answer.text
    assert stage.broker.records("decisions") == []


BOX = {"left": 0.1, "top": 0.0, "width": 0.8, "height": 1.0}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"focal": {"x": 1.2, "y": 0.5}}, "focal.x: Input should be less than or equal to 1"),
        ({"focal": {"x": 0.5}}, "focal.y: Field required"),
        ({"focal": "middle"}, "focal takes an object with x, y"),
        ({"focal": {"x": 0.5, "y": 0.5, "z": 1}}, "focal.z"),
        ({"crop": BOX | {"left": 0.3}}, "reaches beyond the picture"),
        ({"crop": BOX | {"width": 0}}, "crop.width"),
        ({"crop:": BOX}, "is no field"),
        ({"crop:poster": BOX}, "There are thumbnail, web."),
        ({"file:web": {"asset": "nobody"}}, "there is no asset nobody"),
        ({"file:web": "ab" * 32}, "file:web takes an object with asset"),
        ({"file:poster": {"asset": SECOND}}, "There are thumbnail, web."),
        ({"tag:a": {"x": 1}}, "is none of confirmed, rejected"),
    ],
)
async def test_what_cannot_be_cut_is_refused_by_name(
    client: httpx.AsyncClient, stage: Stage, fields: dict[str, Any], says: str
) -> None:
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": fields}, headers=KEY)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert stage.broker.records("decisions") == []


async def test_focal_point_crops_and_an_own_file_are_decisions(client: httpx.AsyncClient, stage: Stage) -> None:
    fields = {"focal": {"x": 0, "y": 0.25}, "crop": BOX, "crop:web": BOX, "file:thumbnail": {"asset": SECOND}}
    body = {"set": fields, "expects": {"focal": None, "crop:web": BOX}, "on_version": 1}
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
    assert answer.status_code == 202, answer.text
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"clear": ["focal", "crop:gone"]}, headers=KEY)
    assert answer.status_code == 202, answer.text
    first, second = (json.loads(record.value or b"")["data"] for record in stage.broker.records("decisions"))
    assert first["set"] == {"focal": {"x": 0.0, "y": 0.25}, "crop": BOX, "crop:web": BOX, "file:thumbnail": SHA}
    assert (first["expects"], first["on_version"]) == (body["expects"], 1)
    assert second["clear"] == ["focal", "crop:gone"]


async def test_the_page_takes_and_shows_a_focal_point(client: httpx.AsyncClient, stage: Stage) -> None:
    plain = (await client.get(f"/assets/{FIRST}", headers=KEY)).text
    assert 'data-focal=""' in plain and "data-focal-reset hidden" in plain
    fields = {"focal": {"x": 0.25, "y": 0.5}, "crop:web": BOX}
    await stage.put([change(facet(FIRST, "curation", {"fields": fields}))])
    shown = (await client.get(f"/assets/{FIRST}", headers=KEY)).text
    (focal,) = re.findall(r'data-focal="([^"]*)"', shown)
    (crop,) = re.findall(r'data-crop="([^"]*)"', shown)
    assert [json.loads(html.unescape(one)) for one in (focal, crop)] == [fields["focal"], BOX]
    assert "data-focal-reset>" in shown


async def test_what_was_seen_goes_with_the_decision(client: httpx.AsyncClient, stage: Stage) -> None:
    body = {"set": {"version:2": "discard", "tag:a": "confirmed"}, "on_version": 2, "expects": {"tag:a": None}}
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
    assert answer.status_code == 202, answer.text
    data = json.loads(stage.broker.records("decisions")[0].value or b"")["data"]
    assert (data["set"], data["on_version"], data["expects"]) == (body["set"], 2, {"tag:a": None})


async def test_a_question_is_on_the_page_with_three_answers(client: httpx.AsyncClient, stage: Stage) -> None:
    head = {"live": 1, "newest": 2, "state": "waiting", "asks": 2, "waiting": "It looks <unlike>.", "cure": "Say."}
    again = [one for one in picture(FIRST, "IMG_0001.JPG") if one.facet != "head"]
    facets = [one.model_copy(update={"version": 2}) for one in again]
    await stage.put([change(one) for one in (*facets, facet(FIRST, "head", head, revision=2))])
    asked = (await client.get(f"/v1/assets/{FIRST}", headers=KEY)).json()
    assert asked["question"] == {"version": 2, "live": 1, "cause": "It looks <unlike>.", "cure": "Say."}
    assert (asked["state"], asked["newest"], asked["live"]) == ("waiting", 2, 1)
    client.cookies.set(COOKIE, Access("secret").session())
    for path in (f"/assets/{FIRST}", f"/assets/{FIRST}/panel"):
        text = (await client.get(path)).text
        assert "It looks &lt;unlike&gt;." in text
        assert "Not compared with the products yet" not in text
        for value in ("replace", "separate", "discard"):
            assert f'data-answer="version:2" data-value="{value}"' in text
    said = {"fields": {"version:2": "discard"}, "refused": [{"decision": "x", "by": "ann", "cause": "too late"}]}
    over = {"live": 1, "newest": 1, "state": "complete", "out": [2]}
    await stage.put([change(facet(FIRST, "curation", said)), change(facet(FIRST, "head", over, revision=3))])
    after = (await client.get(f"/v1/assets/{FIRST}", headers=KEY)).json()
    assert (after["question"], after["newest"], after["state"]) == (None, 1, "complete")
    assert [(one["version"], one["answer"]) for one in after["versions"]] == [(2, "discard"), (1, None)]
    assert after["refused_decisions"][0]["cause"] == "too late"
    decision = {"at": "2026-11-23T13:00:00+00:00", "by": "ann", "set": {"version:2": "discard"}}
    await stage.library.put(f"history/asset/{FIRST}/2026-decision-x.json", json.dumps(decision).encode())
    text = (await client.get(f"/assets/{FIRST}")).text
    assert "Version 2 is discarded" in text
    assert "data-answer" not in text
    assert "discarded" in text
    assert "too late" in text


async def test_our_own_errors_bear_the_headers_too(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("services.catalog.queries.asset.whole", broken)
    answer = await client.get(f"/v1/assets/{FIRST}", headers=KEY)
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_nobody_decides_about_what_is_not_there(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/assets/nothing/decisions", json={"set": {"tag:a": "confirmed"}}, headers=KEY)
    assert answer.status_code == 404


async def test_retry_sends_the_newest_version_round_again(client: httpx.AsyncClient, stage: Stage) -> None:
    assert (await client.post(f"/v1/assets/{FIRST}/retry", headers=KEY)).status_code == 202
    assert json.loads(stage.broker.records("asset.rerun")[0].value or b"")["data"]["asset_id"] == FIRST
    assert (await client.post(f"/v1/assets/{THIRD}/retry", headers=KEY)).status_code == 409


async def test_retry_has_ingest_look_again_at_what_it_failed_to_take(client: httpx.AsyncClient, stage: Stage) -> None:
    where = {"bucket": "inbox", "key": "autumn/odd.jpg", "bytes": 5}
    failed = facet(THIRD, "file", where, revision=2, status="failed", cause="Our own error: X")
    await stage.put([change(failed)])
    assert (await client.post(f"/v1/assets/{THIRD}/retry", headers=KEY)).status_code == 202
    (hint,) = stage.broker.records("inbox.events")
    assert (hint.key, json.loads(hint.value or b"")) == (
        b"inbox/autumn/odd.jpg",
        {"bucket": "inbox", "key": "autumn/odd.jpg", "reason": "retry"},
    )
    assert stage.broker.records("asset.rerun") == []


async def test_uploads_go_straight_to_the_store(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/uploads", json={"key": "new/a.jpg"}, headers=KEY)
    assert (made.status_code, made.json()["url"]) == (201, "http://store/inbox/new/a.jpg?signed")
    assert (await client.post("/v1/uploads", json={"key": "../a.jpg"}, headers=KEY)).status_code == 422


# ── who may come in ──────────────────────────────────────────────────────────────────────────────────────────────
async def test_nothing_is_open_without_a_key_but_health(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/health")).json() == {"status": "well"}
    described = (await get(client, "/v1/openapi.json"))["paths"]
    assert len(described) >= 12
    for path, methods in described.items():
        url = path.replace("{asset_id}", FIRST).replace("{preset}", "thumbnail").replace("{sku}", "RED")
        for method in methods:
            answer = await client.request(method, url)
            assert answer.status_code == (200 if path == "/v1/health" else 401), (method, url)
    for page in ("/", "/products", "/products/RED", "/activity", f"/assets/{FIRST}", "/cells", "/counts"):
        assert (await client.get(page)).status_code == 401, page


async def test_a_link_opens_a_session_once(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/sign-in-links", headers=KEY)
    url = made.json()["url"]
    assert url.startswith("http://packshot.test/sign-in?token=")
    first = await client.get(url)
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert (await client.get("/")).status_code == 200
    assert (await client.post("/v1/sign-in-links", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 403
    client.cookies.clear()
    assert (await client.get(url)).status_code == 401


async def test_another_sites_page_cannot_decide_for_us(client: httpx.AsyncClient, stage: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    url, body = f"/v1/assets/{FIRST}/decisions", {"set": {"tag:a": "confirmed"}}
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.test"}):
        assert (await client.post(url, json=body, headers=headers)).status_code == 403
    assert stage.broker.records("decisions") == []
    assert (await client.post(url, json=body, headers={"Origin": "http://packshot.test"})).status_code == 202


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/assets?cursor=x", 400),
        ("/v1/assets?limit=0", 422),
        ("/v1/assets?limit=501", 422),
        ("/v1/assets?flag=x%27", 422),
        ("/v1/assets?q=%00", 422),
        ("/v1/assets/%00", 422),
        ("/v1/assets/nothing", 404),
        ("/v1/assets/..%2f..%2fetc%2fpasswd", 404),
        ("/v1/products/nothing", 404),
        ("/v1/nothing", 404),
        (f"/v1/assets/{FIRST}/renditions/thumbnail?version=99999999999999", 422),
    ],
)
async def test_problems_are_told_in_one_form(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path, headers=KEY)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
