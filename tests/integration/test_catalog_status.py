"""The status page and the dead letters: what is known is told, what is not is called so; letters are sent again."""

import dataclasses
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import FastAPI

from runtime import resending
from runtime.bulk import BulkJob, Jobs
from runtime.buried import Buried
from runtime.lags import Lag
from runtime.resending import Resending
from services.catalog.api.access import COOKIE, Access
from services.catalog.operations.bulk import Bulk
from services.catalog.operations.looking import Looking
from services.catalog.operations.queue import Queue
from tests import browser
from tests.chromium import chromium, window
from tests.fakes.shelf import MemoryShelf
from tests.integration.catalog_client import FIRST, KEY, get
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import Stage

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]
LETTERS = "asset.ingested.render.dlq"
VIEWS = "asset.metadata.catalog.dlq"
TOLD = {"group": "render", "partition": "0", "error": "ValueError", "cause": "A <cause>", "attempts": "3"}


@pytest.fixture
def shelf(app: FastAPI, stage: Stage) -> MemoryShelf:
    """Two letters that can be sent again and one that cannot; the catalogue looks at them and at the queues."""
    headers = [(f"packshot-dlq-{name}", value.encode()) for name, value in TOLD.items()]
    for key in (FIRST, "no-such"):
        stage.broker.append(LETTERS, key.encode(), b"{}", headers, b"one place")
    stage.broker.append(VIEWS, f"{FIRST}/1/tags".encode(), b"{}", headers, b"one place")

    async def measure() -> list[Lag]:
        return [Lag("render", "asset.ingested", 1200), Lag("catalog", "asset.metadata", 0)]

    async def committed(group: str, topic: str) -> dict[int, int]:
        return {0: 130} if (group, topic) == ("render", "asset.rerun") else {}

    shelf = MemoryShelf(stage.broker)
    looking = Looking(Queue(measure), buried=Buried(shelf), bulk=Bulk(app.state.deps.library, committed))
    app.state.deps = dataclasses.replace(app.state.deps, looking=looking)
    return shelf


@pytest.fixture
async def page(app: FastAPI, shelf: MemoryShelf) -> AsyncIterator["Page"]:
    session = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as program, window(program, address, session) as made:
        yield made


async def test_what_nobody_can_be_asked_is_not_known(client: httpx.AsyncClient, app: FastAPI) -> None:
    app.state.deps = dataclasses.replace(app.state.deps, looking=Looking())
    text = (await client.get("/status", headers=KEY)).text
    assert text.count("Not known") >= 3 and "Every file is kept" not in text
    assert "Kafka does not answer" in (await client.get("/dead-letters", headers=KEY)).text
    assert (await client.get("/v1/dead-letters", headers=KEY)).status_code == 503


async def test_the_four_questions_are_answered(client: httpx.AsyncClient, shelf: MemoryShelf) -> None:
    text = (await client.get("/status", headers=KEY)).text
    assert "Messages that could not be worked on: 3." in text
    assert "First pictures and renditions" in text and "1,200 messages before it" in text
    assert "No file waits to be ready." in text
    assert "It is empty." in text and 'href="/?state=refused"' in text


async def test_the_api_lists_shows_and_sends_again(client: httpx.AsyncClient, shelf: MemoryShelf) -> None:
    found = (await get(client, "/v1/dead-letters"))["items"]
    [first] = [one for one in found if one["about"] == f"picture {FIRST}" and one["replayable"]]
    assert (first["page"], first["cause"], first["attempts"]) == (f"/assets/{FIRST}", "A <cause>", 3)
    place = {"partition": first["partition"], "offset": first["offset"]}
    whole = await get(client, f"/v1/dead-letters/{LETTERS}/{place['partition']}/{place['offset']}")
    assert (whole["key"], whole["value"]) == (FIRST, "{}")
    await get(client, f"/v1/dead-letters/{LETTERS}/0/99", 404)
    for body, status in (
        ({"topic": LETTERS, "letters": [place]}, 202),
        ({"topic": LETTERS, "letters": [{"partition": 0, "offset": 99}]}, 409),
        ({"topic": VIEWS}, 409),
        ({"topic": "none.dlq"}, 404),
    ):
        answer = await client.post("/v1/dead-letters/replays", json=body, headers=KEY)
        assert answer.status_code == status, answer.text
    assert [record.key for record, *_ in shelf.sent] == [FIRST.encode()]
    slowly = {
        "topic": LETTERS,
        "rate": 0.01,
        "letters": [place, {"partition": place["partition"], "offset": 1 - place["offset"]}],
    }
    answer = await client.post("/v1/dead-letters/replays", json=slowly, headers=KEY)
    assert answer.json() == {"sent": 1, "left": 1, "job": None}


async def test_the_api_puts_away_once_and_notes_who_and_why(
    client: httpx.AsyncClient, shelf: MemoryShelf, stage: Stage
) -> None:
    for body, status in (
        ({"topic": VIEWS, "why": "made anew"}, 202),
        ({"topic": VIEWS}, 422),
        ({"topic": VIEWS, "why": ""}, 422),
        ({"topic": LETTERS, "why": "x", "letters": [{"partition": 0, "offset": 99}]}, 409),
        ({"topic": "none.dlq", "why": "x"}, 404),
    ):
        answer = await client.post("/v1/dead-letters/done", json=body, headers=KEY)
        assert answer.status_code == status, answer.text
    again = await client.post("/v1/dead-letters/done", json={"topic": VIEWS, "why": "once more"}, headers=KEY)
    assert again.json() == {"count": 0}
    waits = {one["topic"]: not one["again"] for one in (await get(client, "/v1/dead-letters"))["items"]}
    assert (waits, shelf.sent) == ({VIEWS: False, LETTERS: True}, [])
    [said] = [one for one in map(str, stage.said("decisions")) if "made anew" in one]
    assert f"{VIEWS}: all that wait: made anew" in said and "'away'" in said


async def test_many_become_a_job_that_is_looked_at_like_others(
    client: httpx.AsyncClient, app: FastAPI, shelf: MemoryShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resending, "MANY", 1)
    deps = app.state.deps

    async def behind(_group: str, _topic: str) -> int:
        return 0

    sending = Resending(Jobs(deps.library), deps.looking.buried, behind, lambda: True)
    app.state.deps = dataclasses.replace(deps, looking=dataclasses.replace(deps.looking, resending=sending))
    answer = (await client.post("/v1/dead-letters/replays", json={"topic": LETTERS}, headers=KEY)).json()
    assert (answer["sent"], answer["left"]) == (0, 2) and shelf.sent == []
    [job] = (await get(client, "/v1/jobs"))["items"]
    assert (job["id"], job["what"], job["total"], job["done"]) == (
        *(answer["job"], "dead letters of asset.ingested for render", 2, 0),
    )
    await sending.turn()
    [job] = (await get(client, "/v1/jobs"))["items"]
    assert (job["state"], job["done"], len(shelf.sent)) == ("done", 2, 2)


@pytest.fixture
async def job(app: FastAPI) -> BulkJob:
    """A third of it is done."""
    now = time.time()
    job = BulkJob(
        id="1f0c2a9e", what="presets", group="render", topic="asset.rerun", total=90, began=now - 60, since=now - 60,
        state="running", begins={0: 100}, ends={0: 190},
    )  # fmt: skip
    await app.state.deps.library.put(f"jobs/{job.id}.json", job.model_dump_json().encode())
    return job


async def test_a_bulk_job_shows_its_count_and_is_paused_and_cancelled(
    client: httpx.AsyncClient, shelf: MemoryShelf, job: BulkJob
) -> None:
    [found] = (await get(client, "/v1/jobs"))["items"]
    assert (found["id"], found["state"], found["done"], found["total"]) == (job.id, "running", 30, 90)
    assert found["left_s"] == pytest.approx(120, abs=30)
    for turn, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        answer = await client.post(f"/v1/jobs/{job.id}/{turn}", headers=KEY)
        assert (answer.status_code, answer.json()["items"][0]["state"]) == (202, state)
    for path in (f"/v1/jobs/{job.id}/resume", "/v1/jobs/none/pause"):
        assert (await client.post(path, headers=KEY)).status_code == 404
    client.cookies.set(COOKIE, Access("secret").session("Anna", "manager"))
    assert (await client.get("/v1/jobs")).status_code == 403
    assert "Bulk work" in (text := (await client.get("/status")).text) and "data-job" not in text


async def test_without_a_bulk_job_nothing_is_said_of_it(client: httpx.AsyncClient, shelf: MemoryShelf) -> None:
    assert "Bulk work" not in (await client.get("/status", headers=KEY)).text
    assert (await get(client, "/v1/jobs"))["items"] == []


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
async def test_a_bulk_job_is_paused_and_cancelled_from_the_page(page: "Page", shelf: MemoryShelf, job: BulkJob) -> None:
    await page.goto("/status", wait_until="domcontentloaded")
    await page.get_by_text("30 of 90").wait_for()
    await page.get_by_role("button", name="Pause").click()
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("button", name="Pause").wait_for()
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Really cancel?").click()
    await page.get_by_text("cancelled", exact=True).wait_for()


async def test_only_an_admin_sees_what_messages_hold(client: httpx.AsyncClient, shelf: MemoryShelf) -> None:
    client.cookies.set(COOKIE, Access("secret").session("Anna", "manager"))
    assert (await client.get("/status")).status_code == 200
    for path in ("/dead-letters", f"/dead-letters/{LETTERS}/0/0", "/v1/dead-letters"):
        assert (await client.get(path)).status_code == 403, path


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
async def test_they_are_sent_again_from_the_page(page: "Page", shelf: MemoryShelf) -> None:
    await page.goto("/dead-letters", wait_until="domcontentloaded")
    some = page.get_by_role("button", name="Send the selected again")
    assert await some.is_disabled()
    await page.get_by_label("Select picture no-such").check()
    await some.click()
    await page.locator("#list").get_by_text("1 of 2 wait").wait_for()
    everything = page.get_by_role("button", name="Send all again")
    await everything.click()
    await page.get_by_role("button", name="Really send all again?").click()
    await page.locator("#list").get_by_text("0 of 2 wait").wait_for()
    assert [record.key for record, *_ in shelf.sent] == [b"no-such", FIRST.encode()]
    await page.get_by_role("link", name="ValueError").first.click()
    await page.get_by_role("heading", name="The message").wait_for()
    await page.goto("/status", wait_until="domcontentloaded")
    await page.get_by_text("Messages that could not be worked on: 1.").wait_for()


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
async def test_they_are_put_away_from_the_page_with_a_reason(
    page: "Page", shelf: MemoryShelf, client: httpx.AsyncClient
) -> None:
    """Those too that must not be sent again; without a reason nothing is done."""
    await page.goto("/dead-letters", wait_until="domcontentloaded")
    of_views = page.locator("section").filter(has_text="keeps the last record")
    away = of_views.get_by_role("button", name="Put the selected away")
    await of_views.get_by_role("checkbox").check()
    await away.click()
    await page.get_by_text("Say why first").wait_for()
    await page.get_by_role("textbox", name="Why", exact=True).fill("the view was made anew")
    async with page.expect_response("**/v1/dead-letters/done") as answered:
        await away.click()
    assert (await answered.value).status == 202
    await of_views.get_by_text("0 of 1 wait").wait_for()
    assert shelf.sent == []
    [letter] = [one for one in (await get(client, "/v1/dead-letters"))["items"] if one["topic"] == VIEWS]
    assert letter["again"]
