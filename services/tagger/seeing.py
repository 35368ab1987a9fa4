"""All models look at one picture, and their words are put together: those that the shop has taught come first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyvips
from numpy.typing import NDArray

from services.tagger import labels, subject, whole
from services.tagger.labels import Label
from services.tagger.models.detect import Found
from services.tagger.models.registry import Loaded, Models
from services.tagger.models.session import Model, Seen
from services.tagger.problems import Looks
from services.tagger.subject import Boxed, Classified
from services.tagger.taught import views
from services.tagger.taught.head import Head
from services.tagger.taught.linked import EYES
from services.tagger.taught.silence import unsilenced
from services.tagger.vocabulary import Vocabulary

NOTHING_KNOWN = {
    "step": "labels",
    "cause": "No model that is loaded names things: run `packshot setup`, which makes some.",
}
NOBODY_KNOWN = {
    "step": "people",
    "cause": "No model that is loaded knows people, so whether somebody may be seen is not known: "
    "run `packshot setup`, which makes one.",
}


@dataclass(frozen=True)
class View:
    """What the models together saw. embeddings: by model; people: boxes in which a detector sees somebody, None where
    it failed or none is there; faces: how many, None where no model looks for them; problems: models that failed or are
    left out, and why.
    """

    labels: list[Label]
    embeddings: dict[str, NDArray[np.float32]]
    people: list[Found] | None
    faces: int | None
    problems: list[dict[str, str]]


def look(
    picture: pyvips.Image,
    models: Models,
    heads: Sequence[Head],
    measured: Mapping[str, NDArray[np.float32]],
    plausible: Callable[[list[Label]], list[Label]] = list,
    *,
    everything: bool = False,
) -> View:
    """picture: 8-bit sRGB, 3 bands, about 512 pixels long. measured: more numbers that taught tags may need, by name.
    plausible: which of these tags may be said.

    Models that only give embeddings look where taught tags need them, or to teach (`everything`).
    """
    wanted = {name for head in heads for name in head.card.needs}
    used = [one for one in models.sighted if one.looks or everything or one.model.card.name in wanted]
    looks = Looks(models.left_out)
    seen = [(one, looks.see(one.model, picture)) for one in used]
    lists = _lists(picture, seen, looks)
    embeddings = {one.model.card.name: saw.embedding for one, saw in seen if saw.embedding is not None}
    hints = [box for one, saw in seen if one.words for box in subject.persons(saw.found, one.words)]
    watchful = [one.model for one in used if _knows_people(one)]
    looks.problems += [] if any(one.looks for one in models.sighted) else [NOTHING_KNOWN]
    looks.problems += [] if watchful else [NOBODY_KNOWN]
    blind = not watchful or any(map(looks.failed, watchful))
    people = None if blind else [box for box in hints if box.score >= subject.SOMEBODY]
    taught = plausible(labels.fuse([head.say({**embeddings, **measured}) for head in views.wordy(heads)]))
    names = {label.label.casefold() for label in taught}
    beliefs = {one.model.card.name: one.model.card.decision.belief for one in used}
    said_too = [label for label in labels.fuse(lists) if label.label.casefold() not in names]
    others = [labels.believed(label, beliefs[label.source]) for label in said_too]
    # Those that taught tags need are kept too, for who learns them again; ours, that likeness goes by, comes first.
    kept = [one.model.card.name for one in sorted(used, key=lambda one: (one.model.card.name != EYES, not one.looks))]
    faces = _faces(picture, models, looks, worth_it=bool(hints) or blind)
    vectors = {name: embeddings[name] for name in kept if name in embeddings}
    return View(taught + unsilenced(taught, others), vectors, people, faces, looks.problems)


def _lists(picture: pyvips.Image, seen: Sequence[tuple[Loaded, Seen]], looks: Looks) -> list[list[Label]]:
    """What each classifier says, boxes among it; where none says anything, what the one with the most words says of all
    that there is to see.
    """
    said = [_said(one.model, one.words, saw.logits) for one, saw in seen if one.words and saw.logits is not None]
    lists = [one.labels for one in said]
    # A box is borne out by the classifier with the most words: a user's own of two classes knows little of the world.
    widest = max(range(len(said)), key=lambda number: len(said[number].words.words), default=None)
    if widest is None:
        return lists
    for one, saw in seen:
        thing = subject.thing(saw.found, one.words) if one.words and saw.found else None
        if one.words and thing:
            lists[widest] = subject.named(picture, Boxed(one.model, one.words, thing), said[widest], looks)
    return lists if any(lists) else [*lists, whole.looked_again(picture, said[widest], looks)]


def _knows_people(one: Loaded) -> bool:
    return one.model.card.kind == "detector" and one.words is not None and "person" in one.words.labels


def _faces(picture: pyvips.Image, models: Models, looks: Looks, *, worth_it: bool) -> int | None:
    """Where a detector has not the least hint of a person, there is no face either."""
    seen = [looks.see(one.model, picture).faces if worth_it else 0 for one in models.watching]
    return max((many for many in seen if many is not None), default=None)


def _said(model: Model, words: Vocabulary, logits: NDArray[np.float32]) -> Classified:
    return Classified(model, words, logits, labels.decide(logits, words, model.card.decision, model.card.name))
