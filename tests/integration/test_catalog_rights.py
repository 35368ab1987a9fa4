"""Rights over a real PostgreSQL: what counts is shown, life is derived, and what may not be given is told."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from schemas.head import LIVES, HeadFacet
from schemas.product import Limits
from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import FIRST, KEY, get, ids
from tests.integration.catalog_stage import Stage, change, facet, media

pytestmark = pytest.mark.broker


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


HEADS: tuple[dict[str, Any], ...] = (
    {"live": None, "state": "waiting", "approves": 1, "waiting": "?", "cure": "!"},
    {"available_from": in_days(1)},
    {"available_from": in_days(-1), "available_until": in_days(1)},
    {"available_until": in_days(-1)},
    {"available_from": in_days(1), "available_until": in_days(2)},
    {"archived": True, "barred": "It is archived: Old.", "available_until": "1970-01-01T00:00:00Z"},
    {"live": None, "state": "failed"},
)


async def told(stage: Stage, name: str, data: dict[str, Any], revision: int) -> None:
    await stage.put([change(facet(FIRST, name, data, revision=revision))])


async def test_life_is_what_its_head_says(client: httpx.AsyncClient, stage: Stage) -> None:
    seen = set()
    for revision, more in enumerate(HEADS, 2):
        data = {"live": 1, "newest": 1, "state": "complete", **more}
        await told(stage, "head", data, revision)
        if data["state"] == "failed":
            await stage.put([change(facet(FIRST, "links", {}, status="failed", cause="x", revision=2))])
        expected = HeadFacet.model_validate(data).life(datetime.now(UTC))
        assert (await get(client, f"/v1/assets/{FIRST}"))["life"] == expected
        assert FIRST in await ids(client, f"life={expected.replace(' ', '%20')}")
        seen.add(expected)
    assert seen == set(LIVES)
    assert (await get(client, "/v1/facets"))["life"]
    assert "Known are draft" in (await get(client, "/v1/assets?life=gone", 422))["detail"]


async def test_what_counts_is_shown_with_who_said_it(client: httpx.AsyncClient, stage: Stage) -> None:
    file = {"key": "autumn/RED_main.jpg", "bucket": "inbox", "arrived": in_days(-1), "kind": "image"}
    profile = {"rights": "Agency pictures", "licence": {"holder": "Agency"}}
    embedded = {"model_release": "http://ns.useplus.org/ldf/vocab/MR-UMR"}
    await told(stage, "file", {**file, "profile": profile, "embedded": embedded}, 2)
    await told(stage, "curation", {"fields": {"consent": {"status": "no", "note": "By mail"}}}, 2)
    rights = (await get(client, f"/v1/assets/{FIRST}"))["rights"]
    assert (rights["licence"]["holder"], rights["licence_by"], rights["note"]) == (
        "Agency",
        "folder",
        "Agency pictures",
    )
    assert (rights["consent"]["status"], rights["consent_by"]) == ("no", "asset")
    assert rights["proposed_consent"]["status"] == "yes" and rights["proposed_licence"] is None


async def test_a_licence_is_decided_by_approvers_for_one_and_for_many(client: httpx.AsyncClient, stage: Stage) -> None:
    said = {"licence": {"holder": "Agency", "valid_until": "2027-12-31"}, "consent": {"status": "yes"}}
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": said}, headers=KEY)
    assert answer.status_code == 202, answer.text
    answer = await client.post("/v1/decisions", json={"assets": [FIRST], "set": said}, headers=KEY)
    assert answer.status_code == 202, answer.text
    ends_first = {"licence": {"valid_from": "2027-01-01", "valid_until": "2026-01-01"}}
    answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": ends_first}, headers=KEY)
    assert answer.status_code == 422 and "valid_until lies before valid_from" in answer.text
    wrong = {"licence": {"until": "2027-12-31"}}
    for path, body in ((f"assets/{FIRST}/decisions", {}), ("decisions", {"assets": [FIRST]})):
        answer = await client.post(f"/v1/{path}", json={**body, "set": wrong}, headers=KEY)
        assert answer.status_code == 422 and "'until' is none of name" in answer.text


async def test_readiness_says_what_blocks(client: httpx.AsyncClient, stage: Stage) -> None:
    async def cause(market: str = "") -> tuple[str, str]:
        found = (await get(client, f"/v1/readiness?channel=webshop&q=RED-42&market={market}"))["items"][0]
        findings = [one for place in found["places"] for picture in place["pictures"] for one in picture["findings"]]
        return found["state"], next((one["cause"] for one in findings if one["rule"] == "rights"), "")

    assert (await cause())[1] == ""
    await told(stage, "curation", {"fields": {"consent": {"status": "yes", "markets": ["at"]}}}, 2)
    await told(stage, "head", {"live": 1, "newest": 1, "state": "complete", "limits": {"markets": ["at"]}}, 2)
    item = media("RED-42", FIRST, revision=2)
    limited = [one.model_copy(update={"limits": Limits(markets=["at"])}) for one in item.items]
    await stage.put([change(item.model_copy(update={"items": limited}))])
    assert await cause("de") == ("blocked", "No consent for the market de.")
    assert (await cause("at"))[1] == ""
    gone = {"live": 1, "newest": 1, "state": "complete", "barred": "Who is seen on it has not agreed."}
    await told(stage, "head", {**gone, "available_until": "1970-01-01T00:00:00Z"}, 3)
    await stage.put([change(item.model_copy(update={"items": [], "closed": limited, "revision": 3, "main": None}))])
    assert await cause("at") == ("blocked", "Who is seen on it has not agreed.")


async def test_packs_leave_out_what_rights_do_not_reach_and_say_so(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.library.put(f"renditions/{FIRST}/web.webp", b"WEBP!")
    await told(stage, "head", {"live": 1, "newest": 1, "state": "complete", "limits": {"markets": ["de"]}}, 2)

    async def pack(**more: str) -> httpx.Response:
        return await client.post("/v1/packs", data={"assets": FIRST, "preset": "web", **more}, headers=KEY)

    assert (await pack(market="fr")).status_code == 409
    for more, note in ({}, "RED_main.jpg: its rights are for market de alone."), ({"market": "DE"}, ""):
        with zipfile.ZipFile(io.BytesIO((await pack(**more)).content)) as archive:
            missing = archive.read("MISSING.txt").decode() if "MISSING.txt" in archive.namelist() else ""
            assert "RED-42_main_1.webp" in archive.namelist() and note in missing and bool(note) == bool(missing)


async def test_a_folder_says_it_for_what_is_dropped_there(client: httpx.AsyncClient) -> None:
    profile = {"rights": "By the agency", "licence": {"holder": "Agency", "valid_until": "2027-12-31"}}
    answer = await client.put("/v1/folders/agency", json={**profile, "consent": {"status": "yes"}}, headers=KEY)
    assert answer.status_code == 200, answer.text
    held = answer.json()["folders"]["agency"]
    assert held["licence"]["valid_until"] == "2028-01-01T00:00:00Z" and held["consent"]["status"] == "yes"
    client.cookies.set(COOKIE, Access("secret").session())
    page = (await client.get("/folders?folder=agency")).text
    assert 'value="2027-12-31"' in page and "Agency, until 2027-12-31" in page
    days = "folders:\n  a: {licence: {holder: Agency, valid_until: 2027-12-31}}\n"
    answer = await client.put("/v1/folders", json={"text": days}, headers=KEY)
    assert answer.status_code == 200, answer.text
    assert (await client.get("/folders?folder=a")).status_code == 200
    wrong = "folders:\n  a: {licence: {until: 2027-12-31}}\n"
    answer = await client.put("/v1/folders", json={"text": wrong}, headers=KEY)
    assert answer.status_code == 422 and "licence: 'until' is none of name" in answer.text
