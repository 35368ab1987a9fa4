"""What a worker says of an asset: our own failure takes back nothing that was done."""

from runtime.assets import facet, failed
from tests.fakes.versions import ingested
from tests.fakes.world import World


async def test_a_failure_over_done_work_changes_nothing() -> None:
    world = World()
    event = await ingested(world)
    done = await world.records.write(facet(event, "tags", {"labels": []}))
    said = await world.records.write(failed(event, "tags", RuntimeError("late")))
    assert said == done
    assert await world.facet(event.asset_id, 1, "tags") == done


async def test_a_failure_is_told_where_nothing_was_done() -> None:
    world = World()
    event = await ingested(world)
    await world.records.write(facet(event, "tags", {}, status="refused", cause="x", cure="y"))
    said = await world.records.write(failed(event, "tags", RuntimeError("late")))
    assert (said.status, said.revision) == ("failed", 2)
