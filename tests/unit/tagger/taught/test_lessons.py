"""Tags lead to links, links to lessons, lessons to tags: it settles, and new heads reach what is there already."""

from functools import partial
from pathlib import Path

import pytest

from runtime.verdict import WorkFailed
from schemas.asset import AssetIngested
from schemas.tags import TagsFacet
from schemas.topics import ASSET_RERUN
from services.tagger.handler import handle
from services.tagger.taught.again import said_again
from services.tagger.taught.heads import Versions
from services.tagger.taught.lessons import Lessons
from services.tagger.taught.levelling import Levelling
from services.tagger.taught.linked import EYES
from services.tagger.taught.teacher import Teacher
from services.tagger.views import Deps
from tests.fakes.cages import FakeCages
from tests.fakes.shop import MODELS, Shop
from tests.fakes.steps import Killed, Steps, install


class Tagger:
    """One process of the service, in a shop; `sent` are the bulk messages that it has not worked on yet."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.shop, self.looked = shop, FakeCages(lambda job, path: iter(()), folder)
        self.versions = Versions(folder, MODELS)
        world = shop.world
        levelling = Levelling(world.library, self.versions, folder)
        teacher = Teacher(world.library, shop.learn, MODELS)
        self.lessons = Lessons(world.library, teacher, levelling, self.versions, world.publisher, settle_s=0)
        self.deps = Deps(world.library, self.looked, self.versions, partial(said_again, world.library, self.versions))
        self._done = 0

    def sent(self) -> list[AssetIngested]:
        return self.shop.world.said(ASSET_RERUN, AssetIngested)[self._done :]

    async def work(self) -> int:
        """All that was sent."""
        events = self.sent()
        for event in events:
            await self.shop.world.say(handle(event, self.deps))
        self._done += len(events)
        return len(events)

    async def labels(self, asset: str) -> list[str]:
        found = await self.shop.world.facet(asset, 1, "tags")
        assert found is not None
        return [one.label for one in TagsFacet.model_validate(found.data).labels]


@pytest.fixture
async def tagger(tmp_path: Path) -> Tagger:
    shop = Shop()
    await shop.stock(range(12))
    await shop.picture("of no product", "Shoes")
    return Tagger(shop, tmp_path / "models")


async def test_it_settles(tagger: Tagger) -> None:
    """Also where every new tag makes a link: what is linked by then teaches once more, and then nothing changes."""
    history = []
    for _ in range(6):
        await tagger.lessons.round()
        history.append((tagger.shop.lessons, await tagger.work()))
        if tagger.shop.lessons == 1:
            await tagger.shop.stock(range(12, 22))
    assert history == [(1, 25), (2, 45), (2, 0), (2, 0), (2, 0), (2, 0)]


async def test_what_is_there_is_tagged_by_its_vector(tagger: Tagger) -> None:
    await tagger.lessons.round()
    await tagger.work()
    assert [await tagger.labels(asset) for asset in tagger.shop.events] == [
        [["Shirts"], ["Shoes"]][number // 2 % 2] if number < 24 else ["Shoes"] for number in range(25)
    ]
    assert tagger.looked.jobs == []  # nothing was opened for it


async def test_what_other_models_have_tagged_is_for_people_to_do(tagger: Tagger) -> None:
    old = await tagger.shop.picture("old", "Shoes", models={"measures": "1", EYES: "2"})
    await tagger.lessons.round()
    assert old not in {event.asset_id for event in tagger.sent()} and len(tagger.sent()) == 25


@pytest.mark.parametrize("name", ["taught.card-put", "taught.lesson-put", "taught.told"])
async def test_killed_between_learning_and_telling_all_is_told(
    tagger: Tagger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    steps.kill_at(name, 1)
    with pytest.raises(Killed):
        await tagger.lessons.round()
    second = Tagger(tagger.shop, tmp_path / "models")
    await second.lessons.round()
    await second.work()
    assert await second.labels(list(tagger.shop.events)[-1]) == ["Shoes"]
    await second.lessons.round()
    assert await second.work() == 0


async def test_another_machine_that_takes_over_has_nothing_to_do(tagger: Tagger, tmp_path: Path) -> None:
    await tagger.lessons.round()
    await tagger.work()
    other = Tagger(tagger.shop, tmp_path / "other")
    other._done = tagger._done
    await other.lessons.round()
    assert (other.sent(), tagger.shop.lessons) == ([], 1)
    assert dict(other.versions) == dict(tagger.versions) != MODELS


async def test_a_learning_that_fails_harms_nobody(tagger: Tagger, caplog: pytest.LogCaptureFixture) -> None:
    async def fails(*_: object) -> None:
        raise WorkFailed("MemoryError", "too much", "")

    tagger.shop.learn = fails  # type: ignore[assignment,method-assign]
    again = Tagger(tagger.shop, Path(tagger.lessons._levelling._folder))
    await again.lessons.round()
    assert "not learnt this time" in caplog.text and again.sent() == []
