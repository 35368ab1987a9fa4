"""All models of a folder. Anyone may drop in an ONNX classifier: its graph, its labels and a card (docs/models.md)."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runtime.eye import options
from services.tagger import vocabulary
from services.tagger.models import card as cards
from services.tagger.models import pair
from services.tagger.models.card import Card
from services.tagger.models.session import Model
from services.tagger.vocabulary import Vocabulary

MEASURED = "measures"
MEASURES = "6"
"""Version of what is measured without a model (colours, quality, hash, likeness): raised by hand, as a model's."""
TAUGHT = "taught"
"""Cards whose names begin so are tags that this shop has taught: services/tagger/taught reads them."""

SECOND_WAVE = ("mask",)
"""Kinds of models that are too dear for the first wave, and are loaded by the first picture that needs them."""


@dataclass(frozen=True)
class LeftOut:
    """A card that cannot be used. name: the card's file without its ending; cause: for people."""

    name: str
    cause: str

    def __str__(self) -> str:
        return f"the model of {self.name}.json is left out: {self.cause}"


class NoModels(Exception):
    """The folder of models holds none that can be used; the message says the cure. left_out: cards that are there."""

    def __init__(self, folder: Path, left_out: tuple[LeftOut, ...]) -> None:
        cards = "; ".join(map(str, left_out))
        cure = "run `packshot setup`, which makes them"
        super().__init__(f"no model in {folder} can be used: {cure}{f' ({cards})' if cards else ''}")
        self.left_out = left_out


@dataclass(frozen=True)
class Loaded:
    """A model that is ready, with the words it may say; an embedding says none."""

    model: Model
    words: Vocabulary | None

    @property
    def looks(self) -> bool:
        """Whether it has something to say of every picture; the others only give numbers that taught tags may need."""
        return self.words is not None


@dataclass(frozen=True)
class Models:
    """loaded: ready to use, by name. left_out: cards that cannot be used; the others work on."""

    loaded: tuple[Loaded, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def broken(self) -> tuple[str, ...]:
        """One sentence for each card that is left out."""
        return tuple(map(str, self.left_out))

    @property
    def sighted(self) -> tuple[Loaded, ...]:
        """All that know things, or give numbers."""
        return tuple(one for one in self.loaded if one.model.card.kind != "faces")

    @property
    def watching(self) -> tuple[Loaded, ...]:
        """Those that only look for faces."""
        return tuple(one for one in self.loaded if one.model.card.kind == "faces")

    @property
    def versions(self) -> dict[str, str]:
        """Name of each model → its version, and that of the measures."""
        return {MEASURED: MEASURES} | {one.model.card.name: one.model.card.version for one in self.loaded}


def load(folder: Path) -> Models:
    """Load every card of the folder. Raises NoModels when not a single one works."""
    loaded, left_out = [], []
    places: dict[str, str] = {}
    for path in _cards(folder):
        try:
            card = cards.read(path)
            if (first := places.setdefault(card.name, path.name)) != path.name:
                raise ValueError(f"{first} is a model {card.name!r} already: give this one another name")
            if card.kind not in SECOND_WAVE:
                loaded.append(_load(path, card))
        except (OSError, ValueError) as error:
            left_out.append(LeftOut(path.stem, str(error)))
    if not loaded:
        raise NoModels(folder, tuple(left_out))
    return Models(tuple(loaded), tuple(left_out))


def cutter(folder: Path) -> Model:
    """The model that cuts the product out. Raises ValueError or OSError that says what is wrong with it."""
    broken = []
    for path in _cards(folder):
        try:
            card = cards.read(path)
        except (OSError, ValueError) as error:  # `load` tells of it; here it counts only where nothing else is found
            broken.append(str(error))
            continue
        if card.kind == "mask":
            return _load(path, card).model
    cure = f"no model in {folder} cuts the product out: run `packshot setup`, which makes one"
    raise ValueError("; ".join([cure, *broken]))


def cutter_card(folder: Path) -> Card | None:
    """The card of that model; None where none can be read."""
    for path in _cards(folder):
        with suppress(OSError, ValueError):  # whoever uses it says what is wrong
            if (card := cards.read(path)).kind == "mask":
                return card
    return None


def _cards(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.json") if not path.name.startswith(TAUGHT))


def _load(path: Path, card: Card) -> Loaded:
    for name in (card.file, card.labels, card.texts and card.texts.file):
        if name and Path(name).name != name:
            raise ValueError(f"{name!r} is not a name in the card's own folder")
        if name and not (path.parent / name).is_file():
            raise ValueError(f"{name} is missing: put it beside the card")
    graph = (path.parent / card.file).read_bytes()
    if card.sha256 and hashlib.sha256(graph).hexdigest() != card.sha256:
        raise ValueError(f"{card.file} is not the file that the card was made for (sha256 differs)")
    words = vocabulary.read(path.parent / card.labels) if card.labels else None
    vectors = None
    if card.texts and card.labels:
        texts = (path.parent / card.texts.file).read_bytes()
        vectors = pair.vectors(card.texts, texts, path.parent / card.labels, options())
    return Loaded(Model(card, graph, words.matrix.shape[0] if words else None, vectors), words)
