"""What was learnt, ready to speak: a card that people can read and a file of numbers."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from services.tagger.labels import Label
from services.tagger.models.registry import TAUGHT
from services.tagger.taught.learn import Learnt, likeness
from services.tagger.taught.names import name_of
from services.tagger.taught.regression import Floats, Weights, softmax

SPOKEN = ("centre", "scale", "slope", "level", "known")
"""The numbers that a head needs to speak; the others are for who learns again."""


class HeadCard(BaseModel):
    """needs: the models whose embeddings it takes, in their order, with the versions that it was taught on.

    about: what its tags say (`category`, `colour` …), empty for a folder of tags.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    kind: Literal["taught"] = "taught"
    about: str = ""
    file: str
    sha256: str
    needs: dict[str, str]
    tags: tuple[str, ...]
    examples: int
    top1: float
    top3: float
    temperature: float
    least: float
    near: float
    taught: datetime

    def packed(self) -> bytes:
        """As it is written."""
        return (self.model_dump_json(indent=2) + "\n").encode()


@dataclass(frozen=True)
class Proof:
    """The examples that a head was taught, and which of them it knew when they were held back.

    pictures: names that stay the same from one learning to the next. added: those that people confirmed in the library;
    left_out: those that they rejected. features: of each example, where nobody else keeps them.
    """

    pictures: tuple[str, ...]
    tags: tuple[str, ...]
    right: NDArray[np.bool_]
    added: NDArray[np.bool_]
    left_out: NDArray[np.bool_]
    features: NDArray[np.float16] | None = None


@dataclass(frozen=True)
class Head:
    """Ready to speak."""

    card: HeadCard
    centre: Floats
    scale: float
    weights: Weights
    known: Floats

    def say(self, embeddings: Mapping[str, Floats]) -> list[Label]:
        """The tags that are sure enough, the surest first; none for what resembles no example."""
        if not self.card.needs.keys() <= embeddings.keys():
            return []
        features = (features_of(embeddings, self.card.needs)[None] - self.centre) / self.scale
        if likeness(features, self.known)[0] < self.card.near:
            return []
        shares = softmax(self.weights.logits(features), self.card.temperature)[0]
        sure = [(float(share), tag) for share, tag in zip(shares, self.card.tags, strict=True)]
        return [
            Label(tag, round(share, 3), TAUGHT) for share, tag in sorted(sure, reverse=True) if share >= self.card.least
        ]


def features_of(embeddings: Mapping[str, Floats], needs: Mapping[str, str]) -> Floats:
    """One row: each model's numbers, as they are stored, brought to length 1, one behind the other."""
    parts = [np.asarray(embeddings[name], np.float16).astype(np.float32) for name in needs]
    row: Floats = np.concatenate([part / max(float(np.linalg.norm(part)), 1e-9) for part in parts])
    return row


Made = tuple[HeadCard, bytes]
"""A head's card and its file of numbers."""


def pack(learnt: Learnt, needs: Mapping[str, str], about: str = "", proof: Proof | None = None) -> Made:
    """The same examples give the same file of numbers, and so the same version."""
    numbers: dict[str, NDArray[np.generic]] = {
        "centre": learnt.centre, "scale": np.array(np.float32(learnt.scale)),
        "slope": learnt.weights.slope.astype(np.float16), "level": learnt.weights.level,
        "known": learnt.known.astype(np.float16),
    }  # fmt: skip
    if proof is not None:
        numbers |= {"pictures": np.array(proof.pictures, str), "tags": np.array(proof.tags, str), "right": proof.right,
                    "added": proof.added, "left_out": proof.left_out}  # fmt: skip
        numbers |= {"features": proof.features} if proof.features is not None else {}
    packed = io.BytesIO()
    np.savez(packed, **numbers)  # type: ignore[arg-type] # the stub takes any name for a flag
    sha256 = hashlib.sha256(packed.getvalue()).hexdigest()
    # No number: a card that somebody removed would count from one again, and what it tagged would pass for new.
    version, figures = sha256[:8], learnt.figures
    card = HeadCard(
        name=name_of(about), version=version, about=about, file=f"{name_of(about)}-{version}.npz",
        sha256=sha256, needs=dict(needs), tags=learnt.tags, examples=learnt.examples,
        top1=round(figures.top1, 4), top3=round(figures.top3, 4), temperature=figures.temperature,
        least=figures.least, near=figures.near, taught=datetime.now(UTC),
    )  # fmt: skip
    return card, packed.getvalue()


def unpack(card: HeadCard, body: bytes) -> Head:
    """Raises ValueError."""
    numbers = {name: value.astype(np.float32) for name, value in _held(card, body, SPOKEN).items()}
    weights = Weights(numbers["slope"], numbers["level"])
    return Head(card, numbers["centre"], float(numbers["scale"]), weights, numbers["known"])


def proof_of(card: HeadCard, body: bytes) -> Proof | None:
    """What it was taught; None for a head that was made before this was kept. Raises ValueError."""
    held = _held(card, body, ("pictures", "tags", "right", "added", "left_out", "features"))
    if "pictures" not in held:
        return None
    pictures, tags = tuple(map(str, held["pictures"])), tuple(map(str, held["tags"]))
    right, added, left_out = (held[name].astype(bool) for name in ("right", "added", "left_out"))
    features = held["features"].astype(np.float16) if "features" in held else None
    return Proof(pictures, tags, right, added, left_out, features)


def _held(card: HeadCard, body: bytes, names: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    if hashlib.sha256(body).hexdigest() != card.sha256:
        raise ValueError(f"{card.file} is not the file that the card was made for (sha256 differs)")
    with np.load(io.BytesIO(body), allow_pickle=False) as held:
        return {name: held[name] for name in names if name in held.files}
