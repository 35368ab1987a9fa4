"""Copies that nobody can call back by machine: each is a task until a person ticks it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from schemas.decision import Fact
from schemas.download import KIND as DOWNLOAD
from schemas.limits import Audience
from schemas.readiness import State
from schemas.recall import KIND
from schemas.share import KIND as SHARE
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.deps import Deps
from services.catalog.api.downloads import note
from services.catalog.queries import handed, recalls, verdicts
from services.catalog.recalls import copies, strays
from services.catalog.recalls.opening import Opening
from tests.fakes.folded import Folding
from tests.fakes.steps import Killed, Steps, install
from tests.integration.catalog_client import FIRST, KEY, SECOND, get
from tests.integration.catalog_stage import NOON, Stage, change, facet, media, product

pytestmark = pytest.mark.broker


class Out:
    """The view, folded and looked through."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.fold = Folding(stage, KIND, DOWNLOAD, SHARE)
        self.may = True
        self.revision = 1

    async def look(self) -> int:
        """As the process does in spare time, with a memory of its own each time."""
        await self.fold()
        found = 0
        for look in (copies.untold, strays.untold):
            found += await Opening(self.stage.database, self.stage.publisher, lambda: self.may, look).turn()
        await self.fold()
        return found

    async def head(self, **more: Any) -> None:
        self.revision += 1
        data = {"live": 1, "newest": 1, "state": "complete", **more}
        await self.stage.put([change(facet(FIRST, "head", data, revision=self.revision))])

    async def used(self, seen: datetime, revision: int) -> None:
        place = {"place": "https://shop.example.com/p", "channel": "webshop", "seen": seen.isoformat(), "by": "shop"}
        data = {"fields": {"used:ab": place}}
        await self.stage.put([change(facet(FIRST, "curation", data, revision=revision))])


@pytest.fixture
def out(stage: Stage) -> Out:
    return Out(stage)


def ended() -> str:
    return (datetime.now(UTC) - timedelta(seconds=1)).isoformat()


async def tasks(client: httpx.AsyncClient, query: str = "") -> list[tuple[str, str, str]]:
    items = (await get(client, f"/v1/tasks?{query}"))["items"]
    return sorted((one["what"], one["who"], one["where"]) for one in items)


async def test_what_is_out_of_an_expired_file_is_a_task_each(client: httpx.AsyncClient, out: Out) -> None:
    assert (await client.get(f"/v1/assets/{FIRST}/original", headers=KEY)).status_code == 200
    form = {"assets": [FIRST, SECOND], "preset": "thumbnail"}
    assert (await client.post("/v1/packs", data=form, headers=KEY)).status_code == 200
    body = {"name": "Press", "assets": [FIRST], "presets": ["thumbnail"], "days": 3}
    made = (await client.post("/v1/shares", json=body, headers=KEY)).json()
    await out.fold()
    link = made["url"].removeprefix("http://packshot.test")
    assert (await client.get(f"{link}/{FIRST}/thumbnail")).status_code == 200
    assert (await client.get(f"{link}/pack?preset=thumbnail")).status_code == 200
    await out.used(NOON, 2)
    await handed.keep(out.stage.database, "shopify.shopify@anna", [("RED-42", FIRST, 1)], NOON)
    await handed.keep(out.stage.database, "shopify.shopify", [("RED-42", FIRST, 1)], NOON)
    assert await out.look() == 0, "all of it may be given"
    await out.head(available_until=ended())
    out.may = False
    assert await out.look() == 0, "another process does it"
    out.may = True
    assert await out.look() == 5
    assert await tasks(client) == [
        ("feed", "anna", "shopify.shopify: RED-42"),
        ("original", "admin", ""),
        ("pack", "Press", "Press, thumbnail"),
        ("pack", "admin", "thumbnail"),
        ("use", "shop", "https://shop.example.com/p, webshop"),
    ]
    found = await get(client, "/v1/tasks?limit=2")
    assert found["waiting"] == 5 and {one["why"] for one in found["items"]} == {"It has expired."}
    rest = await get(client, f"/v1/tasks?limit=9&cursor={found['next']}")
    assert len({one["id"] for one in (*found["items"], *rest["items"])}) == 5 and rest["next"] is None
    assert next(one["version"] for one in rest["items"] + found["items"] if one["what"] == "original") == 1
    assert await tasks(client, f"asset={SECOND}") == []
    assert await out.look() == 0, "each is told once"


async def test_what_a_program_fetched_one_by_one_is_one_task(app: FastAPI, client: httpx.AsyncClient, out: Out) -> None:
    deps: Deps = app.state.deps
    tell = partial(note, deps)
    for _ in range(2):
        place = f"/v1/assets/{FIRST}/renditions/thumbnail"
        assert (await client.get(place, headers=KEY)).status_code == 200
        await deps.fetched.step(tell)
    assert len(out.stage.said("decisions")) == 1, "once a day"
    client.cookies.set(COOKIE, Access("secret").session("anna"))
    assert (await client.get(place)).status_code == 200
    await deps.fetched.step(tell)
    assert len(out.stage.said("decisions")) == 1, "people look, and that is no copy"
    await out.head(available_until=ended())
    assert await out.look() == 1
    assert await tasks(client) == [("file", "admin", "one by one: thumbnail")]


async def test_what_was_given_before_an_embargo_is_a_task_as_long_as_it_lasts(
    client: httpx.AsyncClient, out: Out
) -> None:
    await out.used(NOON, 2)
    await out.head(available_from=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    assert await out.look() == 1
    [found] = (await get(client, "/v1/tasks"))["items"]
    assert found["why"] == "It is under an embargo."
    await out.head()
    assert await tasks(client) == []


async def test_where_a_narrowed_licence_leaves_out_is_a_task_until_it_is_wide_again(
    client: httpx.AsyncClient, out: Out
) -> None:
    places = [{"url": f"/a/{FIRST}/web.webp", "place": f"https://{m}.example.com", "market": m} for m in ("de", "fr")]
    assert (await client.post("/v1/usage", json={"items": places}, headers=KEY)).json()["taken"] == 2
    said = next(one for one in out.stage.said("decisions") if one["entity"] == f"asset/{FIRST}")
    await out.stage.put([change(facet(FIRST, "curation", {"fields": said["set"]}, revision=2))])
    assert (await client.get(f"/v1/assets/{FIRST}/original", headers=KEY)).status_code == 200
    for market, who in (("", "anna"), ("DE", "ben"), ("fr", "eve")):
        given = [("RED-42", FIRST, 1)]
        await handed.keep(out.stage.database, f"shopify.shopify@{who}", given, NOON, Audience(market=market))
    assert await out.look() == 0
    await out.head(limits={"markets": ["de"], "channels": []})
    assert await out.look() == 2
    left_out = [("feed", "eve", "shopify.shopify: RED-42"), ("use", "admin", "https://fr.example.com, fr")]
    assert await tasks(client) == left_out and await out.look() == 0
    assert {one["why"] for one in (await get(client, "/v1/tasks"))["items"]} == {"It may not be shown there any more."}
    await out.head(limits={"markets": ["de", "fr"], "channels": []})
    assert await tasks(client) == []
    await out.head(available_until=ended())
    assert await out.look() == 4 and len(await tasks(client)) == 6, "now nobody may have it, wherever"


async def test_packs_and_share_links_of_a_market_that_a_licence_leaves_out_are_tasks(
    client: httpx.AsyncClient, out: Out
) -> None:
    for market in ("de", "fr", ""):
        form = {"assets": FIRST, "preset": "thumbnail", "market": market}
        assert (await client.post("/v1/packs", data=form, headers=KEY)).status_code == 200
        body = {"name": f"Press {market}", "assets": [FIRST], "presets": ["thumbnail"], "days": 3, "market": market}
        made = (await client.post("/v1/shares", json=body, headers=KEY)).json()
        await out.fold()
        link = made["url"].removeprefix("http://packshot.test")
        assert (await client.get(f"{link}/pack?preset=thumbnail")).status_code == 200
    for said in out.stage.said("decisions"):  # as releases noted it that did not tell downloads' markets
        if said["set"].get("what") == "pack" and said["set"].get("market") == "de" and "share" in said["set"]:
            old = {name: value for name, value in said["set"].items() if name != "market"}
            record = Fact(kind=DOWNLOAD, id="old", revision=1, fields=old, written=NOON)
            await out.stage.put([change(record)])
    assert await out.look() == 0
    await out.head(limits={"markets": ["fr"], "channels": []})
    assert await out.look() == 3
    found = (await get(client, "/v1/tasks"))["items"]
    left_out = [("Press de", "de"), ("Press de", "de"), ("admin", "de")]
    assert sorted((one["who"], one["market"]) for one in found) == left_out and await out.look() == 0
    await out.head(limits={"markets": ["fr", "de"], "channels": []})
    assert await tasks(client) == []


class Fed(Out):
    """Anna has a ZIP of the webshop with the picture of RED-42, the webshop its own feed."""

    ZIP, OWN = "webshop.zip@anna", "webshop.json"

    async def fetch(self, version: int = 1) -> None:
        for feed in (self.ZIP, self.OWN):
            await handed.keep(self.stage.database, feed, [("RED-42", FIRST, version)], datetime.now(UTC))

    async def linked(self, *skus: str, revision: int) -> None:
        why = [{"kind": "filename", "detail": "x"}]
        links = [{"sku": sku, "role": "main", "confidence": 0.98, "evidence": why} for sku in skus]
        shown = [FIRST] if "RED-42" in skus else []
        await self.stage.put(
            [
                change(facet(FIRST, "links", {"links": links}, revision=revision)),
                change(media("RED-42", *shown, revision=revision)),
            ]
        )

    async def stands(self, *blocked: str, state: State = "ready") -> None:
        shut = {"RED-42": {"webshop": blocked}} if blocked else {}
        await verdicts.keep(self.stage.database, {"RED-42": {"webshop": state}}, blocked=shut)

    async def why(self, client: httpx.AsyncClient) -> list[tuple[str, str]]:
        return [(one["where"], one["why"]) for one in (await get(client, "/v1/tasks"))["items"]]

    async def recalled(self, client: httpx.AsyncClient) -> list[str]:
        return [one["why"] for one in await get(client, "/v1/feeds/recalls")]


@pytest.fixture
def fed(stage: Stage) -> Fed:
    return Fed(stage)


async def test_a_copy_of_a_feed_that_would_be_given_otherwise_is_a_task_that_says_why(
    client: httpx.AsyncClient, fed: Fed
) -> None:
    where = "webshop.zip: RED-42"
    await fed.linked("RED-42", revision=5)
    await fed.stands()
    await fed.fetch()
    assert await fed.look() == 0 and await fed.recalled(client) == []
    await fed.linked(revision=6)
    assert await fed.look() == 1 and await fed.look() == 0
    assert await fed.why(client) == [(where, "It was unlinked from RED-42.")]
    assert await fed.recalled(client) == ["no picture of this product any more"]
    await fed.linked("RED-42", revision=7)
    assert await fed.why(client) == [] and await fed.recalled(client) == []
    await fed.stage.put([change(facet(FIRST, "curation", {"fields": {"fits:1:webshop": "rejected"}}, revision=2))])
    assert await fed.look() == 1
    assert await fed.why(client) == [(where, "Somebody said that it does not fit on webshop.")]
    assert await fed.recalled(client) == ["said not to fit there"]
    await fed.stage.put([change(facet(FIRST, "curation", {"fields": {"fits:1:webshop": "confirmed"}}, revision=3))])
    await fed.stands(FIRST)
    assert await fed.look() == 1
    assert await fed.why(client) == [(where, "The rules of webshop do not let it through any more.")]
    assert await fed.recalled(client) == ["blocked there by the rules"]
    await fed.stands(state="blocked")
    assert await fed.why(client) == [] and await fed.look() == 0, "the product lacks something else"
    assert await fed.recalled(client) == ["its product is blocked there by the rules"]
    await fed.fetch()
    assert await fed.recalled(client) == [], "it was judged when it was given; the list is older"


async def test_a_copy_of_a_version_that_was_replaced_is_a_task_until_the_new_one_is_fetched_or_it_is_ticked(
    client: httpx.AsyncClient, fed: Fed
) -> None:
    await fed.linked("RED-42", revision=5)
    await fed.fetch()
    await fed.head(live=2, newest=2)
    assert await fed.look() == 1 and await fed.recalled(client) == ["replaced"]
    ((task,), said) = (await get(client, "/v1/tasks"))["items"], "It was replaced: version 2 is live."
    assert (task["why"], task["version"], task["because"]) == (said, 1, "replaced")
    await fed.head(live=3, newest=3)
    assert await fed.look() == 1, "of the same copy"
    assert await fed.why(client) == [("webshop.zip: RED-42", "It was replaced: version 3 is live.")]
    assert (await client.post(f"/v1/tasks/{task['id']}", json={"done": True}, headers=KEY)).status_code == 202
    assert await fed.look() == 0 and await fed.why(client) == []
    await fed.linked(revision=6)
    assert await fed.look() == 1, "she may have the new one there"
    await fed.linked("RED-42", revision=7)
    await fed.head(live=4, newest=4)
    assert await fed.look() == 1
    await fed.fetch(version=4)
    assert await fed.why(client) == [] and await fed.look() == 0


async def test_who_has_ticked_that_a_copy_is_gone_is_asked_no_more(client: httpx.AsyncClient, fed: Fed) -> None:
    await fed.linked("RED-42", "RED-43", revision=5)
    await fed.fetch()
    await fed.linked("RED-43", revision=6)
    assert await fed.look() == 1
    (task,) = (await get(client, "/v1/tasks"))["items"]
    assert (await client.post(f"/v1/tasks/{task['id']}", json={"done": True}, headers=KEY)).status_code == 202
    await fed.fold()
    await fed.linked("RED-42", "RED-43", revision=7)
    await fed.stands(FIRST)
    assert await fed.look() == 0, "it is not there any more"
    await handed.keep(fed.stage.database, fed.ZIP, [("RED-43", FIRST, 1)], datetime.now(UTC))
    await fed.linked(revision=8)
    both = ("webshop.zip: RED-42, RED-43", "It was unlinked from RED-42, RED-43.")
    assert await fed.look() == 1 and await fed.why(client) == [both], "of one copy that was fetched anew"


async def test_a_product_that_the_pim_removes_unlinks_nothing_of_which_people_must_be_told(
    client: httpx.AsyncClient, fed: Fed
) -> None:
    """At the end of a season that is thousands: the channel's own feed takes them out."""
    await fed.linked("RED-42", revision=5)
    await fed.fetch()
    removed = product("RED-42", "Red", revision=8).model_copy(update={"status": "removed"})
    await fed.stage.put([change(removed)])
    await fed.linked(revision=6)
    assert await fed.look() == 0 and await fed.why(client) == []
    assert await fed.recalled(client) == ["no picture of this product any more"]


async def test_what_does_not_fit_on_a_drops_channel_is_a_task_for_who_took_it_there(
    client: httpx.AsyncClient, fed: Fed
) -> None:
    """Also where the drop is out of the file by now; the drop itself takes it out."""
    await fed.linked("RED-42", revision=5)
    for feed in ("drop.fair", "drop.fair@webshop", "drop.old@operator"):
        whom = Audience(channel="shop/webshop")
        await handed.keep(fed.stage.database, feed, [("RED-42", FIRST, 1)], datetime.now(UTC), whom)
    await fed.stage.put([change(facet(FIRST, "curation", {"fields": {"fits:1:webshop": "rejected"}}, revision=2))])
    no = "Somebody said that it does not fit on webshop."
    copies = ["drop.fair: RED-42", "drop.old: RED-42"]
    assert await fed.look() == 2 and sorted(await fed.why(client)) == [(where, no) for where in copies]
    await fed.stage.put([change(facet(FIRST, "curation", {"fields": {}}, revision=3))])
    assert await fed.why(client) == []
    await fed.stands(FIRST)
    no = "The rules of webshop do not let it through any more."
    assert await fed.look() == 2 and sorted(await fed.why(client)) == [(where, no) for where in copies]
    assert await fed.recalled(client) == []


@pytest.mark.parametrize(("market", "place"), [("de", "webshop/DE"), ("DE-at", "webshop/de_AT")])
async def test_a_market_is_the_same_however_it_is_written(
    client: httpx.AsyncClient, fed: Fed, market: str, place: str
) -> None:
    await fed.linked("RED-42", revision=5)
    given = [("RED-42", FIRST, 1)]
    await handed.keep(fed.stage.database, fed.OWN, given, datetime.now(UTC), Audience(market=market))
    there: dict[str, State] = {"webshop": "ready", place: "blocked"}
    await verdicts.keep(fed.stage.database, {"RED-42": there}, blocked={"RED-42": {place: [FIRST]}})
    assert await fed.recalled(client) == ["blocked there by the rules"]
    await verdicts.keep(fed.stage.database, {"RED-42": there})
    assert await fed.recalled(client) == ["its product is blocked there by the rules"]
    there = {"webshop": "blocked", place: "ready"}
    await verdicts.keep(fed.stage.database, {"RED-42": there}, blocked={"RED-42": {"webshop": [FIRST]}})
    assert await fed.recalled(client) == [], "everybody's verdict is not asked"


async def test_limits_of_what_has_none_are_not_compared(fed: Fed) -> None:
    """Of each picture that was ever given, and is in order: that call is what costs."""
    await fed.linked("RED-42", revision=5)
    await fed.fetch()
    called = """
    CREATE OR REPLACE FUNCTION catalog.shut_out(limits jsonb, market text, channel text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE EXCEPTION 'it was asked'; END $$"""
    with pytest.raises(ZeroDivisionError):  # undone
        async with fed.stage.database.transaction() as connection:
            await connection.execute(called)
            assert await connection.fetchval("SELECT count(*) FROM catalog.stray") == 0
            raise ZeroDivisionError


async def test_what_was_taken_of_a_file_that_became_an_edition_is_a_task_when_the_other_ends(
    client: httpx.AsyncClient, out: Out
) -> None:
    await handed.keep(out.stage.database, "shopify.shopify@anna", [("RED-42", SECOND, 1)], NOON)
    merged = facet(SECOND, "head", {"live": None, "newest": 1, "state": "merged", "merged_into": FIRST}, revision=9)
    await out.stage.put([change(merged)])
    assert await out.look() == 0
    await out.head(available_until=ended())
    assert await out.look() == 1 and await tasks(client) == [("feed", "anna", "shopify.shopify: RED-42")]
    await out.head()
    assert await tasks(client) == [], "its licence was renewed"


async def test_a_task_is_ticked_taken_back_and_arises_again_where_it_is_shown_again(
    client: httpx.AsyncClient, out: Out
) -> None:
    await out.used(NOON, 2)
    await out.head(barred="It is archived: Old.", archived=True, available_until="1970-01-01T00:00:00Z")
    assert await out.look() == 1
    ((task,), why) = (await get(client, "/v1/tasks"))["items"], "It is archived: Old."
    assert task["why"] == why
    said = {"done": True, "note": "Taken off the page"}
    assert (await client.post(f"/v1/tasks/{task['id']}", json=said, headers=KEY)).status_code == 202
    assert await out.look() == 0 and await tasks(client) == []
    (done,) = (await get(client, "/v1/tasks?done=true"))["items"]
    assert (done["done"]["by"], done["done"]["note"]) == ("admin", "Taken off the page")
    assert (await client.post(f"/v1/tasks/{task['id']}", json={"done": False}, headers=KEY)).status_code == 202
    await out.fold()
    assert len(await tasks(client)) == 1
    assert (await client.post(f"/v1/tasks/{task['id']}", json=said, headers=KEY)).status_code == 202
    await out.used(datetime.now(UTC) + timedelta(days=1), 3)
    assert await out.look() == 0, "what will be seen tomorrow would never be done"
    await out.used(datetime.now(UTC), 4)
    assert await out.look() == 1, "a shop shows it again"
    assert len(await tasks(client)) == 1
    await out.head()
    assert await tasks(client) == [], "it may be given again"
    assert (await client.post("/v1/tasks/nothing", json={}, headers=KEY)).status_code == 404


async def test_a_time_that_python_cannot_tell_ends_nobody(out: Out) -> None:
    place = {"place": "https://shop.example.com/p", "channel": "", "seen": "9999-12-31T23:59:59-14:00", "by": "shop"}
    await out.stage.put([change(facet(FIRST, "curation", {"fields": {"used:ab": place}}, revision=2))])
    await out.head(available_until=ended())
    assert await out.look() == 0


async def test_the_tasks_that_wait_are_counted_by_an_index_of_their_own(out: Out) -> None:
    said = "INSERT INTO catalog.fact SELECT 'recall', 'r' || n, 1, {}, '{{}}', now() FROM generate_series({}) n"
    task = "jsonb_build_object('asset', 'none', 'taken', '2026-01-01')"
    async with out.stage.database.transaction() as connection:
        await connection.execute(said.format(f"{task} || '{{\"done\": {{}}}}'", "1, 3000"))
        await connection.execute(said.format(task, "3001, 3003"))
        await connection.execute("ANALYZE catalog.fact")
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {recalls._COUNT}"))
    assert "fact_to_do" in plan, plan
    assert await recalls.waiting(out.stage.database) == 3


async def test_a_purged_files_copies_are_tasks_too(client: httpx.AsyncClient, out: Out) -> None:
    assert (await client.get(f"/v1/assets/{FIRST}/original", headers=KEY)).status_code == 200
    await out.fold()
    await out.head(live=None, state="purged", out=[1])
    assert await out.look() == 1
    (task,) = (await get(client, "/v1/tasks"))["items"]
    assert (task["name"], task["why"]) == ("RED_main.jpg", "It was purged.")


async def test_who_dies_while_telling_tells_the_rest_in_another_life_and_nothing_twice(
    client: httpx.AsyncClient, out: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    assert (await client.get(f"/v1/assets/{FIRST}/original", headers=KEY)).status_code == 200
    await out.fold()
    await out.used(NOON, 2)
    await out.head(available_until=ended())
    steps.kill_at("recall.opened", 1)
    with pytest.raises(Killed):
        await out.look()
    again = Opening(out.stage.database, out.stage.publisher, lambda: True)
    assert await again.turn() == 2, "the view does not know yet what was told"
    assert await again.turn() == 0
    await out.fold()
    assert len(await tasks(client)) == 2
    decided = [one for one in out.stage.said("decisions") if one["entity"].startswith(KIND)]
    assert len(decided) == 3 and len({one["id"] for one in decided}) == 2, "the one that was told twice is the same"


async def test_the_page_lists_them_and_its_head_counts_them(client: httpx.AsyncClient, out: Out) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    assert "Nothing is out" in (await client.get("/tasks")).text
    await out.used(NOON, 2)
    await out.head(available_until=ended())
    assert await out.look() == 1
    page = (await client.get("/tasks")).text
    assert "https://shop.example.com/p" in page and "1 to recall" in page
    assert "1 to recall" in (await client.get("/")).text
    rights = await client.get(f"/rights?asset={FIRST}")
    assert rights.status_code == 200 and "RED_main.jpg" in rights.text
