"""Files for a place that is taken: asked about together, answered with one key, and what that comes to."""

from typing import Any

import httpx
import pytest

from schemas.facet import Facet
from services.catalog import rebuild
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture
from tests.integration.test_catalog_questions import said

pytestmark = pytest.mark.broker
MAIN, MAIN_2, BACK, BACK_2, MAIN_3 = ASSETS[:5]


def placed(asset: str, key: str, slot: str, edition: int = 0, **more: Any) -> list[Facet]:
    """A linked picture of other bytes than the rest, with the place that its name gives it."""
    made = picture(asset, key, sku="MH01")
    file = next(one for one in made if one.facet == "file")
    file.data.update(sha256=asset[0] * 64, **more)
    next(one for one in made if one.facet == "links").data.update(slot=slot, edition=edition)
    return made


@pytest.fixture
async def asked(stage: Stage) -> Stage:
    """Two new editions in one folder, and the pictures whose places they have."""
    await rebuild.empty(stage.database)
    files = [
        *placed(MAIN_2, "autumn/a_main_v2.jpg", "MH01 main", 2),
        *placed(MAIN, "autumn/a_main_first.jpg", "MH01 main"),
        *placed(BACK, "autumn/a_back.jpg", "MH01 back"),
        *placed(BACK_2, "autumn/a_back_v2.jpg", "MH01 back", 2),
    ]
    await stage.put([change(one) for one in files])
    return stage


async def curated(stage: Stage, asset: str, fields: dict[str, str], revision: int = 1) -> None:
    await stage.put([change(facet(asset, "curation", {"fields": fields}, revision=revision))])


async def test_new_editions_of_a_folder_are_one_question(client: httpx.AsyncClient, asked: Stage) -> None:
    (question,) = await get(client, "/v1/questions")
    assert (question["kind"], question["count"], question["options"]) == ("edition", 2, [])
    pairs = dict(zip(question["assets"], [one["id"] for one in question["holders"]], strict=True))
    assert pairs == {MAIN_2: MAIN, BACK_2: BACK}
    assert "“a_back_v2.jpg” is MH01 back by its name, and so is “a_back.jpg”" in question["why"]
    page = (await client.get("/questions", headers=KEY)).text
    assert "newer editions?" in page and "2 to decide" in page


async def test_one_answer_for_all_that_are_seen_and_back(client: httpx.AsyncClient, asked: Stage) -> None:
    cause = (await get(client, "/v1/questions"))[0]["cause"]
    sent = {"edition": True, "assets": [MAIN_2]}
    answer = await client.post(f"/v1/questions/{cause}/answer", json=sent, headers=KEY)
    assert answer.status_code == 202
    assert [(one.entity, one.set) for one in said(asked)] == [(f"asset/{MAIN}", {f"edition:{MAIN_2}": "confirmed"})]
    await curated(asked, MAIN, said(asked)[0].set)
    assert (await get(client, "/v1/questions"))[0]["assets"] == [BACK_2]
    back = {"assets": answer.json()["assets"], "clear": answer.json()["fields"]}
    assert (await client.post("/v1/decisions", json=back, headers=KEY)).status_code == 202
    await curated(asked, MAIN, {}, revision=2)
    assert (await get(client, "/v1/questions"))[0]["count"] == 2


async def test_a_picture_of_its_own_is_not_asked_about_again(client: httpx.AsyncClient, asked: Stage) -> None:
    cause = (await get(client, "/v1/questions"))[0]["cause"]
    await client.post(f"/v1/questions/{cause}/answer", json={}, headers=KEY)
    for one in said(asked):
        assert list(one.set.values()) == ["rejected"]
        await curated(asked, one.entity.partition("/")[2], one.set)
    assert await get(client, "/v1/questions") == []


async def test_the_next_edition_asks_the_same_asset_whatever_its_newest_is_called(
    client: httpx.AsyncClient, asked: Stage
) -> None:
    await curated(asked, MAIN, {f"edition:{MAIN_2}": "confirmed"})
    ended = {"live": None, "newest": 1, "state": "merged", "merged_into": MAIN, "kept": True}
    await asked.put([change(facet(MAIN_2, "head", ended, revision=2))])
    second = placed(MAIN, "autumn/a_main_v2.jpg", "MH01 main", 2, taken_from=MAIN_2)
    await asked.put([change(one.model_copy(update={"version": 2})) for one in second if one.facet != "head"])
    await asked.put([change(one) for one in placed(MAIN_3, "winter/a_main_v3.jpg", "MH01 main", 3)])
    (last,) = [one for one in await get(client, "/v1/questions") if one["assets"] == [MAIN_3]]
    assert last["holders"][0]["id"] == MAIN
    found = await get(client, f"/v1/assets/{MAIN}")
    assert [(one["key"], one["taken_from"]) for one in found["versions"]] == [
        ("autumn/a_main_v2.jpg", MAIN_2), ("autumn/a_main_first.jpg", None)
    ]  # fmt: skip
    assert (await client.get(f"/v1/assets/{MAIN_2}", headers=KEY)).headers["location"] == f"/v1/assets/{MAIN}"
    assert f"edition:{MAIN_2}" in (await client.get(f"/assets/{MAIN}", headers=KEY)).text, "a button splits them"
    assert [one["id"] for one in (await get(client, "/v1/assets?q=first"))["items"]] == [MAIN], "by its old name"


@pytest.mark.parametrize(("asset", "status"), [(MAIN, 422), (ASSETS[5], 422), (MAIN_2, 202), ("edition", 422)])
async def test_what_can_be_an_edition(client: httpx.AsyncClient, asked: Stage, asset: str, status: int) -> None:
    wanted = {"set": {f"edition:{asset}": "confirmed"}}
    answer = await client.post(f"/v1/assets/{MAIN}/decisions", json=wanted, headers=KEY)
    assert (answer.status_code, len(said(asked))) == (status, int(status == 202)), answer.text
