"""Kinds of original: what is planned for each. How a kind's pixels are come by is its own folder's affair.

A kind brings a work function for the cage (`services/render/<kind>/work.py`) that takes {"kind", "input", "recipes"}
and yields what `services.render.work.pictures` yields, with more renditions and facts of its own.
"""

from collections.abc import Sequence
from typing import Any

from services.render.facts import Facts
from services.render.model.plan import plan_models
from services.render.presets import Presets
from services.render.recipe import Planned, plan

PAGED = "image/tiff"
"""A picture's format that may hold several pages."""
MOVING = ("image/gif", "image/webp")
"""What may hold more than one frame to be shown one after the other."""


def plan_for(kind: str, media_type: str, presets: Presets, facts: Facts) -> list[Planned]:
    """All that is made of an original of that kind, in the order it is made. Pictures of it for every kind."""
    still = media_type not in MOVING
    recipes = plan(presets, facts, pages=kind == "document" or media_type == PAGED)
    pictures: list[Planned] = [recipe for recipe in recipes if not (recipe.animated and still)]
    more = [one for channel in presets.channels for one in plan_models(channel)] if kind == "model" else []
    return [*pictures, *more]


def job_for(kind: str, todo: Sequence[Planned]) -> dict[str, Any]:
    """The cage's job, without its input."""
    return {"kind": kind, "recipes": [planned.model_dump(mode="json") for planned in todo]}
