"""Fields that people define: what fits them, where they are required, how they are asked for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.catalog import curation
from services.catalog.own_fields.definition import Definition, fault
from services.catalog.own_fields.filters import Asked, by_name, condition

SEASONS = ["SS27", "FW27"]


def field(type_: str, **more: Any) -> Definition:
    choices = SEASONS if type_ in ("choice", "choices") else []
    return Definition.model_validate({"title": "x", "type": type_, "choices": choices, **more})


@pytest.mark.parametrize(
    ("type_", "fits", "not_"),
    [
        ("text", ["x", "ü" * 500], ["", " ", "x" * 501, 1, True, ["x"], "a\0b", None]),
        ("number", [0, -1.5, 10**15], [True, "1", float("inf"), float("nan"), 1e16, None]),
        ("date", ["2028-02-29"], ["2027-02-29", "2027-2-1", "20270201", "2027-01-01T00:00", 20270101]),
        ("choice", ["SS27"], ["ss27", "", ["SS27"], None]),
        ("choices", [["SS27"], ["FW27", "SS27"]], [[], ["SS27", "SS27"], ["x"], "SS27", [["SS27"]]]),
        ("boolean", [True, False], ["true", 1, None]),
    ],
)
def test_what_fits(type_: str, fits: list[Any], not_: list[Any]) -> None:
    assert [fault(field(type_), value) for value in fits] == [None] * len(fits)
    assert all(fault(field(type_), value) for value in not_)


@pytest.mark.parametrize(
    "said",
    [
        {"title": "", "type": "text"},
        {"title": "x", "type": "colour"},
        {"title": "x", "type": "choice"},
        {"title": "x", "type": "text", "choices": ["a"]},
        {"title": "x", "type": "choice", "choices": [" "]},
        {"title": "x", "type": "text", "required_for": ["a\0"]},
        {"title": "x", "type": "text", "more": 1},
    ],
)
def test_what_is_no_definition(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Definition.model_validate(said)


def test_where_it_is_required() -> None:
    shoes = field("text", required_for=["Men/Shoes"])
    assert [shoes.is_required([one]) for one in ("Men/Shoes", "Men/Shoes/Boots", "Men/Shoes2", "Men")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert not shoes.is_required([]) and field("text", required_for=["*"]).is_required([])


def test_several_of_one_field_are_any_of_them() -> None:
    assert by_name(["season:SS27", "season:FW27", "weight", "NO:x"]) == {
        "season": [Asked("season", "SS27"), Asked("season", "FW27")],
        "weight": [Asked("weight", None)],
    }


@given(st.text(max_size=30))
def test_what_is_asked_for_travels_as_a_parameter(text: str) -> None:
    """Nothing of it is in the SQL, whatever somebody types behind the colon."""
    values: list[Any] = []

    def mark(value: Any) -> str:
        values.append(value)
        return "$n"

    assert condition(Asked("season", text + "#"), mark) == " OR ".join(["a.own @> $n::text::jsonb"] * len(values))
    assert len(values) == 2
    values.clear()
    assert "season" not in condition(Asked("season", "1.5..2"), mark)
    assert values == ["season", "season", "1.5", "2"]


def test_its_texts_are_found_by_words() -> None:
    fields = {"field:season": "SS27", "field:made_of": ["cotton", "wool"], "field:weight": 3, "field:new": True}
    assert curation.texts({**fields, "alt:de": "Schuh"}) == ["Schuh", "cotton", "wool", "SS27"]
    assert curation.own(fields) == {"season": "SS27", "made_of": ["cotton", "wool"], "weight": 3, "new": True}
