"""What was learnt, on disk: a card that people can read and a file of numbers, beside the models."""

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from services.tagger.labels import Label
from services.tagger.models.registry import TAUGHT
from services.tagger.taught.learn import Learnt, likeness
from services.tagger.taught.regression import Floats, Weights, softmax


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
    """One row: each model's numbers brought to length 1, one behind the other."""
    parts = [np.asarray(embeddings[name], np.float32) for name in needs]
    row: Floats = np.concatenate([part / max(float(np.linalg.norm(part)), 1e-9) for part in parts])
    return row


def card_path(folder: Path, about: str = "") -> Path:
    """Where a head's card lies; a shop may call its attribute whatever it likes, and no two attributes share a card."""
    plain = re.sub(r"[^a-z0-9]+", "-", about.casefold()).strip("-")
    told_apart = "" if plain == about else hashlib.sha256(about.encode()).hexdigest()[:8]
    return folder / f"{'-'.join(filter(None, (TAUGHT, plain, told_apart)))}.json"


def write(folder: Path, learnt: Learnt, needs: Mapping[str, str], about: str = "") -> HeadCard:
    """Put it beside the models in place of the one before; the card comes last, so that it is there whole or not."""
    path = card_path(folder, about)
    before = standing(path)
    packed = io.BytesIO()
    np.savez(
        packed, centre=learnt.centre, scale=np.float32(learnt.scale), slope=learnt.weights.slope.astype(np.float16),
        level=learnt.weights.level, known=learnt.known.astype(np.float16),
    )  # fmt: skip
    body, figures = packed.getvalue(), learnt.figures
    sha256 = hashlib.sha256(body).hexdigest()
    # No number: a card that somebody removed would count from one again, and what it tagged would pass for new.
    version = sha256[:8]
    card = HeadCard(
        name=path.stem, version=version, about=about, file=f"{path.stem}-{version}.npz",
        sha256=sha256, needs=dict(needs), tags=learnt.tags, examples=learnt.examples,
        top1=round(figures.top1, 4), top3=round(figures.top3, 4), temperature=figures.temperature,
        least=figures.least, near=figures.near, taught=datetime.now(UTC),
    )  # fmt: skip
    _put(folder / card.file, body)
    _put(path, (card.model_dump_json(indent=2) + "\n").encode())
    if before and before.file != card.file:
        (folder / before.file).unlink(missing_ok=True)
    return card


def standing(path: Path) -> HeadCard | None:
    """The card that is there now; None also for one that cannot be read: whatever comes is better."""
    try:
        return read_card(path) if path.exists() else None
    except ValueError:
        return None


def read_card(path: Path) -> HeadCard:
    """Raises ValueError that names the card and what is wrong with it."""
    try:
        return HeadCard.model_validate_json(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def read(path: Path) -> Head:
    """Raises ValueError, OSError."""
    card = read_card(path)
    if Path(card.file).name != card.file:
        raise ValueError(f"{card.file!r} is not a name in the card's own folder")
    body = (path.parent / card.file).read_bytes()
    if hashlib.sha256(body).hexdigest() != card.sha256:
        raise ValueError(f"{card.file} is not the file that the card was made for (sha256 differs)")
    with np.load(io.BytesIO(body), allow_pickle=False) as held:
        numbers = {name: held[name].astype(np.float32) for name in held.files}
    weights = Weights(numbers["slope"], numbers["level"])
    return Head(card, numbers["centre"], float(numbers["scale"]), weights, numbers["known"])


def _put(path: Path, body: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    Path(name).chmod(0o644)
    os.replace(name, path)
