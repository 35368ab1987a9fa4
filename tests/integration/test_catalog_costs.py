"""What delivery wrote down is added up once, told with what was saved, and comes again after a rebuild."""

import gzip
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from schemas.base import Contract
from schemas.curation import USED
from schemas.decision import Fact
from schemas.sent import FOLDER, Sent
from services.catalog import rebuild
from services.catalog.api.access import COOKIE, Access
from services.catalog.costs import taking
from services.catalog.costs.taking import Taking
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get
from tests.integration.catalog_stage import SHA, Stage, change, facet

pytestmark = pytest.mark.broker
NOW, LONG_AGO = datetime.now(UTC), datetime(2020, 1, 1, tzinfo=UTC)
MONTH = f"{datetime.now(UTC):%Y-%m}"
WEB = {"preset": "web", "channel": "webshop", "recipe": "r", "key": "k", "format": "jpeg", "width": 9, "height": 9}


async def wrote(stage: Stage, name: str, *lines: Sent) -> None:
    body = gzip.compress("\n".join(one.model_dump_json() for one in lines).encode())
    await stage.library.put(f"{FOLDER}{MONTH}/{name}.jsonl.gz", body)


def sent(asset: str, size: int, *, requests: int = 1, preset: str = "web", channel: str = "webshop") -> Sent:
    return Sent(asset=asset, version=1, preset=preset, channel=channel, requests=requests, bytes=size)


@pytest.fixture
async def counted(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Taking:
    """RED's web file weighs 1000 bytes; as a plain JPEG it would 1500, its original 9000."""
    monkeypatch.setattr(taking, "LOOK_S", 0.0)
    web = {**WEB, "bytes": 1000, "saved_jpeg": 500, "saved_original": 8000}
    made = {"sha256": SHA, "width": 40, "height": 30, "renditions": [web]}
    await stage.put([change(facet(FIRST, "renditions", made, revision=5))])
    await wrote(stage, "a", sent(FIRST, 3000, requests=3), sent(SECOND, 100, preset="card", channel=""))
    await wrote(stage, "b", sent(FIRST, 500))
    return Taking(stage.database, stage.library)


async def all_of_it(taking: Taking) -> None:
    while await taking.step():
        pass


async def test_sums_and_savings_by_channel_and_asset(client: httpx.AsyncClient, counted: Taking) -> None:
    await all_of_it(counted)
    await all_of_it(counted)
    report = await get(client, "/v1/bytes")
    shop, fly = report["channels"]
    assert (shop["channel"], shop["requests"], shop["sent"]["bytes"]) == ("webshop", 4, 3500)
    assert (shop["saved_jpeg"]["bytes"], shop["saved_original"]["bytes"], shop["compared"]) == (1750, 28_000, 3500)
    assert (fly["channel"], fly["saved_jpeg"]["bytes"], fly["compared"]) == ("", 0, 0), "of what is not told, nothing"
    assert report["total"]["sent"]["bytes"] == 3600 and "0.300 kWh/GB" in report["model"]
    assert [one["asset_id"] for one in report["assets"]] == [FIRST, SECOND]
    heavy = report["heaviest"][0]
    assert (heavy["each"], heavy["preset"]) == (1000, "web") and "AVIF" in heavy["advice"]
    other = await get(client, "/v1/bytes?month=2020-01")
    assert other["total"]["requests"] == 0 and other["channels"] == []


async def test_one_asset_is_asked_for_by_month_and_its_page_says_it(
    client: httpx.AsyncClient, stage: Stage, counted: Taking
) -> None:
    await all_of_it(counted)
    assert (await client.get("/v1/assets/not-there/bytes", headers=KEY)).status_code == 404
    one = await get(client, f"/v1/assets/{FIRST}/bytes")
    assert (one["month"], one["total"]["requests"], one["total"]["sent"]["bytes"]) == (MONTH, 4, 3500)
    assert one["total"]["sent"]["grams"]["middle"] > 0 and one["total"]["saved_jpeg"]["bytes"] == 1750
    assert [(file["preset"], file["each"], file["sent"]["bytes"]) for file in one["files"]] == [("web", 1000, 3500)]
    assert (await get(client, f"/v1/assets/{FIRST}/bytes?month=2020-01"))["total"]["requests"] == 0
    assert (await get(client, f"/v1/assets/{SECOND}/bytes"))["files"][0]["channel"] == ""
    heavy = (await get(client, "/v1/bytes"))["heaviest"][0]
    assert heavy["sent"]["bytes"] == heavy["bytes"] and heavy["sent"]["grams"]["high"] > 0
    client.cookies.set(COOKIE, Access("secret").session())
    assert "in 4 answers" in (await client.get(f"/assets/{FIRST}")).text
    assert "Nothing of it was sent" in (await client.get(f"/assets/{THIRD}")).text


async def test_a_rebuild_adds_up_the_same(client: httpx.AsyncClient, stage: Stage, counted: Taking) -> None:
    await all_of_it(counted)
    await rebuild.empty(stage.database)
    await all_of_it(counted)
    assert (await get(client, "/v1/bytes"))["total"]["sent"]["bytes"] == 3600


async def test_two_processes_take_each_object_once(client: httpx.AsyncClient, stage: Stage, counted: Taking) -> None:
    other = Taking(stage.database, stage.library)
    other._due = await other._untaken()
    await all_of_it(counted)
    await all_of_it(other)
    assert (await get(client, "/v1/bytes"))["total"]["sent"]["bytes"] == 3600


async def test_what_nobody_uses_is_named_with_what_to_do(
    client: httpx.AsyncClient, stage: Stage, counted: Taking
) -> None:
    async with stage.database.transaction() as connection:
        await connection.execute("UPDATE catalog.asset SET arrived = '2020-01-01', state = 'ready', gone = false")
    assert {one["asset_id"] for one in (await get(client, "/v1/bytes"))["unused"]["largest"]} == {SECOND, THIRD}
    await all_of_it(counted)  # SECOND was sent this month
    unused = (await get(client, "/v1/bytes"))["unused"]
    assert [(one["asset_id"], bool(one["advice"])) for one in unused["largest"]] == [(THIRD, True)]
    assert unused["since"] < unused["counted_since"] == MONTH


LINK = {"name": "Press", "assets": [SECOND], "presets": ["web"], "by": "x", "made": "2026-01-01T00:00:00Z"}
OPEN = "2999-01-01T00:00:00Z"
SOMEHOW: dict[str, tuple[Contract, bool]] = {
    "reported": (facet(SECOND, "curation", {"fields": {f"{USED}ab": {"place": "Catalogue"}}}), True),
    "downloaded": (Fact(kind="download", id="d", revision=1, fields={"assets": [SECOND]}, written=NOW), True),
    "long ago": (Fact(kind="download", id="d", revision=1, fields={"assets": [SECOND]}, written=LONG_AGO), False),
    "shared": (Fact(kind="share", id="s", revision=1, fields={**LINK, "expires": OPEN}, written=NOW), True),
    "taken back": (
        Fact(kind="share", id="s", revision=1, fields={**LINK, "expires": OPEN, "revoked": True}, written=NOW),
        False,
    ),
    "over": (
        Fact(kind="share", id="s", revision=1, fields={**LINK, "expires": "2026-02-01T00:00:00Z"}, written=NOW),
        False,
    ),
}


@pytest.mark.parametrize("how", SOMEHOW)
async def test_what_somebody_uses_in_another_way_is_no_waste(client: httpx.AsyncClient, stage: Stage, how: str) -> None:
    said, used = SOMEHOW[how]
    await stage.put([change(said)])
    async with stage.database.transaction() as connection:
        await connection.execute("UPDATE catalog.asset SET arrived = '2020-01-01', state = 'ready', gone = false")
    unused = (await get(client, "/v1/bytes"))["unused"]
    assert (SECOND not in {one["asset_id"] for one in unused["largest"]}) is used
    assert unused["counted_since"] is None


async def test_the_page_shows_it_in_words(app: FastAPI, client: httpx.AsyncClient, counted: Taking) -> None:
    await all_of_it(counted)
    access: Access = app.state.deps.access
    cookies = {COOKIE: access.session()}
    page = await client.get("/bytes", cookies=cookies)
    assert page.status_code == 200 and "saved against plain jpegs" in page.text.lower()
    assert "sizes on the fly" in page.text and "Sustainable Web Design" in page.text
    empty = await client.get("/bytes?month=2020-01", cookies=cookies)
    assert "Nothing was sent in 2020-01" in empty.text
