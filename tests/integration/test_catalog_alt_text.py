"""Alternative texts and captions over a real PostgreSQL: built, written by people, and kept whatever is found anew."""

import json
import re
from typing import Any

import httpx
import pytest

from schemas.decision import Decision
from services.catalog.api.access import COOKIE, Access
from services.curator.fold import Folded, fold
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get, ids
from tests.integration.catalog_stage import Stage, change, facet, picture, product

pytestmark = pytest.mark.broker


async def texts(client: httpx.AsyncClient, asset: str, field: str = "alt") -> dict[str, tuple[str | None, str | None]]:
    """Language → text and source."""
    found = (await get(client, f"/v1/assets/{asset}"))[field]
    return {language: (told["text"], told["source"]) for language, told in found.items()}


async def decide(client: httpx.AsyncClient, stage: Stage, body: dict[str, Any]) -> None:
    """As a person and the curator do: the decision is folded onto all before it."""
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
    assert answer.status_code == 202, answer.text
    folded = Folded()
    said = [json.loads(record.value or b"")["data"] for record in stage.broker.records("decisions")]
    for one in said:
        folded = fold(folded, Decision.model_validate(one))
    await stage.put([change(facet(FIRST, "curation", {"fields": folded.fields}, revision=len(said)))])


async def test_texts_are_built_from_product_tags_and_languages(client: httpx.AsyncClient, stage: Stage) -> None:
    assert await texts(client, FIRST) == dict.fromkeys(("en", "de", "fr", "es", "nl", "it"), ("Trainer, red", "built"))
    assert (await texts(client, SECOND))["en"] == ("Boot", "built")
    nothing = (await get(client, f"/v1/assets/{THIRD}"))["alt"]["en"]
    assert nothing == {"text": None, "source": None, "why": "No product is linked, and no tag says what it shows."}
    named = product("RED-42", "Trainer", parent="RED", revision=2, color="Rot", size="42")
    named = named.model_copy(update={"attributes": {"name-de_DE": "Turnschuh", "color-fr_FR": "vermillon"}})
    back = {"links": [{"sku": "RED-42", "role": "back", "confidence": 0.98}]}
    await stage.put([change(named), change(facet(FIRST, "links", back, revision=2))])
    found = await texts(client, FIRST)
    assert found["en"] == ("Trainer, red, back view", "built")
    assert found["de"] == ("Turnschuh, rot, Rückansicht", "built")
    assert found["fr"] == ("Trainer, vermillon, vue de dos", "built")
    assert (await texts(client, FIRST, "caption"))["de"] == ("Turnschuh, rot. Rückansicht.", "built")


async def test_what_a_person_wrote_outlives_tags_links_and_versions(client: httpx.AsyncClient, stage: Stage) -> None:
    file = picture(FIRST, "autumn/RED_main.jpg", sku="RED-42")[0]
    listed = {**file.data, "sidecar": {"alt": "A shoe, says the list"}}
    await stage.put([change(file.model_copy(update={"revision": 2, "data": listed}))])
    await decide(client, stage, {"set": {"alt:de": "Roter Laufschuh auf Kies", "caption:de": "Unser Bester."}})
    found = await texts(client, FIRST)
    assert (found["de"], found["en"]) == (("Roter Laufschuh auf Kies", "person"), ("A shoe, says the list", "list"))
    assert await ids(client, "q=laufschuh+kies") == [FIRST]
    anew = [facet(FIRST, "tags", {"labels": []}, revision=2), facet(FIRST, "links", {"links": []}, revision=2)]
    second = [
        one.model_copy(update={"version": 2}) for one in picture(FIRST, "autumn/RED_main.jpg") if one.facet != "head"
    ]
    await stage.put([change(one) for one in (*anew, product("RED-42", "Runner", parent="RED", revision=2), *second)])
    after = await get(client, f"/v1/assets/{FIRST}")
    assert after["shown"] == 2
    assert (await texts(client, FIRST))["de"] == ("Roter Laufschuh auf Kies", "person")
    assert (await texts(client, FIRST, "caption"))["de"] == ("Unser Bester.", "person")
    assert (await texts(client, FIRST))["en"] == ("Shoe", "built")
    await decide(client, stage, {"clear": ["alt:de"]})
    assert (await texts(client, FIRST))["de"] == (None, None)
    assert (await texts(client, FIRST, "caption"))["de"] == ("Unser Bester.", "person")


@pytest.mark.parametrize(
    "fields",
    [
        {"alt:": "x"},
        {"alt:german": "x"},
        {"alt:DE": "x"},
        {"alt:de": ""},
        {"alt:de": " "},
        {"alt:de": "x" * 501},
        {"alt:de": "a\0b"},
        {"caption:de": {"x": 1}},
        {"title:de": "x"},
    ],
)
async def test_other_texts_are_refused_by_name(client: httpx.AsyncClient, stage: Stage, fields: dict[str, Any]) -> None:
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": fields}, headers=KEY)
    assert answer.status_code == 422, answer.text
    assert next(iter(fields)) in answer.json()["detail"]
    assert stage.broker.records("decisions") == []


async def test_the_page_uses_and_offers_them(client: httpx.AsyncClient, stage: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    await decide(client, stage, {"set": {"alt:en": 'A "red" shoe', "alt:de": "Schuh"}})
    for path in ("/", "/cells", f"/cells?ids={FIRST}", f"/assets/{FIRST}", f"/assets/{FIRST}/panel", "/products/RED"):
        assert 'alt="A &#34;red&#34; shoe"' in (await client.get(path)).text, path
    grid = (await client.get("/")).text
    assert 'alt="Boot"' in grid and 'data-name="blue boot.jpg"' in grid
    page = (await client.get(f"/assets/{FIRST}")).text
    assert '<span lang="de">Schuh</span>' in page and "A person wrote it." in page
    assert set(re.findall(r'data-write="alt:(\w+)"', page)) == {"en", "de", "fr", "es", "nl", "it"}
    assert re.findall(r'data-unwrite="([^"]*)"', page) == ["alt:en", "alt:de"]


async def test_a_picture_of_which_nothing_is_known_has_no_made_up_name(client: httpx.AsyncClient, stage: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    bare = facet(SECOND, "tags", {"labels": [], "colours": [{"name": "blue", "hex": "#00f"}]}, revision=2)
    await stage.put([change(bare)])
    cell = (await client.get(f"/cells?ids={SECOND}")).text
    assert 'alt=""' in cell and "blue boot.jpg" in cell  # the name stands beside it, in the same link
    page = (await client.get(f"/assets/{SECOND}")).text
    assert "No product is linked, and no tag says what it shows." in page
    assert 'alt="blue boot.jpg"' in page  # a button needs a name
