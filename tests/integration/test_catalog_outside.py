"""Who is limited to a part learns nothing of what lies outside: no twin, collection, product, count or suggestion."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from schemas.collection import KIND, MEMBER
from schemas.decision import Decision, Fact
from schemas.finding import KIND as FINDING
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.taking_back import remember
from services.catalog.queries.batches import BATCH
from services.catalog.scope import Scope
from tests.integration.catalog_client import FIRST, KEY, SECOND, get
from tests.integration.catalog_stage import ASSETS, NOON, SHA, Stage, change, facet, media, picture, product
from tests.integration.test_catalog_keys import key

pytestmark = pytest.mark.broker
TWIN, ALTERED = ASSETS[3:5]
SUMMER, OUTSIDE = "5a" * 6, "0d" * 6
NAME = "zanzibar"
"""Stands in all that lies outside."""
SECRETS = (NAME, TWIN, ALTERED, OUTSIDE)
COMPARED = (
    "INSERT INTO catalog.likeness (asset_id, version, likeness_key, arrived, compared) "
    "VALUES ($1, 1, $1, now(), true) ON CONFLICT (asset_id) DO UPDATE SET compared = true"
)
SCOPES: dict[str, dict[str, Any]] = {
    "folders": {"folders": ["autumn"]},
    "brands": {"brands": ["Luma"]},
    "collections": {"collections": [SUMMER]},
}
PLACES = {
    "asset_id": FIRST, "preset": "thumbnail", "sku": "ZANZIBAR-1", "collection_id": OUTSIDE, "folder": NAME,
    "rule": "duplicates", "channel": "webshop",
}  # fmt: skip
ASKED = (
    "/v1/assets?q=zanzibat", "/v1/assets?q=trainer%20zanzibat", "/v1/assets?flag=duplicate",
    f"/v1/assets?collection={OUTSIDE}", f"/v1/assets?like=asset:{TWIN}", "/v1/assets?like=sku:ZANZIBAR-1",
    "/v1/facets?flag=duplicate", "/v1/facets?q=shoe", "/v1/skus?q=zan", f"/v1/assets/{FIRST}?version=1",
)  # fmt: skip
PAGES = (
    "/", f"/?selected={FIRST}", f"/?collection={OUTSIDE}", f"/assets/{FIRST}", f"/assets/{FIRST}/panel",
    f"/cells?ids={FIRST}", f"/cells?ids={TWIN},{ALTERED}", "/cells", "/go?q=zanz", "/counts", "/?flag=duplicate",
)  # fmt: skip


def lying(asset: str, name: str, brand: str, *, sha256: str = SHA, revision: int = 2, **more: str) -> list[Any]:
    """A picture with its brand."""
    records = picture(asset, name, **more)
    file = records[0].data | {"profile": {"brand": brand}, "sha256": sha256}
    return [records[0].model_copy(update={"data": file, "revision": revision}), *records[1:]]


@pytest.fixture
async def both(stage: Stage) -> AsyncIterator[Stage]:
    """FIRST lies inside; outside lie its twin, an altered copy, a collection that it is in, too, and a product."""
    records = [
        *lying(FIRST, "autumn/RED_main.jpg", "Luma", sku="RED-42"),
        *lying(SECOND, "autumn/blue boot.jpg", "", sha256="ef" * 32),
        *lying(TWIN, f"{NAME}/{NAME}.jpg", NAME, sku="ZANZIBAR-1", label=NAME, colour="teal"),
        *lying(ALTERED, f"{NAME}/small {NAME}.jpg", NAME, sha256="cd" * 32),
        facet(FIRST, "curation", {"fields": {f"edition:{TWIN}": "rejected", "tag:shoe": "confirmed"}}),
        product("ZANZIBAR-1", f"Trainer {NAME}"),
        media("ZANZIBAR-1", TWIN, FIRST),
        collection(SUMMER, "Summer", "", FIRST),
        collection(OUTSIDE, f"For {NAME}", f"{NAME} only", FIRST, TWIN),
    ]
    await stage.put([change(one) for one in records])
    async with stage.database.transaction() as connection:
        for asset in (FIRST, ALTERED):
            await connection.execute(COMPARED, asset)
        await connection.execute("INSERT INTO catalog.same_pair VALUES ($1, $2, false, 0.9)", FIRST, ALTERED)
    yield stage


def collection(own: str, name: str, note: str, *assets: str) -> Fact:
    members = {f"{MEMBER}{asset}": place for place, asset in enumerate(assets)}
    fields = {"name": name, "note": note, "made": NOON.isoformat(), **members}
    return Fact(kind=KIND, id=own, revision=1, fields=fields, written=NOON)


def told(answer: httpx.Response) -> set[str]:
    """What it tells of all that lies outside; what was asked for may be said again."""
    asked = str(answer.request.url).casefold()
    return {one for one in SECRETS if one in answer.text.casefold() and one not in asked}


async def walked(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, set[str]]:
    """Each address of the API that can be read, once → what it tells of what lies outside."""
    paths = (await get(client, "/v1/openapi.json"))["paths"]
    read = [path for path, methods in paths.items() if "get" in methods and path != "/v1/live"]  # that has no end
    urls = [re.sub(r"\{(\w+)\}", lambda found: PLACES.get(found[1], "x"), path) for path in read]
    return {url: told(await client.get(url, headers=headers)) for url in (*urls, *ASKED)}


async def test_who_sees_everything_is_told_of_it(client: httpx.AsyncClient, both: Stage) -> None:
    """Else the next test could not fail."""
    found = await walked(client, KEY)
    assert found[f"/v1/assets/{FIRST}"] >= {NAME, TWIN, OUTSIDE}
    for path in ("/v1/assets", f"/v1/assets/{FIRST}/alike", "/v1/facets", "/v1/collections", "/v1/assets?q=zanzibat"):
        assert NAME in found[path], path
    one = await get(client, f"/v1/assets/{FIRST}")
    assert (one["copies"], one["altered_copies"]) == (2, 1)
    assert {"value": "duplicate", "count": 3, "more": False} in (await get(client, "/v1/facets"))["flag"]


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
async def test_no_address_tells_of_what_lies_outside(
    client: httpx.AsyncClient, both: Stage, scope: dict[str, Any]
) -> None:
    own = await key(both, "admin", **scope)
    assert {url: names for url, names in (await walked(client, own)).items() if names} == {}
    one = (await client.get(f"/v1/assets/{FIRST}", headers=own)).json()
    assert (one["copies"], one["altered_copies"], one["same_bytes"]) == (1, 0, [])
    assert one["curation"] == {"tag:shoe": "confirmed"}
    seen = [{"id": SUMMER, "name": "Summer"}] if "collections" in scope else []
    assert one["collections"] == seen
    assert (await client.get("/v1/assets?flag=duplicate", headers=own)).json()["items"] == []
    assert "duplicate" not in {one["value"] for one in (await client.get("/v1/facets", headers=own)).json()["flag"]}
    listed = (await client.get(f"/v1/assets?collection={OUTSIDE}", headers=own)).json()["items"]
    assert [(one["id"], one["copies"]) for one in listed] == [(FIRST, 1)]


async def test_copies_inside_are_told(client: httpx.AsyncClient, both: Stage) -> None:
    await both.put([change(one) for one in lying(SECOND, "autumn/blue boot.jpg", "Luma", revision=3)])
    own = await key(both, "viewer", **SCOPES["folders"])
    one = (await client.get(f"/v1/assets/{FIRST}", headers=own)).json()
    assert (one["copies"], one["same_bytes"]) == (2, [{"id": SECOND, "key": "autumn/blue boot.jpg"}])
    listed = (await client.get("/v1/assets?flag=duplicate", headers=own)).json()
    assert {item["id"] for item in listed["items"]} == {FIRST, SECOND}


async def test_values_that_only_others_have_are_none(client: httpx.AsyncClient, both: Stage) -> None:
    assert (await client.get("/v1/assets?colour=teal", headers=KEY)).status_code == 200
    own = await key(both, **SCOPES["brands"])
    assert (await client.get("/v1/assets?colour=teal", headers=own)).status_code == 422


@pytest.mark.parametrize("scope", [Scope(("autumn",)), Scope(brands=("Luma",)), Scope(collections=(SUMMER,))])
async def test_no_page_shows_it(client: httpx.AsyncClient, both: Stage, scope: Scope) -> None:
    client.cookies.set(COOKIE, Access("secret").session("anna", "editor", scope))
    assert {url: names for url in PAGES if (names := told(await client.get(url)))} == {}
    client.cookies.set(COOKIE, Access("secret").session())
    assert told(await client.get(f"/assets/{FIRST}")) == {NAME, TWIN, ALTERED, OUTSIDE}


async def test_no_refusal_names_it(client: httpx.AsyncClient, both: Stage) -> None:
    """What nearly names a product is told the name only by who may see products."""
    link = {"set": {"link:ZANZIBAR-2": "linked"}}
    assert "ZANZIBAR-1" in (await client.post(f"/v1/assets/{FIRST}/decisions", json=link, headers=KEY)).text
    own = await key(both, "editor", **SCOPES["folders"])
    for path, body in ((f"/v1/assets/{FIRST}/decisions", link), ("/v1/decisions", {"assets": [FIRST], **link})):
        answer = await client.post(path, json=body, headers=own)
        assert answer.status_code == 422 and "ZANZIBAR-1" not in answer.text, path


@pytest.mark.parametrize(
    "entity", [f"collection/{OUTSIDE}", f"{FINDING}/x/{TWIN}", f"asset/{TWIN}", "product/ZANZIBAR-1"]
)
async def test_what_others_decided_is_not_told_by_taking_it_back(
    client: httpx.AsyncClient, both: Stage, entity: str
) -> None:
    said = Decision(id="d", entity=entity, set={"note": NAME}, batch="b", by="ben", at=NOON)
    await both.put([change(Fact(kind=BATCH, id="b", revision=1, fields=remember([said], {}), written=NOON))])
    own = await key(both, "manager", **SCOPES["folders"])
    answer = await client.post("/v1/batches/b/undo", headers=own)
    assert answer.status_code in (403, 404) and NAME not in answer.text
