"""Faces are looked for where a detector has the least hint of a person, and where nothing knows people at all."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import pyvips

from services.tagger import seeing, vocabulary
from services.tagger.labels import Label
from services.tagger.models import build
from services.tagger.models.card import read
from services.tagger.models.detect import Found
from services.tagger.models.registry import TAUGHT, LeftOut, Loaded, Models
from services.tagger.models.session import Seen
from services.tagger.vocabulary import Vocabulary

THINGS = vocabulary.read(build.TABLES / "openimages-ssd.csv")
PERSON, CHAIR = (THINGS.labels.index(name) for name in ("person", "chair"))
PICTURE = pyvips.Image.black(80, 80, bands=3)


class Eyes:
    """A model that sees the same in every picture."""

    def __init__(self, card: str, seen: Seen) -> None:
        self.card, self.seen = read(build.CARDS / f"{card}.json"), seen

    def see(self, _picture: pyvips.Image) -> Seen:
        return self.seen


def loaded(card: str, seen: Seen, words: Vocabulary | None = None) -> Loaded:
    return Loaded(Eyes(card, seen), words)  # type: ignore[arg-type]


TWO_FACES = loaded("faces", Seen(faces=2))


def detector(index: int, score: float) -> Loaded:
    return loaded("openimages-ssd", Seen(found=(Found(index, score, (0.1, 0.1, 0.9, 0.9)),)), THINGS)


@pytest.mark.parametrize(
    ("models", "faces", "people"),
    [
        ([detector(PERSON, 0.9), TWO_FACES], 2, 1),
        ([detector(PERSON, 0.2), TWO_FACES], 2, 0),  # a hint: worth a look, not yet a person
        ([detector(CHAIR, 0.9), TWO_FACES], 0, 0),
        ([TWO_FACES], 2, None),
        ([detector(PERSON, 0.9)], None, 1),
        ([], None, None),
    ],
)
def test_faces_are_looked_for_where_somebody_may_be(
    models: list[Loaded], faces: int | None, people: int | None
) -> None:
    view = seeing.look(PICTURE, Models(tuple(models), ()), [], {})
    assert (view.faces, None if view.people is None else len(view.people)) == (faces, people)


def test_where_no_model_knows_people_or_things_that_is_said() -> None:
    left_out = (LeftOut("openimages-ssd", "its graph is missing"),)
    view = seeing.look(PICTURE, Models((TWO_FACES,), left_out), [], {})
    assert view.people is None
    assert [problem["step"] for problem in view.problems] == ["openimages-ssd", "labels", "people"]
    assert view.problems[0]["cause"] == "It is left out: its graph is missing"
    assert all("packshot setup" in problem["cause"] for problem in view.problems[1:])
    assert seeing.look(PICTURE, Models((detector(CHAIR, 0.9),), ()), [], {}).problems == []


@dataclass
class Taught:
    """Tags of which one is said of every picture."""

    label: str
    card: Any = field(default_factory=lambda: SimpleNamespace(about="", needs={}))

    def say(self, _numbers: object) -> list[Label]:
        return [Label(self.label, 0.995, TAUGHT)]


@pytest.mark.parametrize(("taught", "said"), [("skirt", ["skirt"]), ("Winter 26", ["Winter 26", "wardrobe"])])
def test_a_sure_taught_word_silences_what_contradicts_it(taught: str, said: list[str]) -> None:
    words = vocabulary.read()
    shorts = np.full(len(words.labels), -5.0, np.float32)
    shorts[words.labels.index("shorts" if taught == "skirt" else "wardrobe")] = 5
    eyes = loaded("imagenet-lite2", Seen(logits=shorts), words)
    alone = seeing.look(PICTURE, Models((eyes,), ()), [], {}).labels
    assert len(alone) == 1 and alone[0].confidence < 0.995
    both = seeing.look(PICTURE, Models((eyes,), ()), [Taught(taught)], {})  # type: ignore[list-item]
    assert [label.label for label in both.labels] == said


class Stumbling(Eyes):
    """A model that no picture goes down with."""

    def see(self, _picture: pyvips.Image) -> Seen:
        raise ValueError("Non-zero status code returned")


def test_where_the_detector_fails_faces_are_looked_for_and_nobody_is_said_to_be_absent() -> None:
    blind = Loaded(Stumbling("openimages-ssd", Seen()), THINGS)  # type: ignore[arg-type]
    view = seeing.look(PICTURE, Models((blind, TWO_FACES), ()), [], {})
    assert (view.people, view.faces, view.labels) == (None, 2, [])
    assert view.problems == [{"step": "openimages-ssd", "cause": "Non-zero status code returned"}]


def test_where_all_fail_each_is_named_once() -> None:
    models = [
        Loaded(Stumbling(card, Seen()), words)  # type: ignore[arg-type]
        for card, words in (("openimages-ssd", THINGS), ("faces", None))
    ]
    view = seeing.look(PICTURE, Models(tuple(models), ()), [], {})
    assert (view.labels, view.embeddings, view.people, view.faces) == ([], {}, None, None)
    assert [problem["step"] for problem in view.problems] == ["openimages-ssd", "faces"]
