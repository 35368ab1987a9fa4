"""The curator: heads from facets, facts from decisions; it may forget all at any time."""

import json
import re
from datetime import timedelta

import pytest

from runtime import fence, metrics
from runtime.assets import facet
from runtime.deliver import until_current
from schemas.asset import AssetIngested
from schemas.decision import Fact
from schemas.facet import Facet
from schemas.topics import ASSET_INGESTED, ASSET_METADATA, FACTS
from services.curator import handler as module
from services.curator.handler import Curator
from tests.fakes.curation import AT, WAVE, Curation, decision
from tests.fakes.steps import Steps, install
from tests.fakes.versions import ingested
from tests.fakes.world import World, without_clocks


async def test_the_time_from_put_to_ready_is_counted_once(curation: Curation) -> None:
    def counted() -> float:
        return metrics.REGISTRY.get_sample_value("packshot_put_to_ready_seconds_count", {"stage": "ready"}) or 0.0

    event, before = await ingested(curation.world), counted()
    stored = await curation.world.facet(event.asset_id, 1, "file")
    assert stored is not None
    await curation.hear(stored)
    for name in WAVE[1:]:
        await curation.learn(event, name)
    assert counted() == before + 1
    await curation.learn(event, "links", owes=["more"])
    assert counted() == before + 1


async def test_a_first_version_goes_live_when_ready(curation: Curation) -> None:
    event = await ingested(curation.world)
    for name in WAVE:
        await curation.learn(event, name)
    assert curation.heads(event) == [(1, 1, "complete")]
    archived = await curation.world.facet(event.asset_id, 0, "head")
    assert archived is not None
    assert curation.world.last()[archived.key] == archived


async def test_a_successor_waits_for_its_renditions(curation: Curation) -> None:
    event = await ingested(curation.world)
    for name in WAVE:
        await curation.learn(event, name)
    after = await ingested(curation.world, version=2, body=b"new")
    for name in WAVE:
        await curation.learn(after, name, owes=["avif"] if name == "renditions" else [])
    assert curation.heads(event)[-1] == (1, 2, "ready")
    await curation.learn(after, "renditions")
    assert curation.heads(event)[-1] == (2, 2, "complete")


async def test_a_refused_successor_keeps_the_old_one_live(curation: Curation) -> None:
    event = await ingested(curation.world)
    for name in WAVE:
        await curation.learn(event, name)
    after = await ingested(curation.world, version=2, body=b"new")
    await curation.learn(after, "renditions", status="refused", cause="Cut off.")
    assert curation.heads(event)[-1] == (1, 2, "refused")


async def test_what_changes_nothing_is_not_said(curation: Curation) -> None:
    event = await ingested(curation.world)
    for name in (*WAVE, *WAVE):
        await curation.learn(event, name)
    assert len(curation.heads(event)) == 1
    await curation.learn(event, "renditions.first")
    assert len(curation.heads(event)) == 1


async def test_its_own_facets_are_no_news(curation: Curation) -> None:
    event = await ingested(curation.world)
    await curation.learn(event, "file")
    before = len(curation.world.said(ASSET_METADATA, Facet))
    for said in curation.world.said(ASSET_METADATA, Facet):
        if said.facet == "head":
            await curation.hear(said)
    assert len(curation.world.said(ASSET_METADATA, Facet)) == before


@pytest.mark.parametrize("how", ["born again", "partitions moved", "pushed out by others"])
async def test_what_was_forgotten_is_read_from_the_archive(
    curation: Curation, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, other = await ingested(curation.world, "one"), await ingested(curation.world, "other")
    for name in WAVE[:-1]:
        await curation.learn(event, name)
    if how == "born again":
        curation.born()
    elif how == "partitions moved":
        curation.curator.forget()
    else:
        monkeypatch.setattr(module, "KNOWN", 1)
        await curation.learn(other, "file")
    await curation.learn(event, "links")
    assert curation.heads(event)[-1] == (1, 1, "complete")
    after = await ingested(curation.world, "one", version=2, body=b"new")
    curation.curator.forget()
    await curation.learn(after, "tags")
    assert curation.heads(event)[-1] == (1, 2, "working")


async def test_a_facet_that_is_read_again_does_not_undo_a_later_one(curation: Curation) -> None:
    """Its group's offset went back; the archive is ahead."""
    event = await ingested(curation.world)
    await curation.learn(event, "tags", status="failed", cause="Ours.")
    failed = curation.world.said(ASSET_METADATA, Facet)[-2]
    assert (failed.facet, failed.status) == ("tags", "failed")
    for name in WAVE:
        await curation.learn(event, name)
    curation.curator.forget()
    await curation.hear(failed)
    assert curation.heads(event)[-1] == (1, 1, "complete")
    assert (1, 1, "failed") not in curation.heads(event)


async def test_a_zombie_does_not_take_the_head_back(curation: Curation) -> None:
    """It knows one version, is suspended, another curator makes a second one live, and it goes on with what it had."""
    event = await ingested(curation.world)
    for name in WAVE[:-1]:
        await curation.learn(event, name)
    zombie = Curator(curation.world.library)
    links = await curation.world.records.write(facet(event, "links", {}))
    await curation.world.say(zombie.facet(links))
    assert curation.heads(event)[-1] == (1, 1, "complete")
    curation.born()
    after = await ingested(curation.world, version=2, body=b"new")
    for name in WAVE:
        await curation.learn(after, name)
    assert curation.heads(event)[-1] == (2, 2, "complete")
    late = await curation.world.records.write(facet(event, "tags", {"again": True}, status="failed", cause="Ours."))
    await until_current(lambda: curation.world.say(zombie.facet(late)))
    await until_current(lambda: curation.world.say(zombie.facet(late)))
    assert curation.heads(event)[-1] == (2, 2, "complete")
    assert curation.world.last()[f"{event.asset_id}/head"].data["live"] == 2


async def test_a_zombie_forgets_what_it_knew_where_the_head_tells_of_nobody(
    curation: Curation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tags failed and were made again while it was out; the head is what it was before."""
    event = await ingested(curation.world)
    for name in WAVE:
        await curation.learn(event, name)
    failed = await curation.world.records.write(facet(event, "tags", {}, status="failed", cause="Ours."))
    await curation.world.records.write(facet(event, "tags", {"again": True}))
    later = fence.clock() + 60
    monkeypatch.setattr(fence, "clock", lambda: later)
    await curation.hear(failed)
    assert curation.heads(event)[-1] == (1, 1, "complete")
    assert (1, 1, "failed") not in curation.heads(event)


async def test_decisions_about_an_asset_are_its_curation(curation: Curation) -> None:
    event = await ingested(curation.world)
    entity = f"asset/{event.asset_id}"
    await curation.decide(decision("1", entity, set={"link:TRAINER-RED": "confirmed", "title": "Trainer"}))
    await curation.decide(decision("2", entity, clear=["title"]))
    found = await curation.world.facet(event.asset_id, 0, "curation")
    assert found is not None
    assert found.data == {
            "fields": {"link:TRAINER-RED": "confirmed"}, "framed_on": {}, "decisions": ["1", "2"], "refused": [],
        }  # fmt: skip
    assert curation.world.last()[found.key] == found


async def test_decisions_about_other_things_are_facts(curation: Curation) -> None:
    await curation.decide(decision("1", set={"main": "a"}))
    await curation.decide(decision("2", set={"main": "b"}, expects={"main": None}))
    fact = curation.world.said(FACTS, Fact)[-1]
    assert (fact.key, fact.fields, fact.revision) == ("product/TRAINER-RED", {"main": "a"}, 2)
    assert fact.refused[0]["cause"] == "main is 'a' by now"
    stored = await curation.world.library.get("facts/product/TRAINER-RED.json")
    assert stored is not None
    assert Fact.model_validate_json(stored.body) == fact


async def test_the_same_decision_again_is_the_same_record(curation: Curation) -> None:
    for _ in range(3):
        await curation.decide(decision("1", set={"main": "a"}))
    assert [fact.revision for fact in curation.world.said(FACTS, Fact)] == [1, 1, 1]
    assert len({event.id for event in curation.world.events(FACTS)}) == 1


async def test_history_is_never_rewritten(curation: Curation) -> None:
    first = decision("1", set={"main": "a"})
    await curation.decide(first)
    await curation.decide(first.model_copy(update={"set": {"main": "forged"}}))
    await curation.decide(decision("2", set={"main": "b"}, at=AT + timedelta(seconds=1)))
    paths = [info.key for info in await curation.world.library.listing("history/product/TRAINER-RED/")]
    assert len(paths) == 2
    kept = await curation.world.library.get(paths[0])
    assert kept is not None
    assert json.loads(kept.body)["set"] == {"main": "a"}
    assert len(await curation.world.library.versions(paths[0])) == 1


async def test_a_decision_said_again_later_is_one_object(curation: Curation) -> None:
    """An Idempotency-Key gives one id; the time is each request's own."""
    for kind in ("product/A", f"asset/{(await ingested(curation.world)).asset_id}"):
        await curation.decide(decision("1", kind, set={"a": "b"}))
        await curation.decide(decision("1", kind, set={"a": "b"}, at=AT + timedelta(minutes=1)))
        assert len(await curation.world.library.listing(f"history/{kind}/")) == 1


STEPS = ["curator.judged", "curator.remembered", "records.archived", "records.published"]


async def story(curation: Curation, steps: Steps, arm: tuple[str, int] | None = None) -> None:
    """Two versions and two decisions."""
    one = await ingested(curation.world)
    two = await ingested(curation.world, version=2, body=b"new")
    for event in (one, two):
        for name in WAVE:
            await curation.world.records.write(facet(event, name, {}))
    heard = curation.world.said(ASSET_METADATA, Facet)
    if arm:
        steps.kill_at(*arm)
    else:
        steps.reached.clear()
    for said in heard:
        await curation.hear(said)
    for id, entity in (("1", f"asset/{one.asset_id}"), ("2", "product/A"), ("3", "product/A")):
        await curation.decide(decision(id, entity, set={"n": id}))


async def timeless(world: World) -> list[str]:
    """Names of all objects, without the times in them: two worlds have two clocks."""
    return sorted(re.sub(r"/2[^/]*(-version-|-decision-)", r"/\1", i.key) for i in await world.library.listing(""))


@pytest.mark.parametrize("at", STEPS)
async def test_killed_at_every_step(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    quiet = Curation(World())
    await story(quiet, steps)
    assert set(steps.reached) == set(STEPS)
    for time in range(1, steps.reached.count(at) + 1):
        life = Curation(World())
        await story(life, steps, (at, time))
        assert steps.killed
        last, peace = life.world.last(), quiet.world.last()
        assert without_clocks({k: f.data for k, f in last.items()}) == without_clocks(
            {k: f.data for k, f in peace.items()}
        )
        assert {fact.key: fact.fields for fact in life.world.said(FACTS, Fact)} == {"product/A": {"n": "3"}}
        assert await timeless(life.world) == await timeless(quiet.world)


@pytest.mark.parametrize(
    ("fields", "again"),
    [({"crop:card": {"width": 0.5}}, 1), ({"focal": {"x": 0.1, "y": 0.2}}, 1), ({"tag:red": "confirmed"}, 0)],
)
async def test_a_changed_crop_reaches_render_as_new_work(
    curation: Curation, fields: dict[str, object], again: int
) -> None:
    event = await ingested(curation.world)
    for name in WAVE[1:]:
        await curation.learn(event, name)
    for _ in range(2):
        await curation.decide(decision("d1", f"asset/{event.asset_id}", set=fields))
    records = [json.loads(r.value or b"{}") for r in curation.world.broker.records(ASSET_INGESTED.name)]
    assert len(records) == 2 * again and len({r["id"] for r in records}) == again
    assert all(AssetIngested.model_validate(r["data"]).sha256 == event.sha256 for r in records)


async def test_what_was_forgotten_in_the_middle_is_read_again() -> None:
    """Partitions moved while a head was being written: no error, and nothing of before is remembered."""
    world = World()
    event, curation = await ingested(world), Curation(world)
    said = [await world.records.write(facet(event, name, {})) for name in WAVE[1:]]
    async for draft in curation.curator.facet(said[-1]):
        curation.curator.forget()
        await world.emit(draft)
        curation.curator.forget()
    assert event.asset_id not in curation.curator._assets
    assert curation.heads(event) == [(1, 1, "complete")]
