"""`asset.later` → `tags.shots`: what each key frame shows, once for the same shots and models."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.refusal import Refused
from schemas.asset import LaterWork, Picture
from schemas.facet import Facet
from schemas.tags import TAGS, TAGS_SHOTS, TagsShotsFacet
from schemas.topics import ASSET_METADATA
from services.tagger.later import on_failure
from services.tagger.shots import handle
from services.tagger.views import Deps
from tests.fakes.cages import FakeCages
from tests.fakes.steps import Killed, Steps, install
from tests.fakes.versions import ingested
from tests.fakes.world import World


class Tagger:
    """The service in a world: a key frame's bytes are its label; `?` is a picture that cannot be opened."""

    def __init__(self, world: World, scratch: Path) -> None:
        self.world, self.models, self.looks = world, {"m": "1"}, 0
        self.cages = FakeCages(self._look, scratch)

    def _look(self, job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
        self.looks += 1
        word = (folder / job["input"]).read_text()
        if word == "?":
            raise Refused("The picture is damaged.", "Export it again.")
        labels = [{"label": word, "confidence": 0.8, "source": "m"}, {"label": "scene", "confidence": 0.1 * self.looks}]
        composition = {"kind": "lifestyle", "people": word == "coat", "faces": int(word == "coat")}
        yield {"labels": labels, "composition": composition, "models": self.models}

    async def job(self, event: LaterWork) -> Facet | None:
        await self.world.say(handle(event, Deps(self.world.library, self.cages, self.models)))
        return await self.world.facet(event.asset_id, event.version, TAGS_SHOTS)


@pytest.fixture
def tagger(tmp_path: Path) -> Tagger:
    return Tagger(World(), tmp_path)


async def film(tagger: Tagger, *words: str, name: str = "a", owes: str = TAGS_SHOTS) -> LaterWork:
    for word in words:
        await tagger.world.library.put(f"renditions/{word}", word.encode())
    pictures = [
        Picture(key=f"renditions/{word}", bytes=9, width=9, height=9, part=part, start=part - 1.0, end=part)
        for part, word in enumerate(words, 1)
    ]
    event = await ingested(tagger.world, name, body=b"film", kind="video")
    return LaterWork(**event.model_dump(), owes=[owes], pictures=pictures)


async def test_each_shot_keeps_its_time_and_people_count_over_all(tagger: Tagger) -> None:
    facet = await tagger.job(await film(tagger, "bag", "coat"))
    assert facet is not None and facet.owes == []
    tags = TagsShotsFacet.model_validate(facet.data)
    assert [(one.start, one.end, one.labels[0].label, one.people) for one in tags.shots] == [
        (0.0, 1.0, "bag", False),
        (1.0, 2.0, "coat", True),
    ]
    assert [one.label for one in tags.labels] == ["bag", "coat", "scene"] and tags.labels[2].confidence == 0.2
    assert facet.data["composition"] == {"people": True, "faces": 1} and tags.cpu_ms == 500.0


async def test_the_same_shots_are_looked_at_once_by_the_same_models(tagger: Tagger) -> None:
    event = await film(tagger, "bag")
    await tagger.job(event)
    await tagger.job(event)
    twin = await tagger.job(await film(tagger, "bag", name="b"))
    assert tagger.looks == 1 and twin is not None and twin.data["cpu_ms"] == 0.0
    await tagger.job(await film(tagger, "bag", "coat"))
    assert tagger.looks == 3
    tagger.models = {"m": "2"}
    await tagger.job(event)
    assert tagger.looks == 4


async def test_a_damaged_picture_is_refused_and_other_work_is_passed_over(tagger: Tagger) -> None:
    assert await tagger.job(await film(tagger, "bag", owes=TAGS)) is None and tagger.looks == 0
    facet = await tagger.job(await film(tagger, "bag", "?"))
    assert facet is not None and (facet.status, facet.cause) == ("refused", "The picture is damaged.")


async def test_our_own_error_is_told_under_the_name_that_is_owed(tagger: Tagger) -> None:
    event = await film(tagger, "bag")
    await tagger.world.say(on_failure(event, ValueError("no")))
    facet = await tagger.world.facet(event.asset_id, 1, TAGS_SHOTS)
    assert facet is not None and facet.status == "failed"


@pytest.mark.parametrize("at", ["tagger-shots.found", "records.archived", "records.published", "tagger-shots.said"])
async def test_killed_at_every_step(tagger: Tagger, at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    quiet = Tagger(World(), tmp_path)
    await quiet.job(await film(quiet, "bag", "coat"))
    event = await film(tagger, "bag", "coat")
    steps.kill_at(at, 1)
    with pytest.raises(Killed):
        await tagger.job(event)
    tagger.looks = 0  # what it sees depends on how often it looked
    await tagger.job(event)
    assert await tagger.world.state() == await quiet.world.state()
    assert {said.facet for said in tagger.world.said(ASSET_METADATA, Facet)} == {"file", TAGS_SHOTS}
