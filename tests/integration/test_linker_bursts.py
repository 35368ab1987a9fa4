"""Bursts on a real database: whatever comes first, frames that say nothing show what their burst shows."""

import random
from collections.abc import AsyncIterator

import pytest

from schemas.facet import Facet
from schemas.product import Product
from services.linker import bursts, following
from tests.integration.linker_view import emptied, product
from tests.integration.shoot import Shoot

pytestmark = pytest.mark.broker
RED = [("RED", "main")]
SECOND = "2026:05:01 10:00:{:02}"


@pytest.fixture
async def shoot(postgres: str) -> AsyncIterator[Shoot]:
    database = await emptied(postgres)
    yield Shoot(database)
    await database.close()


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_comes_first_a_burst_shares_its_product(shoot: Shoot, seed: int) -> None:
    told: list[Facet | Product] = [product("RED"), product("BLUE")]
    told += [shoot.file("0001", SECOND.format(1), "2"), shoot.file("0002", SECOND.format(1), "6")]
    told += [shoot.file("0003", SECOND.format(9)), shoot.read("0002", "RED")]
    random.Random(seed).shuffle(told)
    await shoot.hear(*told)
    assert await shoot.links() == {"0001": RED, "0002": RED, "0003": []}


async def test_what_a_frame_has_learnt_it_does_not_hand_on(shoot: Shoot) -> None:
    """Else the first product would creep through the whole folder."""
    await shoot.hear(product("RED"), *(shoot.file(f"000{at}", SECOND.format(at * 2)) for at in (1, 2, 3)))
    await shoot.hear(shoot.said("0001", {"link:RED": "linked"}))
    assert await shoot.links() == {"0001": RED, "0002": RED, "0003": []}


async def test_a_burst_follows_what_its_frames_say(shoot: Shoot) -> None:
    frames = [shoot.file(f"000{at}", SECOND.format(at)) for at in (1, 2, 3)]
    await shoot.hear(product("RED"), product("BLUE"), *frames, shoot.read("0002", "RED"))
    assert await shoot.links() == {"0001": RED, "0002": RED, "0003": RED}
    await shoot.hear(shoot.read("0003", "BLUE"))
    assert (await shoot.links())["0001"] == [], "they do not agree"
    await shoot.hear(shoot.read("0002", "", revision=2))
    assert await shoot.links() == {"0001": [("BLUE", "main")], "0002": [("BLUE", "main")], "0003": [("BLUE", "main")]}
    await shoot.forget("0003", "links", "tags.later", "file")
    found = await shoot.links()
    assert (found["0001"], found["0002"]) == ([], [])


async def test_people_are_heard_first(shoot: Shoot) -> None:
    frames = [shoot.file(f"000{at}", SECOND.format(at)) for at in (1, 2)]
    await shoot.hear(product("RED"), product("BLUE"), *frames, shoot.said("0001", {"link:RED": "linked"}))
    assert await shoot.links() == {"0001": RED, "0002": RED}
    await shoot.hear(shoot.said("0002", {"link:RED": "rejected"}))
    assert await shoot.links() == {"0001": RED, "0002": []}
    await shoot.hear(shoot.said("0002", {"link:BLUE": "linked"}, revision=2))
    assert await shoot.links() == {"0001": RED, "0002": [("BLUE", "main")]}


async def test_files_that_all_bear_one_time_are_no_burst(shoot: Shoot, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (bursts, following):
        monkeypatch.setattr(module, "MOST", 4)
    files = [shoot.file(f"{at:04}", SECOND.format(1)) for at in range(6)]
    await shoot.hear(product("RED"), *files[:2], shoot.said("0000", {"link:RED": "linked"}))
    assert (await shoot.links())["0001"] == RED
    await shoot.hear(*files[2:])
    assert {name: links for name, links in (await shoot.links()).items() if links} == {"0000": RED}
    await shoot.hear(*(shoot.file(f"{at:04}", SECOND.format(1)) for at in range(6, 12)))
    async with shoot.database.transaction() as db:
        everybody = [row["asset_id"] for row in await db.fetch("SELECT asset_id FROM linker.asset")]
        assert await bursts.concerned(db, everybody[:1]) == [], "one more of a crowd changes nothing for the others"
        assert set(await bursts.concerned(db, everybody)) == set(everybody)
