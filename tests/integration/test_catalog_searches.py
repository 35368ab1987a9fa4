"""Saved searches over a real PostgreSQL: one's own, and those for all."""

from typing import Any

import httpx
import pytest

from schemas.decision import Fact
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.roles import Role
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import NOON, Stage, change

pytestmark = pytest.mark.broker
OWN = {"Sec-Fetch-Site": "same-origin"}


async def save(client: httpx.AsyncClient, status: int = 201, **body: Any) -> Any:
    answer = await client.post("/v1/searches", json=body, headers=OWN)
    assert answer.status_code == status, answer.text
    return answer.json()


def sign_in(client: httpx.AsyncClient, name: str, role: Role, id: str = "") -> None:
    client.cookies.set(COOKIE, Access("secret").session(name, role, id=id))


async def folded(stage: Stage) -> None:
    """As the curator does."""
    kept: dict[str, dict[str, Any]] = {}
    for said in stage.said("decisions"):
        own = kept.setdefault(said["entity"].removeprefix("search/"), {})
        own |= said["set"]
    facts = [
        Fact(kind="search", id=own, revision=len(stage.said("decisions")), fields=fields, written=NOON)
        for own, fields in kept.items()
    ]
    await stage.put([change(one) for one in facts])


async def test_two_of_one_name_have_each_their_own(client: httpx.AsyncClient, stage: Stage) -> None:
    for who in ("account/1", "account/2", ""):
        sign_in(client, "Ada", "editor", who)
        await save(client, name=f"of {who or 0}", query="q=back")
        await folded(stage)
    for who, seen in (("account/1", ["of 0", "of account/1"]), ("account/2", ["of 0", "of account/2"]), ("", ["of 0"])):
        sign_in(client, "Ada", "editor", who)  # what was kept by the name alone is that of all of that name
        mine = (await client.get("/v1/searches")).json()
        assert sorted(one["name"] for one in mine) == seen and all(one["own"] for one in mine)
    (theirs,) = [one for one in stage.said("decisions") if one["set"].get("by_id") == "account/1"]
    place = f"/v1/{theirs['entity'].replace('search/', 'searches/')}"
    assert (await client.delete(place, headers=OWN)).status_code == 404
    sign_in(client, "Ada Lovelace", "editor", "account/1")
    assert (await client.delete(place, headers=OWN)).status_code == 202, "another name, the same one"


async def test_ones_own_and_those_for_all(client: httpx.AsyncClient, stage: Stage) -> None:
    sign_in(client, "Ada", "editor")
    mine = await save(client, name="Backs", query="?q=back&state=ready&cursor=x")
    await save(client, name="All red", query="colour=red&width_from=9", shared=True)
    await folded(stage)
    ada = (await client.get("/v1/searches")).json()
    assert [(one["name"], one["query"], one["own"]) for one in ada] == [
        ("All red", "colour=red&width_from=9", True),
        ("Backs", "q=back&state=ready", True),
    ]
    page = (await client.get("/?q=back&state=ready")).text
    assert 'href="/?q=back&amp;state=ready" aria-current="true"' in page and "data-search-save" in page
    sign_in(client, "Bob", "viewer")
    assert [(one["name"], one["by"], one["own"]) for one in (await client.get("/v1/searches")).json()] == [
        ("All red", "Ada", False)
    ]
    for one in ada:
        assert (await client.delete(f"/v1/searches/{one['id']}", headers=OWN)).status_code == 404
    await save(client, 403, name="x", query="q=x", shared=True)
    sign_in(client, "Ada", "editor")
    assert (await client.delete(f"/v1/searches/{mine['id']}", headers=OWN)).status_code == 202
    await folded(stage)
    assert [one["name"] for one in await get(client, "/v1/searches")] == ["All red"]


async def test_what_is_no_search(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/searches", json={"name": "x", "query": "page=3"}, headers=KEY)
    assert answer.status_code == 422 and "names no filter" in answer.json()["detail"]
