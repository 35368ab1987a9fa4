"""What the picture is of: the detector's box, believed as far as a classifier agrees when it looks at the box alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyvips
from numpy.typing import NDArray

from services.tagger.labels import Label, share
from services.tagger.models.detect import Found
from services.tagger.models.session import Model
from services.tagger.problems import Looks
from services.tagger.vocabulary import Vocabulary, Word

LEAST = 0.5
"""A detector's score below which a box is nobody's."""
SOMEBODY = 0.3
"""The same of a person."""
BESIDE = 0.5
"""A box smaller than this share of the largest one is of a thing beside the product."""
AGREEMENT = 0.25
"""How much the classifier's share weighs: its fourth root, because it is spread over many near classes."""
SURE = 0.5
"""A narrower word of the classifier is preferred from this probability on."""
MARGIN = 0.12
"""What is seen around the box, of its longer side."""


@dataclass(frozen=True)
class Classified:
    """What a classifier saw in the whole picture, and says of it."""

    model: Model
    words: Vocabulary
    logits: NDArray[np.float32]
    labels: list[Label]


@dataclass(frozen=True)
class Boxed:
    """The thing that a detector found."""

    model: Model
    words: Vocabulary
    thing: Found


def thing(found: tuple[Found, ...], words: Vocabulary) -> Found | None:
    """The box of what a shop would sell: large and sure. What a person wears is not the subject, the person is."""
    people = [one for one in persons(found, words) if one.score >= SOMEBODY]
    sold = [
        one
        for one in found
        if words.names[one.index] and one.score >= LEAST and not any(_holds(person, one) for person in people)
    ]
    largest = max((one.area for one in sold), default=0.0)
    candidates = [one for one in sold if one.area >= BESIDE * largest]
    return max(candidates, key=lambda one: one.score * one.area**0.5, default=None)


def persons(found: tuple[Found, ...], words: Vocabulary) -> list[Found]:
    """Boxes in which somebody may be, unsure ones too."""
    return [one for one in found if words.labels[one.index] == "person"]


def named(picture: pyvips.Image, boxed: Boxed, eyes: Classified, looks: Looks) -> list[Label]:
    """The classifier's labels, with the box's word where a second look at the box alone bears it out."""
    names, rule = boxed.words.names[boxed.thing.index], boxed.model.card.decision
    support = next((word for word in map(eyes.words.word, names) if word), None)
    close = looks.see(eyes.model, around(picture, boxed.thing.box)).logits
    if support is None or close is None:
        return eyes.labels
    own = [share(support, logits, eyes.model.card.decision) for logits in (eyes.logits, close)]
    confidence = boxed.thing.score * max([*own, *_wider(names[1:], support, eyes, close)]) ** AGREEMENT
    if confidence < (rule.hesitant.threshold if names[0] in rule.hesitant.labels else rule.leaf):
        return eyes.labels
    if any(label.confidence >= SURE and _within(label, support, eyes.words) for label in eyes.labels):
        return eyes.labels
    others = [one for one in eyes.labels if one.confidence > confidence and not _related(one, support, eyes.words)]
    return [*others, Label(names[0], round(confidence, 3), boxed.model.card.name)]


def _wider(categories: tuple[str, ...], support: Word, eyes: Classified, close: NDArray[np.float32]) -> Iterator[float]:
    """A category of the box's word that the classifier is sure of bears it out too: it is electronics, so a monitor.

    Of the whole picture it must be what is said; of the box alone it must be sure enough to be.
    """
    decision = eyes.model.card.decision
    said = {label.label: label.confidence for label in eyes.labels}
    for word in filter(None, map(eyes.words.word, categories)):
        if word.text in said and support.classes < word.classes:
            yield said[word.text]
        if (sum_ := share(word, close, decision)) >= decision.category:
            yield sum_


def around(picture: pyvips.Image, box: tuple[float, float, float, float]) -> pyvips.Image:
    """The square about a box of shares, with some margin, as far as the picture reaches."""
    left, right = box[0] * picture.width, box[2] * picture.width
    top, bottom = box[1] * picture.height, box[3] * picture.height
    half = max(right - left, bottom - top) * (0.5 + MARGIN)
    x, y = (left + right) / 2, (top + bottom) / 2
    start_x, start_y = max(0, int(x - half)), max(0, int(y - half))
    width, height = min(picture.width, int(x + half)) - start_x, min(picture.height, int(y + half)) - start_y
    return picture.crop(start_x, start_y, max(1, width), max(1, height))


def _related(label: Label, support: Word, words: Vocabulary) -> bool:
    own = words.word(label.label)
    return own is not None and bool(own.classes & support.classes)


def _within(label: Label, support: Word, words: Vocabulary) -> bool:
    own = words.word(label.label)
    return own is not None and own.classes <= support.classes


def _holds(person: Found, one: Found) -> bool:
    left, top, right, bottom = person.box
    x, y = (one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2
    return person.area > one.area and left <= x <= right and top <= y <= bottom
