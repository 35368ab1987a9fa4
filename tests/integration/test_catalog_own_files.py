"""A file that somebody uploaded for a preset of an asset: that asset's, and no picture of its own."""

from typing import Any

import httpx
import pytest

from services.catalog import dump
from tests.integration.catalog_client import FIRST, KEY, SECOND, get, ids
from tests.integration.catalog_stage import SHA, Stage, change, facet, picture

pytestmark = pytest.mark.broker
OWN = "90000000-0000-5000-8000-00000000000f"
FOLDER = f"autumn/own-files/{FIRST}"


def given() -> list[Any]:
    """The file, which asks about its links and waits to be approved: nobody is asked."""
    facets = picture(OWN, f"{FOLDER}/web-m4k2.jpg", label="boot")
    facets[-2] = facet(OWN, "links", {"suggestions": [{"sku": "RED-42", "role": "main", "confidence": 0.5}]})
    waits = {
        "live": None,
        "newest": 1,
        "state": "waiting",
        "waiting": "Somebody has to approve it.",
        "approves": 1,
        "cure": "Do.",
    }
    return [change(one) for one in (*facets[:-1], facet(OWN, "head", waits))]


async def told(client: httpx.AsyncClient) -> list[Any]:
    """What lists, sums and questions say of the library."""
    paths = ("/v1/assets", "/v1/facets", "/v1/summary", "/v1/shoots", "/v1/questions", "/v1/audit", "/v1/skus?q=RED")
    answers = [await client.get(path, headers=KEY) for path in paths]
    assert all(answer.status_code == 200 for answer in answers), [answer.text for answer in answers]
    pages = [await client.get(path, headers=KEY) for path in ("/counts", "/shoots", "/activity", "/questions")]
    return [answer.json() for answer in answers] + [page.text for page in pages]


async def test_it_is_in_no_list_and_in_no_sum(client: httpx.AsyncClient, stage: Stage) -> None:
    before = await told(client)
    await stage.put(given())
    assert await told(client) == before
    (found,) = (await get(client, f"/v1/assets/{FIRST}/own-files"))["items"]
    assert (found["id"], found["serves"], found["preset"]) == (OWN, FIRST, "web")
    assert (await get(client, f"/v1/assets/{SECOND}/own-files"))["items"] == []


async def test_its_page_leads_to_the_asset_and_it_can_be_used(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put(given())
    page = (await client.get(f"/assets/{OWN}", headers=KEY)).text
    assert f'for the preset <b>web</b> of <a href="/assets/{FIRST}">RED_main.jpg</a>, which is not made of it' in page
    use = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": {"file:web": {"asset": OWN}}}, headers=KEY)
    assert use.status_code == 202, use.text
    await stage.put([change(facet(FIRST, "curation", {"fields": {"file:web": SHA}}))])
    assert "which is made of it now" in (await client.get(f"/assets/{OWN}", headers=KEY)).text


async def test_without_the_asset_it_is_a_picture_like_any(client: httpx.AsyncClient, stage: Stage) -> None:
    """Or nobody would find it any more. Where a purge is taken back, all is as it was."""
    await stage.put(given())
    before = await dump.text(stage.database)
    await stage.put([change(facet(FIRST, "head", {"state": "purged", "newest": 1}, revision=2))])
    assert OWN in await ids(client, "")
    assert "of a picture that is not there any more" in (await client.get(f"/assets/{OWN}", headers=KEY)).text
    back = facet(FIRST, "head", {"live": 1, "newest": 1, "state": "complete"}, revision=3)
    await stage.put([change(back)])
    assert OWN not in await ids(client, "")
    assert (await dump.text(stage.database)).replace('"revision": 3', '"revision": 1') == before


async def test_whichever_comes_first(client: httpx.AsyncClient, stage: Stage) -> None:
    other = "80000000-0000-5000-8000-00000000000f"
    own = picture(OWN, f"own-files/{other}/web-m4k2.jpg")
    await stage.put([change(one) for one in own])
    assert OWN in await ids(client, "")
    await stage.put([change(one) for one in picture(other, "late.jpg")])
    assert OWN not in await ids(client, "") and other in await ids(client, "")
