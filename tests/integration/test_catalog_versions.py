"""Versions by the API and on the page: which may come back, and how two are compared."""

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import FIRST, KEY, get
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture

pytestmark = pytest.mark.broker
URL = f"/v1/assets/{FIRST}/restore"


@pytest.fixture
async def replaced(stage: Stage) -> Stage:
    """The first picture has a second version, which is live."""
    old = {one.facet: one for one in picture(FIRST, "autumn/RED_main.jpg", sku="RED-42")}
    new = [old[name].model_copy(update={"version": 2}) for name in ("renditions.first", "renditions", "tags", "links")]
    file = old["file"].model_copy(update={"version": 2, "data": {**old["file"].data, "sha256": "cd" * 32}})
    head = facet(FIRST, "head", {"live": 2, "newest": 2, "state": "complete"}, revision=2)
    await stage.put([change(one) for one in (*new, file, head)])
    return stage


async def test_an_older_version_is_restored_by_a_decision(client: httpx.AsyncClient, replaced: Stage) -> None:
    versions = (await get(client, f"/v1/assets/{FIRST}"))["versions"]
    assert [(one["version"], one["live"], one["restorable"]) for one in versions] == [
        (2, True, False),
        (1, False, True),
    ]
    answer = await client.post(URL, json={"version": 1, "why": "The label was right."}, headers=KEY)
    assert answer.status_code == 202
    (said,) = replaced.said("decisions")
    assert said["set"] == {"restore": {"version": 1, "over": 2}} and said["why"] == "The label was right."
    body = {"set": said["set"], "at": said["at"], "by": "admin", "why": said["why"]}
    await replaced.library.put(
        f"history/asset/{FIRST}/{said['at']}-decision-x.json", httpx.Response(200, json=body).content
    )
    first = (await get(client, f"/v1/assets/{FIRST}"))["history"][0]
    assert (first["what"], first["by"], first["why"]) == ("Version 1 restored", "admin", "The label was right.")


async def test_what_cannot_come_back_is_refused(client: httpx.AsyncClient, replaced: Stage) -> None:
    for version, status in ((2, 409), (3, 404), (0, 422)):
        assert (await client.post(URL, json={"version": version}, headers=KEY)).status_code == status
    assert (await client.post(URL.replace(FIRST, ASSETS[5]), json={"version": 1}, headers=KEY)).status_code == 404
    client.cookies.set(COOKIE, Access("secret").session("ed", "editor"))
    own = {"Sec-Fetch-Site": "same-origin"}
    assert (await client.post(URL, json={"version": 1}, headers=own)).status_code == 403
    assert replaced.said("decisions") == []


async def test_the_page_offers_both_and_a_comparison(client: httpx.AsyncClient, replaced: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    text = (await client.get(f"/assets/{FIRST}")).text
    assert text.count('data-restore="1"') == 1 and 'data-restore="2"' not in text
    assert 'data-compare="1"' in text and "renditions/web?version=1" in text and "renditions/web?version=2" in text
