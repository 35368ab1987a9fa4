"""Naming rules by the API: those in use, a trial that the linker reports on, and its use."""

import hashlib
from typing import Any

import httpx
import pytest

from schemas.rules import NAMING, REPORT, TRIAL, RulesTrial
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import NOON, Stage

pytestmark = pytest.mark.broker
TEXT = "rules:\n- {name: studio, folder: autumn, pattern: '(?P<sku>.*)'}\n"
ID = hashlib.sha256(TEXT.encode()).hexdigest()


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
    page = (await client.get("/rules", headers=KEY)).text
    assert "studio" in page and "(?P&lt;sku&gt;.*)" in page


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
