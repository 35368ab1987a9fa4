"""Approving by the API: many at once, only what waits for it; and the folder profiles that ask for it."""

import json

import httpx
import pytest

from schemas.folders import FOLDERS
from services.catalog.api.access import COOKIE, Access
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, get, ids
from tests.integration.catalog_stage import Stage, change, facet

pytestmark = pytest.mark.broker


@pytest.fixture
async def waiting(stage: Stage) -> Stage:
    """The first picture waits to be approved."""
    head = {"live": None, "newest": 1, "state": "waiting", "approves": 1, "waiting": "Ready.", "cure": "Approve it."}
    file = {"bucket": "inbox", "key": "autumn/RED_main.jpg", "kind": "image", "arrived": "2026-11-23T12:00:00+00:00"}
    profile = {"approval": "review", "brand": "Luma", "market": "DE"}
    await stage.put([change(facet(FIRST, "head", head, revision=2))])
    await stage.put([change(facet(FIRST, "file", {**file, "profile": profile}, revision=2))])
    return stage


async def test_what_waits_is_found_and_says_what_is_asked(client: httpx.AsyncClient, waiting: Stage) -> None:
    assert await ids(client, "flag=to-approve") == await ids(client, "brand=Luma&market=DE") == [FIRST]
    found = await get(client, f"/v1/assets/{FIRST}")
    assert found["state"] == "waiting"
    assert found["question"] == {
        "version": 1, "live": None, "approval": True, "cause": "Ready.", "cure": "Approve it.",
    }  # fmt: skip
    facets = await get(client, "/v1/facets")
    assert [one["value"] for one in facets["brand"]] == ["Luma"]


async def test_what_is_embargoed_or_expired_is_found_and_says_so(client: httpx.AsyncClient, stage: Stage) -> None:
    head = {"live": 1, "newest": 1, "state": "ready"}
    await stage.put([change(facet(FIRST, "head", {**head, "available_from": "2100-01-01T00:00:00Z"}, revision=2))])
    await stage.put([change(facet(SECOND, "head", {**head, "available_until": "2025-01-01T00:00:00Z"}, revision=2))])
    assert (await ids(client, "flag=embargoed"), await ids(client, "flag=expired")) == ([FIRST], [SECOND])
    found = await get(client, f"/v1/assets/{FIRST}")
    assert (found["available_from"], found["available_until"]) == ("2100-01-01T00:00:00Z", None)
    for asset, words in ((FIRST, "Under embargo until 2100-01-01"), (SECOND, "Expired on 2025-01-01")):
        assert words in (await client.get(f"/assets/{asset}", headers=KEY)).text
    for value, status in (("2100-01-01T00:00:00+01:00", 202), ("2100-01-01T00:00:00", 422), ("x", 422), (1.0, 422)):
        said = {"set": {"available_until": value}}
        answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=KEY)
        assert answer.status_code == status, answer.text


async def test_a_role_that_only_the_picture_says_is_offered(client: httpx.AsyncClient, stage: Stage) -> None:
    view = {"view": "back", "view_confidence": 0.97}
    await stage.put([change(facet(FIRST, "tags", {"labels": [], "composition": view}, revision=9))])
    assert (await get(client, f"/v1/assets/{FIRST}"))["role_seen"]["role"] == "back"
    assert 'data-give-role="back"' in (await client.get(f"/assets/{FIRST}", headers=KEY)).text
    await stage.put([change(facet(FIRST, "curation", {"fields": {"role": "main"}}, revision=9))])
    assert (await get(client, f"/v1/assets/{FIRST}"))["role_seen"] is None


async def test_all_that_wait_are_approved_at_once(client: httpx.AsyncClient, waiting: Stage) -> None:
    answer = await client.post("/v1/approvals", json={"assets": [FIRST, SECOND]}, headers=KEY)
    assert answer.status_code == 202
    assert (answer.json()["fields"], answer.json()["skipped"]) == ({FIRST: "approval:1"}, [SECOND])
    (said,) = (json.loads(one.value or b"")["data"] for one in waiting.told())
    assert (said["entity"], said["set"], said["by"]) == (f"asset/{FIRST}", {"approval:1": "approved"}, "admin")


async def test_what_came_after_the_look_is_not_approved(client: httpx.AsyncClient, waiting: Stage) -> None:
    newer = {"live": None, "newest": 2, "state": "waiting", "approves": 2, "waiting": "Ready.", "cure": "Approve it."}
    await waiting.put([change(facet(FIRST, "file", {"bucket": "inbox", "key": "a.jpg", "kind": "image"}, version=2))])
    await waiting.put([change(facet(FIRST, "head", newer, revision=3))])
    for rejected in (None, {"reason": "The label is crooked."}):
        wanted = {"assets": [FIRST, SECOND], "versions": {FIRST: 1, SECOND: 1}, "rejected": rejected}
        told = (await client.post("/v1/approvals", json=wanted, headers=KEY)).json()
        assert (told["fields"], told["skipped"]) == ({}, [FIRST, SECOND]), told
        assert "Version 2 waits" in told["causes"][FIRST] and "No version" in told["causes"][SECOND]
    assert not waiting.told()
    wanted = {"assets": [FIRST], "versions": {FIRST: 2}}
    told = (await client.post("/v1/approvals", json=wanted, headers=KEY)).json()
    assert (told["fields"], told["causes"]) == ({FIRST: "approval:2"}, {})
    strange = {"assets": [FIRST], "versions": {SECOND: 1}}
    answer = await client.post("/v1/approvals", json=strange, headers=KEY)
    assert answer.status_code == 422 and SECOND in answer.json()["detail"]


async def test_what_would_be_approved_is_shown_and_not_done(client: httpx.AsyncClient, waiting: Stage) -> None:
    for rejected in (None, {"reason": "The label is crooked."}):
        wanted = {"assets": [FIRST, SECOND], "versions": {FIRST: 1}, "rejected": rejected}
        told = (await client.post("/v1/approvals/preview", json=wanted, headers=KEY)).json()
        assert told == {
            "changes": 1,
            "skipped": [{"asset": SECOND, "name": "blue boot.jpg", "cause": "No version of it waits to be approved."}],
            "sample": [{"asset": FIRST, "name": "RED_main.jpg", "version": 1, "live": None}],
        }
    told = (await client.post("/v1/approvals/preview", json={**wanted, "versions": {FIRST: 9}}, headers=KEY)).json()
    assert (told["changes"], [one["asset"] for one in told["skipped"]]) == (0, [FIRST, SECOND])
    assert not waiting.told()
    strange = {"assets": [FIRST], "versions": {SECOND: 1}}
    assert (await client.post("/v1/approvals/preview", json=strange, headers=KEY)).status_code == 422


async def test_what_is_live_by_now_is_not_taken_back(client: httpx.AsyncClient, waiting: Stage) -> None:
    folding = Folding(waiting, "asset", "batch")
    batch = (await client.post("/v1/approvals", json={"assets": [FIRST]}, headers=KEY)).json()["batch"]
    await folding()
    live = {"live": 1, "newest": 1, "state": "complete"}
    await waiting.put([change(facet(FIRST, "head", live, revision=9))])
    told = (await client.post(f"/v1/batches/{batch}/undo", headers=KEY)).json()
    assert (told["batch"], told["undone"]) == (None, 0)
    (kept,) = told["kept"]
    assert (kept["entity"], kept["field"], kept["now"]) == (f"asset/{FIRST}", "approval:1", "approved")
    assert "is live by now" in kept["cause"]
    await waiting.put([change(facet(FIRST, "head", {**live, "live": None}, revision=10))])
    assert (await client.post(f"/v1/batches/{batch}/undo", headers=KEY)).json()["undone"] == 1


async def test_a_rejection_has_a_reason_and_a_place(client: httpx.AsyncClient, waiting: Stage) -> None:
    rejected = {"reason": "The label is crooked.", "mark": {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.1}}
    await client.post("/v1/approvals", json={"assets": [FIRST], "rejected": rejected}, headers=KEY)
    assert json.loads(waiting.told()[0].value or b"")["data"]["set"] == {"approval:1": rejected}
    for wrong in ({"reason": ""}, {}, {"reason": "x", "mark": {"left": 2, "top": 0, "width": 1, "height": 1}}):
        answer = await client.post("/v1/approvals", json={"assets": [FIRST], "rejected": wrong}, headers=KEY)
        assert answer.status_code == 422
    for value in ("maybe", {"reason": ""}, {"reason": "x", "mark": {"left": 2.0}}):
        said = {"set": {"approval:1": value}}
        answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=KEY)
        assert answer.status_code == 422 and "reason" in answer.json()["detail"]
    for name in ("approval:", "approval:0", "approval:x"):
        said = {"set": {name: "approved"}}
        assert (await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=KEY)).status_code == 422


async def test_the_page_offers_both_with_their_keys(client: httpx.AsyncClient, waiting: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    text = (await client.get(f"/assets/{FIRST}")).text
    assert f'data-approve="{FIRST}" data-version="1"' in text and f'data-reject="{FIRST}" data-version="1"' in text
    assert "data-answer" not in text
    assert "To approve" in (await client.get("/")).text


async def test_folder_profiles_are_read_and_put(client: httpx.AsyncClient, stage: Stage) -> None:
    assert await get(client, "/v1/folders") == {"text": "", "folders": {}, "said": {}}
    text = "folders:\n  autumn: {approval: review, brand: Luma}\n  autumn/final: {approval: auto}\n"
    put = await client.put("/v1/folders", json={"text": text}, headers=KEY)
    assert put.status_code == 200 and put.json()["folders"]["autumn/final"]["brand"] == "Luma"
    stored = await stage.library.get(FOLDERS)
    assert stored and stored.body.decode() == text
    assert (await get(client, "/v1/folders"))["folders"]["autumn"]["approval"] == "review"
    wrong = await client.put("/v1/folders", json={"text": "folders:\n  a: {aproval: x}"}, headers=KEY)
    assert wrong.status_code == 422 and "Did you mean approval?" in wrong.json()["detail"]
    stored = await stage.library.get(FOLDERS)
    assert stored and stored.body.decode() == text, "the ones that hold stay"


async def test_one_folders_profile_is_changed_and_others_stay(client: httpx.AsyncClient, stage: Stage) -> None:
    await client.put("/v1/folders", json={"text": "folders:\n  autumn: {brand: Luma}  # ours\n"}, headers=KEY)
    profile = {"owner": "anna@example.com", "approval": "review", "market": None}
    put = await client.put("/v1/folders/autumn/studio/", json=profile, headers=KEY)
    assert put.status_code == 200, put.text
    found = await get(client, "/v1/folders")
    assert found["said"] == {"autumn": {"brand": "Luma"}, "autumn/studio": {k: v for k, v in profile.items() if v}}
    assert (found["folders"]["autumn/studio"]["brand"], found["folders"]["autumn/studio"]["approval"]) == (
        "Luma",
        "review",
    )
    assert "autumn: {brand: Luma}  # ours\n" in found["text"], "people's remarks stay"
    page = (await client.get("/folders?folder=autumn/studio", headers=KEY)).text
    assert 'value="anna@example.com"' in page and "when approved" in page
    for folder, wrong in (("x", {"approval": "maybe"}), ("x", {"aproval": "auto"}), ("//", {})):
        assert (await client.put(f"/v1/folders/{folder}", json=wrong, headers=KEY)).status_code in (404, 405, 422)
    assert (await client.delete("/v1/folders/autumn", headers=KEY)).status_code == 200
    assert list((await get(client, "/v1/folders"))["said"]) == ["autumn/studio"]
    await stage.library.put(FOLDERS, b"folders: [")
    assert (await client.put("/v1/folders/x", json={}, headers=KEY)).status_code == 409
    assert "does not hold" in (await client.get("/folders", headers=KEY)).text
