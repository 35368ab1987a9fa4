"""What a filter may be asked for, where that is settled: a misspelt value is told, not answered with an empty list."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import get_args

from runtime.database import Database
from runtime.states import STATES
from schemas.asset import Kind
from schemas.head import LIVES
from schemas.roles import ROLES
from services.catalog.queries.filters import FLAGS, WHITES, Where
from services.catalog.queries.scope import conditions
from services.catalog.scope import EVERYTHING, Scope

BACKGROUNDS = (*WHITES, "plain", "transparent", "scene")
KNOWN: Mapping[str, Collection[str]] = {
    "state": STATES,
    "kind": get_args(Kind),
    "role": ROLES,
    "background": BACKGROUNDS,
    "flag": tuple(FLAGS),
    "life": LIVES,
}
COLOURS = (
    "black", "gray", "white", "beige", "brown", "red", "pink", "orange", "yellow", "olive green", "green", "turquoise",
    "blue", "navy blue", "purple",
)  # fmt: skip
"""As the tagger names them; a test holds both to each other."""
LONGEST = 60
"""Letters of a strange value that are told."""
_MADE_FOR = """SELECT DISTINCT asked FROM unnest($1::text[]) asked
WHERE EXISTS (SELECT FROM catalog.asset a WHERE asked = ANY(a.channels) AND {within})"""
_COLOURED = """SELECT DISTINCT asked FROM unnest($1::text[]) asked
WHERE EXISTS (SELECT FROM catalog.asset a WHERE a.colours && ARRAY[asked] AND {within})"""


def strange(name: str, values: Sequence[str], known: Collection[str] | None = None) -> str | None:
    """What is wrong with the first value that there is not, with the nearest that there is, and all; None: nothing."""
    there = KNOWN[name] if known is None else known
    for value in values:
        if value not in there:
            near = get_close_matches(value.casefold(), there, n=1)
            told = f"There is no {name} {value[:LONGEST]!r}."
            meant = f" Did you mean {near[0]}?" if near else ""
            return f"{told}{meant} Known are {', '.join(there)}."
    return None


async def channels(
    database: Database, asked: Collection[str], known: Collection[str], within: Scope = EVERYTHING
) -> list[str]:
    """Those that there are, and of the others those asked for that some picture within the scope has files for.

    Raises Unavailable.
    """
    return await _with_seen(database, _MADE_FOR, asked, known, within)


async def colours(database: Database, asked: Collection[str], within: Scope = EVERYTHING) -> list[str]:
    """Those that there are, and of the others those asked for that some picture within the scope has.

    Raises Unavailable.
    """
    return await _with_seen(database, _COLOURED, asked, COLOURS, within)


async def _with_seen(
    database: Database, sql: str, asked: Collection[str], known: Collection[str], within: Scope
) -> list[str]:
    others = [one for one in asked if one not in known]
    if not others:
        return list(known)
    made = Where(values=[others])
    made.parts += conditions(within, made.mark)
    async with database.reading() as connection:
        rows = await connection.fetch(sql.format(within=made.sql), *made.values)
    return [*known, *(row["asked"] for row in rows)]
