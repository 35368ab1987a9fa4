"""What feeds have out: known however a fetch ends, held to whom it was for, booked as taken back only where it is."""

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from runtime.outage import Unavailable
from schemas.product import Limits
from services.catalog.feeds import sending
from services.catalog.feeds.source import Lot, lots
from services.catalog.pack import zipping
from services.catalog.queries import handed, verdicts
from tests.integration.catalog_client import FIRST, KEY, SECOND, get
from tests.integration.catalog_stage import Stage, change, facet, media
from tests.integration.test_catalog_feeds import feed, given, made, shop
from tests.integration.test_catalog_keys import key

__all__ = ["shop"]
pytestmark = pytest.mark.broker
At = Callable[[Callable[[], Awaitable[None]]], None]
GONE = {"live": None, "newest": 1, "state": "deleted"}


async def places(client: httpx.AsyncClient, asset: str) -> list[str]:
    """In which feeds it is."""
    return [one["place"] for one in (await get(client, f"/v1/assets/{asset}"))["used"]]


async def test_an_increment_that_cannot_say_none_leaves_the_channel_with_what_it_has(
    shop: httpx.AsyncClient, stage: Stage
) -> None:
    """Google keeps what an increment does not name, so it stays on the list until it fetches the whole."""
    path = "google-merchant/google?doubt=true&record=true"
    await feed(shop, path)
    (run,) = (await feed(shop, "google-merchant/google/runs?doubt=true")).json()
    await stage.put([change(facet(FIRST, "head", GONE, revision=9)), change(media("RED-42", revision=9))])
    for _ in range(2):
        assert len((await feed(shop, f"{path}&since={run['id']}")).text.splitlines()) == 1, "the heading alone"
        recalls = [(one["asset_id"], one["why"]) for one in (await feed(shop, "recalls")).json()]
        assert (FIRST, "withdrawn") in recalls
    newest = (await feed(shop, "google-merchant/google/runs?doubt=true")).json()[0]
    assert newest["notes"] == [
        "RED-42: it is not given any more, which a whole file alone tells the channel (no `since`)."
    ]
    await feed(shop, path)
    assert (await feed(shop, "recalls")).json() == []


async def test_what_a_channels_key_fetches_and_no_next_file_takes_back_is_a_copy(
    shop: httpx.AsyncClient, stage: Stage
) -> None:
    agency = await key(stage, "channel")
    for path in ("shopify/shopify", "shopify/zip", "shopify/json"):
        assert (await shop.get(f"/v1/feeds/{path}", headers=agency)).status_code == 200
    feeds = ["feed shopify.json", "feed shopify.shopify", "feed shopify.shopify@channel", "feed shopify.zip",
             "feed shopify.zip@channel"]  # fmt: skip
    assert await places(shop, SECOND) == [f"{one}, RED-42" for one in feeds]
    await stage.put([change(media("RED-42", FIRST, revision=9))])
    assert (await shop.get("/v1/feeds/shopify/shopify", headers=agency)).status_code == 200
    assert "feed shopify.shopify, RED-42" not in await places(shop, SECOND)
    assert "feed shopify.shopify@channel, RED-42" in await places(shop, SECOND), "an import deletes nothing"


async def broken_off(app: FastAPI, path: str) -> None:
    """Fetches it, and goes away with the first bytes."""
    told, begun = [{"type": "http.request", "body": b"", "more_body": False}], asyncio.Event()

    async def receive() -> MutableMapping[str, Any]:
        if told:
            return told.pop()
        await begun.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message.get("body") and message["body"] != b"Handle,Title,Image Src,Image Position,Image Alt Text\r\n":
            begun.set()
            await asyncio.Event().wait()

    path, _, query = path.partition("?")
    headers = [(name.lower().encode(), value.encode()) for name, value in KEY.items()]
    scope = {"type": "http", "method": "GET", "path": f"/v1/feeds/{path}", "query_string": query.encode()}
    more = {
        "headers": headers,
        "http_version": "1.1",
        "scheme": "http",
        "server": ("packshot.test", 80),
        "root_path": "",
    }
    await app({**scope, **more, "client": ("127.0.0.1", 1)}, receive, send)


@pytest.mark.parametrize("format", ["shopify", "zip"])
async def test_who_goes_away_in_the_middle_has_what_was_sent(
    app: FastAPI, shop: httpx.AsyncClient, format: str
) -> None:
    await broken_off(app, f"shopify/{format}?record=true")
    assert await places(shop, FIRST) == [f"feed shopify.{format}@admin, RED-42"], "theirs, and no run of the channel"
    assert (await feed(shop, f"shopify/{format}/runs")).json() == []
    assert len((await feed(shop, f"shopify/{format}/runs?own=true")).json()) == 1


@pytest.fixture
def at_the_end(monkeypatch: pytest.MonkeyPatch) -> At:
    """Something happens when all was judged, before it is written down."""

    def then(happens: Callable[[], Awaitable[None]]) -> None:
        async def slowly(*asked: Any, **how: Any) -> AsyncIterator[Lot]:
            async for lot in lots(*asked, **how):
                yield lot
            await happens()

        monkeypatch.setattr(sending, "lots", slowly)

    return then


async def test_what_is_blocked_while_it_is_sent_is_to_be_recalled(
    shop: httpx.AsyncClient, stage: Stage, at_the_end: At
) -> None:
    async def blocked() -> None:
        shut = {"RED-42": {"shopify": [FIRST]}}
        await verdicts.keep(stage.database, {"RED-42": {"shopify": "ready"}}, blocked=shut)

    at_the_end(blocked)
    assert await given(shop) == {"RED-42": [FIRST, SECOND]}
    recalls = [(one["asset_id"], one["feed"], one["why"]) for one in (await feed(shop, "recalls")).json()]
    assert recalls == [(FIRST, "shopify.json", "blocked there by the rules")]


async def test_what_was_sent_whole_is_written_down_as_soon_as_a_server_is_back(
    shop: httpx.AsyncClient, stage: Stage, at_the_end: At
) -> None:
    def back() -> None:
        stage.library.down = False

    async def away() -> None:
        stage.library.down = True
        asyncio.get_running_loop().call_later(0.3, back)

    at_the_end(away)
    await feed(shop, "shopify/shopify?record=true")
    assert await places(shop, FIRST) == ["feed shopify.shopify, RED-42", "feed shopify.shopify@admin, RED-42"]
    for own in (False, True):
        (run,) = (await feed(shop, f"shopify/shopify/runs?own={own}")).json()
        assert (run["products"], run["pictures"]) == (1, 2)


async def test_what_could_not_be_written_down_at_the_end_is_tried_again_for_who_has_it(
    shop: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PATIENCE_S", 0)
    keep, tried = handed.keep, list[str]()

    async def once_away(database: Any, feed: str, *told: Any) -> None:
        tried.append(feed)
        if len(tried) == 1:
            raise Unavailable("PostgreSQL does not answer.")
        await keep(database, feed, *told)

    monkeypatch.setattr(handed, "keep", once_away)
    await shop.get("/v1/feeds/shopify/json", headers=KEY)  # it breaks off: its last bytes are out
    assert tried == ["shopify.json@admin"] * 2
    assert await places(shop, FIRST) == ["feed shopify.json@admin, RED-42"]


async def test_rights_are_asked_again_while_a_zip_is_sent(
    shop: httpx.AsyncClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipping, "MOST_FILES", 1)
    deliverable = handed.deliverable

    async def ends_meanwhile(*asked: Any) -> set[str]:
        if SECOND in asked[1]:
            await stage.put([change(facet(SECOND, "head", GONE, revision=9))])
        return await deliverable(*asked)

    monkeypatch.setattr(handed, "deliverable", ends_meanwhile)
    answer = await feed(shop, "shopify/zip?record=true")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        assert pack.namelist() == ["RED-42_main_01.jpg", "MISSING.txt"]
        assert b"RED-42_back_01.jpg: not in this pack" in pack.read("MISSING.txt")
    assert "feed shopify.zip, RED-42" not in await places(shop, SECOND)


async def test_only_an_approver_answers_for_what_no_machine_can_judge(shop: httpx.AsyncClient, stage: Stage) -> None:
    for role, status in (("channel", 403), ("editor", 403), ("approver", 200)):
        headers = await key(stage, role)  # type: ignore[arg-type]
        answer = await shop.get("/v1/feeds/google-merchant/google?doubt=true&record=false", headers=headers)
        assert answer.status_code == status and (await shop.get("/v1/feeds/shopify/json", headers=headers)).is_success
    over = {"text": [{"text": "SALE", "box": [0.4, 0.4, 0.1, 0.1]}]}
    await stage.put([change(facet(FIRST, "tags.later", over, revision=9))])
    assert len((await feed(shop, "google-merchant/google?doubt=true")).text.splitlines()) == 1, "that is measured"


async def test_addresses_say_whom_they_are_for_and_what_is_for_some_markets_alone_is_named(
    shop: httpx.AsyncClient, stage: Stage
) -> None:
    item = media("RED-42", FIRST).items[0].model_copy(update={"limits": Limits(markets=["de"])})
    await stage.put([change(media("RED-42", FIRST, revision=9).model_copy(update={"items": [item]}))])
    assert await given(shop, "&market=fr") == {}
    assert "&market=de&channel=webshop" in (await feed(shop, "shopify/json?market=de")).text
    text = (await feed(shop, "shopify/json?record=true")).text
    assert "&channel=webshop" in text and "market=" not in text
    for own, market, limited in ((False, "", 1), (True, "", 1), (True, "&market=de", 0)):
        (run, *_) = (await feed(shop, f"shopify/json/runs?own={own}{market}")).json()
        assert (run["limited"], len(run["notes"])) == (limited, limited)
    assert run["notes"] == [] and "market de alone" in (await feed(shop, "shopify/json/runs")).json()[0]["notes"][0]


async def test_words_are_those_of_the_version_that_goes_out(shop: httpx.AsyncClient, stage: Stage) -> None:
    """A successor that waits for approval may show something else."""
    live = facet(FIRST, "file", {"key": "a.jpg", "kind": "image", "sidecar": {"alt": "A shoe"}}, revision=8)
    waits = facet(FIRST, "file", {"key": "a.jpg", "kind": "image", "sidecar": {"alt": "A boot"}}, version=2)
    shown = {"width": 9, "height": 9, "renditions": [made("thumbnail", FIRST)]}
    newer = facet(FIRST, "renditions", shown, version=2)
    head = facet(FIRST, "head", {"live": 1, "newest": 2, "state": "ready", "approves": 2}, revision=8)
    await stage.put([change(one) for one in (live, waits, newer, head)])
    (row, _) = csv.DictReader(io.StringIO((await feed(shop, "shopify/shopify")).text))
    assert row["Image Alt Text"] == "A shoe"
