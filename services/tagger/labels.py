"""From a model's numbers to words: the most specific thing that is sure enough, and nothing rather than a guess."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.tagger.models.card import Belief, Decision
from services.tagger.vocabulary import Vocabulary, Word

MOSTLY = 0.6


@dataclass(frozen=True)
class Label:
    """source: the model's name."""

    label: str
    confidence: float
    source: str


def probabilities(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Softmax of logits [n]; above 1 the temperature makes the model more modest."""
    scaled = np.exp((logits - logits.max()) / temperature)
    shares: NDArray[np.float32] = scaled / scaled.sum()
    return shares


def together(one: NDArray[np.float32], other: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Logits [n] whose probabilities are the mean of two looks'."""
    mean = (probabilities(one, temperature) + probabilities(other, temperature)) / 2
    logits: NDArray[np.float32] = (temperature * np.log(np.maximum(mean, 1e-12))).astype(np.float32)
    return logits


def needed(word: Word, total: float, weak: dict[int, float], decision: Decision) -> float:
    """The least probability at which the word is said.

    total: the word's own; weak: probability of each class that the model gives too easily. A category that lives
    by one such class is believed no more than it.
    """
    if max((share for index, share in weak.items() if index in word.classes), default=0.0) > MOSTLY * total:
        return decision.hesitant.threshold
    return decision.leaf if word.leaf else decision.category


def decide(logits: NDArray[np.float32], vocabulary: Vocabulary, decision: Decision, source: str) -> list[Label]:
    """Logits [classes] → labels, the surest first; often one, sometimes none.

    Where shirts, sweaters and coats share the probability, none of them passes but their sum does: then the category
    is said (`top`, `clothing`). A category is not said beside something more specific of its own.
    """
    shares = probabilities(logits, decision.temperature)
    hesitant = [word for word in vocabulary.words if word.leaf and word.text in decision.hesitant.labels]
    weak = {index: float(shares[index]) for word in hesitant for index in word.classes}
    totals = zip(vocabulary.words, map(float, vocabulary.sums(shares)), strict=True)
    least = min(decision.leaf, decision.category, decision.hesitant.threshold)  # most words end here, cheaply
    likely = [(word, total) for word, total in totals if total >= least]
    sure = {word: total for word, total in likely if total >= needed(word, total, weak, decision)}
    said = [word for word in sure if not any(_narrower(other, word) for other in sure)]
    found = [Label(word.text, round(min(sure[word], 1.0), 3), source) for word in said]
    return sorted(found, key=lambda label: (-label.confidence, label.label))


def _narrower(one: Word, other: Word) -> bool:
    """Whether `one` says more: fewer classes, or the same ones by their own name (`sunglasses` and not `eyewear`)."""
    return one.classes < other.classes or (one.classes == other.classes and one.leaf and not other.leaf)


def share(word: Word, logits: NDArray[np.float32], decision: Decision) -> float:
    """How probable that word is, whether or not it is said."""
    return float(probabilities(logits, decision.temperature)[sorted(word.classes)].sum())


def believed(label: Label, belief: Belief) -> Label:
    """With the confidence that is shown: how often such a label is right."""
    share = min(max(label.confidence, 1e-6), 1 - 1e-6)
    logit = belief.slope * float(np.log(share / (1 - share))) + belief.offset
    return replace(label, confidence=round(1 / (1 + float(np.exp(-logit))), 3))


def fuse(several: list[list[Label]]) -> list[Label]:
    """One list of several models' labels; a word that two of them say is kept from the surer one."""
    best: dict[str, Label] = {}
    for label in (label for labels in several for label in labels):
        if label.label not in best or best[label.label].confidence < label.confidence:
            best[label.label] = label
    return sorted(best.values(), key=lambda label: (-label.confidence, label.label))
