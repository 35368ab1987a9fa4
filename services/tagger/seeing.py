"""All models look at one picture, and their words are put together."""

from dataclasses import dataclass

import numpy as np
import pyvips
from numpy.typing import NDArray

from services.tagger import labels, subject
from services.tagger.labels import Label
from services.tagger.models.detect import Found
from services.tagger.models.registry import Models
from services.tagger.models.session import Model
from services.tagger.subject import Boxed, Classified
from services.tagger.vocabulary import Vocabulary


@dataclass(frozen=True)
class View:
    """What the models together saw. embeddings: by model; people: boxes in which a detector sees somebody."""

    labels: list[Label]
    embeddings: dict[str, NDArray[np.float32]]
    people: list[Found]


def look(picture: pyvips.Image, models: Models) -> View:
    """picture: 8-bit sRGB, 3 bands, about 512 pixels long."""
    seen = [(one, one.model.see(picture)) for one in models.loaded]
    said = [_said(one.model, one.words, saw.logits) for one, saw in seen if one.words and saw.logits is not None]
    lists = [one.labels for one in said]
    # A box is borne out by the classifier with the most words: a user's own of two classes knows little of the world.
    widest = max(range(len(said)), key=lambda number: len(said[number].words.words), default=None)
    for one, saw in seen:
        thing = subject.thing(saw.found, one.words) if one.words and saw.found else None
        if one.words and thing and widest is not None:
            lists[widest] = subject.named(picture, Boxed(one.model, one.words, thing), said[widest])
    embeddings = {one.model.card.name: saw.embedding for one, saw in seen if saw.embedding is not None}
    people = [box for one, saw in seen if one.words for box in saw.found if one.words.labels[box.index] == "person"]
    return View(labels.fuse(lists), embeddings, people)


def _said(model: Model, words: Vocabulary, logits: NDArray[np.float32]) -> Classified:
    return Classified(model, words, logits, labels.decide(logits, words, model.card.decision, model.card.name))
