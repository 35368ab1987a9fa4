"""A shop in memory whose pictures have vectors and links, and a tagger that teaches itself on them."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from runtime.assets import facet
from schemas.asset import AssetIngested
from schemas.product import Product
from services.tagger.taught.head import HeadCard
from services.tagger.taught.learning import work
from services.tagger.taught.linked import EYES
from services.tagger.taught.packed import Made
from services.tagger.taught.teacher import Teacher
from tests.fakes.versions import ingested
from tests.fakes.world import World

MODELS = {"measures": "2", EYES: "2"}
KINDS = ("Shirts", "Shoes")


async def learn_here(fill: Callable[[Path], None], job: dict[str, Any]) -> list[Made]:
    """Without a cage."""
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder))
        cards = [HeadCard.model_validate_json(value["card"]) for value in work(job, Path(folder))]
        return [(card, (Path(folder) / card.file).read_bytes()) for card in cards]


@dataclass
class Shop:
    """Every second style is of another kind, and looks like it; what a material is cannot be seen."""

    world: World = field(default_factory=World)
    events: dict[str, AssetIngested] = field(default_factory=dict)
    lessons: int = 0

    def __post_init__(self) -> None:
        random = np.random.default_rng(5)
        self._looks = {kind: random.normal(size=30) for kind in KINDS}
        self._random = random

    @property
    def teacher(self) -> Teacher:
        """A new life."""
        return Teacher(self.world.library, self.learn, MODELS)

    async def learn(self, fill: Callable[[Path], None], job: dict[str, Any]) -> list[Made]:
        self.lessons += 1
        return await learn_here(fill, job)

    async def stock(self, styles: range, *, mixed_up: bool = False, of_each: int = 2) -> None:
        """Products and pictures of these styles. mixed_up: linked to the other kind."""
        for number in styles:
            kind = KINDS[number % 2]
            said = KINDS[(number + mixed_up) % 2]
            one = Product(
                system="csv", kind="product", id=f"S{number}", revision=1, written=datetime.now(UTC), sku=f"S{number}",
                category=f"All/{said}", attributes={"material": f"m{self._random.integers(4)}"},
            )  # fmt: skip
            await self.world.library.put(f"products/csv/product/S{number}.json", one.model_dump_json().encode())
            for picture in range(of_each):
                await self.picture(f"{number}-{picture}", kind, sku=f"S{number}")

    async def picture(
        self, name: str, kind: str, *, sku: str = "", models: Mapping[str, str] = MODELS, **tags: Any
    ) -> str:
        """One that was tagged, and linked to that product; returns its asset id."""
        event = await ingested(self.world, name, body=name.encode())
        self.events[event.asset_id] = event
        vector = self._looks[kind] * 3 + self._random.normal(size=30)
        key = f"vectors/{event.sha256}/{EYES}-2.f16"
        await self.world.library.put(key, vector.astype("<f2").tobytes())
        seen = {"labels": [], "embedding_key": key, "models": dict(models), **tags}
        await self.world.records.write(facet(event, "tags", seen))
        links = [{"sku": sku, "role": "main", "confidence": 0.98}] if sku else []
        await self.world.records.write(facet(event, "links", {"links": links}))
        return event.asset_id

    async def say(self, asset: str, **words: str) -> None:
        """A person confirmed or rejected tags."""
        fields = {f"tag:{word}": value for word, value in words.items()}
        event = self.events[asset].model_copy(update={"version": 0})
        await self.world.records.write(facet(event, "curation", {"fields": fields}))
