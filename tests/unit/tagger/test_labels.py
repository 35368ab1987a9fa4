"""Say the most specific thing that is sure; its category when only the sum is; nothing rather than a guess."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.tagger import labels, vocabulary
from services.tagger.models.card import Belief, Decision, Hesitant

WORDS = vocabulary.read()
DECISION = Decision(hesitant=Hesitant(threshold=0.7, labels=frozenset({"pyjamas", "dumbbell"})))
T_SHIRT, SWEATSHIRT, CARDIGAN, PYJAMAS, DUMBBELL, SUNGLASS, SUNGLASSES, DOG = 610, 841, 474, 697, 543, 836, 837, 207


def logits(**shares: float) -> NDArray[np.float32]:
    """Log-probabilities: what is not given is spread thinly over dogs."""
    given = {int(name[1:]): share for name, share in shares.items()}
    values = np.full(1000, 1e-9)
    values[151:268] = (1 - sum(given.values())) / 117
    for index, share in given.items():
        values[index] = share
    logged: NDArray[np.float32] = np.log(values).astype(np.float32)
    return logged


def said(**shares: float) -> dict[str, float]:
    return {label.label: label.confidence for label in labels.decide(logits(**shares), WORDS, DECISION, "test")}


def test_the_specific_word_is_said_without_its_categories() -> None:
    assert said(c610=0.8) == {"T-shirt": pytest.approx(0.8, abs=0.01)}


def test_unsure_children_add_up_to_their_parent() -> None:
    assert said(c610=0.2, c841=0.2, c474=0.1) == {"top": pytest.approx(0.5, abs=0.01)}
    assert said(c610=0.25, c608=0.2) == {"clothing": pytest.approx(0.45, abs=0.01)}


def test_two_classes_of_one_name_add_up() -> None:
    assert said(c836=0.3, c837=0.3) == {"sunglasses": pytest.approx(0.6, abs=0.01)}


def test_below_the_threshold_nothing_is_said() -> None:
    assert said(c610=0.3) == {}


def test_animals_and_scenery_are_never_said() -> None:
    assert said(c207=0.99) == {} and said(c978=0.99) == {}


def test_a_class_given_too_easily_must_be_surer_and_so_must_its_category() -> None:
    assert said(c543=0.6) == {}
    assert set(said(c543=0.75)) == {"dumbbell"}
    assert set(said(c697=0.3, c610=0.2)) == {"clothing"}  # evidence all the same, among others


def test_of_two_models_the_surer_one_is_kept() -> None:
    one, other = labels.Label("shoe", 0.5, "a"), labels.Label("shoe", 0.9, "b")
    assert labels.fuse([[one], [other, labels.Label("bag", 0.6, "b")]]) == [other, labels.Label("bag", 0.6, "b")]


@given(st.integers(0, 2**31), st.floats(0.5, 8))
def test_no_word_is_said_beside_a_part_of_itself(seed: int, spread: float) -> None:
    values = np.random.default_rng(seed).normal(0, spread, 1000).astype(np.float32)
    values[398:970] += 4  # things rather than animals
    found = labels.decide(values, WORDS, DECISION, "test")
    classes = {word.text: word.classes for word in WORDS.words}
    assert not [(a, b) for a in found for b in found if classes[a.label] < classes[b.label]]
    assert all(0.4 <= label.confidence <= 1 for label in found)


def test_the_table_is_whole() -> None:
    assert WORDS.matrix.shape[0] == 1000
    leaves = {word.text for word in WORDS.words if word.leaf}
    assert {"sneaker", "T-shirt", "sofa", "espresso", "jeans"} <= leaves
    assert not {"golden retriever", "wool", "castle", "airliner"} & leaves


def test_a_confidence_is_what_the_card_believes_of_it() -> None:
    said = [labels.Label("mug", share, "test") for share in (0.4, 0.7, 1.0)]
    assert [labels.believed(one, Belief()) for one in said] == said
    believed = [labels.believed(one, Belief(slope=0.5, offset=1.5)).confidence for one in said]
    assert believed == sorted(believed) and 0.75 < believed[0] < 0.8 and believed[-1] <= 1
