"""What is made of every model beside pictures of it, as recipes: whatever changes a byte is a field."""

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from runtime.recipes import recipe_hash

# Raised by hand when the tools or our code change what comes out.
ENGINE = 2
CHANNEL = "webshop"
VIEWS, TURNTABLE_SIDE = 8, 720
ModelFormat = Literal["glb", "usdz", "webp", "json"]
Makes = Literal["optimised", "ios", "turntable", "report"]
CONTENT_TYPES = {"glb": "model/gltf-binary", "usdz": "model/vnd.usdz+zip", "json": "application/json"}


class ModelRecipe(BaseModel):
    """One file made of a model. triangles, bytes: the optimised model's budget; side: pixels of a texture or still."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    engine: int = ENGINE
    preset: str
    makes: Makes
    format: ModelFormat
    side: int = 0
    view: int = 0
    triangles: int = 0
    bytes: int = 0

    @cached_property
    def hash(self) -> str:
        """16 hex digits, as of a picture's recipe."""
        return recipe_hash(self.model_dump(mode="json"))

    @property
    def extension(self) -> str:
        """The file name's ending, without the dot."""
        return self.format

    @property
    def channel(self) -> str:
        """The channel it serves."""
        return CHANNEL

    @property
    def wave(self) -> Literal["rest"]:
        """Pictures go first."""
        return "rest"


def plan_models(channel: str = "all") -> list[ModelRecipe]:
    """All files of a model for a channel, in the order in which they are made."""
    if channel not in ("all", CHANNEL):
        return []
    views = range(1, VIEWS + 1)
    return [
        ModelRecipe(
            preset="model", makes="optimised", format="glb", side=2048, triangles=200_000, bytes=8 * 2**20
        ),
        ModelRecipe(preset="model-ios", makes="ios", format="usdz", side=2048),
        ModelRecipe(preset="model-report", makes="report", format="json"),
        *(
            ModelRecipe(preset=f"turntable-{n}", makes="turntable", format="webp", side=TURNTABLE_SIDE, view=n)
            for n in views
        ),
    ]  # fmt: skip
