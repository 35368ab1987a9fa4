"""Duplicates on real photographs; `bench/likeness.py` measures all of them, docs/models.md has the figures."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
import pyvips

from bench.altered import WAYS
from runtime import eye, hashes, photograph
from services.tagger import work

pytestmark = pytest.mark.media
ONE_PHOTOGRAPH = {
    ("mp07-blue_alt1", "mp07-blue_side_b"),
    ("mp09-black_main", "mp09-blue_main"),
    ("mp12-black_main", "mp12-blue_main"),
    ("mt02-white_main", "mt02-white_sideb"),
}
"""By eye: under two names, or one cropped from the other."""
MOST_FALSE = 1 / 100_000


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


@pytest.mark.timeout(400)
def test_two_photographs_are_hardly_ever_taken_for_one(media: Path) -> None:
    """Of all pairs the hardest are laid upon each other: those within the bits of the hash (Luma's recoloured pictures
    are), and all of one style in Luma, which show one model in one light. They count over all pairs.
    """
    files = sorted([*media.glob("luma/images/*.jpg"), *media.glob("clothing/*/*.jpg")])
    kept = {file: signed(pyvips.Image.thumbnail(str(file), eye.DECODED, size="down")[:3]) for file in files}
    pairs = list(_hardest(kept))
    found = {(one.stem, other.stem) for one, other in pairs if photograph.same(kept[one], kept[other]).same}
    assert len(pairs) > 1000 and found >= ONE_PHOTOGRAPH
    false = found - ONE_PHOTOGRAPH
    assert len(false) <= MOST_FALSE * len(files) * (len(files) - 1) / 2, false


def _hardest(kept: dict[Path, photograph.Signature]) -> Iterator[tuple[Path, Path]]:
    for one, other in combinations(kept, 2):
        (straight, mirrored), (theirs, _) = kept[one].hashes, kept[other].hashes
        alike = min(hashes.distance(straight, theirs), hashes.distance(mirrored, theirs)) <= photograph.BITS
        if alike or ("luma" in one.parts and one.name.split("-")[0] == other.name.split("-")[0]):
            yield one, other
