"""The counts beside a list: of each facet its most frequent values."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import asyncpg

from runtime.colour_words import in_english
from runtime.database import Database
from schemas.curation import OWN
from services.catalog.own_fields.definition import Definition
from services.catalog.own_fields.filters import by_name
from services.catalog.queries.assets import MOST_COUNTED
from services.catalog.queries.filters import FLAGS, Filters, flagged, where
from services.catalog.queries.life import LIFE

UNCOUNTED = "unused"
"""It is true of everything where no shop reports: offered to nobody, and counted for who asks for it."""
NONE: Mapping[str, Definition] = MappingProxyType({})


class Count(NamedTuple):
    """One value of a facet and how many assets have it under the other filters."""

    value: str
    assets: int


_DIMENSIONS = {
    "state": "a.state",
    "life": LIFE,
    "kind": "nullif(a.kind, '')",
    "role": "unnest(a.roles)",
    "label": "unnest(a.labels)",
    "colour": "unnest(a.colours)",
    "channel": "unnest(a.channels)",
    "background": "nullif(a.background, '')",
    "brand": "nullif(a.brand, '')",
    "market": "nullif(a.market, '')",
    "folder": "nullif(split_part(a.folder, '/', 1), '')",
}
_PATH = (
    "unnest(ARRAY(SELECT array_to_string((string_to_array(a.folder, '/'))[:n], '/') FROM "
    "generate_series(1, least(cardinality(string_to_array(a.folder, '/')), {})) n))"
)
"""Of a folder's pictures: the folders that it lies in, it, and those right in it."""


class Counts(NamedTuple):
    """facets: name → its most frequent values. whole: all that matches was counted, else MOST_COUNTED of it. any:
    whether anything matches all filters.
    """

    facets: dict[str, list[Count]]
    whole: bool
    any: bool


async def counts(
    database: Database, filters: Filters, defined: Mapping[str, Definition] = NONE, *, most: int = 12
) -> Counts:
    """Each facet under the others' filters; `flag` has what deserves a look. Exact where `whole`, else least.

    Tags that are a colour's name (learnt of what a shop says of its products) are not counted: `colour` has what was
    seen. They are found as other tags are.

    A facet without a filter of its own is counted in what the list shows, which is looked for once; so is `folder`,
    which has the way to the folder and what lies right in it. defined: fields that people defined; of those with
    choices `field:<name>` has the values.
    """
    dimensions = {**_DIMENSIONS, **_own(defined)}
    set_ = {name for name, _ in filters.active()} | {f"{OWN}{name}" for name in by_name(filters.field)}
    if filters.folder:
        dimensions["folder"] = _PATH.format(filters.folder.count("/") + 2)
        set_.remove("folder")
    async with database.transaction() as connection:
        await connection.execute("SET LOCAL jit = off")
        free = {name: sql for name, sql in dimensions.items() if name not in set_}
        found = await _counted(connection, filters, "", free, most)
        for name in dimensions.keys() & set_:
            found |= await _counted(connection, filters, name, {name: dimensions[name]}, most)
        made = where(filters, but="flag")
        named = [name for name in FLAGS if name != UNCOUNTED or name in filters.flag]
        counted = {name: flagged(name, filters.within, made.mark) for name in named}
        some = f"SELECT a.* FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(MOST_COUNTED)}"  # noqa: S608
        picked = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in counted.values())
        all_set = " AND ".join(f"({counted[name]})" for name in filters.flag) or "true"
        sql = f"SELECT {picked}, count(*) FILTER (WHERE {all_set}), count(*) FROM ({some}) a"  # noqa: S608
        row = await connection.fetchrow(sql, *made.values)
    found["flag"] = [Count(name, count) for name, count in zip(counted, row, strict=False) if count]
    return Counts({name: found[name] for name in (*dimensions, "flag")}, row[-1] < MOST_COUNTED, row[-2] > 0)


async def _counted(
    connection: asyncpg.Connection, filters: Filters, but: str, named: Mapping[str, str], most: int
) -> dict[str, list[Count]]:
    made = where(filters, but=but)
    some = f"SELECT a.* FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(MOST_COUNTED)}"  # noqa: S608
    each = (f"SELECT '{name}' AS facet, {value} AS value FROM first_of a" for name, value in named.items())  # noqa: S608
    values = " UNION ALL ".join(each)
    sql = (
        f"WITH first_of AS MATERIALIZED ({some}), counted AS (SELECT facet, value, count(*) AS assets, "  # noqa: S608
        f"row_number() OVER (PARTITION BY facet ORDER BY count(*) DESC, value) AS place FROM ({values}) v "
        f"WHERE value IS NOT NULL GROUP BY facet, value "
        f"HAVING facet <> 'label' OR lower(value) <> ALL({made.mark(list(in_english()))}::text[])) "
        f"SELECT facet, value, assets FROM counted WHERE place <= {made.mark(most)} ORDER BY facet, place"
    )
    found: dict[str, list[Count]] = {name: [] for name in named}
    for row in await connection.fetch(sql, *made.values) if named else []:
        found[row["facet"]].append(Count(row["value"], row["assets"]))
    return found


def _own(defined: Mapping[str, Definition]) -> dict[str, str]:
    """Names of fields are letters, digits and underlines."""
    one, several = (
        "a.own ->> '{name}'",
        (
            "jsonb_array_elements_text(CASE jsonb_typeof(a.own -> '{name}') WHEN 'array' THEN a.own -> '{name}' "
            "ELSE '[]'::jsonb END)"
        ),
    )
    sql = {"choice": one, "boolean": one, "choices": several}
    return {f"{OWN}{name}": sql[field.type].format(name=name) for name, field in defined.items() if field.type in sql}
