"""A folder whose profile has newer editions join: the linker says so, whichever comes first, and once."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from schemas.decision import Decision
from schemas.topics import DECISIONS
from tests.integration.linker_view import View, emptied, product

pytestmark = pytest.mark.broker
MAIN, SECOND = "autumn/RED_main.jpg", "autumn/RED_main_v2.jpg"


@dataclass
class Two:
    """A picture, and a file for its place."""

    old: View
    new: View

    async def come(self, one: View, key: str, sha256: str, editions: str = "join", version: int = 1) -> None:
        """The view hears of a file, is asked for its links, and for whatever these touch."""
        await one.hear(one.file(version, key, sha256=sha256 * 64, profile={"editions": editions}))
        for view in (one, self.old, self.new):
            await view.link()

    def said(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Entity and fields of all decisions."""
        both = [*self.old.world.said(DECISIONS, Decision), *self.new.world.said(DECISIONS, Decision)]
        return sorted({one.id: (one.entity, one.set) for one in both}.values(), key=str)

    @property
    def joined(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(f"asset/{self.old.asset}", {f"edition:{self.new.asset}": "confirmed"})]


@pytest.fixture
async def two(postgres: str) -> AsyncIterator[Two]:
    database = await emptied(postgres)
    made = Two(View(database), View(database))
    await made.old.hear(product("RED"))
    yield made
    await database.close()


@pytest.mark.parametrize("first", ["old", "new"])
async def test_a_newer_edition_joins_whichever_comes_first(two: Two, first: str) -> None:
    files = {"old": (two.old, MAIN, "1"), "new": (two.new, SECOND, "2")}
    for one, key, sha256 in (files.pop(first), *files.values()):
        await two.come(one, key, sha256)
    assert two.said() == two.joined


async def test_the_edition_that_came_first_is_asked_anew_when_the_place_is_taken(two: Two) -> None:
    await two.new.hear(two.new.file(1, SECOND, sha256="2" * 64, profile={"editions": "join"}))
    await two.new.link()
    await two.old.hear(two.old.file(1, MAIN, sha256="1" * 64))
    links = two.old.facet("links", {"slot": "RED main", "edition": 0})
    assert ("asset", two.new.asset) in await two.old.hear(links)


async def test_without_such_a_profile_a_person_is_asked(two: Two) -> None:
    await two.come(two.old, MAIN, "1")
    await two.come(two.new, SECOND, "2", editions="ask")
    assert two.said() == []


async def test_what_people_said_and_what_has_ended_stays(two: Two) -> None:
    await two.come(two.old, MAIN, "1")
    await two.old.hear(two.old.facet("curation", {"fields": {f"edition:{two.new.asset}": "rejected"}}))
    await two.come(two.new, SECOND, "2")
    assert two.said() == []
    await two.old.hear(two.old.facet("curation", {"fields": {}}, revision=2))
    await two.old.hear(two.old.head(live=None, out=(1,), state="merged"))
    await two.new.link()
    assert two.said() == []


async def test_an_asset_with_editions_of_its_own_joins_none(two: Two) -> None:
    await two.come(two.old, MAIN, "1")
    taken = {"sha256": "3" * 64, "profile": {"editions": "join"}, "taken_from": two.old.asset}
    await two.new.hear(two.new.file(1, SECOND, **taken))
    await two.come(two.new, SECOND, "2", version=2)
    assert two.said() == []
