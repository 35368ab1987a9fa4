"""A newly learnt head takes the place of the one before, unless that was better on the same held-back pictures."""

import numpy as np
import pytest

from services.tagger.taught.head import HeadCard
from services.tagger.taught.learn import learn
from services.tagger.taught.packed import Proof, pack, proof_of
from services.tagger.taught.replacing import stays
from tests.unit.tagger.taught.test_learn import clusters


def head(apart: float, tags: int = 4, needs: str = "1") -> HeadCard:
    features, names = clusters(12, apart, tags)
    return pack(learn(features, names), {"eyes": needs})[0]


def proof(right: list[bool], first: int = 0) -> Proof:
    nothing = np.zeros(len(right), bool)
    names = tuple(f"picture {number}" for number in range(first, first + len(right)))
    return Proof(names, ("tag0",) * len(right), np.array(right), nothing, nothing)


def test_the_better_one_stays() -> None:
    """Of the same tags: other tags are another question, and of other models nobody can ask."""
    assert stays(head(2.0), head(0.0), None, None)
    assert not stays(head(0.0), head(2.0), None, None)
    assert not stays(head(2.0), head(0.0, tags=3), None, None)
    assert not stays(head(2.0, needs="0"), head(0.0), None, None)


@pytest.mark.parametrize(
    ("lost", "won", "kept"), [(0, 0, False), (1, 0, False), (2, 0, True), (9, 5, True), (5, 9, False)]
)
def test_pictures_that_both_were_asked_decide(lost: int, won: int, kept: bool) -> None:
    """However the figures look: new pictures may be harder than all before, and that is no fault of the head's."""
    before = proof([True] * lost + [False] * won + [True] * 30)
    after = proof([False] * lost + [True] * won + [True] * 30 + [False] * 200)
    assert stays(head(2.0), head(0.0), before, after) is kept


def test_pictures_that_only_one_was_asked_do_not() -> None:
    assert stays(head(2.0), head(0.0), proof([False] * 9), proof([True] * 9, first=9))


def test_what_was_taught_is_kept_with_the_head() -> None:
    features, names = clusters(3, 2.0)
    told = proof([True, False] * 6)
    card, body = pack(learn(features, names), {"eyes": "1"}, "colour", told)
    again = proof_of(card, body)
    assert again is not None and (again.pictures, again.tags, again.features) == (told.pictures, told.tags, None)
    assert again.right.tolist() == told.right.tolist()
    assert pack(learn(features, names), {"eyes": "1"}, "colour", told)[0].version == card.version
    assert proof_of(*pack(learn(features, names), {"eyes": "1"})) is None
