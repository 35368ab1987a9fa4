"""A head's file of numbers: what it needs to speak, and what it was taught, for who learns again."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from services.tagger.taught.head import Head, HeadCard
from services.tagger.taught.learn import Learnt
from services.tagger.taught.names import name_of
from services.tagger.taught.regression import Weights

SPOKEN = ("centre", "scale", "slope", "level", "known")
"""The numbers that a head needs to speak."""


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


Made = tuple[HeadCard, bytes]
"""A head's card and its file of numbers."""


def pack(learnt: Learnt, needs: Mapping[str, str], about: str = "", proof: Proof | None = None) -> Made:
    """The same examples give the same file of numbers, and so the same version."""
    numbers: dict[str, NDArray[np.generic]] = {
        "centre": learnt.centre, "scale": np.array(np.float32(learnt.scale)),
        "slope": learnt.weights.slope.astype(np.float16), "level": learnt.weights.level,
        "known": learnt.known.astype(np.float16), "far": np.array(np.float32(learnt.figures.far)),
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
        least=figures.least, near=figures.near, far=figures.far, taught=datetime.now(UTC),
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
