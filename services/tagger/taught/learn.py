"""Learn tags from examples, and measure on examples that were held back how well it goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from services.tagger.taught.regression import Floats, Numbers, Weights, axes, fit, softmax

FOLDS = 5
LEAST_OF_A_TAG = 2
TEMPERATURES = tuple(float(value) for value in np.geomspace(0.3, 5, 30))
PRECISION = 0.85
"""What is said of held-back examples must be right so often, or the least confidence is raised until it is."""
LEAST = 0.35
STRANGE = 0.02
"""So many of the held-back examples may be called strangers: what is less like any example than these gets no tag."""
NEIGHBOURS = 3
MOST_KEPT = 2000
"""Examples that are kept to know strangers by."""


@dataclass(frozen=True)
class Figures:
    """Measured on held-back examples. least: the confidence below which nothing is said; near: the likeness; far: the
    distance from the middle of all, beyond which nothing is said either."""

    top1: float
    top3: float
    temperature: float
    least: float
    near: float
    far: float


@dataclass(frozen=True)
class Learnt:
    """weights apply to (features - centre) / scale; known: examples of these, each of length 1."""

    tags: tuple[str, ...]
    centre: Floats
    scale: float
    weights: Weights
    known: Floats
    figures: Figures
    examples: int
    right: NDArray[np.bool_]
    """Of each example, whether it was known at once by what was learnt without its fold."""
    held: Floats
    """[n, tags]: how sure that was of each tag."""


class TooLittle(Exception):
    """What was given teaches nothing; the message says what is missing."""


def learn(features: Floats, tags: Sequence[str], groups: Sequence[str] | None = None, *, even: bool = False) -> Learnt:
    """features: [n, features], one row an example; tags: of each. Raises TooLittle.

    groups: examples of one group (pictures of one product) are held back together, or each would be known by the other.
    even: every tag weighs the same: how often the examples show one says nothing of what comes.
    """
    names = tuple(sorted(set(tags)))
    if len(names) < 2:
        raise TooLittle("there must be two tags at least, to tell one from the other")
    classes = np.array([names.index(tag) for tag in tags])
    centre = features.mean(0)
    scale = float(np.sqrt(((features - centre) ** 2).sum(1).mean())) or 1.0
    centred: Floats = ((features - centre) / scale).astype(np.float32)
    turn = axes(centred)
    turned = centred @ turn
    of = folds(classes, len(names)) if groups is None else apart(groups)
    figures, right, held = _measure(turned, classes, of, partial(fit, count=len(names), even=even))
    weights = fit(turned, classes, len(names), even=even)
    flat = Weights((turn @ weights.slope).astype(np.float32), weights.level)
    some = np.random.default_rng(0).permutation(len(tags))[:MOST_KEPT]
    return Learnt(names, centre, scale, flat, _unit(centred[some]), figures, len(tags), right, held)


def folds(classes: Numbers, count: int, seed: int = 0) -> Numbers:
    """The fold of each example: every tag is spread evenly over them."""
    random, of = np.random.default_rng(seed), np.zeros(len(classes), np.int64)
    for name in range(count):
        members = np.flatnonzero(classes == name)
        random.shuffle(members)
        of[members] = (np.arange(len(members)) + random.integers(FOLDS)) % FOLDS
    return of


def apart(groups: Sequence[str], seed: int = 0) -> Numbers:
    """The fold of each example, the same for all of a group."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    place = {names[int(number)]: position % FOLDS for position, number in enumerate(order)}
    return np.array([place[group] for group in groups])


def likeness(features: Floats, known: Floats) -> Floats:
    """Mean cosine of each row to the examples that it is most like."""
    cosines = np.sort(_unit(features) @ known.T, axis=1)[:, -NEIGHBOURS:]
    mean: Floats = cosines.mean(1)
    return mean


def _unit(rows: Floats) -> Floats:
    unit: Floats = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return unit


def _measure(
    features: Floats, classes: Numbers, of: Numbers, fitted: Callable[[Floats, Numbers], Weights]
) -> tuple[Figures, NDArray[np.bool_], Floats]:
    """Cross-validated: each example is judged by what was learnt without its fold. of: the fold of each."""
    logits = np.zeros((len(classes), int(classes.max()) + 1), np.float32)
    like, away = np.zeros(len(classes), np.float32), np.zeros(len(classes), np.float32)
    for fold in range(FOLDS):
        held, others = of == fold, of != fold
        if held.any():
            logits[held] = fitted(features[others], classes[others]).logits(features[held])
            like[held] = likeness(features[held], _unit(features[others]))
            away[held] = np.linalg.norm(features[held] - features[others].mean(0), axis=1)
    order = np.argsort(-logits, axis=1)
    hits = order == classes[:, None]
    losses = [-np.log(softmax(logits, t)[np.arange(len(classes)), classes] + 1e-9).mean() for t in TEMPERATURES]
    temperature = TEMPERATURES[int(np.argmin(losses))]
    least = _least(softmax(logits, temperature).max(1), hits[:, 0])
    near = float(np.quantile(like, STRANGE))
    figures = Figures(
        float(hits[:, 0].mean()), float(hits[:, :3].any(1).mean()), temperature, least, near, float(away.max())
    )
    return figures, hits[:, 0], softmax(logits, temperature)


def _least(confidence: Floats, right: NDArray[np.bool_]) -> float:
    for least in np.arange(LEAST, 0.96, 0.05):
        said = confidence >= least
        if not said.any() or right[said].mean() >= PRECISION:
            return round(float(least), 2)
    return 0.95
