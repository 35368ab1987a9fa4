"""Heads travel through the library: whoever taught last is heard by every tagger."""

from datetime import timedelta
from pathlib import Path

import pytest

from runtime.memory_store import MemoryBucket
from runtime.objects import Exists
from services.tagger.taught.folder import card_path, place, read, read_card
from services.tagger.taught.head import HeadCard
from services.tagger.taught.learn import learn
from services.tagger.taught.packed import pack
from services.tagger.taught.shelf import Shelf
from tests.unit.tagger.taught.test_learn import clusters


def made(apart: float = 2.0, later: float = 0, about: str = "") -> tuple[HeadCard, bytes]:
    features, names = clusters(6, apart)
    card, body = pack(learn(features, names), {"eyes": "1"}, about)
    return card.model_copy(update={"taught": card.taught + timedelta(seconds=later)}), body


@pytest.fixture
def library() -> MemoryBucket:
    return MemoryBucket("library")


async def test_what_was_taught_on_one_machine_is_known_on_the_other(library: MemoryBucket, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    place(one, *made())
    for folder in (one, other):
        await Shelf(library).level(folder)
    assert read(card_path(other)).card == read_card(card_path(one))
    place(other, *made(3.0, later=1))
    shelf = Shelf(library)
    await shelf.level(other)
    await shelf.level(one)
    assert read_card(card_path(one)) == read_card(card_path(other))
    assert len(list(one.iterdir())) == 2 and len(await library.listing("taught/")) == 2  # what it replaced is gone


async def test_an_older_one_gives_way(library: MemoryBucket, tmp_path: Path) -> None:
    await Shelf(library).put(*made(3.0, later=60))
    place(tmp_path, *made())
    await Shelf(library).level(tmp_path)
    assert read_card(card_path(tmp_path)).version == made(3.0)[0].version


async def test_who_was_slower_finds_another_card(library: MemoryBucket) -> None:
    one, other = Shelf(library), Shelf(library)
    for shelf in (one, other):
        assert await shelf.cards() == {}
    await one.put(*made(about="color"))
    with pytest.raises(Exists):
        await other.put(*made(3.0, about="color"))
    assert (await other.cards())["taught-color"].version == made(about="color")[0].version


@pytest.mark.parametrize("harm", ["damaged card on the shelf", "damaged card here", "numbers are gone", "lost here"])
async def test_what_is_damaged_is_replaced(library: MemoryBucket, tmp_path: Path, harm: str) -> None:
    place(tmp_path, *made())
    await Shelf(library).level(tmp_path)
    (tmp_path / "second").mkdir()
    if harm == "damaged card on the shelf":
        await library.put("taught/taught.json", b"{")
    elif harm == "damaged card here":
        card_path(tmp_path).write_text("{")
    elif harm == "lost here":
        card_path(tmp_path).unlink()
    else:
        await library.delete(f"taught/{made()[0].file}")
        await Shelf(library).level(tmp_path / "second")
        assert list((tmp_path / "second").iterdir()) == []  # nothing half
    await Shelf(library).level(tmp_path)
    assert read(card_path(tmp_path)).card.version == made()[0].version
    assert (await Shelf(library).cards())["taught"].version == made()[0].version
