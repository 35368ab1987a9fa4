"""What taught tags need of a picture is kept with it, so that it can become an example; its own vector comes first."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import pyvips

from services.tagger import work
from services.tagger.taught.folder import place
from services.tagger.taught.head import features_of
from services.tagger.taught.learning import taught
from services.tagger.taught.linked import EYES
from tests.unit.tagger.taught.test_replacing import proof

NEEDS = ("imagenet-lite1", EYES)


def test_vectors_of_taught_tags_are_kept(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models"
    shutil.copytree(models, folder)
    monkeypatch.setenv("PACKSHOT_MODELS", str(folder))
    for cache in (work.loaded, work.taught):
        cache.cache_clear()
    picture = pyvips.Image.gaussnoise(90, 90, sigma=40, mean=128, seed=3).cast("uchar").bandjoin([60, 90])
    flat = picture.copy(interpretation="srgb")
    assert list(work.tag(flat, 90, 90)["embeddings"]) == [EYES]
    versions = {name: work.loaded().versions[name] for name in NEEDS}
    random = np.random.default_rng(2)
    rows = [{name: random.normal(size=1280).astype(np.float32) for name in NEEDS} for _ in range(8)]
    told = proof([False] * 8)
    lesson = told.__class__(
        told.pictures, ("one", "other") * 4, told.right, told.added, told.left_out,
        np.stack([features_of(row, versions) for row in rows]).astype(np.float16),
    )  # fmt: skip
    place(folder, *taught(lesson, versions))
    assert list(work.tag(flat, 90, 90)["embeddings"]) == [EYES, "imagenet-lite1"]
    for cache in (work.loaded, work.taught):
        cache.cache_clear()
