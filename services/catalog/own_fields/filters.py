"""Filters of own fields: `season` (it has a value), `season:SS27`, `weight:1.5..2`, `launch:2026-01-01..`. Pure."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from services.catalog.own_fields.definition import NAME

Mark = Callable[[Any], str]
_BOUND = r"-?\d{1,15}(?:\.\d{1,6})?|\d{4}-\d{2}-\d{2}|"
_RANGE = re.compile(rf"({_BOUND})\.\.({_BOUND})")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")


class Asked(NamedTuple):
    """One filter. value: None where the field only has to have one."""

    name: str
    value: str | None


def parsed(text: str) -> Asked | None:
    """What a filter asks for; None for what is no name of a field."""
    name, colon, value = text.partition(":")
    return Asked(name, value if colon else None) if NAME.fullmatch(name) else None


def is_turned(text: str) -> bool:
    """Whether it is a range whose first end is above its last: nothing lies in it."""
    between = _RANGE.fullmatch(text.partition(":")[2])
    if not between or not all(between.groups()):
        return False
    low, high = between.groups()
    return float(low) > float(high) if _NUMBER.fullmatch(low) and _NUMBER.fullmatch(high) else low > high


def by_name(texts: Iterable[str]) -> dict[str, list[Asked]]:
    """Of one field any of its filters, of several fields all."""
    found: dict[str, list[Asked]] = defaultdict(list)
    for asked in filter(None, map(parsed, texts)):
        found[asked.name].append(asked)
    return found


def condition(asked: Asked, mark: Mark) -> str:
    """SQL that says whether the asset `a` fits; mark: makes a parameter of a value."""
    if asked.value is None:
        return f"a.own ? {mark(asked.name)}::text"
    between = _RANGE.fullmatch(asked.value)
    if between and any(between.groups()):
        return _between(asked.name, between[1], between[2], mark)
    return " OR ".join(f"a.own @> {mark(json.dumps({asked.name: one}))}::text::jsonb" for one in _meant(asked.value))


def _meant(value: str) -> list[Any]:
    """A text, one of several choices, a number, or true and false: what the field is of decides which it finds."""
    meant: list[Any] = [value, [value]]
    if _NUMBER.fullmatch(value):
        meant.append(float(value))
    return meant + ([value == "true"] if value in ("true", "false") else [])


def _between(name: str, low: str, high: str, mark: Mark) -> str:
    """Both included. Days are compared as they are written."""
    value = f"(a.own ->> {mark(name)}::text)"
    if all(_NUMBER.fullmatch(one) for one in (low, high) if one):
        is_one, value = f"jsonb_typeof(a.own -> {mark(name)}::text) = 'number'", f"{value}::numeric"
        bounds = [f"{value} {sign} {mark(one)}::text::numeric" for sign, one in ((">=", low), ("<=", high)) if one]
    else:
        is_one = f"{value} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$'"
        bounds = [f'{value} COLLATE "C" {sign} {mark(one)}::text' for sign, one in ((">=", low), ("<=", high)) if one]
    return f"CASE WHEN {is_one} THEN {' AND '.join(bounds)} ELSE false END"
