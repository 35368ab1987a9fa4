"""What was learnt, ready to speak, and its card, which people can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from services.tagger.labels import Label
from services.tagger.models.registry import TAUGHT
from services.tagger.taught.learn import likeness
from services.tagger.taught.regression import Floats, Weights, softmax

SAME = 0.9995
"""Cosine from which on two vectors are one picture's: an example is kept with half the digits."""


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
    far: float | None = None
    """Of older cards it is not known."""
    taught: datetime

    def packed(self) -> bytes:
        """As it is written."""
        return (self.model_dump_json(indent=2) + "\n").encode()


@dataclass(frozen=True)
class Head:
    """Ready to speak."""

    card: HeadCard
    centre: Floats
    scale: float
    weights: Weights
    known: Floats

    def was_taught(self, embeddings: Mapping[str, Floats]) -> bool:
        """Whether that very picture is among the examples that it keeps."""
        if not self.card.needs.keys() <= embeddings.keys():
            return False
        features = self._features(embeddings)
        return bool((self.known @ features[0]).max(initial=0) >= SAME * float(np.linalg.norm(features)))

    def say(self, embeddings: Mapping[str, Floats]) -> list[Label]:
        """The tags that are sure enough, the surest first; none for what resembles no example."""
        if not self.card.needs.keys() <= embeddings.keys():
            return []
        features = self._features(embeddings)
        if likeness(features, self.known)[0] < self.card.near or self._is_far(features):
            return []
        shares = softmax(self.weights.logits(features), self.card.temperature)[0]
        sure = [(float(share), tag) for share, tag in zip(shares, self.card.tags, strict=True)]
        return [
            Label(tag, round(share, 3), TAUGHT) for share, tag in sorted(sure, reverse=True) if share >= self.card.least
        ]

    def _is_far(self, features: Floats) -> bool:
        """Whether it lies further out than any example did: what a shop of hoodies knows is nothing about a car."""
        return self.card.far is not None and float(np.linalg.norm(features)) > self.card.far

    def _features(self, embeddings: Mapping[str, Floats]) -> Floats:
        row: Floats = (features_of(embeddings, self.card.needs)[None] - self.centre) / self.scale
        return row


def features_of(embeddings: Mapping[str, Floats], needs: Mapping[str, str]) -> Floats:
    """One row: each model's numbers, as they are stored, brought to length 1, one behind the other."""
    parts = [np.asarray(embeddings[name], np.float16).astype(np.float32) for name in needs]
    row: Floats = np.concatenate([part / max(float(np.linalg.norm(part)), 1e-9) for part in parts])
    return row
