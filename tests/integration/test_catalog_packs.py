"""Packs by the API: what they could hold, what they hold, and what is not given away."""

import io
import zipfile

import httpx
import pytest

from schemas.collection import KIND
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD
from tests.integration.catalog_stage import Stage, change, facet

pytestmark = pytest.mark.broker


async def pack(client: httpx.AsyncClient, status: int = 200, **form: str | list[str]) -> httpx.Response:
    answer = await client.post("/v1/packs", data=form, headers=KEY)
    assert answer.status_code == status, answer.text
    return answer


def names(answer: httpx.Response) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_a_pack_holds_what_is_live_and_names_what_is_not(client: httpx.AsyncClient, stage: Stage) -> None:
    asked = {"assets": [FIRST, SECOND, THIRD]}
    offered = (await client.post("/v1/packs/presets", json=asked, headers=KEY)).json()
    assert (offered["pictures"], offered["live"]) == (3, 2)
    assert offered["presets"] == [
        {"preset": name, "channel": "webshop", "files": 2, "bytes": 10} for name in ("thumbnail", "web")
    ] + [{"preset": "original", "channel": "originals", "files": 2, "bytes": 10}]
    answer = await pack(client, assets=[FIRST, SECOND, THIRD], preset=["thumbnail"])
    found = names(answer)
    lines = found.pop("MISSING.txt").decode()
    assert found == {"RED-42_main_1.webp": b"webp!"}
    assert "blue-boot" in lines and "the store does not have it" in lines, "the second's object is not there"
    assert "broken.jpg" in lines and "it may not be given now (it is refused)" in lines
    assert answer.headers["content-disposition"].startswith('attachment; filename="packshot-20')
    assert answer.headers["content-type"] == "application/zip"


async def test_a_picture_of_a_model_in_one_colour_is_called_after_both(client: httpx.AsyncClient, stage: Stage) -> None:
    link = {"sku": "RED", "role": "main", "confidence": 0.98, "level": "model", "look": [["color", "Red"]]}
    product = {**link, "sku": "RED-42", "level": "product"}
    for revision, (said, name) in enumerate(((link, "RED-Red_main_1.webp"), (product, "RED-42_main_1.webp")), 2):
        await stage.put([change(facet(FIRST, "links", {"links": [said]}, revision=revision))])
        assert list(names(await pack(client, assets=[FIRST], preset="thumbnail"))) == [name]


async def test_a_pack_for_an_audience(client: httpx.AsyncClient, stage: Stage) -> None:
    link = {"sku": "RED-42", "role": "main", "confidence": 0.98, "limits": {"markets": ["de"], "channels": ["shop"]}}
    await stage.put([change(facet(FIRST, "links", {"links": [link]}, revision=2))])
    for said in ({"market": "de"}, {"audience": "Shop", "market": "DE"}, {"locale": "fr"}):
        assert "RED-42_main_1.webp" in names(await pack(client, 200, assets=[FIRST], preset="thumbnail", **said))
    answer = await pack(client, 409, assets=[FIRST], preset="thumbnail", market="fr")
    assert answer.json()["detail"] == "All of these pictures are limited to other markets or channels."


async def test_what_is_withdrawn_is_not_in_it(client: httpx.AsyncClient, stage: Stage) -> None:
    head = {"live": None, "newest": 1, "state": "waiting", "approves": 1, "waiting": "Ready.", "cure": "Approve it."}
    await stage.put([change(facet(FIRST, "head", head, revision=2))])
    answer = await pack(client, 409, assets=[FIRST], channel=["webshop"], preset=["web"])
    assert "None of these pictures is live" in answer.json()["detail"]


async def test_a_collection_and_a_channel(client: httpx.AsyncClient, stage: Stage) -> None:
    fold = Folding(stage, KIND)
    made = await client.post("/v1/collections", json={"name": "Küche/1", "assets": [FIRST]}, headers=KEY)
    await fold()
    answer = await pack(client, collection=made.json()["id"], channel="webshop")
    assert list(names(answer)) == ["thumbnail/RED-42_main_1.webp", "MISSING.txt"]
    disposition = answer.headers["content-disposition"]
    assert disposition == "attachment; filename=\"pictures.zip\"; filename*=UTF-8''K%C3%BCche-1.zip"


async def test_what_is_not_said_is_asked_for(client: httpx.AsyncClient) -> None:
    await pack(client, 422, preset="web")
    await pack(client, 422, assets=[FIRST], collection="x", preset="web")
    await pack(client, 422, assets=[FIRST])
    await pack(client, 404, collection="x", preset="web")
    await pack(client, 422, assets=[FIRST], preset="' OR true --")
