"""The view: any order of the same records gives the same rows, and a rebuilt view equals the live one."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.bundling import LEAST
from runtime.database import Database
from runtime.deadletter import DeadLetters
from services.catalog import dump, rebuild
from services.catalog.ddl import GROUP, SCHEMA, ddl
from tests.integration.catalog_stage import (
    ASSETS,
    Stage,
    change,
    delivery,
    facet,
    fact,
    following,
    media,
    picture,
    product,
    sample,
    staged,
    tombstone,
    until,
)

pytestmark = pytest.mark.broker


@pytest.fixture
async def stage(postgres: str) -> AsyncIterator[Stage]:
    async with staged(postgres) as made:
        yield made


def story() -> list[object]:
    """Records with several revisions of the same keys, and everything that follows from them."""
    told: list[object] = []
    for number, asset in enumerate(ASSETS[:3]):
        told += picture(asset, f"a/{number}.jpg", sku=f"SKU-{number % 2}")
        told.append(facet(asset, "tags", {"labels": [{"label": f"second-{number}", "confidence": 0.5}]}, revision=2))
        told.append(facet(asset, "file", {"key": f"a/{number}.jpg"}, version=2))
    told.append(facet(ASSETS[0], "curation", {"fields": {"link:SKU-1": "linked"}}))
    told.append(facet(ASSETS[0], "curation", {"fields": {"link:SKU-1": "rejected", "tag:x": "confirmed"}}, revision=2))
    told += [product("SKU-0", "First name"), product("SKU-0", "Second name", revision=2), product("SKU-1", "Other")]
    told += [
        media("SKU-0", ASSETS[0]),
        media("SKU-0", ASSETS[2], ASSETS[0], revision=2),
        fact("rule", "r"),
        fact("rule", "r", 2),
        delivery("SKU-0"),
        delivery("SKU-0", "failed", 2, cause="No such attribute.", cure="Mend the mapping."),
    ]
    return told


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), doubled=st.integers(0, 20), batch=st.integers(1, 40))
def test_any_order_of_the_same_records_gives_the_same_dump(postgres: str, seed: int, doubled: int, batch: int) -> None:
    async def filled(records: list[object], size: int) -> str:
        async with staged(postgres) as stage:
            for start in range(0, len(records), size):
                await stage.put([change(r) for r in records[start : start + size]])  # type: ignore[arg-type]
            return await dump.text(stage.database)

    chance = random.Random(seed)
    told = story()
    shuffled = [*told, *chance.choices(told, k=doubled)]
    chance.shuffle(shuffled)
    in_order = asyncio.run(filled(told, 1000))
    assert "Second name" in in_order
    assert "First name" not in in_order
    assert asyncio.run(filled(shuffled, batch)) == in_order


async def test_a_record_never_goes_back(stage: Stage) -> None:
    await stage.put([change(facet(ASSETS[0], "file", {"key": "new.jpg"}, revision=3))])
    await stage.put([change(facet(ASSETS[0], "file", {"key": "old.jpg"}, revision=2))])
    assert "new.jpg" in await dump.text(stage.database)


async def test_tombstones_take_everything_with_them(stage: Stage) -> None:
    told = picture(ASSETS[0], "a.jpg", sku="A")
    await stage.put([change(one) for one in told])
    await stage.put([tombstone(one) for one in told])
    assert await dump.text(stage.database) == ""


async def test_what_comes_after_a_tombstone_in_the_same_batch_counts(stage: Stage) -> None:
    one = facet(ASSETS[0], "file", {"key": "a.jpg"}, revision=5)
    again = facet(ASSETS[0], "file", {"key": "b.jpg"}, revision=1)
    await stage.put([change(one), tombstone(one), change(again)])
    assert "b.jpg" in await dump.text(stage.database)


async def test_a_products_new_name_is_found_on_its_pictures(stage: Stage) -> None:
    await stage.put([change(one) for one in picture(ASSETS[0], "a.jpg", sku="A")])
    await stage.put([change(product("A", "Trainer"))])
    assert "trainer" in await dump.text(stage.database)
    await stage.put([change(product("A", "Runner", revision=2))])
    assert "trainer" not in (await dump.text(stage.database)).lower()
    await stage.put([tombstone(product("A", "Runner"))])
    assert "runner" not in await dump.text(stage.database)


async def test_rebuilt_from_the_topic_or_the_bucket_equals_live(stage: Stage) -> None:
    await sample(stage)
    live = stage.projection()
    async with following(live):
        await stage.caught_up(live)
    as_it_was = await dump.text(stage.database)
    assert "cut off" in as_it_was
    assert ASSETS[5] not in as_it_was
    assert len([key for key in await stage.library.listing("products/") if "LISTED" in key.key]) == 1

    ends = await rebuild.ends_of(stage.member("probe"))
    assert ends == stage.ends()
    dead = DeadLetters(stage.publisher, GROUP)
    await rebuild.from_topic(stage.database, stage.member("rebuild"), ends, dead)
    assert await dump.text(stage.database) == as_it_was

    count = await rebuild.from_bucket(stage.database, stage.library, await stage.member("x").logs(), ends)
    assert count > 20 + LEAST
    assert await dump.text(stage.database) == as_it_was


async def test_after_a_rebuild_from_the_bucket_the_topics_are_followed_from_there(stage: Stage) -> None:
    await sample(stage)
    ends = await rebuild.ends_of(stage.member("probe"))
    await stage.say(product("LATE", "Told after the ends were noted"))
    await rebuild.from_bucket(stage.database, stage.library, await stage.member("x").logs(), ends)
    await stage.say(product("LATER", "Told after the rebuild"))
    live = stage.projection()
    async with following(live):
        await stage.caught_up(live)
    text = await dump.text(stage.database)
    assert '"sku": "LATE"' in text
    assert '"sku": "LATER"' in text


@pytest.mark.timeout(90)
async def test_an_emptied_database_fills_itself_while_nothing_happens(stage: Stage) -> None:
    await sample(stage)
    live = stage.projection()
    async with following(live):
        await stage.caught_up(live)
        before = await dump.text(stage.database)
        await rebuild.empty(stage.database)
        assert await dump.text(stage.database) != before
        await until(lambda: _same(stage, before), seconds=30)


async def _same(stage: Stage, text: str) -> bool:
    return await dump.text(stage.database) == text


async def test_another_ddl_makes_the_view_anew(stage: Stage, postgres: str) -> None:
    database = Database(postgres)
    try:
        await stage.put([change(product("A", "A"))])
        assert not await database.make(SCHEMA, ddl())
        assert await dump.text(database) != ""
        assert await database.make(SCHEMA, ddl() + "-- changed")
        assert await dump.text(database) == ""
    finally:
        await database.close()
