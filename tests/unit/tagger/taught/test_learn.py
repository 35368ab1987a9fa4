"""Tags are learnt from few examples, and the figures are those of examples that were held back."""

import numpy as np
import pytest

from services.tagger.taught import learn, regression
from services.tagger.taught.regression import Floats


def clusters(of_each: int, apart: float, tags: int = 4, seed: int = 1) -> tuple[Floats, list[str]]:
    """Points about as many middles as there are tags, in 40 dimensions."""
    random = np.random.default_rng(seed)
    middles = random.normal(size=(tags, 40)) * apart
    names = [f"tag{number}" for number in range(tags) for _ in range(of_each)]
    points = np.repeat(middles, of_each, axis=0) + random.normal(size=(tags * of_each, 40))
    return points.astype(np.float32), names


def test_what_is_apart_is_told_apart() -> None:
    features, names = clusters(20, 1.0)
    learnt = learn.learn(features, names)
    assert (learnt.tags, learnt.examples) == (("tag0", "tag1", "tag2", "tag3"), 80)
    assert learnt.figures.top1 >= 0.97 and learnt.figures.top3 == 1.0
    shares = regression.softmax(learnt.weights.logits((features - learnt.centre) / learnt.scale))
    assert (shares.argmax(1) == [int(name[-1]) for name in names]).all()


def test_what_cannot_be_told_apart_is_not_praised() -> None:
    """Figures on the examples that were learnt from would say 1.0 here."""
    features, names = clusters(20, 0.0)
    figures = learn.learn(features, names).figures
    assert figures.top1 < 0.5
    assert figures.least > 0.6  # and so next to nothing is said


def test_the_same_examples_give_the_same_figures() -> None:
    features, names = clusters(10, 0.3)
    assert learn.learn(features, names).figures == learn.learn(features, names).figures


@pytest.mark.parametrize("count", [2, 3, 7, 30])
def test_every_tag_is_spread_over_the_folds(count: int) -> None:
    classes = np.repeat(np.arange(4), count)
    of = learn.folds(classes, 4)
    for name in range(4):
        each = np.bincount(of[classes == name], minlength=learn.FOLDS)
        assert each.max() - each.min() <= 1


def test_confidence_is_calibrated() -> None:
    """Of what is said with 0.7 to 0.9, about as much is right, on points that it has never seen."""
    features, names = clusters(60, 0.22)
    learnt = learn.learn(features[::2], names[::2])
    shares = regression.softmax(
        learnt.weights.logits((features[1::2] - learnt.centre) / learnt.scale), learnt.figures.temperature
    )
    right = shares.argmax(1) == [int(name[-1]) for name in names[1::2]]
    assert abs(shares.max(1).mean() - right.mean()) < 0.1


def test_one_tag_teaches_nothing() -> None:
    with pytest.raises(learn.TooLittle, match="two tags"):
        learn.learn(np.ones((5, 3), np.float32), ["one"] * 5)


def test_two_pictures_of_each_tag_are_enough_to_begin() -> None:
    features, names = clusters(2, 3.0)
    assert learn.learn(features, names).figures.top3 == 1.0


def test_a_rare_tag_is_found_where_every_tag_weighs_the_same() -> None:
    """Eight examples of one beside 160 of the others: how often it was shown says nothing of what comes."""
    features, names = clusters(240, 0.3, tags=5)
    shown = [number for tag in range(5) for number in range(240 * tag, 240 * tag + (40 if tag else 8))]
    found = {}
    for even in (False, True):
        learnt = learn.learn(features[shown], [names[number] for number in shown], even=even)
        assert learnt.right.mean() == pytest.approx(learnt.figures.top1)
        best = learnt.weights.logits((features[8:240] - learnt.centre) / learnt.scale).argmax(1)
        found[even] = np.mean(best == learnt.tags.index("tag0"))
    assert found[True] > found[False] + 0.05
