"""Lists page by page: each takes its own cursors, and says of others what they are."""

import httpx
import pytest

from schemas.download import KIND
from tests.fakes.folded import Folding
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture, product

pytestmark = pytest.mark.broker
LONG = "ü" * 880 + ".jpg"
"""As long as a name may be; of a cursor it makes the longest."""
LISTS = {
    "assets": "/v1/assets?",
    "products": "/v1/products?",
    "verdicts": "/v1/readiness?channel=webshop&",
    "shots": "/v1/shot-list?channel=webshop&",
    "findings": "/v1/audit/refused?",
    "shoots": "/v1/shoots?",
    "files of a shoot": "/v1/shoots/autumn?",
    "downloads": "/v1/downloads?",
}
OTHERWISE = {
    "assets": "kind=image&",
    "products": "q=lamp&",
    "verdicts": "q=lamp&",
    "shots": "q=lamp&",
    "files of a shoot": "status=ready&",
    "downloads": "by=nobody&",
}
"""List → the same with another filter."""


@pytest.fixture
async def filled(stage: Stage, client: httpx.AsyncClient) -> Stage:
    """Two at least in every list."""
    lost = {"status": "refused", "cause": "It is empty.", "cure": "Drop it again."}
    records = [
        *picture(ASSETS[3], "night/x.jpg"),
        facet(ASSETS[4], "file", {"key": "also broken.jpg"}, **lost),
        facet(ASSETS[5], "file", {"bucket": "inbox", "key": f"autumn/{LONG}"}, **lost),
        product("LAMP", "Lamp"),
        product("VASE", "Vase"),
    ]
    await stage.put([change(one) for one in records])
    for _ in range(2):
        assert (await client.get(f"/v1/assets/{ASSETS[0]}/original", headers=KEY)).status_code == 200
    await Folding(stage, KIND)()
    return stage


async def test_each_list_takes_its_own_cursors_alone(client: httpx.AsyncClient, filled: Stage) -> None:
    cursors = {}
    for name, path in LISTS.items():
        first = await get(client, f"{path}limit=1")
        cursors[name] = first["next"]
        assert cursors[name], name
        second = await get(client, f"{path}limit=1&cursor={cursors[name]}")
        assert second["items"] != first["items"], name
    for name, path in LISTS.items():
        for other, cursor in cursors.items():
            if other != name:
                told = await get(client, f"{path}cursor={cursor}", 400)
                assert f"of another list, {other}; here are {name}." in told["detail"], (name, other, told)
    for name, more in OTHERWISE.items():
        told = await get(client, f"{LISTS[name]}{more}cursor={cursors[name]}", 400)
        assert "other filters" in told["detail"], name


async def test_pages_go_on_behind_the_longest_name(client: httpx.AsyncClient, filled: Stage) -> None:
    seen: list[str] = []
    cursor = ""
    while len(seen) < 9:
        page = await get(client, f"/v1/shoots/autumn?limit=1{cursor}")
        seen += [one["file"] for one in page["items"]]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [LONG, "blue boot.jpg", "RED_main.jpg"]
