"""What is kept of a night: nothing of a view that is being filled, and no rule that could not be asked."""

import pytest

from runtime.database import Database
from runtime.memory_store import MemoryBucket
from services.catalog.audits import counted, nights, trend
from services.catalog.audits.counted import Counted
from services.catalog.audits.find import BadRule
from services.catalog.audits.rules import Rule, load_rules

RULES = {name: rule for name, rule in load_rules().items() if name in ("blurred", "no-main")}


class View:
    """What the rules find."""

    def __init__(self) -> None:
        self.found = ["a"]
        self.slow = ""
        self.filling = False

    async def count(self, _database: Database, _rule: Rule) -> int:
        return len(self.found)

    async def every(self, _database: Database, rule: Rule, _most: int) -> list[str]:
        if rule.name == self.slow:
            raise BadRule(f"The rule {rule.name}: it takes too long.")
        return list(self.found)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> View:
    view = View()
    monkeypatch.setattr(counted, "count", view.count)
    monkeypatch.setattr(counted, "every", view.every)
    return view


async def steps(made: Counted) -> None:
    for _ in range(20):
        if not await made.step():
            return
    raise AssertionError("it never ends")


async def night(library: MemoryBucket) -> nights.Night:
    (day,) = await nights.days(library)
    return await nights.night(library, day)


async def test_of_a_view_that_is_filled_nothing_is_kept(seen: View) -> None:
    library = MemoryBucket("library")
    made = Counted(Database("postgresql://nowhere"), RULES, library, lambda: seen.filling)
    seen.filling = True
    await steps(made)
    assert made.counts == {"blurred": 1, "no-main": 1} and await nights.days(library) == []
    seen.found, seen.filling = ["a", "b"], False
    await steps(made)
    assert await night(library) == {"blurred": ["a", "b"], "no-main": ["a", "b"]}
    ((_, kept),) = (await trend.days(library, 9)).items()
    assert kept == {"blurred": 2, "no-main": 2}


async def test_a_night_that_a_refill_cuts_in_two_begins_anew(seen: View) -> None:
    library = MemoryBucket("library")
    made = Counted(Database("postgresql://nowhere"), RULES, library, lambda: seen.filling)
    for _ in (*RULES, "the first of the night"):
        assert await made.step()
    seen.filling = True
    assert not await made.step()
    seen.found, seen.filling = ["b"], False
    await steps(made)
    assert await night(library) == {"blurred": ["b"], "no-main": ["b"]}


async def test_a_rule_that_cannot_be_asked_is_not_in_the_night(seen: View) -> None:
    library = MemoryBucket("library")
    seen.slow = "blurred"
    await steps(Counted(Database("postgresql://nowhere"), RULES, library))
    assert await night(library) == {"no-main": ["a"]}
