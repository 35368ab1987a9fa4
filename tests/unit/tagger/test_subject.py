"""The detector's box is believed as far as a classifier agrees; what a person wears is not the subject."""

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from services.tagger import subject, vocabulary
from services.tagger.labels import Label
from services.tagger.models import build, detect
from services.tagger.models.card import read
from services.tagger.models.detect import Found
from services.tagger.models.session import Seen
from services.tagger.problems import Looks
from services.tagger.subject import Boxed, Classified

THINGS = vocabulary.read(build.TABLES / "openimages-ssd.csv")
WORDS = vocabulary.read()
PERSON, CHAIR, TABLE, SHOE = (THINGS.labels.index(name) for name in ("person", "chair", "table", "shoe"))
MONITOR, CAMERA = (THINGS.labels.index(name) for name in ("monitor", "camera"))


def box(index: int, score: float, left: float = 0.2, top: float = 0.2, side: float = 0.6) -> Found:
    return Found(index, score, (left, top, left + side, top + side))


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([box(CHAIR, 0.8)], CHAIR),
        ([box(CHAIR, 0.4)], None),  # not sure enough
        ([box(CHAIR, 0.6), box(SHOE, 0.9, side=0.2)], CHAIR),  # a small thing beside the product
        ([box(SHOE, 0.9, 0.4, 0.7, 0.1), box(PERSON, 0.8, 0.1, 0.1, 0.9)], None),  # worn
        ([box(SHOE, 0.9), box(PERSON, 0.8, 0.0, 0.0, 0.1)], SHOE),
        ([box(PERSON, 0.9)], None),
    ],
)
def test_the_thing_that_the_picture_is_of(found: list[Found], wanted: int | None) -> None:
    thing = subject.thing(tuple(found), THINGS)
    assert (thing.index if thing else None) == wanted


def shares(**given: float) -> NDArray[np.float32]:
    """What is not given is a fish."""
    values = np.full(1000, 1e-9, np.float32)
    values[1] = max(1e-9, 1 - sum(given.values()))
    for name, share in given.items():
        values[int(name[1:])] = share
    logged: NDArray[np.float32] = np.log(values)
    return logged


class Eyes:
    """A classifier that sees the same whatever it looks at."""

    def __init__(self, logits: NDArray[np.float32] | None, card: str) -> None:
        self.card = read(build.CARDS / f"{card}.json")
        self.logits = logits

    def see(self, _picture: pyvips.Image) -> Seen:
        return Seen(logits=self.logits)


def said(thing: Found, close: NDArray[np.float32], before: list[Label]) -> dict[str, float]:
    """What is said of a box, by what the classifier sees in it and has said of the whole picture."""
    boxed = Boxed(Eyes(None, "openimages-ssd"), THINGS, thing)  # type: ignore[arg-type]
    eyes = Classified(Eyes(close, "imagenet-lite2"), WORDS, shares(), before)  # type: ignore[arg-type]
    labels = subject.named(pyvips.Image.black(80, 80, bands=3), boxed, eyes, Looks())
    return {label.label: label.confidence for label in labels}


def test_a_box_that_the_classifier_bears_out_is_named() -> None:
    assert said(box(CHAIR, 0.8), shares(c765=0.5), []) == {"chair": pytest.approx(0.8 * 0.5**0.25, abs=1e-3)}


def test_a_box_that_nobody_bears_out_changes_nothing() -> None:
    lamp = [Label("table lamp", 0.5, "imagenet-lite2")]
    assert said(box(CHAIR, 0.8), shares(c1=1.0), lamp) == {"table lamp": 0.5}


def test_a_sure_narrower_word_stays() -> None:
    sneaker = [Label("sneaker", 0.7, "imagenet-lite2")]
    assert said(box(SHOE, 0.9), shares(c770=0.7), sneaker) == {"sneaker": 0.7}


def test_an_unsure_narrower_word_and_the_wider_ones_give_way() -> None:
    before = [Label("rocking chair", 0.42, "imagenet-lite2"), Label("furniture", 0.6, "imagenet-lite2")]
    assert set(said(box(CHAIR, 0.8), shares(c765=0.4), before)) == {"chair"}


def test_what_the_detector_says_too_easily_must_be_surer() -> None:
    assert said(box(TABLE, 0.7), shares(c526=0.4), []) == {}
    assert set(said(box(TABLE, 0.9), shares(c526=0.6), [])) == {"table"}


def test_a_category_of_the_whole_picture_bears_its_box_out_and_gives_way_to_it() -> None:
    before = [Label("electronics", 0.5, "imagenet-lite2")]
    assert said(box(MONITOR, 0.7), shares(c1=1.0), before) == {"monitor": pytest.approx(0.7 * 0.5**0.25, abs=1e-3)}
    other = [Label("musical instrument", 0.5, "imagenet-lite2")]
    assert said(box(MONITOR, 0.7), shares(c1=1.0), other) == {"musical instrument": 0.5}


def test_a_category_that_the_box_alone_is_sure_of_bears_it_out() -> None:
    """By as much as it would take to say the category."""
    assert set(said(box(CHAIR, 0.65), shares(c532=0.3, c526=0.15), [])) == {"chair"}
    assert said(box(CHAIR, 0.65), shares(c532=0.2, c526=0.15), []) == {}


def test_around_a_box_stays_inside_the_picture() -> None:
    picture = pyvips.Image.black(200, 100, bands=3)
    assert (subject.around(picture, (0, 0, 1, 1)).width, subject.around(picture, (0, 0, 1, 1)).height) == (200, 100)
    near = subject.around(picture, (0.9, 0.9, 0.91, 0.92))
    assert 1 <= near.width <= 4 and 1 <= near.height <= 4


def test_anchors_are_those_of_the_network() -> None:
    assert detect.ANCHORS.shape == (1917, 4)
    raw = np.zeros((1917, 4), np.float32)
    scores = np.full((1917, 24), -9, np.float32)
    scores[-1, CHAIR] = 2.0
    (only,) = detect.decode(raw, scores)
    assert only.index == CHAIR and only.score == pytest.approx(0.881, abs=1e-3)
    assert only.box == pytest.approx((0.0126, 0.0126, 0.9874, 0.9874), abs=1e-3)  # sqrt(0.95) about the middle
