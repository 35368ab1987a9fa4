"""Decisions in words."""

import pytest

from services.catalog.api.history import _archived, said


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


def test_where_it_is_used_is_told_by_its_place() -> None:
    body = {"at": "2026-11-29T12:00:00Z", "by": "shop", "set": {"used:0a1b": {"place": "https://shop.example.com/p/a"}}}
    told = _archived("history/asset/a/1-decision.json", body, {})
    assert told and told.what == "Used at https://shop.example.com/p/a"
    gone = _archived("history/asset/a/2-decision.json", {"at": "2026-11-29T12:00:00Z", "clear": ["used:0a1b"]}, {})
    assert gone and gone.what == "Not used any more where it was"


def test_a_decision_that_was_not_taken_is_told_as_such() -> None:
    body = {"id": "d1", "at": "2026-11-29T12:00:00Z", "by": "ann", "set": {"tag:hat": "confirmed"}}
    told = _archived("history/asset/a/1-decision.json", body, {"d1": "tag:hat is 'rejected' by now"})
    assert told and (told.what, told.why) == ("Not taken: tag hat confirmed", "tag:hat is 'rejected' by now")
