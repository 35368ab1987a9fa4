"""Webhooks by the API: made, listed with how far they are behind, changed, replayed, removed."""

from typing import Any

import httpx
import pytest

from runtime import webhook_secret
from schemas.decision import Decision, Fact
from schemas.delivery import Delivery, Lag
from schemas.webhook import EVENTS, KIND, STATUS, TARGET
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import NOON, Stage, change

pytestmark = pytest.mark.broker
URL = "https://shop.example.com/hook"


async def post(client: httpx.AsyncClient, path: str, body: Any = None) -> httpx.Response:
    return await client.post(f"/v1/webhooks{path}", json=body, headers=KEY)


class Folded:
    """Folds what was said last into the view, as the curator does."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.fields, self.revision = stage, dict[str, Any](), 0

    async def __call__(self) -> Decision:
        said = Decision.model_validate(self.stage.said("decisions")[-1])
        assert all(self.fields.get(name) == value for name, value in said.expects.items())
        self.fields |= said.set
        self.revision += 1
        own = said.entity.partition("/")[2]
        await self.stage.put(
            [change(Fact(kind=KIND, id=own, revision=self.revision, fields=self.fields, written=NOON))]
        )
        return said


async def test_one_is_made_without_its_secret_in_any_record_and_removed(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    fold = Folded(stage)
    made = (await post(client, "", {"url": URL})).json()
    own = made["id"]
    assert made["secret"] == webhook_secret.shown(webhook_secret.secret_of("secret", own, 0))
    assert made["secret"] not in (await fold()).model_dump_json()
    [listed] = await get(client, "/v1/webhooks")
    assert (listed["url"], listed["events"], listed["state"]) == (URL, list(EVENTS), "ok") and "secret" not in listed
    again = (await post(client, f"/{own}/rotations")).json()
    assert again["secret"] == webhook_secret.shown(webhook_secret.secret_of("secret", own, 1)) != made["secret"]
    assert (await fold()).set["rotation"] == 1
    changed = await client.patch(f"/v1/webhooks/{own}", json={"enabled": False}, headers=KEY)
    assert changed.status_code == 202 and (await fold()).set == {"enabled": False}
    assert (await get(client, "/v1/webhooks"))[0]["state"] == "disabled"
    assert (await client.delete(f"/v1/webhooks/{own}", headers=KEY)).status_code == 202
    await fold()
    assert await get(client, "/v1/webhooks") == []


async def test_how_far_one_is_behind_and_what_it_has_is_not_in_the_view(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    own = (await post(client, "", {"url": URL, "events": ["asset.ready"]})).json()["id"]
    await Folded(stage)()
    lag = Lag(waiting=3, oldest=NOON, failing_since=NOON)
    fields = {"target": TARGET + own, "revision": 1, "written": NOON}
    told = Delivery.model_validate(
        {
            **fields,
            "entity": STATUS + own,
            "status": "failed",
            "cause": "It answers 500",
            "cure": "Mend it.",
            "lag": lag,
        }
    )
    one = Delivery.model_validate({**fields, "entity": "product/RED-42", "status": "done"})
    await stage.put([change(told), change(one)])
    [listed] = await get(client, "/v1/webhooks")
    assert (listed["state"], listed["waiting"], listed["cause"]) == ("failing", 3, "It answers 500")
    assert listed["lag_seconds"] > 0 and listed["failing_since"]
    async with stage.database.reading() as connection:
        assert await connection.fetchval("SELECT count(*) FROM catalog.delivery") == 1


async def test_a_replay_names_since_when_or_what(client: httpx.AsyncClient, stage: Stage) -> None:
    fold = Folded(stage)
    own = (await post(client, "", {"url": URL})).json()["id"]
    await fold()
    assert (await post(client, f"/{own}/replays", {"since": NOON.isoformat()})).status_code == 202
    assert (await fold()).set["replay"]["since"] == "2026-11-23T12:00:00Z"
    assert (await post(client, f"/{own}/replays", {"entity": "product/RED-42"})).status_code == 202
    assert (await fold()).set["replay"]["entity"] == "product/RED-42"
    assert (await post(client, f"/{own}/replays", {"since": "yesterday"})).status_code == 422
    for answer in (await post(client, "/none/replays", {}), await post(client, "/none/rotations")):
        assert answer.status_code == 404 and "GET /v1/webhooks" in answer.json()["detail"]


@pytest.mark.parametrize(
    "url",
    ["http://shop.example.com/", "https://169.254.169.254/", "https://169。254。169。254/", "https://127.1/", "x", ""],
)
async def test_addresses_that_lead_into_our_network_are_refused(
    client: httpx.AsyncClient, stage: Stage, url: str
) -> None:
    assert (await post(client, "", {"url": url})).status_code == 422
    own = (await post(client, "", {"url": URL})).json()["id"]
    await Folded(stage)()
    said = len(stage.said("decisions"))
    assert (await client.patch(f"/v1/webhooks/{own}", json={"url": url}, headers=KEY)).status_code == 422
    assert len(stage.said("decisions")) == said


async def test_unknown_events_are_refused(client: httpx.AsyncClient) -> None:
    assert (await post(client, "", {"url": URL, "events": ["asset.sold"]})).status_code == 422
