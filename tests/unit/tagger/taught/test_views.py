"""Which side a picture shows: learnt from links' roles, said only where that proves right, and never of an example."""

import numpy as np
import pytest

from services.tagger.taught.head import Head
from services.tagger.taught.linked import EYES, Attribute, Linked, learn_linked
from services.tagger.taught.packed import pack, unpack
from services.tagger.taught.regression import Floats
from services.tagger.taught.views import CONFIDENCE, VIEW, composed, view_of, wordy

MAIN = "main"
MEASURED = {"kind": "packshot", "view": "detail"}


def pictures(sides: dict[str, Floats], styles: int, *, apart: float = 3.0) -> list[Linked]:
    """A picture of each side of each style, the sides so far apart from one another."""
    random, found = np.random.default_rng(1), []
    for style in range(styles):
        for side, where in sides.items():
            vector = (where * apart + random.normal(size=len(where))).astype(np.float32)
            found.append(Linked({EYES: vector}, {VIEW: side}, f"style{style}"))
    return found


def places(*sides: str) -> dict[str, Floats]:
    random = np.random.default_rng(2)
    return {side: random.normal(size=40).astype(np.float32) for side in sides}


def learnt(examples: list[Linked]) -> Attribute | None:
    return learn_linked(examples, "2").get(VIEW)


def head_of(examples: list[Linked]) -> Head:
    attribute = learnt(examples)
    assert attribute is not None
    return unpack(*pack(attribute.learnt, attribute.needs, VIEW))


@pytest.mark.parametrize(
    ("role", "side"),
    [("back", "back"), ("left", "side"), ("main", MAIN), ("swatch", None), ("", None)],
)
def test_what_a_role_teaches(role: str, side: str | None) -> None:
    assert view_of(role) == side


def test_a_side_is_told_with_its_confidence_and_the_main_one_is_none() -> None:
    sides = places(MAIN, "back")
    head = head_of(pictures(sides, 20))
    back = composed({"kind": "packshot"}, [head], {EYES: sides["back"] * 3})
    assert back[VIEW] == "back" and back[CONFIDENCE] >= 0.9
    assert composed({"kind": "packshot"}, [head], {EYES: sides[MAIN] * 3}) == {"kind": "packshot"}


def test_a_picture_that_taught_it_is_not_asked() -> None:
    """Else its own file's name, which made the link's role, would come back as something that was seen."""
    examples = pictures(places(MAIN, "back"), 20)
    head = head_of(examples)
    assert all(VIEW not in composed({}, [head], one.embeddings) for one in examples)


def test_what_was_measured_stays_and_what_others_saw_goes() -> None:
    sides = places(MAIN, "back")
    head, seen = head_of(pictures(sides, 20)), {EYES: sides["back"] * 3}
    assert composed(MEASURED, [head], seen) == MEASURED
    assert composed({VIEW: "front", CONFIDENCE: 0.97}, [head], seen)[VIEW] == "back"
    assert composed({VIEW: "front", CONFIDENCE: 0.97}, [], seen) == {}


def test_sides_that_cannot_be_told_apart_are_not_said() -> None:
    assert learnt(pictures(places(MAIN, "back"), 30, apart=0.1)) is None


def test_a_side_of_a_few_styles_is_not_learnt() -> None:
    sides = places(MAIN, "back", "top")
    some = [one for one in pictures(sides, 20) if one.values[VIEW] != "top" or one.group in ("style0", "style1")]
    attribute = learnt(some)
    assert attribute is not None and attribute.learnt.tags == ("back", MAIN)


def test_a_side_is_no_label() -> None:
    assert wordy([head_of(pictures(places(MAIN, "back"), 20))]) == []
