"""How many faces: boxes are counted once each, and the network that set-up makes finds faces and nothing else."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from runtime.eye import Input, view
from services.tagger.models import faces, registry

SIZE = 192
SHOWN = (
    "mh01-black_main", "mh02-black_alt1", "mh07-black_main", "mj01-orange_main", "ms02-black_main", "mt12-blue_main"
)  # fmt: skip
HIDDEN = (
    "mh03-black_alt1", "mp01-black_main", "ms03-black_back", "ms06-blue_alt1", "msh12-red_main", "mt04-blue_alt1"
)  # fmt: skip


def raw(*found: tuple[int, float, float]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(place, score, width in pixels) of each; all other places see nothing."""
    boxes, scores = np.zeros((faces.GRID**2, 16), np.float32), np.full((faces.GRID**2, 1), -9.0, np.float32)
    for place, score, width in found:
        boxes[place, 2:4], scores[place, 0] = width, np.log(score / (1 - score))
    return boxes, scores


@pytest.mark.parametrize(
    ("found", "number"),
    [
        ([], 0),
        ([(1000, 0.9, 40)], 1),
        ([(1000, 0.6, 40)], 0),
        ([(1000, 0.9, 40), (1001, 0.8, 42), (1048, 0.7, 40)], 1),
        ([(1000, 0.9, 40), (1020, 0.8, 40)], 2),
        ([(1000, 0.9, 4), (1002, 0.8, 4)], 2),
    ],
)
def test_each_face_counts_once(found: list[tuple[int, float, float]], number: int) -> None:
    assert faces.count(*raw(*found), SIZE, 0.65) == number


def test_a_picture_is_put_whole_into_the_square() -> None:
    wide = pyvips.Image.black(100, 50, bands=3).linear(1, 200).cast("uchar").copy(interpretation="srgb")
    fed = view(wide, Input(name="image", size=SIZE, layout="nhwc", dtype="uint8", fit="contain"))[0]
    assert fed.shape == (SIZE, SIZE, 3)
    assert (fed[:47] == 0).all() and (fed[-47:] == 0).all()
    assert (fed[49:143] == 200).all()


def looked_for(models: Path, picture: pyvips.Image) -> int | None:
    model = next(one.model for one in registry.load(models).loaded if one.model.card.kind == "faces")
    return model.see(picture).faces


def test_nothing_is_no_face(models: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (300, 200, 3), np.uint8)
    assert looked_for(models, pyvips.Image.new_from_array(noise).copy(interpretation="srgb")) == 0
    assert looked_for(models, pyvips.Image.black(64, 64, bands=3).cast("uchar").copy(interpretation="srgb")) == 0


@pytest.mark.media
def test_people_who_look_at_us_and_clothes_that_nobody_wears(models: Path, media: Path) -> None:
    model = next(one.model for one in registry.load(models).loaded if one.model.card.kind == "faces")

    def seen(paths: list[Path]) -> list[int]:
        return [model.see(pyvips.Image.thumbnail(str(path), 512).copy_memory()).faces or 0 for path in paths]

    luma = {name: media / "luma" / "images" / f"{name}.jpg" for name in (*SHOWN, *HIDDEN)}
    assert seen([luma[name] for name in SHOWN]) == [1] * len(SHOWN)
    assert seen([luma[name] for name in HIDDEN]) == [0] * len(HIDDEN)
    assert sum(seen(sorted(media.glob("clothing/*/*.jpg"))[::8])) <= 1
