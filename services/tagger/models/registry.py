"""All models of a folder. Anyone may drop in an ONNX classifier: its graph, its labels and a card (docs/models.md)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from services.tagger import vocabulary
from services.tagger.models import card as cards
from services.tagger.models.session import Model
from services.tagger.vocabulary import Vocabulary

MEASURES = "2"
"""Version of what is measured without a model (colours, quality, hash, likeness): raised by hand, as a model's."""


class NoModels(Exception):
    """The folder of models holds none that can be used; the message says the cure."""


@dataclass(frozen=True)
class Loaded:
    """A model that is ready, with the words it may say; an embedding says none."""

    model: Model
    words: Vocabulary | None


@dataclass(frozen=True)
class Models:
    """loaded: ready to use, by name. broken: one sentence for each card that cannot be used; the others work on."""

    loaded: tuple[Loaded, ...]
    broken: tuple[str, ...]

    @property
    def versions(self) -> dict[str, str]:
        """Name of each model → its version, and that of the measures."""
        return {"measures": MEASURES} | {one.model.card.name: one.model.card.version for one in self.loaded}


def load(folder: Path) -> Models:
    """Load every card of the folder. Raises NoModels when not a single one works."""
    loaded, broken = [], []
    for path in sorted(folder.glob("*.json")):
        try:
            loaded.append(_load(path))
        except (OSError, ValueError) as error:
            broken.append(f"the model of {path.name} is left out: {error}")
    if not loaded:
        raise NoModels("; ".join(broken) or f"no model in {folder}: run `packshot setup`, which makes them")
    return Models(tuple(loaded), tuple(broken))


def _load(path: Path) -> Loaded:
    card = cards.read(path)
    for name in (card.file, card.labels):
        if name and Path(name).name != name:
            raise ValueError(f"{name!r} is not a name in the card's own folder")
    graph = (path.parent / card.file).read_bytes()
    if card.sha256 and hashlib.sha256(graph).hexdigest() != card.sha256:
        raise ValueError(f"{card.file} is not the file that the card was made for (sha256 differs)")
    words = vocabulary.read(path.parent / card.labels) if card.labels else None
    return Loaded(Model(card, graph, classes=words.matrix.shape[0] if words else None), words)
