"""Where nothing is said of a picture's middle, all of it is looked at; the thresholds stay."""

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from services.tagger import labels, seeing, vocabulary, whole
from services.tagger.models import build
from services.tagger.models.card import read
from services.tagger.models.registry import Loaded, Models
from services.tagger.models.session import Seen

WIDE = pyvips.Image.black(300, 100, bands=3)
PINEAPPLE, POTTED_PLANT, LAPTOP = 953, 738, 620


def logits(**shares: float) -> NDArray[np.float32]:
    """What is not given is a fish."""
    values = np.full(1000, 1e-9, np.float32)
    values[1] = 1 - sum(shares.values())
    for name, share in shares.items():
        values[int(name[1:])] = share
    logged: NDArray[np.float32] = np.log(values)
    return logged


class Eyes:
    """A classifier that sees one thing in a wide picture, and another in a square."""

    def __init__(self, wide: NDArray[np.float32], square: NDArray[np.float32] | None) -> None:
        self.card, self.looks = read(build.CARDS / "imagenet-lite2.json"), 0
        self._wide, self._square = wide, square

    def see(self, picture: pyvips.Image) -> Seen:
        self.looks += 1
        if picture.width != picture.height:
            return Seen(logits=self._wide)
        if self._square is None:
            raise ValueError("Non-zero status code returned")
        return Seen(logits=self._square)


def said(eyes: Eyes) -> set[str]:
    models = Models((Loaded(eyes, vocabulary.read()),), ())  # type: ignore[arg-type]
    return {label.label for label in seeing.look(WIDE, models, [], {}).labels}


def test_what_both_looks_together_are_sure_of_is_said() -> None:
    assert said(Eyes(logits(c620=0.3), logits(c620=0.6))) == {"laptop"}


def test_one_unsure_look_and_another_one_say_nothing() -> None:
    assert said(Eyes(logits(c620=0.3), logits(c620=0.3))) == set()
    assert said(Eyes(logits(c620=0.1), logits(c546=0.6))) == set()


def test_what_says_something_is_not_looked_at_again() -> None:
    eyes = Eyes(logits(c620=0.9), logits(c546=0.9))
    assert said(eyes) == {"laptop"} and eyes.looks == 1


def test_where_the_second_look_fails_nothing_is_said_and_the_model_is_named() -> None:
    models = Models((Loaded(Eyes(logits(c620=0.3), None), vocabulary.read()),), ())  # type: ignore[arg-type]
    view = seeing.look(WIDE, models, [], {})
    assert view.labels == [] and [one["step"] for one in view.problems] == ["imagenet-lite2", "people"]


def test_leaves_that_look_like_several_plants_are_a_plant() -> None:
    assert said(Eyes(logits(c953=0.25, c738=0.3), None)) == {"plant"}
    assert said(Eyes(logits(c953=0.6, c738=0.3), None)) == {"pineapple"}


@pytest.mark.parametrize("size", [(300, 100), (100, 300), (200, 200), (1, 1)])
def test_all_of_the_picture_is_in_the_middle_of_a_square(size: tuple[int, int]) -> None:
    picture = pyvips.Image.black(*size, bands=3).linear(1, [10, 20, 30])
    square = whole.padded(picture.cast("uchar"), 0.89)
    assert square.width == square.height and 0.89 * square.width >= max(size)
    assert (square.numpy() == [10, 20, 30]).all()  # no black beside it


def test_together_is_the_mean_of_probabilities_at_any_temperature() -> None:
    one, other = logits(c620=0.3), logits(c620=0.7)
    for temperature in (0.5, 1.0, 2.0):
        mean = (labels.probabilities(one, temperature) + labels.probabilities(other, temperature)) / 2
        got = labels.probabilities(labels.together(one, other, temperature), temperature)
        assert got == pytest.approx(mean, abs=1e-5)
