"""Shoots over a real PostgreSQL: which folders, which files, how each stands, and for whom."""

import csv
import io

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from services.catalog.api.roles import Identity
from services.catalog.queries import shoots
from services.catalog.scope import Scope
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get
from tests.integration.catalog_stage import ASSETS, SHA, Stage, change, facet, picture

pytestmark = pytest.mark.broker
FOURTH, FIFTH = ASSETS[3:5]
FILE = {"sha256": SHA, "bytes": 5, "media_type": "image/jpeg", "kind": "image", "bucket": "inbox"}


@pytest.fixture
async def shot(stage: Stage) -> Stage:
    """In `autumn` one that is linked, one without a product, one refused and one at work; one in a folder below."""
    refused = {**FILE, "key": "autumn/cut.jpg", "arrived": "2026-11-24T12:00:00+00:00"}
    records = [
        facet(THIRD, "file", refused, status="refused", cause="It is cut off.", cure="Drop it again.", revision=2),
        facet(FOURTH, "file", {**FILE, "key": "autumn/=SUM(1).jpg", "arrived": "2026-11-24T12:00:01+00:00"}),
        *picture(FIFTH, "autumn/night/moon.jpg"),
    ]
    await stage.put([change(one) for one in records])
    return stage


async def test_a_shoot_is_what_lies_in_a_folder_itself(client: httpx.AsyncClient, shot: Stage) -> None:
    found = (await get(client, "/v1/shoots"))["items"]
    assert [(one["folder"], one["files"]) for one in found] == [("autumn", 4), ("autumn/night", 1)]
    assert found[0]["counts"] == {"ready": 2, "working": 1, "waiting": 0, "rejected": 0, "refused": 1, "failed": 0}
    assert (found[0]["linked"], found[0]["at_work"], found[1]["at_work"]) == (1, True, False)
    assert len(found[0]["thumbnails"]) == 2


async def test_pages_of_the_list_hold_each_once(client: httpx.AsyncClient, shot: Stage) -> None:
    first = await get(client, "/v1/shoots?limit=1")
    second = await get(client, f"/v1/shoots?limit=1&cursor={first['next']}")
    assert [one["folder"] for one in first["items"] + second["items"]] == ["autumn", "autumn/night"]
    assert second["next"] is None
    assert (await client.get("/v1/shoots?cursor=nonsense", headers=KEY)).status_code == 400


async def test_each_file_says_how_it_stands_and_what_to_do(client: httpx.AsyncClient, shot: Stage) -> None:
    found = await get(client, "/v1/shoots/autumn")
    told = {one["file"]: one for one in found["items"]}
    assert list(told) == ["cut.jpg", "=SUM(1).jpg", "blue boot.jpg", "RED_main.jpg"]
    assert (told["cut.jpg"]["status"], told["cut.jpg"]["cure"]) == ("refused", "Drop it again.")
    assert told["=SUM(1).jpg"]["status"] == "working" and "renditions" in told["=SUM(1).jpg"]["why"]
    assert (told["RED_main.jpg"]["links"], told["RED_main.jpg"]["why"]) == ([{"sku": "RED-42", "role": "main"}], "")
    assert "no product" in told["blue boot.jpg"]["why"] and "SKU" in told["blue boot.jpg"]["cure"]
    some = await get(client, "/v1/shoots/autumn?status=ready&status=refused")
    assert [one["asset_id"] for one in some["items"]] == [THIRD, SECOND, FIRST]


async def test_pages_of_files_hold_each_once(client: httpx.AsyncClient, shot: Stage) -> None:
    seen, cursor = [], ""
    for _ in range(4):
        page = await get(client, f"/v1/shoots/autumn?limit=1{cursor}")
        seen += [one["file"] for one in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert seen == ["cut.jpg", "=SUM(1).jpg", "blue boot.jpg", "RED_main.jpg"]
    assert page["next"] is None
    for wrong in ("nonsense", "WzEsIDIsIDNd", "W10", "WzEsW10sW11d"):
        assert (await client.get(f"/v1/shoots/autumn?cursor={wrong}", headers=KEY)).status_code == 400


async def test_its_list_opens_in_a_spreadsheet_and_runs_nothing(client: httpx.AsyncClient, shot: Stage) -> None:
    answer = await client.get("/v1/shoots/autumn/packshot-report.csv", headers=KEY)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["file", "status", "products", "roles", "why", "what to do"]
    assert rows[1] == ["cut.jpg", "refused", "", "", "It is cut off.", "Drop it again."]
    assert rows[2][0] == "'=SUM(1).jpg"
    assert rows[4] == ["RED_main.jpg", "ready", "RED-42", "main", "", ""]


async def test_where_no_file_lies_there_is_none(client: httpx.AsyncClient, shot: Stage) -> None:
    for folder in ("winter", "aut", "autumn/", ""):
        assert (await client.get(f"/v1/shoots/{folder}", headers=KEY)).status_code in (307, 404)
    await shot.put([change(facet(FIFTH, "file", {**FILE, "key": "winter/moon.jpg"}, revision=2))])
    assert [one["folder"] for one in (await get(client, "/v1/shoots"))["items"]] == ["autumn", "winter"]
    gone = {**FILE, "key": "winter/moon.jpg", "removed": ["winter/moon.jpg"]}
    await shot.put([change(facet(FIFTH, "file", gone, revision=3))])
    await get(client, "/v1/shoots/winter", 404)


async def test_who_is_limited_to_folders_sees_theirs_alone(shot: Stage) -> None:
    who = Identity("ann", False, "viewer", Scope(("autumn/night",)))
    page = await shoots.shoots(shot.database, within=who.scope.folders, limit=10)
    assert [row["folder"] for row in page.rows] == ["autumn/night"]


async def test_the_pages_show_both_and_run_nothing(client: httpx.AsyncClient, shot: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    listed = (await client.get("/shoots")).text
    assert 'href="/shoots/autumn/night"' in listed and "still at work" in listed and "settled" in listed
    one = (await client.get("/shoots/autumn")).text
    assert "It is cut off." in one and f'href="/assets/{THIRD}"' in one and 'href="/products/RED-42"' in one
    assert "Refused 1" in one and " style=" not in listed + one
    refused = (await client.get("/shoots/autumn?status=refused")).text
    assert f'href="/assets/{THIRD}"' in refused and f'href="/assets/{FIRST}"' not in refused
    assert (await client.get("/shoots/winter")).status_code == 404
