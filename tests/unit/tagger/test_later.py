"""`asset.later` → `tags.later`: once for the same bytes and steps; a step that fails loses nothing but itself."""

import itertools
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runtime.deliver import until_current
from runtime.fence import LEASE_S
from runtime.refusal import Refused
from runtime.verdict import ChildDied
from schemas.asset import LaterWork, Picture
from schemas.facet import Facet
from schemas.tags import TAGS_LATER, TagsLaterFacet
from schemas.topics import ASSET_METADATA
from services.tagger.later import handle, on_failure
from services.tagger.views import Deps
from tests.fakes.cages import FakeCages
from tests.fakes.steps import Killed, Steps, install
from tests.fakes.versions import ingested
from tests.fakes.world import World

CODE = {"format": "ean-13", "text": "4006381333931", "gtin": "4006381333931"}
LINE = {"text": "Oat drink", "confidence": 0.9}


class Later:
    """The service's second wave in a world. `deadly`: steps at which a child dies; `broken`: those that say a cause."""

    def __init__(self, world: World, scratch: Path) -> None:
        self.world = world
        self.steps = {"barcodes": "1", "text": "1"}
        self.deadly: set[str] = set()
        self.broken: set[str] = set()
        self.refusal: Refused | None = None
        self.looks = 0
        self.cages = FakeCages(self._look, scratch)

    def _look(self, job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
        self.looks += 1
        if self.refusal:
            raise self.refusal
        assert (folder / job["input"]).exists()
        yield {"opened": [10, 10]}
        for name, found in (("barcodes", [CODE]), ("text", [LINE])):
            if name in job["steps"] and name in self.deadly:
                raise ChildDied("memory", "grew over the limit")
            if name in job["steps"]:
                yield (
                    {"step": name, "problem": "a.onnx is missing"}
                    if name in self.broken
                    else {
                        "step": name,
                        "found": {name: found},
                    }
                )

    async def job(self, event: LaterWork) -> None:
        await self.world.say(handle(event, Deps(self.world.library, self.cages, self.steps)))

    async def facet(self, event: LaterWork) -> Facet:
        found = await self.world.facet(event.asset_id, event.version, TAGS_LATER)
        assert found is not None
        return found

    async def tags(self, event: LaterWork) -> TagsLaterFacet:
        return TagsLaterFacet.model_validate((await self.facet(event)).data)


@pytest.fixture
def later(tmp_path: Path) -> Later:
    return Later(World(), tmp_path)


async def owed(world: World, name: str = "a", owes: str = TAGS_LATER, **fields: Any) -> LaterWork:
    return LaterWork(**(await ingested(world, name, **fields)).model_dump(), owes=[owes])


async def test_what_took_long_is_not_looked_at_twice(later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = itertools.count(1000.0, LEASE_S + 1)
    monkeypatch.setattr(time, "clock_gettime", lambda _: next(slow))
    later.broken = {"text"}  # what has a problem is looked at again whenever it is asked for
    await until_current(partial(later.job, await owed(later.world)))
    assert later.looks == 1


async def test_all_steps_in_one_facet(later: Later) -> None:
    event = await owed(later.world)
    await later.job(event)
    tags = await later.tags(event)
    assert ([code.gtin for code in tags.barcodes], [line.text for line in tags.text]) == (
        ["4006381333931"],
        ["Oat drink"],
    )
    assert (tags.problems, tags.models, tags.cpu_ms) == ([], later.steps, 250.0)


@pytest.mark.parametrize("plain", [True, False])
async def test_the_steps_know_whether_they_see_the_original(later: Later, plain: bool) -> None:
    event = await owed(later.world)
    if not plain:
        picture = Picture(key="renditions/a/web.jpg", bytes=1, width=1200, height=900)
        await later.world.library.put(picture.key, b"x")
        event = event.model_copy(update={"media_type": "image/heic", "pictures": [picture]})
    await later.job(event)
    assert [job["made"] for job in later.cages.jobs] == [not plain]


async def test_a_step_that_fails_is_a_problem_and_the_rest_is_there(later: Later) -> None:
    later.broken = {"barcodes"}
    event = await owed(later.world)
    await later.job(event)
    tags = await later.tags(event)
    assert [(one.step, one.cause) for one in tags.problems] == [("barcodes", "a.onnx is missing")]
    assert (await later.facet(event)).status == "done" and tags.text


async def test_a_step_at_which_the_child_dies_is_a_problem_and_the_rest_is_there(later: Later) -> None:
    later.deadly = {"barcodes"}
    event = await owed(later.world)
    await later.job(event)
    tags = await later.tags(event)
    assert [one.step for one in tags.problems] == ["barcodes"] and tags.text
    assert [job["steps"] for job in later.cages.jobs] == [["barcodes", "text"]] * 2 + [["text"]]


async def test_all_steps_may_fail(later: Later) -> None:
    later.deadly = {"barcodes", "text"}
    event = await owed(later.world)
    await later.job(event)
    assert [one.step for one in (await later.tags(event)).problems] == ["barcodes", "text"]


async def test_what_had_problems_is_looked_at_again_and_the_rest_not(later: Later) -> None:
    event = await owed(later.world)
    later.broken = {"text"}
    await later.job(event)
    later.broken = set()
    await later.job(event)
    assert (await later.tags(event)).problems == []
    await later.job(event)
    assert len(later.cages.jobs) == 2


async def test_other_steps_look_again(later: Later) -> None:
    event = await owed(later.world)
    await later.job(event)
    later.steps = {**later.steps, "text": "2"}
    await later.job(event)
    assert len(later.cages.jobs) == 2 and (await later.facet(event)).revision == 2


async def test_a_twins_findings_are_used_again(later: Later) -> None:
    one, other = await owed(later.world, "one"), await owed(later.world, "other")
    await later.job(one)
    await later.job(other)
    assert len(later.cages.jobs) == 1
    assert (await later.facet(other)).data == {**(await later.facet(one)).data, "cpu_ms": 0.0}


async def test_a_picture_that_cannot_be_opened_is_refused(later: Later) -> None:
    later.refusal = Refused("The picture is cut off.", "Export it again.")
    event = await owed(later.world)
    await later.job(event)
    facet = await later.facet(event)
    assert (facet.status, facet.cause) == ("refused", "The picture is cut off.")


async def test_others_debts_and_unwanted_versions_are_passed_over(later: Later) -> None:
    await later.job(await owed(later.world, owes="renditions.later"))
    old = await owed(later.world, "b", body=b"old")
    await ingested(later.world, "b", version=2, body=b"new")
    await later.job(old)
    assert later.cages.jobs == []


async def test_our_own_error_is_told(later: Later) -> None:
    event = await owed(later.world)
    await later.world.say(on_failure(event, ValueError("a slip of ours")))
    facet = await later.facet(event)
    assert facet.status == "failed" and "a slip of ours" in (facet.cause or "")


@pytest.mark.parametrize("at", ["tagger-later.found", "records.archived", "records.published", "tagger-later.said"])
async def test_killed_at_every_step(later: Later, at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    quiet = Later(World(), tmp_path)
    await quiet.job(await owed(quiet.world))
    event = await owed(later.world)
    steps.kill_at(at, 1)
    with pytest.raises(Killed):
        await later.job(event)
    await later.job(event)
    assert await later.world.state() == await quiet.world.state()
    assert {said.facet for said in later.world.said(ASSET_METADATA, Facet)} == {"file", TAGS_LATER}
