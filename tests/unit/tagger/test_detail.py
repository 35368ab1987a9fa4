"""Detail that the pixels hold, and blocks that compression left."""

from pathlib import Path

import numpy as np
import pyvips

from services.tagger import detail, later_work
from services.tagger.look import Look


def noise(side: int) -> pyvips.Image:
    return pyvips.Image.gaussnoise(side, side, sigma=40, mean=128, seed=5).cast("uchar")


def test_an_enlarged_picture_holds_less(tmp_path: Path) -> None:
    noise(600).pngsave(str(tmp_path / "a.png"))
    noise(300).resize(2).pngsave(str(tmp_path / "b.png"))
    as_it_is, enlarged = (detail.find(Look(tmp_path / name))["detail"] for name in ("a.png", "b.png"))
    assert as_it_is["fine"] == 100 and enlarged["fine"] < 60
    assert as_it_is["blockiness"] < 1.3


def test_blocks_of_any_grid_are_seen() -> None:
    rng = np.random.default_rng(3)
    flat = np.kron(rng.integers(100, 140, (40, 40)), np.ones((8, 8))).astype(np.float32)
    assert detail.blockiness(flat) > 5
    assert detail.blockiness(flat[3:, 5:]) > 5
    assert detail.blockiness(rng.integers(100, 140, (320, 320)).astype(np.float32)) < 1.3


def test_the_richest_patch_is_where_something_is() -> None:
    picture = np.full((1600, 1600, 3), 255, np.uint8)
    picture[1100:1500, 1100:1500] = np.random.default_rng(1).integers(0, 256, (400, 400, 1), np.uint8)
    patch = detail.richest(picture)
    assert patch.shape == (512, 512) and patch.std() > 50


def test_nothing_is_told_of_what_render_has_made(tmp_path: Path) -> None:
    noise(600).pngsave(str(tmp_path / "a.png"))
    job = {"input": "a.png", "steps": ["detail"]}
    for made, found in ((False, ["detail"]), (True, [])):
        *_, told = later_work.work({**job, "made": made}, tmp_path)
        assert list(told["found"]) == found


def test_nothing_is_told_of_the_tiny(tmp_path: Path) -> None:
    noise(40).pngsave(str(tmp_path / "a.png"))
    assert detail.find(Look(tmp_path / "a.png")) == {}
