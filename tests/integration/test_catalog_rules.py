"""Naming rules by the API: those in use, a trial that the linker reports on, and its use."""

import hashlib
from typing import Any

import httpx
import pytest

from schemas.rules import NAMING, REPORT, TRIAL, USED, FolderTrial, RulesTrial
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import NOON, Stage

pytestmark = pytest.mark.broker
TEXT = "rules:\n- {name: studio, folder: autumn, pattern: '(?P<sku>.*)'}\n"
ID = hashlib.sha256(TEXT.encode()).hexdigest()


def kept(text: str) -> str:
    return USED.format(hashlib.sha256(text.encode()).hexdigest())


async def tries(client: httpx.AsyncClient, text: str = TEXT) -> str:
    answer = await client.post("/v1/rules/trials", json={"text": text}, headers=KEY)
    assert answer.status_code == 202
    return str(answer.json()["id"])


async def reports(stage: Stage, of: str = ID, **more: Any) -> None:
    """As the linker does."""
    report = RulesTrial(of=of, names=3, looked_at=3, counts={"matched": 1}, at=NOON, **more)
    await stage.library.put(REPORT, report.model_dump_json().encode())


async def test_tried_then_used(client: httpx.AsyncClient, stage: Stage) -> None:
    assert await get(client, "/v1/rules") == {"text": "", "rules": []}
    assert await tries(client) == ID
    assert ((await stage.library.get(TRIAL)) or pytest.fail("no trial")).body == TEXT.encode()
    assert (await client.get(f"/v1/rules/trials/{ID}", headers=KEY)).status_code == 202
    early = await client.post(f"/v1/rules/trials/{ID}/apply", headers=KEY)
    assert early.status_code == 409 and "not done yet" in early.json()["detail"]
    await reports(stage)
    assert (await get(client, f"/v1/rules/trials/{ID}"))["counts"] == {"matched": 1}
    assert await stage.library.get(NAMING) is None, "a trial changes nothing"
    assert (await client.post(f"/v1/rules/trials/{ID}/apply", headers=KEY)).status_code == 202
    used = await get(client, "/v1/rules")
    assert (used["text"], [one["name"] for one in used["rules"]]) == (TEXT, ["studio"])
    (said,) = stage.said("decisions")
    assert (said["entity"], said["by"], said["set"]) == ("rules/naming", "admin", {"rules": kept(TEXT), "was": None})
    page = (await client.get("/rules", headers=KEY)).text
    assert "studio" in page and "(?P&lt;sku&gt;.*)" in page


async def test_each_change_is_a_decision_that_keeps_both_texts(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.library.put(NAMING, b"rules: []\n")
    await tries(client)
    await reports(stage)
    await client.post(f"/v1/rules/trials/{ID}/apply", headers=KEY)
    (said,) = stage.said("decisions")
    assert said["set"] == {"rules": kept(TEXT), "was": kept("rules: []\n")}
    for key, text in ((kept(TEXT), TEXT), (kept("rules: []\n"), "rules: []\n")):
        stored = await stage.library.get(key)
        assert stored and stored.body.decode() == text


async def test_what_does_not_hold_or_was_not_tried_is_not_used(client: httpx.AsyncClient, stage: Stage) -> None:
    await tries(client)
    await reports(stage, faults=["The rules, line 2, rule studio: it does not hold."])
    broken = await client.post(f"/v1/rules/trials/{ID}/apply", headers=KEY)
    assert broken.status_code == 409 and "line 2" in broken.json()["detail"]
    await tries(client, "rules: []")
    for path in (f"/v1/rules/trials/{ID}", f"/v1/rules/trials/{ID}/apply"):
        answer = await client.request("POST" if path.endswith("apply") else "GET", path, headers=KEY)
        assert answer.status_code == 404 and "others have been tried since" in answer.json()["detail"]
    assert (await client.post("/v1/rules/trials", json={"text": TEXT})).status_code == 401
    assert await stage.library.get(NAMING) is None


async def test_a_folders_profile_names_a_rule_or_gives_one(client: httpx.AsyncClient, stage: Stage) -> None:
    unknown = await client.put("/v1/folders/agency", json={"naming": "studio"}, headers=KEY)
    assert unknown.status_code == 422 and "no naming rule studio. There are none yet" in unknown.json()["detail"]
    wrong = await client.put("/v1/folders/agency", json={"naming": "(.*)"}, headers=KEY)
    assert wrong.status_code == 422 and "has to name one of" in wrong.json()["detail"]
    assert wrong.json()["detail"].startswith("agency: naming is no rule's name")
    await stage.library.put(NAMING, TEXT.encode())
    for naming in ("studio", "(?P<sku>[A-Z]+)_.*"):
        put = await client.put("/v1/folders/agency", json={"naming": naming}, headers=KEY)
        assert put.status_code == 200 and put.json()["folders"]["agency"]["naming"] == naming
    await client.put("/v1/folders/agency", json={"naming": "studio"}, headers=KEY)
    page = (await client.get("/folders?folder=agency", headers=KEY)).text
    assert 'name="naming"' in page and 'value="studio"' in page and "<option>studio</option>" in page
    id = await tries(client, "rules: []")
    await reports(stage, of=id)
    kept = await client.post(f"/v1/rules/trials/{id}/apply", headers=KEY)
    assert kept.status_code == 409 and "folder agency names the rule studio" in kept.json()["detail"]
    await stage.library.put(NAMING, b"")  # by hand
    assert "There is no such rule." in (await client.get("/folders", headers=KEY)).text
    other = await client.put("/v1/folders/agency", json={"naming": "studio", "brand": "Luma"}, headers=KEY)
    assert other.status_code == 200, "what it said before is no hindrance to another change"


async def test_what_a_folder_would_be_read_by_is_tried_and_not_applied(client: httpx.AsyncClient, stage: Stage) -> None:
    wanted = {"folder": "/agency/raw/", "naming": "studio"}
    answer = await client.post("/v1/rules/folder-trials", json=wanted, headers=KEY)
    assert answer.status_code == 202
    stored = await stage.library.get(TRIAL) or pytest.fail("no trial")
    told = FolderTrial.model_validate_json(stored.body)
    assert (told.folder, told.naming) == ("agency/raw", "studio")
    id = answer.json()["id"]
    assert (await client.get(f"/v1/rules/trials/{id}", headers=KEY)).status_code == 202
    await reports(stage, of=id, folder="agency/raw")
    assert (await get(client, f"/v1/rules/trials/{id}"))["folder"] == "agency/raw"
    applied = await client.post(f"/v1/rules/trials/{id}/apply", headers=KEY)
    assert applied.status_code == 409 and "PUT /v1/folders" in applied.json()["detail"]
    assert await stage.library.get(NAMING) is None
