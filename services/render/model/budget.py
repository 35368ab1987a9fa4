"""The optimised model, made smaller until it is inside its budget of triangles and bytes."""

from pathlib import Path

from services.render.model.plan import ModelRecipe
from services.render.model.textures import Texture, write_web
from services.render.model.tool import Budget, optimise

# Each further try halves textures and triangles; below this a product is not recognised any more.
LEAST_SIDE = 512
TRIES = 3


def within_budget(folder: Path, kind: str, textures: list[Texture], recipe: ModelRecipe, out: Path) -> int:
    """Writes `out`, returns its triangles. The last try stands even when it is over the budget. Raises Refused."""
    side, triangles, made = recipe.side, recipe.triangles, 0
    for _ in range(TRIES):
        made = optimise(folder, kind, write_web(textures, folder, side), Budget(triangles))
        if (folder / "optimised.glb").stat().st_size <= recipe.bytes:
            break
        side, triangles = max(LEAST_SIDE, side // 2), triangles // 2
    (folder / "optimised.glb").replace(out)
    return made
