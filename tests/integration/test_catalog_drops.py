"""What is dropped outside: only what differs, gone on with after every end, and out again when it must go."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runtime import metrics
from runtime.outage import Unavailable
from schemas.product import ProductMedia
from services.catalog.channels.load import load_channels
from services.catalog.drops import pushing as pushing_of
from services.catalog.drops import turn
from services.catalog.drops.model import Drop, ToS3
from services.catalog.drops.pushing import Pushing
from services.catalog.drops.standing import Standing, standings
from services.catalog.feeds import runs
from services.catalog.feeds.refilled import Refilled
from services.catalog.queries import handed
from tests.fakes.places import Shelf
from tests.fakes.steps import Killed, Steps, install
from tests.integration.catalog_client import FIRST, SECOND
from tests.integration.catalog_stage import Stage, change, facet, media
from tests.integration.test_catalog_feeds import fit

pytestmark = pytest.mark.broker
FEED = "drop.shop"
OUT = ToS3(url="https://out.example.com", bucket="b", access_key="env:A", secret_key="env:B")
FILES = {"RED-42_main_01.jpg": b"bytes", "RED-42_back_01.jpg": b"bytes"}


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def ready(stage: Stage) -> Stage:
    """RED-42 has two pictures that fit everywhere."""
    await stage.put([change(media("RED-42", FIRST, SECOND, revision=5))])
    for asset in (FIRST, SECOND):
        await fit(stage, asset, revision=5)
    return stage


Life = Callable[..., tuple[Pushing, Standing]]


@pytest.fixture
def life(ready: Stage, shelf: Shelf, tmp_path: Path) -> Life:
    """A process of the catalogue, as often as one is started."""

    def made(format: str = "zip", market: str = "", keeps: bool | None = None, **more: Any) -> tuple[Pushing, Standing]:
        drop = Drop(name="shop", channel="shopify", format=format, market=market, keeps=keeps, every=600, s3=OUT)
        known = standings([drop])
        pushing = Pushing(
            *(ready.database, ready.library, load_channels(), known, {"shop": shelf}, tmp_path),
            "https://media.example.com",
            **more,
        )
        return pushing, known["shop"]

    return made


async def once(life: Life, **more: Any) -> Standing:
    pushing, standing = life(**more)
    await pushing.step(standing)
    return standing


async def last(stage: Stage) -> dict[str, list[list[object]]]:
    run = await runs.newest(stage.library, FEED)
    given = await runs.given(stage.library, FEED, run.id) if run else None
    return {sku: one.pictures for sku, one in (given or {}).items()}


async def test_only_what_differs_is_put_and_each_run_says_what_lies_there(
    ready: Stage, shelf: Shelf, life: Life
) -> None:
    await once(life)
    assert shelf.files == FILES
    assert [one[:2] for one in (await last(ready))["RED-42"]] == [[FIRST, 1], [SECOND, 1]]
    await once(life)
    assert len(shelf.log) == 1 and len(await runs.runs(ready.library, FEED, 9)) == 1
    await fit(ready, SECOND, revision=6, recipe="r2")
    await once(life)
    assert shelf.log[1:] == [("put", ("RED-42_back_01.jpg",))]
    assert len(await runs.runs(ready.library, FEED, 9)) == 2


async def test_what_was_withdrawn_is_taken_out_at_once_and_that_is_recorded(
    ready: Stage, shelf: Shelf, life: Life
) -> None:
    pushing, standing = life()
    await pushing.step(standing)
    assert await pushing.step(standing) is None, "it is not due"
    await ready.put([change(facet(SECOND, "head", {"live": None, "newest": 1, "state": "withdrawn"}, revision=9))])
    assert await pushing.step(standing) is not None, "what must go does not wait until it is"
    assert shelf.files.keys() == {"RED-42_main_01.jpg"} and shelf.log[-1] == ("remove", ("RED-42_back_01.jpg",))
    assert [one[0] for one in (await last(ready))["RED-42"]] == [FIRST]


async def limited(stage: Stage, asset: str, *markets: str) -> None:
    licence = {"licence": {"markets": list(markets)}}
    head = {"live": 1, "newest": 1, "state": "complete", "limits": {"markets": list(markets)}}
    said = (facet(asset, "curation", {"fields": licence}, revision=9), facet(asset, "head", head, revision=9))
    await stage.put([change(one) for one in said])


async def test_what_is_for_other_markets_from_now_on_is_taken_out_at_once(
    ready: Stage, shelf: Shelf, life: Life
) -> None:
    pushing, standing = life(market="de")
    await limited(ready, FIRST, "de", "at")
    await pushing.step(standing)
    assert shelf.files == FILES and await pushing.step(standing) is None
    await limited(ready, SECOND, "AT")
    assert await pushing.step(standing) is not None
    assert shelf.files.keys() == {"RED-42_main_01.jpg"} and shelf.log[-1] == ("remove", ("RED-42_back_01.jpg",))


async def test_what_was_unlinked_is_taken_out_at_once(ready: Stage, shelf: Shelf, life: Life) -> None:
    pushing, standing = life()
    await pushing.step(standing)
    now = media("RED-42", FIRST, revision=9).model_copy(update={"written": datetime.now(UTC)})
    await ready.put([change(now)])
    assert await pushing.step(standing) is not None
    assert shelf.files.keys() == {"RED-42_main_01.jpg"}


async def test_what_must_go_waits_for_no_judgement(
    ready: Stage, shelf: Shelf, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(*_: Any) -> None:
        raise LookupError("no rules today")

    await once(life)
    await ready.put([change(facet(SECOND, "head", {"live": None, "newest": 1, "state": "withdrawn"}, revision=9))])
    monkeypatch.setattr(pushing_of, "wanted", none)
    assert (await once(life)).cause == "no rules today"
    assert shelf.files.keys() == {"RED-42_main_01.jpg"}
    assert [one[0] for one in (await last(ready))["RED-42"]] == [FIRST]


async def test_nothing_more_is_put_while_something_must_go(
    ready: Stage, shelf: Shelf, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await once(life)
    monkeypatch.setattr(turn, "MOST_FILES", 1)
    await fit(ready, FIRST, revision=6, recipe="r2")
    await fit(ready, SECOND, revision=6, recipe="r2")
    put = shelf.put

    async def meanwhile(*told: Any) -> None:
        await put(*told)
        gone = facet(SECOND, "head", {"live": None, "newest": 1, "state": "withdrawn"}, revision=9)
        await ready.put([change(gone)])

    monkeypatch.setattr(shelf, "put", meanwhile)
    await once(life)
    await once(life)
    assert shelf.log[1:] == [("put", ("RED-42_main_01.jpg",)), ("remove", ("RED-42_back_01.jpg",))]


async def test_a_place_that_is_away_is_tried_ever_more_seldom_and_gone_on_with(
    ready: Stage, shelf: Shelf, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "MOST_FILES", 1)
    shelf.refuses, shelf.after = "No space left.", 1
    waits: list[int] = []

    def wait(failures: int) -> float:
        waits.append(failures)
        return 0.0

    pushing, standing = life(wait=wait)
    for _ in range(3):
        await pushing.step(standing)
    assert waits == [1, 2, 3] and standing.cause == "No space left." and standing.failing_since
    failing = partial(metrics.REGISTRY.get_sample_value, "packshot_drop_failing_seconds", {"drop": "shop"})
    assert (failing() or 0) > 0
    assert len(shelf.files) == 1 and len((await last(ready))["RED-42"]) == 1, "what was reached is known"
    shelf.refuses = ""
    await once(life)
    assert shelf.files == FILES and len(shelf.log) == 2, "the rest alone is put"
    assert failing() == 0


@pytest.mark.parametrize("name", ["drop.begun", "drop.put", "drop.kept", "drop.removed"])
async def test_killed_at_every_step_it_ends_as_it_shall_be(
    ready: Stage, shelf: Shelf, life: Life, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    if name == "drop.removed":
        await once(life)
    else:
        steps.kill_at(name, 1)
        with pytest.raises(Killed):
            await once(life)
    if name == "drop.removed":
        steps.kill_at(name, 1)
    # What was put in that life and is not wanted any more goes, though no run tells of it.
    await ready.put([change(media("RED-42", FIRST, revision=9))])
    if name == "drop.removed":
        with pytest.raises(Killed):
            await once(life)
    await once(life)
    assert shelf.files.keys() == {"RED-42_main_01.jpg"}
    assert [one[0] for one in (await last(ready))["RED-42"]] == [FIRST]
    stored = await ready.library.get(f"drops/{FEED}.json")
    assert stored is not None and json.loads(stored.body) == []


async def test_a_list_is_put_again_when_anything_in_it_differs(ready: Stage, shelf: Shelf, life: Life) -> None:
    await once(life, format="google")
    assert shelf.files["shop.tsv"].startswith(b"id\timage_link")
    await once(life, format="google")
    assert len(shelf.log) == 1
    await fit(ready, FIRST, revision=6, recipe="r2")
    await once(life, format="google")
    assert len(shelf.log) == 2
    empty: ProductMedia = media("RED-42", revision=9)
    await ready.put([change(empty)])
    await once(life, format="google")
    assert shelf.files["shop.tsv"].count(b"\n") == 1, "the heading alone"


async def test_where_used_is_known_again_in_a_view_that_was_made_anew(ready: Stage, life: Life) -> None:
    await once(life)
    async with ready.database.transaction() as connection:
        await connection.execute("DELETE FROM catalog.handed")
    refilled = Refilled(ready.database, ready.library)
    await refilled.step()
    async with ready.database.reading() as connection:
        rows = await connection.fetch("SELECT asset_id FROM catalog.handed WHERE feed = $1 ORDER BY 1", FEED)
    assert [row["asset_id"] for row in rows] == sorted([FIRST, SECOND])


async def test_what_the_taker_has_taken_stays_with_it_though_it_was_taken_out(ready: Stage, life: Life) -> None:
    await once(life)
    await ready.put([change(media("RED-42", FIRST, revision=9))])
    await once(life)
    async with ready.database.reading() as connection:
        rows = await connection.fetch("SELECT feed, asset_id FROM catalog.handed ORDER BY feed, asset_id")
    assert [tuple(row) for row in rows] == [(FEED, FIRST), (f"{FEED}@shopify", FIRST), (f"{FEED}@shopify", SECOND)]


async def test_what_a_drop_put_that_is_no_more_is_with_who_runs_us(ready: Stage, life: Life) -> None:
    await once(life, keeps=False)
    for known, feeds in ([], {f"{FEED}@operator"}), ([], {f"{FEED}@operator"}), ([FEED], set()):
        await handed.left(ready.database, known)
        async with ready.database.reading() as connection:
            rows = await connection.fetch("SELECT DISTINCT feed FROM catalog.handed")
        assert {row["feed"] for row in rows} == feeds


async def test_our_own_error_with_one_drop_ends_nothing_and_an_outage_is_none_of_its(
    ready: Stage, shelf: Shelf, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("a slip")

    pushing, standing = life(wait=lambda _: 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(shelf, "put", broken)
        assert await pushing.step(standing) is None and "a slip" in standing.cause
    ready.library.down = True
    with pytest.raises(Unavailable):
        await pushing.step(standing)
    ready.library.down = False
    assert await pushing.step(standing) is not None and shelf.files == FILES and standing.cause == ""


async def test_who_is_not_the_one_that_puts_does_nothing(shelf: Shelf, life: Life) -> None:
    await once(life, may=lambda: False)
    assert shelf.log == []


async def test_the_api_says_how_it_stands_and_no_key(client: Any, app: Any, shelf: Shelf, life: Life) -> None:
    shelf.refuses = "away"
    pushing, standing = life()
    await pushing.step(standing)
    app.state.deps = replace(app.state.deps, drops={"shop": standing})
    headers = {"Authorization": "Bearer secret"}
    (told,) = (await client.get("/v1/handovers", headers=headers)).json()
    assert (told["place"], told["cause"]) == ("https://out.example.com/b/", "away")
    assert (await client.get("/v1/handovers/shop/runs", headers=headers)).status_code == 200
    assert (await client.get("/v1/handovers/none/runs", headers=headers)).status_code == 404
