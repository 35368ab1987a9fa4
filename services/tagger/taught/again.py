"""New heads speak of pictures that were tagged before: from the stored vectors, where nothing else has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np

from runtime.objects import Bucket
from schemas.tags import TagsFacet
from services.tagger import drawn, labels
from services.tagger.labels import Label
from services.tagger.models.registry import TAUGHT
from services.tagger.taught import plausible, views
from services.tagger.taught.heads import Versions
from services.tagger.taught.library import vector_key
from services.tagger.taught.linked import PALETTE, palette_of
from services.tagger.taught.regression import Floats
from services.tagger.taught.silence import SURE, unsilenced


def only_taught_differs(known: Mapping[str, str], versions: Versions) -> bool:
    """Whether a facet's models are today's but for taught tags."""
    return dict(known) != dict(versions) and untaught(known) == versions.models


def untaught(models: Mapping[str, str]) -> dict[str, str]:
    """Without taught tags."""
    return {name: version for name, version in models.items() if not _is_taught(name)}


async def said_again(library: Bucket, versions: Versions, known: TagsFacet) -> TagsFacet | None:
    """The facet as it would be had today's heads been there; None where the picture itself has to be looked at.

    That is where other models differ too, where a head needs a vector that nobody stored, and where a taught tag is
    not said any more: it may have stood in place of the same word of another model, which is not kept.
    """
    if not only_taught_differs(known.models, versions):
        return None
    colours, background = [one.model_dump() for one in known.colours], known.composition.model_dump().get("background")
    heads = plausible.speaking(versions.heads(), drawn=drawn.by_kind(known.quality.left_out.values()))
    measured = {PALETTE: palette_of(colours)}
    needs = {name: version for head in heads for name, version in head.card.needs.items() if name not in measured}
    embeddings = await _vectors(library, known, needs)
    if embeddings is None:
        return None
    numbers = {**embeddings, **measured}
    said_now = labels.fuse([head.say(numbers) for head in views.wordy(heads)])
    taught = plausible.seen(said_now, colours, str(background or ""))
    names = {label.label.casefold() for label in taught}
    before = [Label(one.label, one.confidence, one.source) for one in known.labels]
    if any(one.source == TAUGHT and one.label.casefold() not in names for one in before) or _silence(before, taught):
        return None
    others = [one for one in before if one.source != TAUGHT and one.label.casefold() not in names]
    said = [*map(asdict, taught), *map(asdict, unsilenced(taught, others))]
    composition = views.composed(known.composition.model_dump(), heads, numbers)
    now = {"labels": said, "composition": composition, "models": dict(versions), "cpu_ms": 0.0}
    return TagsFacet.model_validate(known.model_dump() | now)


async def _vectors(library: Bucket, known: TagsFacet, needs: Mapping[str, str]) -> dict[str, Floats] | None:
    found: dict[str, Floats] = {}
    sha256 = known.embedding_key.split("/")[1] if known.embedding_key else ""
    for name, version in needs.items():
        stored = await library.get(vector_key(sha256, name, version))
        if stored is None:
            return None
        found[name] = np.frombuffer(stored.body, "<f2").astype(np.float32)
    return found


def _silence(before: Sequence[Label], now: Sequence[Label]) -> bool:
    """Whether a taught word that may have silenced others is less sure now: what it silenced is not kept."""
    sure = {one.label: one.confidence for one in now}
    return any(
        one.source == TAUGHT and one.confidence >= SURE and sure.get(one.label, 0.0) < one.confidence for one in before
    )


def _is_taught(name: str) -> bool:
    return name == TAUGHT or name.startswith(f"{TAUGHT}-")
