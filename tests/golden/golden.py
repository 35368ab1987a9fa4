"""The golden pictures: how each preset shows one made-up photograph. Run as a program it draws them anew:

    python -m tests.golden.golden

Look at them before you commit them, and raise `ENGINE` in services/render/recipe.py when pixels have changed.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyvips

from services.render.kinds import plan_for
from services.render.presets import load_presets
from services.render.recipe import Facts
from services.render.work import warm, work

PICTURES = Path(__file__).with_name("pictures")
LOADERS = {"jpeg": "jpegload", "webp": "webpload", "avif": "heifload", "tiff": "tiffload", "png": "pngload"}
SIDE = 96  # pixels of a golden picture: enough to see the crop, the colours and the padding


def photograph() -> bytes:
    """A JPEG of 3000 x 2000, held on its side: a bottle on a table, off the middle, before a coloured wall."""
    noise = pyvips.Image.gaussnoise(750, 500, sigma=6, mean=0, seed=7)
    down = pyvips.Image.xyz(750, 500).extract_band(1)
    wall = (down * 0.2 + 110 + noise).bandjoin([(down * 0.1 + 120) + noise, (160 - down * 0.1) + noise])
    image = wall.cast("uchar").copy(interpretation="srgb").copy_memory()
    image = image.draw_rect([120, 80, 50], 0, 380, 750, 120, fill=True)
    image = image.draw_rect([200, 30, 40], 500, 180, 90, 220, fill=True)
    image = image.draw_rect([230, 220, 200], 510, 260, 70, 80, fill=True)
    image = image.draw_rect([40, 40, 45], 525, 110, 40, 70, fill=True).resize(4)
    held = image.rot270().copy()
    held.set_type(pyvips.GValue.gint_type, "orientation", 6)
    return bytes(held.jpegsave_buffer(Q=92))


def shown() -> Iterator[tuple[str, pyvips.Image]]:
    """Each preset's name and its rendition of the photograph, brought to SIDE."""
    warm()
    recipes = [recipe.model_dump(mode="json") for recipe in plan_for("image", "image/jpeg", load_presets(), Facts())]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "input").write_bytes(photograph())
        for value in work({"input": "input", "recipes": recipes}, folder):
            if "file" in value:
                image = pyvips.Operation.call(LOADERS[value["format"]], str(folder / value["file"]))
                if image.interpretation == "cmyk":
                    image = image.icc_transform("srgb", embedded=True, intent="relative")
                yield value["preset"], image.thumbnail_image(SIDE, height=SIDE).copy_memory()


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
    PICTURES.mkdir(exist_ok=True)
    for preset, picture in shown():
        picture.write_to_file(str(PICTURES / f"{preset}.png"))
