"""Keys that see a brand or a collection only: in lists, of one asset, in bytes, bulk, packs and uploads."""

import json
from typing import Any

import httpx
import pytest

from schemas.collection import KIND, MEMBER
from schemas.decision import Fact
from schemas.folders import FOLDERS
from services.catalog.api.access import COOKIE, Access
from services.catalog.scope import Scope
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get
from tests.integration.catalog_stage import NOON, SHA, Stage, change, facet, media, picture, product
from tests.integration.test_catalog_keys import folded, key

pytestmark = pytest.mark.broker
OTHER = "90000000-0000-5000-8000-000000000000"
SUMMER = "5a" * 6


@pytest.fixture
async def brands(stage: Stage) -> Stage:
    """FIRST and OTHER are of brands, SECOND and THIRD are of none; FIRST alone is in a collection."""
    records = picture(OTHER, "nova/other.jpg")
    for asset, name, brand in ((FIRST, "autumn/RED_main.jpg", "Luma"), (OTHER, "nova/other.jpg", "Nova")):
        data = {"sha256": SHA, "bytes": 5, "media_type": "image/jpeg", "kind": "image", "key": name, "bucket": "inbox"}
        records.append(facet(asset, "file", {**data, "profile": {"brand": brand}}, revision=2))
    await stage.put([change(one) for one in records])
    fields = {"name": "Summer", "note": "", "made": NOON.isoformat(), f"{MEMBER}{FIRST}": 1}
    await stage.put([change(Fact(kind=KIND, id=SUMMER, revision=1, fields=fields, written=NOON))])
    return stage


SCOPES: list[dict[str, Any]] = [
    {"brands": ["Luma"]},
    {"collections": [SUMMER]},
    {"folders": ["autumn"], "brands": ["Luma", "Nova"]},
    {"brands": ["Luma", "Nova"], "collections": [SUMMER]},
]


@pytest.mark.parametrize("scope", SCOPES)
async def test_of_the_library_only_that_is_there(
    client: httpx.AsyncClient, brands: Stage, scope: dict[str, Any]
) -> None:
    own = await key(brands, "editor", **scope)
    listed = (await client.get("/v1/assets", headers=own)).json()
    assert ([one["id"] for one in listed["items"]], listed["total"]) == ([FIRST], 1)
    facets = (await client.get("/v1/facets", headers=own)).json()
    assert [(one["value"], one["count"]) for one in facets["brand"]] == [("Luma", 1)]
    for query in ("q=other", "sku=x&key=nova/other.jpg", "brand=Nova", "folder=nova"):
        assert (await client.get(f"/v1/assets?{query}", headers=own)).json()["items"] == []
    for path in ("", "/alike", "/original", "/renditions/thumbnail"):
        assert (await client.get(f"/v1/assets/{FIRST}{path}", headers=own)).status_code == 200, path
        for asset in (OTHER, SECOND):
            assert (await client.get(f"/v1/assets/{asset}{path}", headers=own)).status_code == 404, path
    alike = (await client.get(f"/v1/assets/{FIRST}/alike", headers=own)).json()
    assert alike["same"] == [] and alike["similar"] == [], "their bytes are the same"


async def test_nothing_else_can_be_changed(client: httpx.AsyncClient, brands: Stage) -> None:
    own = await key(brands, "manager", brands=["Luma"])
    said = {"set": {"tag:wig": "rejected"}}
    assert (await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=own)).status_code == 202
    assert (await client.post(f"/v1/assets/{OTHER}/decisions", json=said, headers=own)).status_code == 404
    bulk = await client.post("/v1/decisions", json={"assets": [FIRST, OTHER], **said}, headers=own)
    nowhere = await client.post("/v1/decisions", json={"assets": [FIRST, "nowhere"], **said}, headers=own)
    assert (bulk.status_code, nowhere.status_code) == (404, 404), "nobody learns that an id is one"
    assert bulk.json()["detail"].replace(OTHER, "nowhere") == nowhere.json()["detail"]
    assert (await client.post("/v1/approvals", json={"assets": [OTHER]}, headers=own)).status_code == 404
    for path in ("restore", "retry"):
        answer = await client.post(f"/v1/assets/{OTHER}/{path}", json={"version": 1}, headers=own)
        assert answer.status_code == 404, path
    for field, value in ((f"edition:{OTHER}", "confirmed"), ("file:web", {"asset": OTHER})):
        answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": {field: value}}, headers=own)
        assert answer.status_code == 422 and f"no asset {OTHER}" in answer.json()["detail"], field
    assert {one["entity"] for one in brands.said("decisions")} == {f"asset/{FIRST}"}


async def test_packs_hold_nothing_else(client: httpx.AsyncClient, brands: Stage) -> None:
    fields = {"name": "Summer", "note": "", "made": NOON.isoformat(), f"{MEMBER}{FIRST}": 1, f"{MEMBER}{OTHER}": 2}
    await brands.put([change(Fact(kind=KIND, id=SUMMER, revision=2, fields=fields, written=NOON))])
    of_both = await key(brands, brands=["Luma"], collections=[SUMMER])
    offered = await client.post("/v1/packs/presets", json={"collection": SUMMER}, headers=of_both)
    assert offered.json()["pictures"] == 1
    of_it = await key(brands, revision=2, collections=[SUMMER])
    assert (await client.post("/v1/packs/presets", json={"collection": SUMMER}, headers=of_it)).json()["pictures"] == 2
    luma = await key(brands, revision=3, brands=["Luma"])
    assert (await client.post("/v1/packs/presets", json={"collection": SUMMER}, headers=luma)).status_code == 403
    assert (await client.post("/v1/packs/presets", json={"assets": [OTHER]}, headers=luma)).status_code == 404
    assert (await client.post("/v1/packs", data={"assets": OTHER, "preset": "web"}, headers=luma)).status_code == 404


async def test_uploads_go_where_files_are_of_the_brand(client: httpx.AsyncClient, brands: Stage) -> None:
    text = "folders: {luma: {brand: Luma}, luma/old: {brand: Nova}}"
    await brands.library.put(FOLDERS, text.encode())
    own = await key(brands, "editor", brands=["Luma"])
    for name, status in (("luma/a.jpg", 201), ("luma/x/a.jpg", 201), ("luma/old/a.jpg", 403), ("a.jpg", 403)):
        assert (await client.post("/v1/uploads", json={"key": name}, headers=own)).status_code == status, name
    for folder, status in (("luma", 201), ("nova", 403)):
        answer = await client.post("/v1/upload-links", json={"name": "x", "folder": folder}, headers=own)
        assert answer.status_code == status, folder
    await brands.library.put(FOLDERS, b"folders: [")
    assert (await client.post("/v1/uploads", json={"key": "luma/a.jpg"}, headers=own)).status_code == 403
    collected = await key(brands, "editor", revision=2, collections=[SUMMER])
    assert (await client.post("/v1/uploads", json={"key": "luma/a.jpg"}, headers=collected)).status_code == 403


async def test_shoots_are_of_folders(client: httpx.AsyncClient, brands: Stage) -> None:
    by_brand = await key(brands, brands=["Luma"])
    by_collection = await key(brands, "editor", collections=[SUMMER])
    for own in (by_brand, by_collection):
        assert (await client.get("/v1/shoots", headers=own)).status_code == 403
        assert (await client.get("/v1/shoots/autumn", headers=own)).status_code == 403


async def test_a_key_is_made_for_them(client: httpx.AsyncClient, brands: Stage) -> None:
    wanted = {"name": "Agency", "role": "viewer", "brands": ["Luma"], "collections": [SUMMER]}
    made = (await client.post("/v1/keys", json=wanted, headers=KEY)).json()
    await folded(brands)
    own = {"Authorization": f"Bearer {made['key']}"}
    assert (await client.get("/v1/assets", headers=own)).json()["total"] == 1
    assert (await get(client, "/v1/keys"))[0]["collections"] == [SUMMER]
    answer = await client.post("/v1/keys", json={**wanted, "collections": ["nothing"]}, headers=KEY)
    assert answer.status_code == 422 and "nothing" in json.dumps(answer.json())


async def test_a_page_shows_nothing_else(client: httpx.AsyncClient, brands: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session("anna", "editor", Scope(brands=("Luma",))))
    library = await client.get("/")
    assert FIRST in library.text and not any(one in library.text for one in (OTHER, SECOND, THIRD, "/shoots"))
    cells = await client.get(f"/cells?ids={FIRST},{OTHER}")
    assert FIRST in cells.text and OTHER not in cells.text
    assert (await client.get("/shoots", headers={"Accept": "text/html"})).status_code == 403
    assert (await client.get(f"/assets/{OTHER}")).status_code == 404
    client.cookies.set(COOKIE, Access("secret").session("anna", "approver", Scope(brands=("Luma",))))
    for page in ("/assets/{}/crops", "/rights?asset={}"):
        assert (await client.get(page.format(FIRST))).status_code == 200, page
        assert (await client.get(page.format(OTHER))).status_code == 404, page
    own = {"Sec-Fetch-Site": "same-origin"}
    for assets, status in (([FIRST], 200), ([FIRST, OTHER], 404), ([FIRST] * 501, 422)):
        answer = await client.post("/rights", data={"asset": assets}, headers=own)
        assert answer.status_code == status, answer.text


SHIRTS = (("LUMA-T", "model", "", "Luma"), ("LUMA-T-S", "product", "LUMA-T", ""), ("NOVA-T", "product", "", "NOVA"))
"""SKU, kind, model and brand."""


@pytest.fixture
async def sold(brands: Stage) -> Stage:
    """Of Luma a model that its variant has the brand from, with a picture of theirs and one of Nova's; one of Nova."""
    for sku, kind, parent, brand in SHIRTS:
        made = product(sku, f"Shirt {sku}", parent=parent, kind=kind)
        await brands.put([change(made.model_copy(update={"attributes": {"Brand": brand} if brand else {}}))])
    await brands.put([change(media("LUMA-T-S", FIRST, OTHER)), change(media("NOVA-T", OTHER))])
    return brands


async def test_products_of_the_brand_are_there_without_pictures_elsewhere(
    client: httpx.AsyncClient, sold: Stage
) -> None:
    own = await key(sold, brands=["Luma"])

    async def told(path: str) -> Any:
        answer = await client.get(path, headers=own)
        assert answer.status_code == 200, answer.text
        assert OTHER not in answer.text and "NOVA-T" not in answer.text and "nova/" not in answer.text, path
        return answer.json() if "json" in answer.headers["content-type"] else answer.text

    (one,) = (await told("/v1/products"))["items"]
    assert (one["sku"], one["variants"], one["pictures"]) == ("LUMA-T", 1, 2), "they are counted"
    assert [item["sku"] for item in (await told("/v1/products?q=shirt"))["items"]] == ["LUMA-T"]
    whole = await told("/v1/products/LUMA-T")
    assert [item["asset_id"] for item in whole["variants"][0]["media"]] == [FIRST]
    assert (await told("/v1/products/LUMA-T-S"))["sku"] == "LUMA-T-S"
    assert {item["sku"] for item in await told("/v1/skus?q=shirt")} == {"LUMA-T", "LUMA-T-S"}
    judged = (await told("/v1/readiness?channel=webshop"))["items"]
    assert [verdict["sku"] for verdict in judged] == ["LUMA-T-S"]
    assert "LUMA-T-S" in await told("/v1/readiness.csv?channel=webshop")
    assert {shot["sku"] for shot in (await told("/v1/shot-list?channel=amazon"))["items"]} <= {"LUMA-T-S"}
    for path in ("/v1/products/NOVA-T", "/v1/products/RED-42"):
        missing = await client.get(path, headers=own)
        assert missing.status_code == 404, path
    looked = await client.post("/v1/lookup", json={"codes": ["luma-t-s", "NOVA-T"]}, headers=own)
    assert ([one["sku"] for one in looked.json()["found"]], looked.json()["missing"]) == (["LUMA-T-S"], ["NOVA-T"])


async def test_pages_of_products_show_those_of_the_brand(client: httpx.AsyncClient, sold: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session("anna", "manager", Scope(brands=("Luma",))))
    client.headers["Accept"] = "text/html"
    for page in ("/products", "/products/LUMA-T", "/readiness?channel=webshop", "/shot-list?channel=meta-catalog"):
        told = await client.get(page)
        assert told.status_code == 200 and ("LUMA-T" in told.text or "shot-list" in page), page
        assert not any(one in told.text for one in (OTHER, "NOVA-T", "nova/", "data-order")), page
    assert f"/v1/assets/{FIRST}/renditions/thumbnail" in (await client.get("/products")).text
    assert (await client.get("/products/NOVA-T")).status_code == 404
    looked = await client.post("/lookup", data={"codes": "luma-t-s\nNOVA-T"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert looked.status_code == 200 and "1 found" in looked.text and "1 missing" in looked.text
    library = (await client.get("/")).text
    assert all(f'href="{page}"' in library for page in ("/products", "/readiness")) and "/questions" not in library
    found = (await client.get("/go?q=shirt")).text
    assert "LUMA-T-S" in found and "NOVA-T" not in found


async def test_a_list_shows_the_first_picture_that_may_be_looked_at(client: httpx.AsyncClient, sold: Stage) -> None:
    await sold.put([change(media("LUMA-T-S", OTHER, FIRST, revision=2))])
    own = await key(sold, brands=["Luma"])
    (one,) = (await client.get("/v1/products", headers=own)).json()["items"]
    assert (one["main"], one["picture"], one["without_main"]) == (None, FIRST, 0), "that there is a main is no secret"


async def test_who_sees_no_products_is_led_to_none(client: httpx.AsyncClient, sold: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session("anna", "editor", Scope(folders=("autumn",))))
    client.headers["Accept"] = "text/html"
    for page in ("/products", "/products/LUMA-T", "/readiness", "/shot-list", "/lookup"):
        assert (await client.get(page)).status_code == 403, page
    own = f"/assets/{FIRST}"
    for page in ("/", "/?q=nothing-has-this", "/shoots", "/shoots/autumn", own, f"{own}/panel"):
        told = await client.get(page)
        assert told.status_code == 200, page
        for dead in ("/products", "/readiness", "/shot-list", "/lookup", "/folders", "/upload-links"):
            assert f'href="{dead}' not in told.text, (page, dead)


@pytest.mark.parametrize("scope", [{"folders": ["autumn"], "brands": ["Luma"]}, {"collections": [SUMMER]}])
async def test_products_are_closed_for_who_is_limited_otherwise(
    client: httpx.AsyncClient, sold: Stage, scope: dict[str, Any]
) -> None:
    own = await key(sold, **scope)
    for path in ("/v1/products", "/v1/products/LUMA-T", "/v1/readiness?channel=webshop"):
        assert (await client.get(path, headers=own)).status_code == 403, path


@pytest.mark.parametrize("scope", [{"folders": ["autumn"]}, {"collections": [SUMMER]}])
async def test_what_pictures_there_are_linked_to_is_found_and_has_a_shot_list(
    client: httpx.AsyncClient, sold: Stage, scope: dict[str, Any]
) -> None:
    """Products are of no folder: a studio is told of those that its own pictures show, and of no other picture why."""
    await sold.put([change(media("RED-42", FIRST, OTHER, revision=9))])
    own = await key(sold, **scope)
    found = {item["sku"] for q in ("", "RED", "shirt", "NOVA-T", "xyzzy") for item in await asked(client, own, q)}
    assert found == {"RED-42"}
    for path in ("/v1/shot-list?channel=amazon&channel=webshop", "/v1/shot-list.csv"):
        answer = await client.get(path, headers=own)
        assert answer.status_code == 200 and "RED-42" in answer.text, path
        assert not any(one in answer.text for one in (OTHER, "nova/", "NOVA", "LUMA", "RED-43")), path
    none = await key(sold, revision=2, folders=["elsewhere"])
    assert (await client.get("/v1/shot-list", headers=none)).json() == {"items": [], "next": None}
    assert await asked(client, none, "RED") == []
    both = await key(sold, revision=3, brands=["Luma"], **scope)
    assert await asked(client, both, "RED") == [], "it is of no brand"


async def asked(client: httpx.AsyncClient, own: dict[str, str], q: str) -> Any:
    answer = await client.get("/v1/skus", params={"q": q}, headers=own)
    assert answer.status_code == 200, answer.text
    return answer.json()
