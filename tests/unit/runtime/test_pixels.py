"""A picture made small while it is decoded looks as if it had been decoded whole; what is cut off is refused."""

from pathlib import Path

import numpy as np
import pytest
import pyvips

from runtime import pixels
from runtime.refusal import Refused

WIDTH, HEIGHT = 1500, 1100


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """Shapes and soft noise, turned by its EXIF orientation."""
    x, y = pyvips.Image.xyz(WIDTH, HEIGHT).bandsplit()
    disc = ((x - 500) ** 2 + (y - 600) ** 2 < 300**2).ifthenelse([200, 40, 60], [240, 240, 235])
    noise = pyvips.Image.gaussnoise(WIDTH, HEIGHT, sigma=20, mean=0, seed=3).gaussblur(2)
    path = tmp_path / "large.jpg"
    picture = (disc + noise).cast("uchar").copy(interpretation="srgb")
    picture.set_type(pyvips.GValue.gint_type, "orientation", 6)
    picture.jpegsave(str(path), Q=92)
    return path


@pytest.mark.parametrize("size", [1400, 700, 512, 256, 96])
def test_it_looks_as_decoded_whole(photograph: Path, size: int) -> None:
    whole = pyvips.Image.new_from_file(str(photograph)).autorot()
    wanted = whole.thumbnail_image(size, height=size, size="down").numpy()
    found = pixels.thumbnail(photograph, size).numpy()
    assert found.shape == wanted.shape == (size, round(size * HEIGHT / WIDTH), 3)
    assert np.abs(found.astype(int) - wanted).mean() < 2


def test_a_cut_off_one_is_refused(photograph: Path) -> None:
    photograph.write_bytes(photograph.read_bytes()[:-20_000])
    with pytest.raises(Refused, match="cut off"):
        pixels.thumbnail(photograph, 256)
