"""The curator in a world, as its tests tell it what happened."""

from datetime import UTC, datetime
from typing import Any

from runtime.assets import facet
from schemas.asset import AssetIngested
from schemas.decision import Decision
from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.topics import ASSET_METADATA
from services.curator.handler import Curator
from tests.fakes.steps import Killed
from tests.fakes.world import World

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
WAVE = ("file", "renditions", "tags", "links")


class Curation:
    """The service in a world, over as many lives as a test likes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.born()

    def born(self) -> None:
        """A new process."""
        self.curator = Curator(self.world.library)

    async def learn(self, event: AssetIngested, name: str, **more: Any) -> None:
        """A worker writes a facet, the curator hears of it; a death on the way, and the next life hears again."""
        await self.hear(await self.world.records.write(facet(event, name, {}, **more)))

    async def hear(self, said: Facet) -> None:
        try:
            await self.world.say(self.curator.facet(said))
        except Killed:
            self.born()
            await self.world.say(self.curator.facet(said))

    async def decide(self, decision: Decision) -> None:
        try:
            await self.world.say(self.curator.decide(decision))
        except Killed:
            self.born()
            await self.world.say(self.curator.decide(decision))

    def heads(self, event: AssetIngested) -> list[tuple[int | None, int, str]]:
        """Heads on the topic, in order: (live, newest, state)."""
        facets = self.world.said(ASSET_METADATA, Facet)
        found = [HeadFacet.model_validate(f.data) for f in facets if f.facet == "head" and f.asset_id == event.asset_id]
        return [(one.live, one.newest, one.state) for one in found]


def decision(id: str, entity: str = "product/TRAINER-RED", **more: Any) -> Decision:
    return Decision.model_validate({"id": id, "entity": entity, "by": "ada", "at": AT, **more})
