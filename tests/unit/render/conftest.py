"""Small sources made on the spot, and a similarity that is not fooled by encoders."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyvips

from services.render.presets import load_presets
from services.render.recipe import Facts, Recipe, plan, resolve
from services.render.work import warm, work

Render = Callable[..., pyvips.Image]


@pytest.fixture(autouse=True, scope="session")
def _locked_down() -> None:
    warm()


@pytest.fixture(scope="session")
def scene() -> pyvips.Image:
    """240 x 160, no two corners alike, soft and sharp edges, saturated and muted colours."""
    across = pyvips.Image.identity().resize(240 / 256, vscale=160).cast("uchar")
    image = across.bandjoin([(across * 0.5 + 60).cast("uchar"), (255 - across).cast("uchar")])
    image = image.copy(interpretation="srgb")
    image = image.draw_rect([200, 40, 40], 10, 10, 60, 50, fill=True)
    image = image.draw_rect([40, 160, 60], 170, 90, 50, 60, fill=True)
    return image.draw_circle([240, 230, 90], 120, 60, 30, fill=True).copy_memory()


@pytest.fixture
def recipe() -> Recipe:
    """A plain one: fit 120 x 120, JPEG 95."""
    made = resolve(load_presets().named("web"), Facts())
    return made.model_copy(update={"width": 120, "height": 120, "quality": 95})


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """render(bytes, recipe) -> the rendition as a picture. Raises what the work raises."""

    def run(data: bytes, recipe: Recipe) -> pyvips.Image:
        _head, made = everything(tmp_path, data, [recipe])
        return opened(tmp_path / made["file"]).copy_memory()  # the next one may have the same name

    return run


@pytest.fixture
def values(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """values(bytes, recipes) -> all that the work yields; the default is all of the first wave."""

    def run(data: bytes, recipes: list[Recipe] | None = None) -> list[dict[str, Any]]:
        return everything(tmp_path, data, first_waves() if recipes is None else recipes)

    return run


def first_waves() -> list[Recipe]:
    return [recipe for recipe in plan(load_presets(), Facts()) if recipe.wave != "later"]


def everything(folder: Path, data: bytes, recipes: list[Recipe]) -> list[dict[str, Any]]:
    (folder / "input").write_bytes(data)
    return list(work({"input": "input", "recipes": [r.model_dump(mode="json") for r in recipes]}, folder))


def opened(path: Path) -> pyvips.Image:
    loader = {".jpg": "jpegload", ".webp": "webpload", ".avif": "heifload", ".png": "pngload", ".tif": "tiffload"}[
        path.suffix
    ]
    return pyvips.Operation.call(loader, str(path))


@pytest.fixture(scope="session")
def unlike() -> Callable[[pyvips.Image, pyvips.Image], float]:
    """Mean difference of two pictures of one size, in steps of 8 bits."""

    def difference(one: pyvips.Image, other: pyvips.Image) -> float:
        assert (one.width, one.height, one.bands) == (other.width, other.height, other.bands)
        return float((one.cast("float") - other.cast("float")).abs().avg())

    return difference
