"""A PIM, the poller that asks it, and the pim service's handler behind it: what tests of connectors stand on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from runtime.broker import Record
from runtime.deliver import decoder
from schemas.product import PimEvent, PimHint, Product
from schemas.topics import PIM_EVENTS, PIM_HINTS, PIM_PRODUCTS, Topic
from services.pim.akeneo import mapping
from services.pim.akeneo.client import Client
from services.pim.akeneo.source import Akeneo
from services.pim.flat import FlatMapping
from services.pim.handler import decode, handle
from services.pim.hints import hinted
from services.pim.polled import Polled, polled_object
from services.pim.poller import Poller
from services.pim.rest import Rest
from services.pim.salsify.source import Salsify
from services.pim.source import Source
from services.pim.wisepim.source import Wisepim
from tests.fakes.akeneo import FakeAkeneo, served
from tests.fakes.salsify import FakeSalsify
from tests.fakes.salsify import served as served_salsify
from tests.fakes.wisepim import FakeWisepim
from tests.fakes.wisepim import served as served_wisepim
from tests.fakes.world import World


@dataclass
class Stage:
    """One system. A second `poller()` is another process."""

    world: World
    source: Source
    pim: Any
    full_s: float = 3600.0
    refused: list[str] = field(default_factory=list)
    """What people are told of."""
    handled: set[tuple[str, int, int]] = field(default_factory=set)

    def poller(self) -> Poller:
        """A process' own."""
        world = self.world
        publish, refuse = world.publisher.publish, lambda _, cause: self.refused.append(cause)
        return Poller(self.source, world.library, publish, lambda: True, 0.01, self.full_s, refuse=refuse)

    async def products(self) -> dict[str, Product]:
        """The last record of each key, when pim has taken all events."""
        for record in self._new(PIM_EVENTS):
            await self.world.say(handle(decode(record), self.world.library))
        return {one.key: one for one in self.world.said(PIM_PRODUCTS, Product)}

    async def follow(self, poller: Poller) -> None:
        """What was heard on Kafka since, as the pim service does it: read, marked, asked for."""
        await self.read_hints(poller)
        await poller.follow()

    async def read_hints(self, poller: Poller) -> None:
        """Marks of what is on the topic."""
        for record in self._new(PIM_HINTS):
            await self.world.say(hinted(decoder(PimHint)(record), {self.source.system: poller.hints}))

    def _new(self, topic: Topic) -> list[Record]:
        found = self.world.broker.records(topic.name)
        new = [one for one in found if (one.topic, one.partition, one.offset) not in self.handled]
        self.handled |= {(one.topic, one.partition, one.offset) for one in new}
        return new

    async def active(self, kind: str = "product") -> list[str]:
        """SKUs of the active ones."""
        found = (await self.products()).values()
        return sorted(one.sku or one.id for one in found if one.kind == kind and one.status == "active")

    async def polled(self) -> Polled | None:
        """Where it stands."""
        stored = await self.world.library.get(polled_object(self.source.system))
        return Polled.model_validate_json(stored.body) if stored else None

    def said(self) -> list[PimEvent]:
        """All that was put on the topic."""
        return self.world.said(PIM_EVENTS, PimEvent)


@asynccontextmanager
async def akeneo(pim: FakeAkeneo, file: mapping.Mapping | None = None) -> AsyncIterator[Stage]:
    """The connector before that server."""
    async with served(pim) as login, Client(login) as client:
        yield Stage(World(), Akeneo(client, file or mapping.Mapping()), pim)


@asynccontextmanager
async def salsify(pim: FakeSalsify, file: FlatMapping | None = None) -> AsyncIterator[Stage]:
    """The connector before that server."""
    async with served_salsify(pim) as access, Rest(access) as rest:
        world = World()
        yield Stage(world, Salsify(rest, file or FlatMapping(), world.library), pim)


@asynccontextmanager
async def wisepim(pim: FakeWisepim, file: FlatMapping | None = None) -> AsyncIterator[Stage]:
    """The connector before that server."""
    async with served_wisepim(pim) as access, Rest(access) as rest:
        yield Stage(World(), Wisepim(rest, file or FlatMapping()), pim)
