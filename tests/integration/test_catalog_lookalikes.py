"""Pictures that nothing names are asked about by what they look like; nobody is asked twice, and nothing is written."""

import json

import httpx
import numpy as np
import pytest

from schemas.decision import Decision
from services.catalog import dump, rebuild
from services.catalog.lookalikes import Lookalikes
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture, product

pytestmark = pytest.mark.broker
RED, BLUE, OTHER, LIKE_IT, LIKE_IT_TOO, UNLIKE = ASSETS
DIRECTIONS = {RED: (1, 0.1, 0), BLUE: (1, 0, 0.1), OTHER: (0, 0, 1), LIKE_IT: (1, 0, 0), LIKE_IT_TOO: (1, 0.05, 0)}


async def show(stage: Stage, asset: str, key: str, *, sku: str = "", colour: str = "red") -> None:
    """A picture in the view, compared with others."""
    keys = {"likeness_key": f"vectors/{asset}/l.bin", "embedding_key": f"vectors/{asset}/m-1.f16"}
    for one in picture(asset, key, sku=sku, colour=colour):
        more = keys if one.facet == "tags" else {"sha256": asset} if one.facet == "file" else {}
        await stage.put([change(one.model_copy(update={"data": {**one.data, **more}}))])
        if sku and one.facet == "links" and "-" in sku:  # the model is linked with its variant, as the linker does
            both = [{**one.data["links"][0], "sku": named} for named in (sku.partition("-")[0], sku)]
            await stage.put([change(one.model_copy(update={"data": {"links": both}, "revision": 2}))])
    vector = np.array(DIRECTIONS.get(asset, (0, 1, 0))).tolist()
    async with stage.database.transaction() as connection:  # as comparing.py fills it
        await connection.execute(
            "UPDATE catalog.likeness SET compared = true, model = 'm', vector = $2::text::halfvec WHERE asset_id = $1",
            asset,
            str(vector),
        )


@pytest.fixture
async def looking(stage: Stage) -> Lookalikes:
    """Two colours of a shirt and something else are linked; two like the shirt and one like nothing are not."""
    await rebuild.empty(stage.database)
    for colour in ("red", "blue"):
        await stage.put([change(product(f"SHIRT-{colour}", "Shirt", parent="SHIRT", color=colour))])
    await stage.put([change(product("SHIRT", "Shirt", kind="model")), change(product("MUG", "Mug"))])
    await show(stage, RED, "shop/red.jpg", sku="SHIRT-red")
    await show(stage, BLUE, "shop/blue.jpg", sku="SHIRT-blue", colour="blue")
    await show(stage, OTHER, "shop/mug.jpg", sku="MUG")
    for number, asset in enumerate((LIKE_IT, LIKE_IT_TOO)):
        await show(stage, asset, f"new/IMG_{number}.jpg", colour="blue")
    await show(stage, UNLIKE, "other/x.jpg")
    found = Lookalikes(stage.database)
    assert await found.step() and not await found.step()
    return found


async def answer(client: httpx.AsyncClient, **wanted: object) -> httpx.Response:
    cause = (await get(client, "/v1/questions"))[0]["cause"]
    return await client.post(f"/v1/questions/{cause}/answer", json=wanted, headers=KEY)


async def said(stage: Stage) -> dict[str, dict[str, str]]:
    """What Kafka has, by asset; folded as the curator does."""
    decisions = [Decision.model_validate(json.loads(one.value or b"")["data"]) for one in stage.told()]
    for one in decisions:
        await stage.put([change(facet(one.entity.partition("/")[2], "curation", {"fields": one.set}))])
    return {one.entity.partition("/")[2]: one.set for one in decisions}


@pytest.mark.usefixtures("looking")
async def test_what_looks_alike_is_asked_together(client: httpx.AsyncClient, stage: Stage) -> None:
    (question,) = await get(client, "/v1/questions")
    assert (question["kind"], question["count"], set(question["assets"])) == ("likeness", 2, {LIKE_IT, LIKE_IT_TOO})
    assert [option["skus"] for option in question["options"]] == [["SHIRT-blue"], ["SHIRT-red"]], "its own colour first"
    assert "alike), which shows SHIRT" in question["why"]
    assert "2 to decide" in (await client.get("/questions", headers=KEY)).text
    given = await answer(client, skus=["SHIRT-blue"], assets=[LIKE_IT])
    assert given.status_code == 202 and given.json()["assets"] == [LIKE_IT], "the other was not seen"
    assert await said(stage) == {LIKE_IT: {"link:SHIRT-blue": "linked"}}
    (question,) = await get(client, "/v1/questions")
    assert question["assets"] == [LIKE_IT_TOO]


@pytest.mark.usefixtures("looking")
async def test_none_of_these_is_not_asked_again(client: httpx.AsyncClient, stage: Stage) -> None:
    assert (await answer(client)).status_code == 202
    rejected = {"link:SHIRT-blue": "rejected", "link:SHIRT-red": "rejected"}
    assert await said(stage) == {LIKE_IT: rejected, LIKE_IT_TOO: rejected}
    assert await get(client, "/v1/questions") == []


async def test_what_becomes_linked_by_itself_asks_nothing(
    client: httpx.AsyncClient, stage: Stage, looking: Lookalikes
) -> None:
    for one in picture(LIKE_IT, "new/IMG_0.jpg", sku="MUG"):
        if one.facet == "links":
            await stage.put([change(one.model_copy(update={"revision": 2}))])
    (question,) = await get(client, "/v1/questions")
    assert question["assets"] == [LIKE_IT_TOO]
    assert await looking.step(), "more pictures are linked than when it was looked for"
    (question,) = await get(client, "/v1/questions")
    assert ["MUG"] in [option["skus"] for option in question["options"]]


async def test_it_is_no_fact(stage: Stage, looking: Lookalikes) -> None:
    before = await dump.text(stage.database)
    async with stage.database.transaction() as connection:
        await connection.execute("DELETE FROM catalog.lookalike")
    assert await dump.text(stage.database) == before
    assert await looking.step()
    assert not stage.broker.records("asset.metadata")


async def test_a_product_that_is_gone_meanwhile_is_not_linked(
    client: httpx.AsyncClient, stage: Stage, looking: Lookalikes
) -> None:
    ended = product("SHIRT-blue", "Shirt", parent="SHIRT", revision=2, color="blue")
    await stage.put([change(ended.model_copy(update={"status": "deleted"}))])
    given = await answer(client, skus=["SHIRT-blue"])
    assert given.status_code == 422 and "SHIRT-blue" in given.json()["detail"]
