"""Text is put together from the likeliest pieces."""

import pytest

from services.catalog.meaning.tokens import Tokens

PIECES = {"": 0.0, "<unk>": 0.0, "▁": -2.0, "▁run": -3.0, "▁running": -5.0, "ning": -4.0, "▁shoe": -3.0, "s": -2.0}
SPELLING = {"Ｒ": "r", "\t": " ", "™": "tm", "\u200b": ""}


def numbers(text: str) -> list[str]:
    pieces = list(PIECES)
    found = Tokens(pieces, list(PIECES.values()), SPELLING, unknown=1).split(text)
    return [pieces[number] for number in found]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("running shoes", ["▁running", "▁shoe", "s"]),  # -5 beats -3 and -4
        ("  running   shoe", ["▁running", "▁shoe"]),
        ("Ｒunning\tshoe", ["▁running", "▁shoe"]),
        ("run\u200bning", ["▁running"]),
        ("xs", ["▁", "<unk>", "s"]),
        ("靴", ["▁", "<unk>"]),
        ("", ["▁"]),
    ],
)
def test_the_likeliest_pieces(text: str, pieces: list[str]) -> None:
    assert numbers(text) == pieces


@pytest.mark.parametrize(("word", "there"), [("run", True), ("Ｒun", True), ("runing", False), ("ning", False)])
def test_a_piece_that_begins_a_word_is_a_word(word: str, there: bool) -> None:
    pieces = list(PIECES)
    assert Tokens(pieces, list(PIECES.values()), SPELLING, unknown=1).has(word) is there
