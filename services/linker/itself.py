"""What one version of an asset says of itself: by its file, by what is read in it, and what people decided about it."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import asyncpg

from services.linker.candidate_rows import sharing, together
from services.linker.evidence import evidence_at, typo_keys
from services.linker.listed import Listed
from services.linker.match import Match, match
from services.linker.reading import named, with_reading
from services.linker.renaming import PERSON
from services.linker.rules import Reading
from services.linker.slips import meant_keys


class Itself(NamedTuple):
    """alone: by the file; found: with what is read in the picture."""

    alone: Match
    found: Match


async def itself(db: asyncpg.Connection, version: asyncpg.Record, products: list[Listed]) -> Itself:
    """version: its name, facts, ruled and seen; products: its candidates.

    A slip counts only where nothing names a product exactly, so only then is asked what it may mean.
    """
    seen = json.loads(version["seen"])
    said = evidence_at(version["name"], json.loads(version["facts"]), reading_of(version))
    alone = match(said, products)
    if alone.says_nothing and (typos := typo_keys(said) | meant_keys(said)):
        products = together(products, await sharing(db, typos))
        alone = match(said, products)
    return Itself(alone, match(with_reading(said, seen), products) if named(seen) else alone)


def reading_of(version: asyncpg.Record) -> Reading | None:
    """What a naming rule reads in its name."""
    return Reading.model_validate_json(version["ruled"]) if version["ruled"] else None


def people_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """SKU → what people said of the link to it."""
    return {name.removeprefix(PERSON): said for name, said in fields.items() if name.startswith(PERSON)}
