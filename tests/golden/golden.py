"""The golden pictures: how each preset shows made-up originals. Run as a program it draws them anew:

    python -m tests.golden.golden

Look at them before you commit them, and raise `ENGINE` in services/render/recipe.py when pixels have changed.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyvips

from services.render.facts import Facts
from services.render.kinds import plan_for
from services.render.presets import load_presets
from services.render.recipe import Planned
from services.render.work import warm, work
from tests.golden.sources import SOURCES

PICTURES = Path(__file__).with_name("pictures")
LOADERS = {"jpeg": "jpegload", "webp": "webpload", "avif": "heifload", "tiff": "tiffload", "png": "pngload"}
SHOWN = {
    "packshot": {"square", "portrait", "card", "marketplace"},
    "detail": {"square", "portrait", "marketplace"},
    "cmyk": {"web", "web-avif", "print-cmyk"},
    "wide-gamut": {"web", "web-webp", "web-avif", "print-cmyk"},
    "transparent": {"web", "web-webp", "web-avif", "card", "square", "marketplace"},
    "animated": {"animation", "web-webp"},
    "guide": {"thumbnail", "page-1", "page-2"},
}
SIDE = 96  # pixels of a golden picture: enough to see the crop, the colours and the padding


def wanted(source: str) -> list[Planned]:
    """What is shown of a source: of the photograph all presets, of the others those that treat it differently."""
    _, kind, media_type = SOURCES[source]
    recipes = plan_for(kind, media_type, load_presets(), Facts())
    return [one for one in recipes if source == "photograph" or one.preset in SHOWN[source]]


def shown(source: str) -> Iterator[tuple[str, pyvips.Image]]:
    """Each preset's name and its rendition of the source, brought to SIDE."""
    warm()
    recipes = [recipe.model_dump(mode="json") for recipe in wanted(source)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "input").write_bytes(SOURCES[source][0]())
        for value in work({"kind": SOURCES[source][1], "input": "input", "recipes": recipes}, folder):
            if "file" in value and "preset" in value:
                yield value["preset"], _small(folder / value["file"], value)


def _small(path: Path, value: dict[str, Any]) -> pyvips.Image:
    """One file; of what moves the first and the last frame, one above the other."""
    if "frames" in value:
        roll = pyvips.Operation.call(LOADERS[value["format"]], str(path), n=-1)
        high = value["height"]
        ends = [roll.crop(0, top, roll.width, high) for top in (0, roll.height - high)]
        return pyvips.Image.arrayjoin(ends, across=1).thumbnail_image(SIDE, height=2 * SIDE).copy_memory()
    image = pyvips.Operation.call(LOADERS[value["format"]], str(path))
    if image.interpretation == "cmyk":
        image = image.icc_transform("srgb", embedded=True, intent="relative", black_point_compensation=True)
    return image.thumbnail_image(SIDE, height=SIDE).copy_memory()


def similarity(one: pyvips.Image, other: pyvips.Image) -> float:
    """Mean SSIM (Wang 2004, Gaussian window of 1.5 pixels) over all colour bands: 1 is the same."""
    a, b = one.cast("double"), other.cast("double")

    def blur(image: pyvips.Image) -> pyvips.Image:
        return image.gaussblur(1.5, precision="float")

    mean_a, mean_b = blur(a), blur(b)
    var_a, var_b = blur(a * a) - mean_a * mean_a, blur(b * b) - mean_b * mean_b
    both = blur(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    upper = (mean_a * mean_b * 2 + c1) * (both * 2 + c2)
    lower = (mean_a * mean_a + mean_b * mean_b + c1) * (var_a + var_b + c2)
    return float((upper / lower).avg())


if __name__ == "__main__":
    for each in SOURCES:
        (PICTURES / each).mkdir(parents=True, exist_ok=True)
        for preset, picture in shown(each):
            picture.write_to_file(str(PICTURES / each / f"{preset}.png"))
