"""A version that looks nothing like what is live: a person says what it is, once, and may change his mind."""

import json
from datetime import timedelta
from typing import Any

import pytest

from runtime.assets import facet, is_wanted, standing
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.inbox import IngestJob
from schemas.topics import ASSET_METADATA, INGEST_JOBS
from tests.fakes.curation import AT, Curation, decision
from tests.fakes.versions import ingested
from tests.fakes.world import World


async def named(world: World, version: int, hash: str, key: str = "IMG_0001.JPG") -> AssetIngested:
    """A version under a camera's name with that look; the curator has not heard of it."""
    event = await ingested(world, "IMG_0001", version=version, body=hash.encode())
    data = {
        "sha256": event.sha256,
        "bucket": "inbox",
        "key": key,
        "arrived": (AT + timedelta(hours=version)).isoformat(),
    }
    await world.records.write(facet(event, "file", data))
    for name in ("renditions", "links"):
        await world.records.write(facet(event, name, {}))
    await world.records.write(facet(event, "tags", {"hash": hash}))
    return event


async def asked(curation: Curation) -> AssetIngested:
    """A replacement under a camera's counter that looks like another picture: the curator asks."""
    for version, hash in ((1, "0" * 16), (2, "f" * 16)):
        event = await named(curation.world, version, hash)
    await hear_all(curation)
    assert curation.heads(event)[-1] == (1, 2, "waiting")
    return event


async def hear_all(curation: Curation) -> None:
    """What is on the topic and what is said because of it, until nothing new is said."""
    heard = 0
    while heard < len(curation.world.said(ASSET_METADATA, Facet)):
        said = curation.world.said(ASSET_METADATA, Facet)[heard:]
        heard += len(said)
        for one in said:
            await curation.hear(one)


async def answer(curation: Curation, event: AssetIngested, value: str, id: str = "a", **more: Any) -> None:
    await curation.decide(decision(id, f"asset/{event.asset_id}", set={f"version:{event.version}": value}, **more))
    await hear_all(curation)


def jobs(curation: Curation) -> list[IngestJob]:
    return curation.world.said(INGEST_JOBS, IngestJob)


async def head_of(curation: Curation, event: AssetIngested) -> HeadFacet:
    found = await curation.world.facet(event.asset_id, 0, "head")
    assert found is not None
    return HeadFacet.model_validate(found.data)


async def test_a_camera_counter_that_repeats_waits_for_a_person(curation: Curation) -> None:
    event = await asked(curation)
    head = await head_of(curation, event)
    assert (head.asks, head.live) == (2, 1)
    assert "IMG_0001.JPG" in (head.waiting or "")
    assert "discarded" in (head.cure or "")


async def test_replace_makes_it_live(curation: Curation) -> None:
    event = await asked(curation)
    await answer(curation, event, "replace")
    assert curation.heads(event)[-1] == (2, 2, "complete")
    assert jobs(curation) == []


async def test_a_discarded_version_is_wanted_by_nobody(curation: Curation) -> None:
    event = await asked(curation)
    world = curation.world
    assert await is_wanted(world.library, event, await standing(world.library, event.asset_id))
    await answer(curation, event, "discard")
    assert curation.heads(event)[-1] == (1, 1, "complete")
    assert not await is_wanted(world.library, event, await standing(world.library, event.asset_id))
    first = event.model_copy(update={"version": 1})
    assert await is_wanted(world.library, first, await standing(world.library, event.asset_id))
    assert jobs(curation) == []


async def test_a_separate_picture_is_ingests_to_make(curation: Curation) -> None:
    event = await asked(curation)
    await answer(curation, event, "separate")
    assert curation.heads(event)[-1] == (1, 1, "complete")
    assert {(job.bucket, job.key, job.task, job.separate) for job in jobs(curation)} == {
        ("inbox", "IMG_0001.JPG", "look", 2)
    }
    assert len({event.id for event in curation.world.events(INGEST_JOBS)}) == 1
    (record,) = [r for log in curation.world.broker.logs.values() for r in log if r.topic == INGEST_JOBS.name][:1]
    assert record.key == b"inbox/IMG_0001"


async def test_a_mind_is_changed_until_it_is_live(curation: Curation) -> None:
    event = await asked(curation)
    await answer(curation, event, "discard")
    await answer(curation, event, "replace", "b")
    assert curation.heads(event)[-1] == (2, 2, "complete")
    await answer(curation, event, "discard", "c")
    assert curation.heads(event)[-1] == (2, 2, "complete")
    found = await curation.world.facet(event.asset_id, 0, "curation")
    assert found is not None
    assert [one["cause"] for one in found.data["refused"]] == ["version 2 is live by now"]


@pytest.mark.parametrize(
    ("set", "on_version", "cause"),
    [
        ({"version:2": "replace"}, 1, "version:2 was decided while looking at version 1"),
        ({"version:1": "discard"}, None, "version 1 is live by now"),
        ({"version:3": "discard"}, None, "nobody is asked about version 3"),
    ],
)
async def test_an_answer_counts_for_its_version(
    curation: Curation, set: dict[str, str], on_version: int | None, cause: str
) -> None:
    event = await asked(curation)
    before = curation.heads(event)
    await curation.decide(decision("a", f"asset/{event.asset_id}", set=set, on_version=on_version))
    await hear_all(curation)
    found = await curation.world.facet(event.asset_id, 0, "curation")
    assert found is not None
    assert (found.data["fields"], [one["cause"] for one in found.data["refused"]]) == ({}, [cause])
    assert curation.heads(event) == before


async def test_a_question_is_asked_again_by_nobody_who_was_born_later(curation: Curation) -> None:
    event = await asked(curation)
    await answer(curation, event, "discard")
    curation.born()
    await hear_all(curation)
    assert curation.heads(event)[-1] == (1, 1, "complete")


async def test_every_version_change_is_history_once(curation: Curation) -> None:
    event = await asked(curation)
    await answer(curation, event, "replace")
    world = curation.world
    kept = {i.key: await world.library.get(i.key) for i in await world.library.listing("history/asset/")}
    told = [json.loads(found.body).get("event") for found in kept.values() if found]
    changes = [f"Version {number} {what}" for number in (1, 2) for what in ("arrived", "went live")]
    assert sorted(one for one in told if one) == changes
    assert sum("-decision-" in key for key in kept) == 1
    curation.born()
    await hear_all(curation)
    assert {i.key for i in await world.library.listing("history/")} == set(kept)
