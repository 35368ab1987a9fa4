"""The words of each language: one table that people translate. Pure."""

import csv
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "phrases.csv"
"""A row a phrase, a column a language; of several forms (`noir|noire`) the first is said, all are known."""
COLOUR = "colour."


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row.pop("key"): {language: cell.split("|") for language, cell in row.items()} for row in rows}


@cache
def languages() -> tuple[str, ...]:
    """Those that we can build texts in, as ISO 639-1 codes."""
    return tuple(_table()["and"])


def phrase(key: str, language: str) -> str:
    """The phrase, or nothing where the table has none."""
    return _table().get(key, {}).get(language, [""])[0]


def is_view(role: str) -> bool:
    """Whether a role says what is seen, as `front` does and `main` does not."""
    return f"view.{role}" in _table()


@cache
def _colours() -> dict[str, str]:
    """A colour's name in any language, in small letters → its row."""
    rows = ((key, forms) for key, cells in _table().items() if key.startswith(COLOUR) for forms in cells.values())
    return {form.casefold(): key for key, forms in rows for form in forms}


def is_colour(word: str) -> bool:
    """Whether that is a colour's name in one of the languages."""
    return word.strip().casefold() in _colours()


def colour(name: str, language: str) -> str:
    """A colour's name in that language; as it is, where it is none of ours (`Midnight Sparkle`)."""
    return phrase(_colours().get(name.strip().casefold(), ""), language) or name.strip()
