"""Names of cameras, and pictures that look alike: tables, and the threshold on real photographs."""

import itertools
import os
from pathlib import Path

import pytest
import pyvips

from runtime import hashes
from runtime.likeness import FAR
from schemas.facet import Facet
from services.curator.likeness import Look, is_counter, unlike
from services.tagger.work import _fit, _grey
from tests.unit.curator.test_heads import NOW

SAME, FAR_OFF = "0" * 16, "f" * 16


COUNTERS = """IMG_0001.JPG img_0001.heic DSC01234.ARW _DSC1234.NEF DSCF0042.JPG P1010001.JPG 0042.jpg DJI_0001.JPG
GX010012.MP4 20240115_123456.jpg PXL_20240101_120000000.MP.jpg IMG-20240101-WA0001.jpg _MG_1234.CR2 IMG_E1234.JPG
IMG_0001_(1).JPG autumn/shoot/IMG_0001.JPG"""
GIVEN = """TRAINER-RED_front.jpg mh01-black.jpg A12.jpg shoe.jpg IMG_0001_trainer.jpg 4006381333931.jpg WS-0042.jpg"""


@pytest.mark.parametrize("name", COUNTERS.split())
def test_counters(name: str) -> None:
    assert is_counter(name)


@pytest.mark.parametrize("name", GIVEN.split())
def test_names_that_somebody_gave(name: str) -> None:
    assert not is_counter(name)


@pytest.mark.parametrize(
    ("new", "live", "found"),
    [
        (Look(key="IMG_1.JPG", hash=FAR_OFF), Look(hash=SAME), True),
        (Look(key="IMG_1.JPG", hash=SAME), Look(hash=SAME), False),
        (Look(key="IMG_1.JPG", hash=f"{(1 << FAR) - 1:016x}"), Look(hash=SAME), False),
        (Look(key="IMG_1.JPG", hash=f"{(1 << (FAR + 1)) - 1:016x}"), Look(hash=SAME), True),
        (Look(key="shoe.jpg", hash=FAR_OFF), Look(hash=SAME), False),
        (Look(key="IMG_1.JPG", hash=FAR_OFF, named=True), Look(hash=SAME), False),
        (Look(key="IMG_1.JPG"), Look(hash=SAME), False),
        (Look(key="IMG_1.JPG", hash=FAR_OFF), Look(), False),
    ],
)
def test_unlike(new: Look, live: Look, found: bool) -> None:
    assert unlike(new, live) is found


EVIDENCE = [
    ("rule", True),
    ("filename", True),
    ("gs1-name", True),
    ("person", True),
    ("folder", False),
    ("metadata", False),
]


@pytest.mark.parametrize(("kind", "named"), EVIDENCE)
def test_only_a_names_own_evidence_names(kind: str, named: bool) -> None:
    link = {"sku": "A", "role": "front", "confidence": 0.9, "evidence": [{"kind": kind, "detail": "…"}]}
    said = Facet(
        asset_id="0" * 36, version=1, facet="links", revision=1, status="done", written=NOW, data={"links": [link]}
    )
    assert Look().with_(said).named is named


def _hash(image: pyvips.Image) -> str:
    small = _fit(image.thumbnail_image(512, height=512, size="down").copy_memory())
    return hashes.phash(_grey(small.thumbnail_image(hashes.SIDE, height=hashes.SIDE, size="force")))


@pytest.mark.media
@pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA names the folder of real media")
def test_the_threshold_on_photographs() -> None:
    """Every two of the cameras' photographs are unlike; a retouched one is like its original."""
    pictures = [
        pyvips.Image.thumbnail(str(path), 512, height=512, size="down").colourspace("srgb").copy_memory()
        for path in sorted((Path(os.environ["PACKSHOT_MEDIA"]) / "camera").iterdir())
    ]
    assert len(pictures) > 10
    found = [Look(key="IMG_0001.JPG", hash=_hash(picture)) for picture in pictures]
    assert all(unlike(one, other) for one, other in itertools.combinations(found, 2))
    for picture, before in zip(pictures, found, strict=True):
        side, tall = picture.width // 40, picture.height // 40
        retouched = [
            pyvips.Image.new_from_buffer(picture.jpegsave_buffer(Q=50), ""),
            (picture + 40).cast("uchar"),
            picture.resize(0.5),
            picture.crop(side, tall, picture.width - 2 * side, picture.height - 2 * tall),
        ]
        assert not any(unlike(Look(key="IMG_0001.JPG", hash=_hash(one)), before) for one in retouched)
