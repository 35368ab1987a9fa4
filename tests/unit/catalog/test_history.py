"""Decisions in words."""

import pytest

from services.catalog.api.history import said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("tag:shoe", "confirmed", "tag shoe confirmed"),
        ("focal", "{'x': 0.5, 'y': 0.5}", "Focal point set"),
        ("crop:square", "{'left': 0.1}", "Crop of square set"),
        ("alt:de", "Roter Schuh", "Alternative text (de): Roter Schuh"),
        ("file:card", "ab" * 32, "Own file of card set"),
    ],
)
def test_a_field_in_words(name: str, value: str, words: str) -> None:
    assert said(name, value) == words
