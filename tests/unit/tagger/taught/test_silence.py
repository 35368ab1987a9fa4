"""What the shop has taught silences what contradicts it, and nothing else."""

import pytest

from services.tagger.labels import Label
from services.tagger.models.registry import TAUGHT
from services.tagger.taught.silence import unsilenced


@pytest.mark.parametrize(
    ("word", "sure", "others", "left"),
    [
        ("skirt", 0.97, {"shorts": 0.94}, []),
        ("t-shirt", 0.97, {"clothing": 0.92, "chair": 0.9}, ["chair"]),
        ("skirt", 0.97, {"shorts": 0.98}, ["shorts"]),  # surer than what was taught
        ("skirt", 0.7, {"shorts": 0.6}, ["shorts"]),  # not sure enough to silence anything
        ("Winterware 26", 0.99, {"shorts": 0.6}, ["shorts"]),  # no word of ours
        ("skirt", 0.97, {"mood": 0.6}, ["mood"]),  # nor is this
    ],
)
def test_what_is_surer_and_of_the_same_category_silences(
    word: str, sure: float, others: dict[str, float], left: list[str]
) -> None:
    said = [Label(label, confidence, "imagenet-lite2") for label, confidence in others.items()]
    assert [one.label for one in unsilenced([Label(word, sure, TAUGHT)], said)] == left
