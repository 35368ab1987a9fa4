"""The five mistakes of those who keep product media: each is committed here, and stopped, or shown with the next look.

The view is a second behind the pipeline (`test_catalog_process.py`), and nothing here waits for a night: what the audit
and readiness say is a question to the view.
"""

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.catalog.api.deps import Deps
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get
from tests.integration.catalog_stage import ASSETS, SHA, Stage, change, facet, media, picture, product
from tests.integration.test_catalog_feeds import fit, made
from tests.integration.test_catalog_rules import ID, TEXT, reports, tries

pytestmark = pytest.mark.broker
DUMPED = ASSETS[3]


@pytest.fixture
async def shop(app: FastAPI, client: httpx.AsyncClient, stage: Stage) -> httpx.AsyncClient:
    """RED-42 has two pictures that fit the shop."""
    deps: Deps = app.state.deps
    settings = deps.settings.model_copy(update={"public_url": "https://media.example.com"})
    app.state.deps = dataclasses.replace(deps, settings=settings)
    await stage.put([change(media("RED-42", FIRST, SECOND, revision=5))])
    for asset in (FIRST, SECOND):
        await fit(stage, asset, revision=5)
    return client


async def found(client: httpx.AsyncClient, rule: str) -> dict[str, str]:
    """What the audit finds by that rule: id → detail."""
    return {one["id"]: one["detail"] for one in (await get(client, f"/v1/audit/{rule}"))["items"]}


async def verdict(client: httpx.AsyncClient, channel: str, sku: str) -> tuple[str, set[str]]:
    """State of a product on a channel, and the rules that speak."""
    one = (await get(client, f"/v1/readiness?channel={channel}&q={sku}"))["items"][0]
    inner = [each for place in one["places"] for picture in place["pictures"] for each in picture["findings"]]
    own = [each for place in one["places"] for each in place["findings"]]
    return one["state"], {each["rule"] for each in (*inner, *own)}


async def fed(client: httpx.AsyncClient) -> dict[str, list[str]]:
    """SKU → pictures that the shop's feed gives now."""
    answer = await client.get("/v1/feeds/shopify/json?record=true", headers=KEY)
    lines = [json.loads(line) for line in answer.text.splitlines()]
    return {one["sku"]: [each["asset"] for each in one["pictures"]] for one in lines}


async def test_using_it_as_a_folder(client: httpx.AsyncClient, stage: Stage) -> None:
    """Somebody drops pictures into a folder and thinks that they are done."""
    await stage.put([change(one) for one in picture(DUMPED, "my stuff/2026/DSC_0815.jpg")])
    page = (await client.get("/", headers={**KEY, "accept": "text/html"})).text
    front = re.findall(r'<a href="(/[a-z-]*)" *(?:aria-current="page")?>([A-Z][^<]*)</a>', page)
    assert {"/products", "/readiness", "/audit"} <= {path for path, _ in front}, "not a tree of files"
    assert "No product" in page, "the picture itself says that it shows nothing for sale"
    assert DUMPED in await found(client, "unlinked")
    assert (await verdict(client, "webshop", "RED-43"))[0] == "blocked", "and the product says what it misses"
    assert "RED-43" in await found(client, "no-main")


async def test_no_rules_for_names_and_order(client: httpx.AsyncClient, stage: Stage) -> None:
    """A name that says nothing is not guessed at; a rule is tried on all names before it counts."""
    guess = {"sku": "RED-42", "role": "main", "confidence": 0.6, "evidence": [{"kind": "text", "detail": "x"}]}
    records = {one.facet: one for one in picture(DUMPED, "autumn/final_FINAL(2).jpg")}
    records["links"] = facet(DUMPED, "links", {"suggestions": [guess]})
    await stage.put([change(one) for one in records.values()])
    asked = await get(client, f"/v1/assets/{DUMPED}")
    assert (asked["skus"], asked["suggestions"]) == ([], 1), "a person is asked"
    assert await tries(client, TEXT) == ID
    assert (await client.post(f"/v1/rules/trials/{ID}/apply", headers=KEY)).status_code == 409, "not before it is tried"
    await reports(stage, faults=["The rules, line 2, rule studio: it does not hold."])
    assert (await client.post(f"/v1/rules/trials/{ID}/apply", headers=KEY)).status_code == 409


async def test_no_connection_to_the_pim(shop: httpx.AsyncClient, stage: Stage) -> None:
    """PIM and library drift apart: a product goes, a new one comes, its name changes hands."""
    gone = product("RED-42", "Trainer, red", parent="RED", revision=9).model_copy(update={"status": "removed"})
    await stage.put([change(gone), change(product("NEW-1", "Boot"))])
    assert FIRST in await found(shop, "discontinued")
    assert "NEW-1" in await found(shop, "no-main")
    assert (await verdict(shop, "webshop", "NEW-1"))[0] == "blocked"
    removed = media("RED-42", revision=9).model_copy(update={"status": "removed"})
    await stage.put([change(removed)])
    assert "RED-42" not in await fed(shop), "what the PIM does not sell goes out no more"


async def test_wrong_formats_for_a_site(shop: httpx.AsyncClient, stage: Stage) -> None:
    """A picture that the channel refuses: it is blocked with its cause and cure, and not sent."""
    assert (await fed(shop))["RED-42"] == [FIRST, SECOND]
    small: dict[str, Any] = {"width": 300, "height": 300}
    files = [{**made(preset, FIRST), **small} for preset in ("marketplace", "zoom", "square", "web")]
    await stage.put([change(facet(FIRST, "renditions.later", {"sha256": SHA, "renditions": files}, revision=6))])
    state, rules = await verdict(shop, "amazon", "RED-42")
    assert state == "blocked" and "longer_side" in rules
    ours = (await get(shop, "/v1/readiness?channel=amazon&q=RED-42"))["items"][0]
    assert all(each["cure"] for place in ours["places"] for one in place["pictures"] for each in one["findings"])
    answer = await shop.get("/v1/feeds/amazon/amazon-zip?doubt=true", headers=KEY)
    assert answer.status_code == 409, "nothing that fits is left of it"


async def test_no_regular_checks(shop: httpx.AsyncClient, stage: Stage) -> None:
    """Nobody looks, and time goes by: rights end, copies lie about. Nothing of it waits for somebody to look."""
    assert (await fed(shop))["RED-42"] == [FIRST, SECOND]
    ended = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    head = {"live": 1, "newest": 1, "state": "complete", "available_until": ended}
    await stage.put([change(facet(SECOND, "head", head, revision=9))])
    assert SECOND in await found(shop, "still-out"), "the channel has it until it fetches again"
    assert (await fed(shop))["RED-42"] == [FIRST]
    assert await found(shop, "still-out") == {}
    assert (await get(shop, f"/v1/assets/{SECOND}"))["life"] == "expired"
    assert THIRD in await found(shop, "refused"), "a broken file is told from the first minute"
