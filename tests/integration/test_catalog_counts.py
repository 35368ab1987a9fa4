"""The line at the top says what is truly still going on, and what was rejected is told apart from what waits."""

import re

import httpx
import pytest

from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get
from tests.integration.catalog_stage import Stage, change, facet

pytestmark = pytest.mark.broker
REJECTED = {
    "live": None, "newest": 1, "state": "waiting", "out": [1],
    "waiting": "It was rejected: crooked.", "cure": "Drop the new picture under the same name.",
}  # fmt: skip


async def top(client: httpx.AsyncClient) -> list[str]:
    """Its words."""
    page = (await client.get("/counts", headers=KEY)).text
    return ["".join(found) for found in re.findall(r'([0-9]+ )?<span class="word">([\w ]+)', page)]


async def test_it_is_not_done_while_a_later_wave_is_owed(client: httpx.AsyncClient, stage: Stage) -> None:
    file = {"key": "a.jpg", "bucket": "inbox", "kind": "image"}
    await stage.put([change(facet(THIRD, "head", {"state": "purged", "newest": 1}, revision=2))])
    assert await top(client) == ["All done"]
    owing = facet(FIRST, "file", {**file, "key": "autumn/RED_main.jpg"}, owes=["renditions.later"], revision=2)
    await stage.put([change(owing)])
    assert await top(client) == ["1 finishing"]
    await stage.put([change(facet(FIRST, "renditions.later"))])
    assert await top(client) == ["All done"]


async def test_what_was_rejected_waits_for_nobody_s_word(client: httpx.AsyncClient, stage: Stage) -> None:
    said = {"fields": {"approval:1": {"reason": "crooked."}}}
    await stage.put([change(facet(FIRST, "head", REJECTED, revision=2)), change(facet(FIRST, "curation", said))])
    shoot = await get(client, "/v1/shoots/autumn")
    assert (shoot["counts"]["rejected"], shoot["counts"]["waiting"], shoot["counts"]["ready"]) == (1, 0, 1)
    (told,) = (await get(client, "/v1/shoots/autumn?status=rejected"))["items"]
    assert (told["asset_id"], told["why"]) == (FIRST, "It was rejected: crooked.")
    assert (await get(client, "/v1/shoots/autumn?status=waiting"))["items"] == []
    assert [one["asset_id"] for one in shoot["items"]] == [FIRST, SECOND], "somebody has to do something about it"
    assert await top(client) == ["1 rejected", "1 refused"]
    page = (await client.get("/activity", headers=KEY)).text
    assert "Rejected" in page and "Waiting" not in page
    anew = {**REJECTED, "out": [], "approves": 1, "waiting": "Ready."}
    await stage.put([change(facet(FIRST, "head", anew, revision=3))])
    assert (await get(client, "/v1/shoots/autumn"))["counts"]["waiting"] == 1
