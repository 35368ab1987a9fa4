"""Products over a real PostgreSQL: their pictures, holes, and what PIMs have of them."""

from typing import Any

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from services.catalog.queries.products import ROLES
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get
from tests.integration.catalog_stage import Stage, change, delivery, facet, media, picture, product

pytestmark = pytest.mark.broker


async def test_a_product_shows_its_holes(client: httpx.AsyncClient) -> None:
    found = await get(client, "/v1/products/RED")
    assert {v["sku"]: v["missing"] for v in found["variants"]} == {"RED-42": [], "RED-43": ["main"]}
    rows = (await get(client, "/v1/products?missing=main"))["items"]
    assert [(r["sku"], r["variants"], r["without_main"]) for r in rows] == [("RED", 2, 1)]
    assert (await get(client, "/v1/products?q=nothing"))["items"] == []


async def test_pages_of_products_show_the_version_that_goes_out(client: httpx.AsyncClient, stage: Stage) -> None:
    newer = [
        change(facet(FIRST, one.facet, one.data, version=2)) for one in picture(FIRST, "RED_main.jpg") if one.version
    ]
    await stage.put(newer)
    (own,) = [one for one in (await get(client, "/v1/products/RED"))["variants"] if one["sku"] == "RED-42"]
    (shown,) = [one for one in own["media"] if one["asset_id"] == FIRST]
    assert (shown["version"], shown["newer"], shown["thumbnail"].rpartition("?")[2]) == (1, 2, "version=1")
    client.cookies.set(COOKIE, Access("secret").session())
    product_page = (await client.get("/products/RED")).text
    assert "version 2 is not live" in product_page
    for page in (product_page, (await client.get("/readiness?channel=webshop")).text):
        assert f"{FIRST}/renditions/thumbnail?version=1" in page
        assert f"{FIRST}/renditions/thumbnail?version=2" not in page


MADE = {
    "NONE": [],
    "FRONT": [(FIRST, "front")],
    "UNSEEN": [(THIRD, "main")],
    "BACK": [(FIRST, "main"), (SECOND, "back")],
    "UNSEEN-BACK": [(FIRST, "main"), (THIRD, "back")],
    "TWO-BACKS": [(FIRST, "side"), (SECOND, "back"), (THIRD, "back")],
}
"""SKU → its pictures and their roles, the first of them the main one. The third is not live yet."""


async def test_what_lacks_a_role_is_found_as_it_is_counted(client: httpx.AsyncClient, stage: Stage) -> None:
    records: list[Any] = []
    for sku, pictures in MADE.items():
        own = media(sku, *(asset for asset, _ in pictures))
        items = [item.model_copy(update={"role": role}) for item, (_, role) in zip(own.items, pictures, strict=True)]
        records += [
            product(sku, "Lamp", parent="" if "BACK" not in sku else "LAMP"),
            own.model_copy(update={"items": items}),
        ]
    await stage.put([change(one) for one in (product("LAMP", "Lamps", kind="model"), *records)])
    every = (await get(client, "/v1/products"))["items"]
    assert [one["sku"] for one in every] == ["FRONT", "LAMP", "NONE", "RED", "UNSEEN"]
    for role in ROLES:
        lack = [
            one["sku"]
            for one in every
            if (one["without_main"] if role == "main" else one["roles"].get(role, 0) < one["variants"])
        ]
        found = [one["sku"] for one in (await get(client, f"/v1/products?missing={role}"))["items"]]
        assert (role, found) == (role, lack)
    assert await _skus(client, "missing=main") == ["NONE", "RED", "UNSEEN"]
    assert await _skus(client, "missing=back&q=two-backs") == ["LAMP"]


async def test_parts_are_found_whatever_signs_they_are_made_of(client: httpx.AsyncClient, stage: Stage) -> None:
    tee = product("T_1", "Tee, 100% cotton \\ wool").model_copy(update={"gtin": "4006700500013"})
    await stage.put([change(one) for one in (tee, product("TX1", "Tee, 1000 g"))])
    for part in ("t_1", "100%25", "cotton \\", "4006700500013"):
        assert await _skus(client, f"q={part}") == ["T_1"], part
    assert await _skus(client, "q=%20tee%20") == ["TX1", "T_1"]
    skus = (await client.get("/v1/skus?q=t_1", headers=KEY)).json()
    assert [one["sku"] for one in skus] == ["T_1"]


async def _skus(client: httpx.AsyncClient, query: str) -> list[str]:
    return [one["sku"] for one in (await get(client, f"/v1/products?{query}"))["items"]]


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
    assert (red["main"], red["picture"], red["pictures"]) == (None, FIRST, 2), "the first of the gallery"
    assert (red["others"], red["other_roles"], red["roles"]) == (1, ["top", "worn"], {"side": 1})
    assert (found["MUG"]["picture"], found["MUG"]["pictures"]) == (None, 0)
    client.cookies.set(COOKIE, Access("secret").session())
    assert f"/v1/assets/{FIRST}/renditions/thumbnail" in (await client.get("/products")).text


async def test_every_list_shows_the_first_picture_of_the_products_own_page(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    """Of ids in no order: A has a back only, B a main that is not live and then a front, C a main; of the model all."""
    fourth = "0" + FIRST[1:]
    await stage.put([change(one) for one in picture(fourth, "vase.jpg")])
    shown = {
        "VASE": [(fourth, "main")],
        "VASE-A": [(SECOND, "back")],
        "VASE-B": [(THIRD, "main"), (SECOND, "front"), (FIRST, "main")],
        "VASE-C": [(fourth, "main")],
        "CUP": [(SECOND, "main"), (fourth, "side"), (FIRST, "back")],
        "JUG": [(THIRD, "main"), (SECOND, "side"), (FIRST, "back")],
    }
    records: list[Any] = [product("VASE", "Vase", kind="model")]
    for sku, items in shown.items():
        own = media(sku, *(asset for asset, _ in items))
        placed = [item.model_copy(update={"role": role}) for item, (_, role) in zip(own.items, items, strict=True)]
        main = None if sku == "VASE-A" else own.main
        records.append(own.model_copy(update={"items": placed, "main": main}))
        records += [product(sku, "Thing", parent="VASE" if "-" in sku else "")] if sku != "VASE" else []
    await stage.put([change(one) for one in records])
    found = (await get(client, "/v1/products?q=thing"))["items"]
    told = {one["sku"]: (one["main"], one["picture"]) for one in found}
    assert told == {"VASE": (SECOND, SECOND), "CUP": (SECOND, SECOND), "JUG": (None, SECOND)}
    looked = await client.post("/v1/lookup", json={"codes": ["VASE", "VASE-A", "CUP", "JUG"]}, headers=KEY)
    for one in looked.json()["found"]:
        assert SECOND in one["thumbnail"], one
    variants = (await get(client, "/v1/products/VASE"))["variants"]
    assert [one["main"] for one in variants] == [None, SECOND, fourth]


async def test_a_picture_of_the_whole_model_is_marked_so(client: httpx.AsyncClient, stage: Stage) -> None:
    own = media("RED-43", FIRST, SECOND)
    of_model = [own.items[0], own.items[1].model_copy(update={"inherited": True})]
    await stage.put([change(own.model_copy(update={"items": of_model}))])
    client.cookies.set(COOKIE, Access("secret").session())
    assert (await client.get("/products/RED")).text.count('<small class="only">of the whole model</small>') == 1


async def test_a_pim_editors_own_change_is_shown(client: httpx.AsyncClient, stage: Stage) -> None:
    theirs = {
        "place": "picture_main//",
        "found": "1/2/theirs.jpg",
        "cause": "Somebody changed it.",
        "cure": "Empty it.",
    }
    client.cookies.set(COOKIE, Access("secret").session())
    await stage.put([change(delivery("RED-42")), change(delivery("RED-43", "waiting"))])
    page = (await client.get("/products/RED")).text
    assert "comes by itself" in page and "RED-43" in page.partition("Not in the PIM as here")[2]
    changed = delivery("RED-42", "conflict", 2, conflicts=[theirs])
    failed = delivery("RED-43", "failed", 2, cause="No such attribute.", cure="Mend the mapping.")
    await stage.put([change(one) for one in (changed, failed)])
    found = (await get(client, "/v1/products/RED"))["deliveries"]
    assert [(one["sku"], one["status"]) for one in found] == [("RED-42", "conflict"), ("RED-43", "failed")]
    assert found[0]["conflicts"] == [theirs | {"place": "picture_main"}]
    page = (await client.get("/products/RED")).text
    assert "picture_main: Somebody changed it. Empty it." in page and "No such attribute. Mend the mapping." in page
    await stage.put([change(delivery(sku, revision=3)) for sku in ("RED-42", "RED-43")])
    assert "Not in the PIM as here" not in (await client.get("/products/RED")).text
