"""New heads speak of what was tagged before, by its stored vectors: the same tags as a look at the picture gives."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from schemas.tags import TagsFacet
from services.tagger.taught.again import said_again
from services.tagger.taught.folder import card_path, place
from services.tagger.taught.heads import Versions
from services.tagger.taught.learn import learn
from services.tagger.taught.packed import pack
from services.tagger.taught.silence import SURE
from tests.fakes.world import World
from tests.unit.tagger.taught.test_learn import clusters

MODELS = {"measures": "2", "eyes": "1"}
SHA = "a" * 64


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    features, names = clusters(12, 2.0)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    place(tmp_path, *pack(learn(features, names), {"eyes": "1"}))
    return Versions(tmp_path, MODELS)


async def again(versions: Versions, other: float = 0.0, **known: Any) -> TagsFacet | None:
    """other: how much of the second tag's picture is in it."""
    world, (vectors, _) = World(), clusters(12, 2.0)
    vector = (1 - other) * vectors[0] + other * vectors[12]
    await world.library.put(f"vectors/{SHA}/eyes-1.f16", vector.astype("<f2").tobytes())
    facet = TagsFacet.model_validate(
        {"embedding_key": f"vectors/{SHA}/eyes-1.f16", "models": MODELS, "hash": "0f", "cpu_ms": 90.0} | known
    )
    return await said_again(world.library, versions, facet)


def label(word: str, source: str) -> dict[str, Any]:
    return {"label": word, "confidence": 0.9, "source": source}


async def test_what_was_never_taught_is_said_beside_the_rest(versions: Versions) -> None:
    found = await again(versions, labels=[label("shoe", "eyes"), label("TAG0", "eyes")])
    assert found is not None
    assert [(one.label, one.source) for one in found.labels] == [("tag0", "taught"), ("shoe", "eyes")]
    assert (found.models, found.hash, found.cpu_ms) == (dict(versions), "0f", 0.0)
    (head,) = versions.heads()
    vector = clusters(12, 2.0)[0][0].astype(np.float16).astype(np.float32)
    assert found.labels[0].confidence == head.say({"eyes": vector})[0].confidence


async def test_what_was_taught_otherwise_is_said_anew(versions: Versions) -> None:
    seen = {"kind": "packshot", "view": "back", "view_confidence": 0.9}
    old = MODELS | {"taught": "old", "taught-view": "old"}
    found = await again(versions, labels=[label("tag0", "taught")], models=old, composition=seen)
    assert found is not None and [one.label for one in found.labels] == ["tag0"]
    assert found.composition.model_dump() == {"kind": "packshot"}


async def test_a_head_that_went_is_not_said_any_more(versions: Versions, tmp_path: Path) -> None:
    old = MODELS | dict(versions)
    card_path(tmp_path).unlink()
    found = await again(versions, labels=[label("shoe", "eyes")], models=old)
    assert found is not None and (found.models, len(found.labels)) == (MODELS, 1)


async def test_a_sure_word_silences_what_contradicts_it(tmp_path: Path) -> None:
    features, names = clusters(12, 2.0)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    place(tmp_path, *pack(learn(features, [{"tag0": "skirt"}.get(name, name) for name in names]), {"eyes": "1"}))
    versions = Versions(tmp_path, MODELS)
    others = [label("shorts", "eyes") | {"confidence": 0.5}, label("chair", "eyes")]
    found = await again(versions, labels=others)
    assert found is not None and [one.label for one in found.labels] == ["skirt", "chair"]
    assert found.labels[0].confidence >= SURE
    surer = label("skirt", "taught") | {"confidence": 1.0}  # than now, so it may have silenced more
    assert await again(versions, other=0.5, labels=[surer], models=MODELS | {"taught": "old"}) is None
    assert await again(versions, labels=[surer], models=MODELS | {"taught": "old"}) is not None


@pytest.mark.parametrize(
    "known",
    [
        {"models": {"measures": "2", "eyes": "0"}},
        {"embedding_key": f"vectors/{'b' * 64}/eyes-1.f16"},
        {"embedding_key": None},
        {"labels": [label("boot", "taught")], "models": MODELS | {"taught": "old"}},
    ],
    ids=["other models", "no vector", "no vector at all", "a word that may have hidden another"],
)
async def test_else_the_picture_is_looked_at(versions: Versions, known: dict[str, Any]) -> None:
    assert await again(versions, **known) is None


async def test_what_is_of_today_is_left_alone(versions: Versions) -> None:
    assert await again(versions, models=dict(versions)) is None
