"""Fields that people define: defined, given, refused, found, counted, missed, and shown on the page."""

import html
from typing import Any

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, get, ids
from tests.integration.catalog_stage import Stage, change, product

pytestmark = pytest.mark.broker
SEASON = {"title": "Season", "type": "choice", "choices": ["SS27", "FW27"], "required_for": ["Men/Shoes"]}
DEFINED: dict[str, dict[str, Any]] = {
    "season": SEASON,
    "made_of": {"title": "Made of", "type": "choices", "choices": ["cotton", "wool"]},
    "weight": {"title": "Weight", "type": "number"},
    "launch": {"title": "Launch", "type": "date", "required_for": ["*"]},
    "new": {"title": "New", "type": "boolean"},
    "note": {"title": "Note", "type": "text"},
}
GIVEN = {"season": "SS27", "made_of": ["wool"], "weight": 2.5, "launch": "2027-02-01", "new": True, "note": "Zebra"}


@pytest.fixture
async def folded(client: httpx.AsyncClient, stage: Stage) -> Folding:
    """All are defined, and the first picture has a value in each; its product is a pair of shoes."""
    folding = Folding(stage, "asset", "field", "batch")
    shoes = product("RED-42", "Trainer, red", parent="RED", revision=2, size="42")
    await stage.put([change(shoes.model_copy(update={"category": "Men/Shoes/Trainers"}))])
    for name, wanted in DEFINED.items():
        assert (await client.put(f"/v1/fields/{name}", json=wanted, headers=KEY)).status_code == 202
    await folding()
    await decided(client, FIRST, {f"field:{name}": value for name, value in GIVEN.items()})
    await folding()
    return folding


async def decided(client: httpx.AsyncClient, asset: str, set_: dict[str, Any], status: int = 202) -> Any:
    answer = await client.post(f"/v1/assets/{asset}/decisions", json={"set": set_}, headers=KEY)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.usefixtures("folded")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("field=season", [FIRST]),
        ("field=season:SS27", [FIRST]),
        ("field=season:FW27", []),
        ("field=season:FW27&field=season:SS27", [FIRST]),
        ("field=season:SS27&field=weight:1..2", []),
        ("field=made_of:wool", [FIRST]),
        ("field=weight:2.5", [FIRST]),
        ("field=weight:2..3", [FIRST]),
        ("field=weight:..2", []),
        ("field=launch:2027-01-01..", [FIRST]),
        ("field=launch:..2027-01-31", []),
        ("field=note:1..2", []),
        ("field=new:true", [FIRST]),
        ("field=new:false", []),
        ("field=nothing", []),
        ("q=zebra", [FIRST]),
        ("q=cotton", []),
    ],
)
async def test_what_is_found(client: httpx.AsyncClient, query: str, found: list[str]) -> None:
    assert await ids(client, query) == found


async def test_what_is_missing(client: httpx.AsyncClient, folded: Folding, stage: Stage) -> None:
    missed = await ids(client, "flag=field-missing")
    assert FIRST not in missed and SECOND in missed, "a launch is needed everywhere, a season for shoes only"
    await client.post(f"/v1/assets/{FIRST}/decisions", json={"clear": ["field:season"]}, headers=KEY)
    await decided(client, SECOND, {"field:launch": "2027-03-01"})
    await folded()
    missed = await ids(client, "flag=field-missing")
    assert FIRST in missed and SECOND not in missed
    assert {"value": "field-missing", "count": len(missed), "more": False} in (await get(client, "/v1/facets"))["flag"]
    findings = (await get(client, "/v1/audit/field-missing"))["items"]
    assert [(one["id"], one["detail"]) for one in findings] == [(FIRST, "Season")]


@pytest.mark.usefixtures("folded")
async def test_what_does_not_fit_is_refused(client: httpx.AsyncClient) -> None:
    for wanted, cause in (
        ({"field:season": "SS99"}, "field:season takes one of SS27, FW27."),
        ({"field:weight": "2"}, "takes a number"),
        ({"field:new": "true"}, "takes true or false"),
        ({"field:nothing": "x"}, "There is no field 'nothing'"),
        ({"field:Not Good": "x"}, "is no field"),
    ):
        assert cause in (await decided(client, FIRST, wanted, 422))["detail"]
    bulk = {"assets": [FIRST, SECOND], "set": {"field:season": "SS99"}}
    for path in ("/v1/decisions", "/v1/decisions/preview"):
        assert (await client.post(path, json=bulk, headers=KEY)).status_code == 422
    assert "names no field" in (await get(client, "/v1/assets?field=NO", 422))["detail"]


async def test_several_get_it_at_once_and_are_counted(client: httpx.AsyncClient, folded: Folding) -> None:
    bulk = {"assets": [FIRST, SECOND], "set": {"field:season": "FW27"}}
    batch = (await client.post("/v1/decisions", json=bulk, headers=KEY)).json()["batch"]
    await folded()
    facets = await get(client, "/v1/facets?field=season:SS27")
    assert [(one["value"], one["count"]) for one in facets["field:season"]] == [("FW27", 2)]
    assert [(one["value"], one["count"]) for one in (await get(client, "/v1/facets"))["field:made_of"]] == [("wool", 1)]
    await client.post(f"/v1/batches/{batch}/undo", headers=KEY)
    await folded()
    assert (await get(client, f"/v1/assets/{FIRST}"))["own"]["season"] == "SS27"
    assert "season" not in (await get(client, f"/v1/assets/{SECOND}"))["own"]


@pytest.mark.usefixtures("folded")
async def test_the_page_shows_them(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    text = html.unescape((await client.get(f"/assets/{FIRST}")).text)
    assert 'aria-label="Edit: Season"' in text and ">SS27 …<" in text and ">Yes …<" in text
    assert "(needed)" in html.unescape((await client.get(f"/assets/{SECOND}")).text)
    library = html.unescape((await client.get("/?field=season:SS27")).text)
    assert "season: SS27" in library and "Made of" in library and f'data-id="{FIRST}"' in library


async def test_a_field_is_removed_and_comes_back_with_its_values(client: httpx.AsyncClient, folded: Folding) -> None:
    assert (await client.delete("/v1/fields/season", headers=KEY)).status_code == 202
    await folded()
    assert "season" not in [one["name"] for one in await get(client, "/v1/fields")]
    assert (await client.delete("/v1/fields/season", headers=KEY)).status_code == 404
    await decided(client, FIRST, {"field:season": "SS27"}, 422)
    await client.put("/v1/fields/season", json=SEASON, headers=KEY)
    await folded()
    (season,) = [one for one in (await get(client, f"/v1/assets/{FIRST}"))["own_fields"] if one["name"] == "season"]
    assert (season["value"], season["required"], season["choices"]) == ("SS27", True, ["SS27", "FW27"])


async def test_who_may(client: httpx.AsyncClient) -> None:
    assert (await client.put("/v1/fields/season", json=SEASON)).status_code == 401
    for name, wanted in (("NO", SEASON), ("season", {**SEASON, "choices": []})):
        assert (await client.put(f"/v1/fields/{name}", json=wanted, headers=KEY)).status_code == 422
