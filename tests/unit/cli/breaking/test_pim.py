"""The PIM of chaos: pictures arrive by the real write-back, and it tells what came twice or is not recorded."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.breaking.pim import Pim
from cli.breaking.pim_door import pim_with
from runtime import outage
from runtime.outage import Unavailable
from services.pim.akeneo import mapping
from services.pim.akeneo.client import Client
from services.pim.akeneo.source import Akeneo
from services.pim.akeneo.tokens import Login
from tests.fakes.akeneo import FakeAkeneo
from tests.fakes.world import World
from tests.unit.pim.shop import Shop


@dataclass
class Around:
    """The PIM, and our side of it."""

    pim: Pim
    shop: Shop
    source: Akeneo

    async def deliver(self, *names: str) -> dict[str, dict[str, object]]:
        """What is recorded then."""
        record = await self.shop.deliver("S1", *names)
        assert record
        return {record.key: record.model_dump(mode="json")}


@pytest.fixture
async def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Around]:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    with pim_with(["S1", "S2"]) as pim:
        said = pim.settings(tmp_path)
        file = mapping.read(Path(said["PACKSHOT_AKENEO_MAPPING"]))
        async with Client(Login(pim.url, "chaos", "chaos", "chaos", "chaos")) as client:
            shop = Shop(World(), FakeAkeneo(), client, file.write)
            for name in "abc":
                await shop.picture(name)
            yield Around(pim, shop, Akeneo(client, file))


async def test_its_products_come(around: Around) -> None:
    batches = [batch async for batch in around.source.changes("")]
    assert [event.fields["sku"] for batch in batches for event in batch.events] == ["S1", "S2"]
    assert [problem for batch in batches for problem in batch.problems] == []


async def test_pictures_arrive_as_they_are_recorded(around: Around) -> None:
    recorded = await around.deliver("a", "b")
    assert [(sku, attribute) for sku, attribute, _ in around.pim.writes] == [("S1", "main"), ("S1", "second")]
    assert around.pim.differs(recorded) == []
    recorded = await around.deliver("c")
    assert around.pim.writes[-1] == ("S1", "second", "") and around.pim.differs(recorded) == []
    assert around.pim.twice() == []


async def test_what_is_not_recorded_is_told(around: Around) -> None:
    recorded = await around.deliver("a")
    around.pim.patched(b'{"uuid": "S2", "values": {"second": [{"data": "theirs"}]}}')
    assert [line.split()[0] for line in around.pim.differs(recorded)] == ["S2"]


async def test_what_comes_twice_is_told(around: Around) -> None:
    for what in ("one", "two", "two", "one"):
        around.pim.patched(f'{{"uuid": "S2", "values": {{"second": [{{"data": "{what}"}}]}}}}'.encode())
    assert around.pim.twice() == ["S2 second: two"]


async def test_a_write_that_is_not_answered_is_looked_for_before_it_is_written_again(around: Around) -> None:
    around.pim.mute = True
    for _ in range(2):  # the file arrives, then the address
        with pytest.raises(Unavailable, match="may have been done"):
            await around.deliver("a", "b")
    assert around.pim.unanswered == 2
    around.pim.mute = False
    recorded = await around.deliver("a", "b")
    assert len(around.pim.writes) == 2 and around.pim.twice() == [] and around.pim.differs(recorded) == []
