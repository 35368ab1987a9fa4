"""A field that people define: its type, its choices, where it is required; and whether a value fits it. Pure."""

import re
from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Of a field: it stands in addresses and in SQL."""
EVERYWHERE = "*"
LONGEST = 500
MOST_DIGITS = 1e15
"""Beyond it a number is not kept exactly."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Type = Literal["text", "number", "date", "choice", "choices", "boolean"]


class Definition(BaseModel):
    """What a field is. Values that were given before it was changed stay; new ones must fit."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$", examples=["Season"])
    type: Type = Field(description="choice: one of `choices`; choices: some of them; a date is written 2026-11-29")
    choices: list[str] = Field(default_factory=list, max_length=200, examples=[["SS27", "FW27"]])
    required_for: list[str] = Field(
        default_factory=list,
        max_length=100,
        description=f"Categories of products whose pictures need it, with all below; `{EVERYWHERE}`: every picture",
        examples=[["Men/Shoes"]],
    )

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if bool(self.choices) != (self.type in ("choice", "choices")):
            raise ValueError("choices: name them for the types choice and choices, and for no other")
        for name in (*self.choices, *self.required_for):
            if not 0 < len(name.strip()) <= LONGEST or "\0" in name:
                raise ValueError(f"{name!r:.80} is no name of 1 to {LONGEST} letters")
        return self

    def is_required(self, categories: list[str]) -> bool:
        """Whether a picture whose products lie in these needs it."""
        return any(
            one == EVERYWHERE or own == one or own.startswith(f"{one}/")
            for one in self.required_for
            for own in (*categories, "")
        )


def fault(field: Definition, value: Any) -> str | None:
    """What is wrong with a value, in plain words; None where it fits."""
    fits, wanted = {
        "text": (_is_text(value), f"a text of 1 to {LONGEST} letters"),
        "number": (_is_number(value), "a number"),
        "date": (_is_day(value), "a day such as 2026-11-29"),
        "choice": (value in field.choices, f"one of {', '.join(field.choices)}"),
        "choices": (_are_choices(field, value), f"a list of some of {', '.join(field.choices)}, each once"),
        "boolean": (isinstance(value, bool), "true or false"),
    }[field.type]
    return None if fits else f"takes {wanted:.500}"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST and "\0" not in value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST_DIGITS


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _are_choices(field: Definition, value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(one in field.choices for one in value) and len(set(value)) == len(value)
