"""What a person is asked, and which pictures ask the same."""

from typing import Any

import pytest

from services.catalog.causes import Question, question
from services.linker.deciding import decided
from tests.fakes.hoodies import look, product

SLIP = {"kind": "filename", "detail": "“mh0l” in the file name may be a slip for MH01"}


def suggestion(sku: str, *evidence: dict[str, str], confidence: float = 0.6, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "role": "main", "confidence": confidence, "evidence": list(evidence or (SLIP,)), **more}


def after(sku: str, name: str) -> dict[str, Any]:
    return suggestion(sku, {"kind": "sequence", "detail": f"{name}, the code frame before it, shows its code: {sku}"})


def ask(*suggestions: dict[str, Any], **fields: str) -> Question | None:
    return question({"suggestions": list(suggestions)}, {f"link:{sku}": said for sku, said in fields.items()})


CONFLICT: dict[str, Any] = {
    "skus": ["A", "B-M", "B-S"],
    "options": [["A"], ["B-M", "B-S"]],
    "cause": "A and B are named at once.",
    "evidence": [{"kind": "barcode", "detail": "“400” in the barcode is the GTIN of A"}],
}


def test_the_same_slip_in_two_names_is_one_cause() -> None:
    one, other = ask(suggestion("MH01")), ask(suggestion("MH01"))
    assert one and one == other and one.why == SLIP["detail"]
    assert one != ask(suggestion("MH02", {"kind": "filename", "detail": "another word"}))


def test_separators_and_case_make_no_other_cause() -> None:
    one, other = (
        ask(suggestion("MH01", {"kind": "filename", "detail": f"“{name}” in the file name is model MH01"}))
        for name in ("MH01_Black", "mh01-black")
    )
    assert one and other and one.cause == other.cause and one.why != other.why


def test_sizes_of_one_colour_are_one_answer() -> None:
    look = [["color", "black"]]
    found = ask(*(suggestion(f"MH01-{size}-Black", look=look) for size in "SML"), suggestion("MH02", confidence=0.5))
    assert found and [option.skus for option in found.options] == [
        ("MH01-S-Black", "MH01-M-Black", "MH01-L-Black"),
        ("MH02",),
    ]


def test_pictures_after_different_code_frames_of_one_product_ask_the_same() -> None:
    one, other = ask(after("MH01", "a.jpg"), after("MH02", "b.jpg")), ask(after("MH01", "c.jpg"))
    assert one and other and one.cause == other.cause
    different = ask(after("MH02", "b.jpg"))
    assert different and different.cause != one.cause


@pytest.mark.parametrize("said", ["confirmed", "rejected", "linked"])
def test_what_was_answered_is_not_asked(said: str) -> None:
    assert ask(suggestion("MH01"), MH01=said) is None


def test_a_conflict_is_asked_with_what_goes_together_and_why() -> None:
    found = question({"conflicts": [CONFLICT]}, {})
    assert found and found.kind == "conflict" and found.skus == {"A", "B-M", "B-S"}
    assert [option.skus for option in found.options] == [("A",), ("B-M", "B-S"), ("A", "B-M", "B-S")]
    assert [option.both for option in found.options] == [False, False, True]
    assert found.why == "A and B are named at once. “400” in the barcode is the GTIN of A"


def test_a_conflict_ends_with_a_choice_or_when_all_are_rejected() -> None:
    assert question({"conflicts": [CONFLICT]}, {"link:B-M": "confirmed"}) is None
    assert question({"conflicts": [CONFLICT]}, {f"link:{sku}": "rejected" for sku in CONFLICT["skus"]}) is None
    assert question({"conflicts": [CONFLICT]}, {"link:A": "rejected"}) is None, "nothing contradicts what is left"


def test_a_conflict_of_an_older_linker_offers_each_sku() -> None:
    found = question({"conflicts": [{"skus": ["A", "B"], "cause": "Both."}]}, {})
    assert found and [option.skus for option in found.options] == [("A",), ("B",), ("A", "B")]


def test_nothing_open_is_no_question() -> None:
    assert question({}, {}) is None and question({"links": [{"sku": "A"}]}, {}) is None


def test_two_hundred_files_of_ten_causes_are_ten_questions() -> None:
    """As the linker finds them: five articles with a wrong digit in their names, and five pairs named at once."""
    shop = [product(f"JACKET-{at}{at}30-NORTH") for at in range(1, 10)]
    slips = [f"jacket-{at}{at}3{at}-north" for at in range(1, 6)]
    pairs = [f"jacket-{at}{at}30-north_jacket-{at + 1}{at + 1}30-north" for at in range(1, 6)]
    files = [f"{name}_{role}_{n}.jpg" for name in slips + pairs for role in ("front", "back") for n in range(1, 11)]
    asked = [question(decided(look(file, shop=shop), {}).model_dump(mode="json"), {}) for file in files]
    assert len(files) == 200 and all(asked)
    assert len({one.cause for one in asked if one}) == 10
