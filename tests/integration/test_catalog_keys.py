"""Keys: what they open, for whom, how long; and people with roles."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import partialmethod
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from schemas.decision import Decision, Fact
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.deps import Deps
from services.catalog.api.hearing import hears
from services.catalog.api.pace import Pace
from services.catalog.api.roles import LADDER, Identity, Role
from services.catalog.live import Live
from services.catalog.queries.keys import KIND, hashed
from services.catalog.scope import Scope
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get
from tests.integration.catalog_stage import NOON, Stage, change, facet, picture

pytestmark = pytest.mark.broker
SECRET = "s" * 43
OWN = "ab12" * 3


async def key(stage: Stage, role: Role = "viewer", *, revision: int = 1, **fields: Any) -> dict[str, str]:
    """A key that the view knows, as a header."""
    own = f"{LADDER.index(role)}{OWN[1:]}"
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    said = {"name": role, "role": role, "folders": [], "expires": expires, "hash": hashed(SECRET), **fields}
    await stage.put([change(Fact(kind=KIND, id=own, revision=revision, fields=said, written=NOON))])
    return {"Authorization": f"Bearer pk_{own}_{SECRET}"}


async def folded(stage: Stage) -> Decision:
    """The decision that was said last, folded into the view."""
    said = Decision.model_validate(stage.said("decisions")[-1])
    kind, _, own = said.entity.partition("/")
    await stage.put([change(Fact(kind=kind, id=own, revision=1, fields=said.set, written=NOON))])
    return said


async def test_a_key_is_made_shown_once_opens_and_is_revoked(client: httpx.AsyncClient, stage: Stage) -> None:
    wanted = {"name": "Shop front", "role": "viewer", "days": 30, "folders": ["/autumn/"]}
    made = (await client.post("/v1/keys", json=wanted, headers=KEY)).json()
    said = await folded(stage)
    assert made["key"].endswith(made["key"][-43:]) and made["key"][-43:] not in said.model_dump_json()
    own = {"Authorization": f"Bearer {made['key']}"}
    assert (await client.get("/v1/assets", headers=own)).status_code == 200
    listed = (await get(client, "/v1/keys"))[0]
    assert (listed["id"], listed["name"], listed["folders"]) == (made["id"], "Shop front", ["autumn"])
    assert "key" not in listed and "hash" not in listed
    assert (await client.delete(f"/v1/keys/{made['id']}", headers=KEY)).status_code == 202
    revoked = Fact(kind=KIND, id=made["id"], revision=2, fields={**said.set, "revoked": True}, written=NOON)
    await stage.put([change(revoked)])
    assert (await client.get("/v1/assets", headers=own)).status_code == 401


@pytest.mark.parametrize(
    ("head", "status", "says"),
    [
        ({}, 200, ""),
        ({"available_until": "2020-01-01T00:00:00Z"}, 410, "expired"),
        ({"available_from": "2999-01-01T00:00:00Z"}, 410, "under embargo"),
        ({"barred": "Who is seen on it has not agreed.", "available_until": "1970-01-01T00:00:00Z"}, 410, "withdrawn"),
        ({"live": None, "state": "ready"}, 404, "no such live version"),
    ],
)
async def test_a_channel_is_given_what_may_be_given_away(
    client: httpx.AsyncClient, stage: Stage, head: dict[str, Any], status: int, says: str
) -> None:
    made = {"channel": "webshop", "recipe": "r", "width": 4, "height": 3, "bytes": 5}
    one = {**made, "preset": "web", "format": "webp", "key": f"renditions/{FIRST}/web.webp"}
    ladder = {**made, "preset": "hls", "format": "hls", "key": f"renditions/{FIRST}/l/ab12/a.m3u8"}
    files = [{"key": ladder["key"], "media_type": "x/y", "bytes": 5, "sha256": "a" * 64}]
    newer = [facet(FIRST, "file", {}, version=2), facet(FIRST, "renditions", {"renditions": [one]}, version=2)]
    hls = [facet(FIRST, "renditions.video.hls", {"renditions": [ladder], "files": files}, version=n) for n in (1, 2)]
    said = {"live": 1, "newest": 2, "state": "complete", **head}
    await stage.put([change(part) for part in (*newer, *hls, facet(FIRST, "head", said, revision=2))])
    await stage.library.put(str(one["key"]), b"bytes")
    await stage.library.put(str(ladder["key"]), b"bytes")
    shop, person = await key(stage, "channel"), await key(stage, "viewer")
    where = f"/v1/assets/{FIRST}/renditions"
    for path in ("web", "web?version=1", "hls/ab12/a.m3u8"):
        answer = await client.get(f"{where}/{path}", headers=shop)
        assert (answer.status_code, says in (answer.text if status != 200 else "")) == (status, True), (
            f"{path}: {answer.text}"
        )
    answer = await client.get(f"{where}/web?version=2", headers=shop)
    assert answer.status_code == (404 if status == 200 else status), "no draft goes to a channel"
    for path in ("web?version=1", "web?version=2", "hls/ab12/a.m3u8"):
        assert (await client.get(f"{where}/{path}", headers=person)).status_code == 200, path


async def test_what_is_forged_expired_or_unknown_opens_nothing(client: httpx.AsyncClient, stage: Stage) -> None:
    own = await key(stage)
    for wrong in (f"Bearer pk_{'0' * 12}_{SECRET}", own["Authorization"][:-1] + "x", "Bearer pk__", "Bearer pk_x_y"):
        assert (await client.get("/v1/assets", headers={"Authorization": wrong})).status_code == 401
    await key(stage, revision=2, expires=(datetime.now(UTC) - timedelta(seconds=1)).isoformat())
    assert (await client.get("/v1/assets", headers=own)).status_code == 401


ROUTES: list[tuple[str, str, Any, Role]] = [
    ("GET", "/v1/products", None, "channel"),
    ("GET", f"/v1/assets/{FIRST}/renditions/thumbnail", None, "channel"),
    ("GET", "/v1/assets", None, "viewer"),
    ("GET", "/v1/summary", None, "viewer"),
    ("GET", f"/v1/assets/{FIRST}/original", None, "viewer"),
    ("POST", f"/v1/assets/{FIRST}/decisions", {"set": {"tag:wig": "rejected"}}, "editor"),
    ("POST", "/v1/decisions", {"assets": [FIRST], "set": {"tag:wig": "rejected"}}, "editor"),
    ("POST", "/v1/uploads", {"key": "a.jpg"}, "editor"),
    ("POST", f"/v1/assets/{FIRST}/retry", None, "editor"),
    ("POST", f"/v1/assets/{FIRST}/decisions", {"set": {"version:1": "discard"}}, "approver"),
    ("POST", "/v1/approvals", {"assets": [FIRST]}, "approver"),
    ("POST", "/v1/approvals/preview", {"assets": [FIRST]}, "approver"),
    ("PUT", "/v1/folders", {"text": ""}, "manager"),
    ("POST", f"/v1/assets/{FIRST}/decisions", {"set": {"purge": "Old."}}, "manager"),
    ("POST", "/v1/products/order", {"skus": ["RED-42"], "order": [FIRST]}, "manager"),
    ("POST", "/v1/rules/trials", {"text": ""}, "manager"),
    ("GET", "/v1/keys", None, "admin"),
    ("GET", "/v1/webhooks", None, "admin"),
    ("POST", "/v1/sign-in-links", {"name": "Anna", "role": "editor"}, "admin"),
]


@pytest.mark.parametrize(("method", "path", "body", "least"), ROUTES)
async def test_each_role_may_what_it_is_for(
    client: httpx.AsyncClient, stage: Stage, method: str, path: str, body: Any, least: Role
) -> None:
    for role in LADDER:
        answer = await client.request(method, path, json=body, headers=await key(stage, role))
        may = LADDER.index(role) >= LADDER.index(least)
        assert (answer.status_code == 403) is not may, f"{role}: {answer.status_code} {answer.text}"
        if not may:
            detail = answer.json()["detail"]
            # The door of some rooms is a viewer's: a channel hears of that one first.
            assert f"needs the role {least}" in detail or (role == "channel" and "needs the role viewer" in detail)
        elif path.endswith(("decisions", "original")):
            assert answer.status_code in (200, 202)


async def test_a_change_names_who_made_it(client: httpx.AsyncClient, stage: Stage) -> None:
    own = await key(stage, "editor", name="Studio")
    await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": {"tag:wig": "rejected"}}, headers=own)
    assert stage.said("decisions")[-1]["by"] == "Studio"


async def test_a_key_of_a_folder_sees_no_other(client: httpx.AsyncClient, stage: Stage) -> None:
    other = "90000000-0000-5000-8000-000000000000"
    await stage.put([change(one) for one in picture(other, "autumn-2/other.jpg")])
    own = await key(stage, "editor", folders=["autumn"])
    listed = (await client.get("/v1/assets", headers=own)).json()
    assert {item["id"] for item in listed["items"]} == {FIRST, SECOND} and listed["total"] == 2
    facets = (await client.get("/v1/facets", headers=own)).json()
    assert {one["value"] for one in facets["folder"]} == {"autumn"}
    assert (await client.get(f"/v1/assets/{FIRST}", headers=own)).status_code == 200
    for path in ("", "/alike", "/original", "/renditions/thumbnail"):
        assert (await client.get(f"/v1/assets/{other}{path}", headers=own)).status_code == 404
    alike = (await client.get(f"/v1/assets/{FIRST}/alike", headers=own)).json()
    assert other not in {one["asset"]["id"] for one in alike["same"]}
    said = {"set": {"tag:wig": "rejected"}}
    assert (await client.post(f"/v1/assets/{other}/decisions", json=said, headers=own)).status_code == 404
    bulk = await client.post("/v1/decisions", json={"assets": [FIRST, other], **said}, headers=own)
    assert bulk.status_code == 404
    for name, status in (("autumn/new.jpg", 201), ("autumn/day 1/new.jpg", 201), ("new.jpg", 403), ("b/new.jpg", 403)):
        assert (await client.post("/v1/uploads", json={"key": name}, headers=own)).status_code == status
    found = (await client.get("/v1/skus?q=R", headers=own)).json()
    assert {one["sku"] for one in found} == {"RED-42"}, "what its pictures are linked to"
    for path in ("/v1/products", "/v1/summary", "/v1/questions"):
        answer = await client.get(path, headers=own)
        assert answer.status_code == 403 and "autumn" in answer.json()["detail"], path


async def test_the_scheme_is_written_in_any_capitals(client: httpx.AsyncClient, stage: Stage) -> None:
    _, _, secret = (await key(stage))["Authorization"].partition(" ")
    for scheme, status in (("bearer ", 200), ("BEARER ", 200), ("Bearer  ", 200), ("Token ", 401), ("", 401)):
        answer = await client.get("/v1/assets", headers={"Authorization": f"{scheme}{secret}"})
        assert answer.status_code == status, scheme


async def test_every_key_reads_what_the_api_is(client: httpx.AsyncClient, stage: Stage) -> None:
    limits: list[tuple[Role, list[str]]] = [("channel", []), ("viewer", []), ("editor", ["autumn"])]
    for role, folders in limits:
        answer = await client.get("/v1/openapi.json", headers=await key(stage, role, folders=folders))
        assert answer.status_code == 200 and answer.json()["openapi"].startswith("3.1")
    assert (await client.get("/v1/openapi.json")).status_code == 401


async def test_who_is_limited_hears_of_what_lies_there(app: FastAPI) -> None:
    deps: Deps = app.state.deps
    own = hears(deps.database, Identity("Studio", False, "viewer", Scope(folders=("autumn",))))
    assert own is not None and hears(deps.database, Identity("all", False, "viewer")) is None
    told = deps.live.follow(own)
    await anext(told)
    elsewhere = {"event": "asset", "data": {"id": THIRD}}
    for data in (elsewhere["data"], {"asset_id": THIRD, "rung": "hls"}, {"folder": "winter"}):
        deps.live.tell({"event": "asset", "data": data})
        assert "event" not in await anext(told)
    for data in ({"id": FIRST}, {"asset_id": FIRST}, {"folder": "autumn/day 1"}):
        deps.live.tell({"event": "asset", "data": data})
        assert json.loads((await anext(told)).partition("data: ")[2]) == data
    deps.live.tell({"event": "again"})
    assert (await anext(told)).startswith("event: again")


async def test_a_channel_hears_what_it_may_be_given(app: FastAPI, stage: Stage) -> None:
    deps: Deps = app.state.deps
    ended = {"live": 1, "newest": 1, "state": "complete", "available_until": "2020-01-01T00:00:00Z"}
    draft = {"live": None, "newest": 1, "state": "ready"}
    await stage.put([change(facet(SECOND, "head", ended, revision=2)), change(facet(THIRD, "head", draft, revision=2))])
    scopes = (Scope(), Scope(folders=("autumn",)), Scope(folders=("winter",)))
    streams = [deps.live.follow(hears(deps.database, Identity("shop", False, "channel", one))) for one in scopes]
    for stream in streams:
        await anext(stream)
    told = []
    for asset, state in ((FIRST, "working"), (SECOND, "complete"), (THIRD, "ready"), ("x", "gone"), ("x", "working")):
        deps.live.tell({"event": "asset", "data": {"id": asset, "state": state, "stage": "tagging"}})
        told.append([_state(await anext(stream)) for stream in streams])
    assert told == [["live", "live", None], ["closed", "closed", None], [None] * 3, ["gone", None, None], [None] * 3]
    for event, data in (("asset", {"asset_id": FIRST, "rung": "hls"}), ("shoot", {"folder": "autumn"})):
        deps.live.tell({"event": "film" if "rung" in data else event, "data": data})
        assert _state(await anext(streams[0])) is None
    deps.live.tell({"event": "again"})
    assert (await anext(streams[0])).startswith("event: again")
    for stream in streams:
        await stream.aclose()  # type: ignore[attr-defined]


def _state(text: str) -> str | None:
    """What a message says of an asset, which is no more than that; None where it says nothing."""
    if "event" not in text:
        return None
    data = json.loads(text.partition("data: ")[2])
    assert data.keys() == {"id", "state"}
    return str(data["state"])


async def test_who_is_shut_out_hears_no_more(
    client: httpx.AsyncClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Live, "follow", partialmethod(Live.follow, beat_s=0.05))
    own = await key(stage)
    told = asyncio.create_task(client.get("/v1/live", headers=own))
    await asyncio.sleep(0.3)
    assert not told.done(), "it goes on while the key opens"
    await key(stage, revision=2, revoked=True)
    async with asyncio.timeout(30):
        heard = await told
    assert heard.status_code == 200 and "still here" in heard.text


async def test_who_asks_too_often_is_told_when(client: httpx.AsyncClient, app: FastAPI, stage: Stage) -> None:
    object.__setattr__(app.state.deps, "pace", Pace(0.1, lambda: 0.0))
    own = await key(stage)
    assert (await client.get("/v1/summary", headers=own)).status_code == 200
    answer = await client.get("/v1/summary", headers=own)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")


async def test_somebody_signs_in_to_a_part(client: httpx.AsyncClient) -> None:
    wanted = {"name": "Agency", "role": "editor", "folders": ["autumn/"]}
    made = (await client.post("/v1/sign-in-links", json=wanted, headers=KEY)).json()
    assert (await client.get(made["url"])).status_code == 200
    listed = (await client.get("/v1/assets")).json()
    assert {one["id"] for one in listed["items"]} == {FIRST, SECOND}
    assert (await client.get(f"/v1/assets/{THIRD}")).status_code == 404
    for wrong in ({"folders": ["../x"]}, {"collections": ["nothing"]}):
        assert (await client.post("/v1/sign-in-links", json=wrong, headers=KEY)).status_code == 422


async def test_a_key_that_is_sent_counts_and_not_the_cookie_beside_it(client: httpx.AsyncClient, stage: Stage) -> None:
    """Who tries a limited key in a browser that is signed in as admin sees what the key sees."""
    client.cookies.set(COOKIE, Access("secret").session())
    limited = await key(stage, "viewer", folders=["autumn"])
    assert (await client.get("/v1/summary", headers=limited)).status_code == 403
    assert (await client.get("/v1/summary", headers={"Authorization": "Bearer pk_wrong"})).status_code == 401
    assert (await client.get("/v1/summary", headers={"Authorization": "Basic cHJveHk6eA=="})).status_code == 200


async def test_somebody_signs_in_with_a_role(client: httpx.AsyncClient, stage: Stage) -> None:
    made = (await client.post("/v1/sign-in-links", json={"name": "Änna", "role": "viewer"}, headers=KEY)).json()
    signed = await client.get(made["url"])
    assert signed.status_code == 200 and client.cookies.get(COOKIE)
    assert (await client.get("/")).status_code == 200
    own = {"Sec-Fetch-Site": "same-origin"}
    said = {"set": {"tag:wig": "rejected"}}
    refused = await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=own)
    assert refused.status_code == 403 and "Änna is viewer" in refused.json()["detail"]
    client.cookies.set(COOKIE, Access("secret").session("Änna", "editor"))
    client.cookies.delete(COOKIE, domain="packshot.test")
    assert (await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=own)).status_code == 202
    assert stage.said("decisions")[-1]["by"] == "Änna"
