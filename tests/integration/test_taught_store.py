"""Teaching on a real store: `packshot teach --from-links`, and of two processes that learn at once one wins."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cli import teach_links
from cli.servers.stack import Stack
from cli.trouble import Trouble
from runtime.config import Settings
from runtime.minio_store import client_of
from runtime.s3_store import Store
from services.tagger.config import TaggerSettings
from services.tagger.taught.folder import read
from services.tagger.taught.lesson import load
from services.tagger.taught.shelf import Shelf
from tests.conftest import administrator_of
from tests.fakes.shop import MODELS, Shop
from tests.fakes.world import World
from tests.suites.labs import fresh

pytestmark = pytest.mark.broker


@pytest.fixture
async def shop(s3: Settings, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    """With a library of its own, to which the command line leads."""
    name = fresh("taught")
    owner = administrator_of(stack)
    await asyncio.to_thread(client_of(owner).make_bucket, name)
    settings = TaggerSettings(**{**owner.model_dump(), "library_bucket": name, "models": tmp_path})
    monkeypatch.setattr(teach_links, "settings_as", lambda *_: settings)
    store = Store(settings)
    yield Shop(World(library=store.bucket(name)))  # type: ignore[arg-type] # the real one in the twin's place
    store.close()


async def test_the_command_learns_at_once(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Trouble, match="No category"):
        await asyncio.to_thread(teach_links.teach, MODELS, as_json=True)
    await shop.stock(range(12))
    assert await asyncio.to_thread(teach_links.teach, MODELS, as_json=True) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["category"] == {"tags": 2, "examples": 24, "top1": 1.0, "top3": 1.0, "kept": True}
    assert "category: 2 values, right on held-back products: 1.00; kept" in said.err
    assert read(tmp_path / "taught-category.json").card.tags == ("Shirts", "Shoes")
    assert await shop.teacher.look() is None  # the service has nothing to add


async def test_two_that_learn_at_once_leave_one_lesson(shop: Shop) -> None:
    await shop.stock(range(12))
    results = await asyncio.gather(shop.teacher.look(), shop.teacher.look())
    assert sorted(result is None for result in results) == [False, True]
    card = (await Shelf(shop.world.library).cards())["taught-category"]
    lesson, _ = await load(shop.world.library)
    assert (card.examples, len(lesson.pictures)) == (24, 24)
