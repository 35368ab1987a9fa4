"""Questions about links: by cause, answered for all pictures at once, taken back together."""

import json
from typing import Any

import httpx
import pytest

from schemas.decision import Decision
from schemas.facet import Facet
from services.catalog import rebuild
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture, product

pytestmark = pytest.mark.broker
ONE, TWO, OTHER, LINKED, FRESH = ASSETS[:5]
SLIP = {"kind": "filename", "detail": "“mh0l” may be a slip for MH01"}


def asking(asset: str, *skus: str, **more: Any) -> list[Facet]:
    """A picture with these suggestions."""
    found = [{"sku": sku, "role": "main", "confidence": 0.6 - n / 10, "evidence": [SLIP]} for n, sku in enumerate(skus)]
    links = facet(asset, "links", {"suggestions": found, **more})
    return [links if one.facet == "links" else one for one in picture(asset, f"autumn/{asset[0]}.jpg")]


@pytest.fixture
async def asked(stage: Stage) -> Stage:
    """Two that ask the same, one with a conflict, one that asks nothing."""
    await rebuild.empty(stage.database)
    conflict = {"skus": ["A", "B"], "options": [["A"], ["B"]], "cause": "A and B are named at once.", "evidence": []}
    facets = [*asking(ONE, "MH01", "MH02"), *asking(TWO, "MH01", "MH02"), *asking(OTHER, conflicts=[conflict])]
    for one in [*facets, *picture(LINKED, "autumn/x.jpg", sku="MH01")]:
        await stage.put([change(one)])
    return stage


def said(stage: Stage) -> list[Decision]:
    """All decisions that Kafka has."""
    return [Decision.model_validate(json.loads(one.value or b"")["data"]) for one in stage.told()]


async def test_the_same_reason_is_one_question(client: httpx.AsyncClient, asked: Stage) -> None:
    first, second = await get(client, "/v1/questions")
    assert (first["count"], set(first["assets"]), first["why"]) == (2, {ONE, TWO}, SLIP["detail"])
    assert [option["skus"] for option in first["options"]] == [["MH01"], ["MH02"]]
    assert (second["count"], second["kind"], second["assets"]) == (1, "conflict", [OTHER])


async def test_one_answer_decides_for_all_and_is_taken_back_together(client: httpx.AsyncClient, asked: Stage) -> None:
    cause = (await get(client, "/v1/questions"))[0]["cause"]
    answer = await client.post(f"/v1/questions/{cause}/answer", json={"skus": ["MH01"]}, headers=KEY)
    assert answer.status_code == 202 and set(answer.json()["assets"]) == {ONE, TWO}
    decisions = said(asked)
    assert {one.entity for one in decisions} == {f"asset/{ONE}", f"asset/{TWO}"}
    assert {one.batch for one in decisions} == {answer.json()["batch"]}
    assert all(one.set == {"link:MH01": "confirmed", "link:MH02": "rejected"} for one in decisions)
    for one in decisions:  # as the curator folds them
        folded = facet(one.entity.partition("/")[2], "curation", {"fields": one.set})
        await asked.put([change(folded)])
    assert [one["kind"] for one in await get(client, "/v1/questions")] == ["conflict"]
    back = {"assets": answer.json()["assets"], "clear": answer.json()["fields"]}
    assert (await client.post("/v1/decisions", json=back, headers=KEY)).status_code == 202
    cleared = [one for one in said(asked) if one.clear]
    assert len(cleared) == 2
    for one in cleared:
        assert (one.set, sorted(one.clear)) == ({}, ["link:MH01", "link:MH02"])
        await asked.put([change(facet(one.entity.partition("/")[2], "curation", {"fields": {}}, revision=2))])
    assert (await get(client, "/v1/questions"))[0]["cause"] == cause


async def test_none_of_these_rejects_all(client: httpx.AsyncClient, asked: Stage) -> None:
    cause = (await get(client, "/v1/questions"))[1]["cause"]
    await client.post(f"/v1/questions/{cause}/answer", json={}, headers=KEY)
    assert [one.set for one in said(asked)] == [{"link:A": "rejected", "link:B": "rejected"}]


async def test_another_product_may_be_meant(client: httpx.AsyncClient, asked: Stage) -> None:
    await asked.put([change(product("BOOT", "Boot"))])
    cause = (await get(client, "/v1/questions"))[1]["cause"]
    await client.post(f"/v1/questions/{cause}/answer", json={"skus": ["BOOT"]}, headers=KEY)
    assert [one.set for one in said(asked)] == [
        {"link:A": "rejected", "link:B": "rejected", "link:BOOT": "linked"},
    ]


async def test_what_nobody_asks_is_told(client: httpx.AsyncClient, asked: Stage) -> None:
    cause = (await get(client, "/v1/questions"))[0]["cause"]
    unknown = await client.post(f"/v1/questions/{cause}/answer", json={"skus": ["SHOE"]}, headers=KEY)
    assert unknown.status_code == 422 and "There is no product SHOE" in unknown.json()["detail"]
    gone = await client.post("/v1/questions/0123456789abcdef/answer", json={}, headers=KEY)
    assert gone.status_code == 404
    hold = {"assets": [ONE], "clear": ["hold"]}
    assert (await client.post("/v1/decisions", json=hold, headers=KEY)).status_code == 422
    assert said(asked) == []


async def test_the_page_asks_with_pictures_and_says_why(client: httpx.AsyncClient, asked: Stage) -> None:
    answer = await client.get("/questions", headers=KEY)
    assert answer.status_code == 200
    assert "2 pictures" in answer.text and SLIP["detail"] in answer.text and "None of these" in answer.text
    assert "3 to decide" in answer.text
    assert f"/v1/assets/{ONE}/renditions/thumbnail" in answer.text
    names = answer.text.partition('class="names">')[2].partition("<")[0]
    assert {ONE[0] + ".jpg", TWO[0] + ".jpg"} == set(names.split(", ")), "to be read, not only hovered"


async def test_an_answer_of_several_sizes_is_called_by_its_colour(client: httpx.AsyncClient, asked: Stage) -> None:
    sizes = [f"M-BLA-{size}" for size in (41, 42)]
    for at, sku in enumerate(sizes):
        await asked.put([change(product(sku, "Runner", parent="M", color="Black", size=str(41 + at)))])
    evidence = [{"kind": "barcode", "detail": "“400” is the GTIN of B"}]
    options = [["B"], [*sizes, "M"]]
    conflict = {"skus": ["B", "M", *sizes], "options": options, "cause": "B and M are named.", "evidence": evidence}
    await asked.put([change(one) for one in asking(FRESH, conflicts=[conflict])])
    (found,) = [one for one in await get(client, "/v1/questions") if one["assets"] == [FRESH]]
    answers = [("B", ["B"]), ("M Black", [*sizes, "M"]), ("Both", ["B", *sizes, "M"])]
    assert [(one["title"], one["skus"]) for one in found["options"]] == answers
    assert "<b>M Black</b>" in (await client.get("/questions", headers=KEY)).text
    whole = await get(client, f"/v1/assets/{FRESH}")
    assert (whole["conflicts"], whole["conflict_list"]) == (1, [conflict])
