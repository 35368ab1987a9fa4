"""A picture to look at."""

from pathlib import Path

import pytest
import pyvips


@pytest.fixture(scope="session")
def packshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red thing with a texture, like a jug, on white, 1600 × 1200 JPEG. Uneven: symmetry leaves hash bits open."""
    x, y = pyvips.Image.xyz(1600, 1200).bandsplit()
    disc = ((x - 700) ** 2 + ((y - 650) * 1.2) ** 2 < 400**2) | ((x - 1150) ** 2 + ((y - 420) * 2) ** 2 < 260**2)
    noise = pyvips.Image.gaussnoise(1600, 1200, sigma=12, mean=0, seed=7)
    red = disc.ifthenelse(noise.bandjoin([noise, noise]).linear(1, [190, 25, 30]), [255, 255, 255])
    path = tmp_path_factory.mktemp("pictures") / "packshot.jpg"
    red.cast("uchar").copy(interpretation="srgb").jpegsave(str(path), Q=92)
    return path
