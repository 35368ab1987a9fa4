"""Duplicates on real photographs; `bench/likeness.py` measures all of them, docs/models.md has the figures."""

from pathlib import Path

import pytest
import pyvips

from bench.altered import WAYS
from runtime import photograph
from services.tagger import work

pytestmark = pytest.mark.media


def signed(picture: pyvips.Image) -> photograph.Signature:
    return work.signature(picture.copy_memory(), picture.width, picture.height)


def pictures(media: Path, one_in: int) -> list[pyvips.Image]:
    files = sorted([*media.glob("luma/images/*.jpg"), *media.glob("clothing/*/*.jpg")])
    return [pyvips.Image.new_from_file(str(file)).copy_memory() for file in files[::one_in]]


@pytest.mark.timeout(300)
def test_altered_copies_are_found(media: Path) -> None:
    kept = [(picture, signed(picture)) for picture in pictures(media, 110)]
    for name, way in WAYS.items():
        found = sum(photograph.same(one, signed(way(picture))).same for picture, one in kept)
        assert found == len(kept), name


@pytest.mark.timeout(300)
def test_another_colour_of_the_same_photograph_is_no_duplicate(media: Path) -> None:
    """Recoloured in the studio: nothing but the colour differs. Stripes and faint tints among them."""
    images = media / "luma" / "images"
    for style in ("mh12", "mp10", "mh09", "mj08", "ms08", "mh01"):
        mains = sorted(images.glob(f"{style}-*_main.jpg"))
        signatures = [signed(pyvips.Image.new_from_file(str(file))) for file in mains]
        for at, one in enumerate(signatures):
            for other in signatures[at + 1 :]:
                assert not photograph.same(one, other).same, style
