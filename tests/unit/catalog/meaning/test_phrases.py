"""What a picture is found by in other words."""

from services.catalog.meaning.phrases import MOST, phrases


def test_what_tells_most_comes_first_and_each_once() -> None:
    found = phrases(
        ["sneaker", "shoe"],
        ["black", "white"],
        [("Trainer, black", "Shoes/Running"), ("Trainer, black", "Shoes/Running")],
        ["Ein  schwarzer\nSchuh", "sneaker"],
        [],
    )
    assert found == ["sneaker", "shoe", "black sneaker", "Trainer, black", "Running", "Ein schwarzer Schuh"]


def test_codes_and_single_words_in_the_picture_are_no_phrases() -> None:
    lines = ["POWER", "HYB25D256800CE-5", "450 g", "Instant camera film", "i-Type 8"]
    assert phrases([], ["red"], [("", ""), ("4711", "A")], ["", "12 / 34"], lines) == ["Instant camera film"]


def test_so_many_and_no_more() -> None:
    assert len(phrases([f"label {'a' * n}" for n in range(99)], [], [], [], [])) == MOST
    assert [len(one) for one in phrases(["a" * 999], [], [], [], [])] == [200]
