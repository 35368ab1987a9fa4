"""A product list of JSON lines (an object a product) → rows, as a list of cells has them. Pure.

Objects need not have the same names: the heading is all of them. Of values in objects or arrays the text counts; what
stands in `axes` and `attributes` counts as if it stood beside them.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from runtime.csv_text import Row, UnreadableError
from services.pim.columns import plain
from services.pim.flat import text
from services.pim.product import Problem

Item = Mapping[str, Any]
INSIDE = ("axes", "attributes")


def rows(
    file: str, data: bytes, flat: Callable[[Item], dict[str, str]] | None = None
) -> tuple[list[Row], list[Problem]]:
    """(heading and rows, lines that are no object). Raises UnreadableError where it is no such list or broken off.

    `flat`: what becomes of an object; else as products are written.
    """
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise UnreadableError("The list is no text in UTF-8.", "Export it as JSON lines in UTF-8.") from error
    found, problems = list[tuple[int, dict[str, str]]](), list[Problem]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append((number, (flat or _flat)(_object(line))))
        except ValueError as error:
            if number == len(lines):
                cause = f"The list breaks off in line {number}: {error}."
                raise UnreadableError(cause, "Export it again. Nothing of it was taken.") from error
            problems.append(
                Problem(file, number, f"The line is no JSON object: {error}.", "Give an object a line. It is left out.")
            )
    names = list(dict.fromkeys(name for _, item in found for name in item))
    if not found:
        return [], problems
    heading = Row(found[0][0], tuple(names))
    return [heading, *(Row(number, tuple(item.get(name, "") for name in names)) for number, item in found)], problems


def _object(line: str) -> Item:
    try:
        item = json.loads(line, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} (letter {error.colno})") from error
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    if not isinstance(item, dict):
        raise ValueError("it is another value")
    return item


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _flat(item: Item) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in item.items():
        if plain(name) in INSIDE and isinstance(value, dict):
            found |= {str(inner): text(one, "") for inner, one in value.items()}
        else:
            found[name] = text(value, "")
    return found


def dotted(item: Item) -> dict[str, str]:
    """With names such as `focus.x` for what stands in objects."""
    found: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": one for inner, one in dotted(value).items()}
        else:
            found[name] = text(value, "")
    return found
