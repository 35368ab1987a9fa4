"""What taught tags need of a picture is kept with it: it can become an example, and be tagged again without a look."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from runtime.memory_store import MemoryBucket
from schemas.tags import TagsFacet
from services.tagger import work
from services.tagger.taught.again import said_again
from services.tagger.taught.folder import place
from services.tagger.taught.head import features_of
from services.tagger.taught.heads import Versions
from services.tagger.taught.learning import taught
from services.tagger.taught.library import vector_key
from services.tagger.taught.linked import EYES
from services.tagger.taught.packed import Proof

NEEDS = ("imagenet-lite1", EYES)
SHA = "a" * 64


@pytest.fixture
def folder(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The real models, in a folder of its own."""
    shutil.copytree(models, tmp_path / "models")
    monkeypatch.setenv("PACKSHOT_MODELS", str(tmp_path / "models"))
    for cache in (work.loaded, work.taught):
        cache.cache_clear()
    yield tmp_path / "models"
    for cache in (work.loaded, work.taught):
        cache.cache_clear()


def picture(seed: int) -> pyvips.Image:
    """Coloured noise, or of an even seed stripes."""
    noise = pyvips.Image.gaussnoise(96, 96, sigma=30, mean=128, seed=seed)
    stripes = (pyvips.Image.xyz(96, 96)[0] % (6 + seed) < 3).ifthenelse(220, 40)
    grey = (noise if seed % 2 else stripes + noise * 0.2).cast("uchar")
    return grey.bandjoin([40 + 9 * seed, 90]).copy(interpretation="srgb")


def vectors(found: dict[str, Any]) -> dict[str, bytes]:
    return {name: base64.b64decode(text) for name, text in found["embeddings"].items()}


def look(seed: int, *, everything: bool = False) -> dict[str, Any]:
    return work.tag(picture(seed), 96, 96, everything=everything)


def teach(folder: Path) -> None:
    versions = {name: work.loaded().versions[name] for name in NEEDS}
    rows = []
    for seed in range(8):
        seen = vectors(look(seed, everything=True))
        rows.append(
            features_of({name: np.frombuffer(seen[name], "<f2").astype(np.float32) for name in NEEDS}, versions)
        )
    nothing = np.zeros(8, bool)
    names = tuple(str(seed) for seed in range(8))
    lesson = Proof(names, ("stripes", "noise") * 4, nothing, nothing, nothing, np.stack(rows).astype(np.float16))
    place(folder, *taught(lesson, versions))


def test_vectors_of_taught_tags_are_kept_and_a_pictures_own_comes_first(folder: Path) -> None:
    assert list(look(9)["embeddings"]) == [EYES]
    teach(folder)
    assert list(look(9)["embeddings"]) == [EYES, "imagenet-lite1"]


async def test_by_its_vectors_it_is_tagged_as_by_a_look(folder: Path) -> None:
    library = MemoryBucket("library")
    for name, body in vectors(look(9, everything=True)).items():
        await library.put(vector_key(SHA, name, work.loaded().versions[name]), body)
    before = look(9)
    known = TagsFacet.model_validate(
        {name: before[name] for name in ("labels", "colours", "models")} | {"embedding_key": f"vectors/{SHA}/x.f16"}
    )
    teach(folder)
    after = look(9)
    assert [one["label"] for one in after["labels"] if one["source"] == "taught"] == ["noise"]
    again = await said_again(library, Versions(folder, work.loaded().versions), known)
    assert again is not None
    assert ([one.model_dump() for one in again.labels], again.models) == (after["labels"], after["models"])
