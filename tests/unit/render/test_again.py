"""Said again, by two at once or for the same bytes: nothing is made twice, and nothing older goes over the newer."""

import itertools
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from runtime.deliver import until_current
from runtime.fence import LEASE_S, Outdated
from runtime.refusal import Refused
from schemas.rendition import FIRST
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.unit.render.rendering import Render, changed


@pytest.fixture
def render(tmp_path: Path) -> Render:
    return Render(World(), tmp_path)


async def test_who_was_out_puts_nothing_older_over_the_newer(render: Render) -> None:
    event = await ingested(render.world)
    zombie = render.saying(event)
    await render.world.emit(await zombie.asend(None))  # and is suspended
    render.presets = changed(quality=50)
    await render.job(event)
    made = await render.renditions(event)
    with pytest.raises(Outdated):
        await render.world.say(zombie)
    assert await render.renditions(event) == made
    assert render.told(event)[-1] == ("renditions", "done", 1)


async def test_who_was_out_refuses_nothing_that_others_have_made(render: Render) -> None:
    event = await ingested(render.world)
    render.renderer.fault = ("zoom", Refused("Cut off.", "Send it again."))
    zombie = render.saying(event)
    await render.world.emit(await zombie.asend(None))
    refusal = await zombie.asend(None)
    render.renderer.fault = None
    await render.job(event)
    with pytest.raises(Outdated):
        await render.world.emit(refusal)
    assert (await render.facet(event)).status == "done"


async def test_what_took_long_is_looked_at_once_more_and_not_made_twice(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may have looked meanwhile, found all as it should be, and written nothing."""
    slow = itertools.count(1000.0, LEASE_S + 1)
    monkeypatch.setattr(time, "clock_gettime", lambda _: next(slow))
    event = await ingested(render.world)
    await until_current(partial(render.job, event))
    assert Counter(render.renderer.made) == {"thumb": 1, "card": 1, "zoom": 1}
    assert render.told(event) == [(FIRST, "done", 1), ("renditions", "done", 1)] * 2


async def test_a_twins_renditions_are_used_again(render: Render) -> None:
    one, other = await ingested(render.world, "one"), await ingested(render.world, "other")
    await render.job(one)
    await render.job(other)
    assert len(render.renderer.made) == 3
    assert (await render.renditions(other)).renditions == (await render.renditions(one)).renditions
    assert (await render.renditions(other)).cpu_ms == 0
    assert render.told(other) == [(FIRST, "done", 1), ("renditions", "done", 1)]


async def test_nobody_looks_for_twins_of_what_came_for_the_first_time(render: Render) -> None:
    one, other = await ingested(render.world, "one"), await ingested(render.world, "other")
    await render.job(one)
    await render.job(other.model_copy(update={"first": True}))
    assert len(render.renderer.made) == 6


@pytest.mark.parametrize("own", [False, True])
async def test_what_is_gone_from_the_library_is_made_anew(render: Render, own: bool) -> None:
    """A facet says what there was: the collector may have taken it since. What twins left and is old stays longer."""
    library = render.world.library
    library.ahead = timedelta(days=-8)
    one = await ingested(render.world, "one")
    await render.job(one)
    _thumb, card, zoom = (await render.renditions(one)).renditions
    library.ahead = timedelta()
    await library.delete(card.key)
    event = one if own else await ingested(render.world, "other")
    await render.job(event)
    assert render.renderer.made[3:] == ["card"]
    assert await library.head(card.key)
    assert len(await library.versions(zoom.key)) == (1 if own else 2), "an old object of another's was not renewed"


async def test_a_master_is_no_twin_of_its_companion(render: Render) -> None:
    """Its version refers to the companion's bytes too; its renditions are not made from them."""
    master, jpeg = (
        await ingested(render.world, "one", body=b"master"),
        await ingested(render.world, "other", body=b"jpeg"),
    )
    await render.world.library.put(f"refs/{jpeg.sha256}/{master.asset_id}/{master.version}", b"")
    await render.job(master)
    await render.job(jpeg)
    assert len(render.renderer.made) == 6


async def test_a_twin_that_was_refused_is_no_help(render: Render) -> None:
    one, other = await ingested(render.world, "one"), await ingested(render.world, "other")
    render.renderer.fault, render.renderer.faults = ("thumb", Refused("Cut off.", "Again.")), 1
    await render.job(one)
    await render.job(other)
    assert (await render.facet(one)).status == "refused"
    assert (await render.facet(other)).status == "done"
