"""What people wrote about a picture, and its search words."""

import pytest

from services.catalog.card import card
from services.catalog.described import Said, described
from services.catalog.page.words import untagged
from services.catalog.state import Seen

FILE = {
    "key": "a/IMG_1.jpg",
    "sidecar": {"title": "Red trainer", "keywords": ["running", " waterproof ", ""], "copyright": "© Studio North"},
    "embedded": {"title": "untitled", "artist": "Ann", "gps": True, "alt": None},
}


def test_what_lies_beside_stands_above_what_is_embedded() -> None:
    assert list(described(FILE)) == [
        Said("title", "Red trainer", "beside"),
        Said("keywords", "running, waterproof", "beside"),
        Said("copyright", "© Studio North", "beside"),
        Said("artist", "Ann", "embedded"),
    ]
    assert list(described({})) == []


def test_it_is_searched() -> None:
    found = card("asset", [Seen("file", "done", data=FILE)], {})
    assert found is not None
    assert found.words[1] == "red trainer running waterproof"
    assert {"studio", "north", "ann"} <= set(found.words[3].split())
    assert "untitled" not in " ".join(found.words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>A mug.</p><ul><li>Light</li><li>Red &amp; blue</li></ul>", "A mug. Light Red & blue"),
        ("soft<b>er</b><br/>still", "softer still"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("<p>&nbsp;</p>", ""),
        ("plain", "plain"),
    ],
)
def test_descriptions_are_read_without_their_marks(text: str, said: str) -> None:
    assert untagged(text) == said
