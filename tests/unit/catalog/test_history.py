"""Decisions in words."""

from datetime import UTC, datetime, timedelta

import pytest

from services.catalog.api.history import _archived
from services.catalog.api.said import in_words
from services.catalog.queries.actions import Sending, sender


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("tag:shoe", "confirmed", "tag shoe confirmed"),
        ("focal", {"x": 0.5, "y": 0.5}, "Focal point set"),
        ("crop:square", {"left": 0.1}, "Crop of square set"),
        ("alt:de", "Roter Schuh", "Alternative text (de): Roter Schuh"),
        ("file:card", "ab" * 32, "Own file of card set"),
        (
            "approval:2",
            {"reason": "The label is crooked.", "mark": {"x": 0.1}},
            "Version 2 rejected: The label is crooked.",
        ),
        ("approval:2", "approved", "Version 2 approved"),
        ("version:3", "separate", "Version 3 is a separate picture"),
        ("fits:2:amazon", "rejected", "Version 2 does not fit amazon"),
        ("field:materials", ["cotton", "wool"], "materials: cotton, wool"),
        ("field:washable", True, "washable: Yes"),
        (
            "licence",
            {"valid_until": "2027-12-31", "markets": ["de", "at"]},
            "Licence: valid until 2027-12-31; markets de, at",
        ),
        ("limits", {"markets": ["de"]}, "Limited to market de"),
        ("limits", None, "limits taken back"),
        ("purge", "Consent was withdrawn.", "Purged: Consent was withdrawn."),
        ("restore", {"version": 1, "over": 2}, "Version 1 restored"),
        ("what:comes", {"later": [1, True]}, "what comes later 1, True"),
    ],
)
def test_a_field_in_words(name: str, value: object, words: str) -> None:
    assert in_words(name, value) == words


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


NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "minutes", "who"),
    [("a.jpg", 5, "anna"), ("a.jpg", 35, "ben"), ("a.jpg", -1, ""), ("a.jpg", 200, ""), ("b.jpg", 5, "")],
)
def test_who_was_to_send_it_last_has_sent_it(key: str, minutes: int, who: str) -> None:
    hour, half = timedelta(hours=1), timedelta(minutes=30)
    sendings = [Sending("a.jpg", "ben", NOON + half, NOON + half + hour), Sending("a.jpg", "anna", NOON, NOON + hour)]
    assert sender(sendings, key, NOON + timedelta(minutes=minutes)) == who


def test_a_version_that_arrived_names_who_sent_it() -> None:
    body = {"event": "Version 2 arrived", "at": NOON.isoformat(), "version": 2, "key": "a.jpg"}
    sendings = [Sending("a.jpg", "anna", NOON - timedelta(hours=1), NOON)]
    name = f"history/asset/a/{NOON.isoformat()}-version-2-arrived.json"
    told = _archived(name, body, {}, sendings)
    assert told and (told.what, told.by) == ("Version 2 arrived", "anna")
    again = _archived(name, {**body, "event": "Version 2 is version 1 again"}, {}, sendings)
    assert again and again.by == "", "that was a decision"
