"""Where nothing has all the words: what has as many of them as anything has, and which ones it lacks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import asyncpg

from runtime.database import Database
from services.catalog.queries.assets import Page, listed
from services.catalog.queries.filters import MILLIONTHS, TIER, Filters, where
from services.catalog.queries.looks import looked
from services.catalog.queries.sought import PLAIN, Sought
from services.catalog.queries.tsqueries import query, singly, there
from services.catalog.said.understood import Term
from services.catalog.said.vocabulary import COLOUR, VIEW

MOST_TERMS = 6
"""Of more words, those that no picture has are left out first, and then the last ones."""
MOST_TRIED = 12
MOST_LOOKED = 2_000
"""Pictures that the other filters leave, which are looked at for what they have."""
CODE = 4
"""Letters of a word with a digit in it from which on it is a code."""
_DEAR = {VIEW: 1, COLOUR: 2}
"""What is left out first: from behind or not it is a red jacket; then the colour; a thing last."""
_THING = 3
_MEANT = f"""
SELECT EXISTS (SELECT FROM (SELECT search FROM catalog.asset WHERE phrases && $1::text[] LIMIT {MOST_LOOKED}) a
WHERE $2::text = '' OR search @@ $2::text::tsquery)
"""  # noqa: S608 - the number is ours


async def found(
    database: Database, filters: Filters, *, limit: int, cursor: str | None = None, counted: bool = True
) -> tuple[Filters, Page]:
    """As `listed`, of fewer words where nothing matches; and what was looked for. Raises BadCursor, Unavailable."""
    page = await listed(database, filters, limit=limit, cursor=cursor, counted=counted)
    if page.rows:
        return await _lacking(database, filters, page), page
    if not filters.sought:
        return filters, page
    if cursor and (await listed(database, filters, limit=1, counted=False)).rows:
        return filters, page  # the last page, of which all are gone meanwhile
    wider = await widened(database, filters)
    if wider is None:
        return filters, page
    page = await listed(database, wider, limit=limit, cursor=cursor, counted=counted)
    return await _lacking(database, wider, page), page


async def _lacking(database: Database, filters: Filters, page: Page) -> Filters:
    """With the words that nothing has of what is found: meaning finds something for every word."""
    asked = filters.sought
    if not filters.near or asked is None or asked.said.either or asked.inside:
        return filters
    if not filters.looks and page.rows and (page.rows[0]["rank"] or 0) >= TIER * MILLIONTHS:
        return filters  # it has all of them
    mended = {typed for typed, _ in asked.instead}
    terms = [term for term in asked.terms if not term.kind and not mended & set(term.words)]
    if not terms:
        return filters
    async with database.reading() as connection:
        made = where(filters)
        flags = [f"bool_or(a.search @@ {one})" for one in singly(terms, PLAIN, made.text)]
        some = f"SELECT a.search FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(MOST_LOOKED)}"  # noqa: S608
        many, *have = await connection.fetchrow(f"SELECT count(*), {', '.join(flags)} FROM ({some}) a", *made.values)  # noqa: S608
    if many == MOST_LOOKED:
        return filters  # more was found than is looked at: one of the rest may have it
    lost = [" ".join(term.words) for term, one in zip(terms, have, strict=True) if one is False]
    return replace(filters, lacking=tuple(dict.fromkeys(lost)))


async def widened(database: Database, filters: Filters) -> Filters | None:
    """The same with fewer words, so that something is found; None where nothing is. Raises Unavailable."""
    asked = filters.sought
    if asked is None or asked.said.either or asked.inside:
        return None
    async with database.reading() as connection:
        terms, codes = await _alive(connection, asked.terms), _codes(asked)
        if not codes <= set(terms):
            return None
        choices = list(_choices(terms, codes, len(asked.terms)))
        kept = await _first(connection, filters, terms, choices) if choices else None
        if kept is None:
            return None
        fewer, _ = await query(connection, kept, asked.said)
    wider = _with(filters, kept, fewer)
    return replace(wider, looks=await looked(database, wider)) if filters.like else wider


async def _alive(connection: asyncpg.Connection, terms: Sequence[Term]) -> list[Term]:
    """Those that some picture of the library has."""
    return [term for term, found in zip(terms, await there(connection, terms), strict=True) if found][:MOST_TERMS]


def _codes(asked: Sought) -> set[Term]:
    """Parts of what is a code, `RED-43`: by less of it nothing else is meant."""
    typed = [one for one in asked.said.words.lower().split() if len(one) >= CODE and re.search(r"\d", one)]
    parts = {part for one in typed for part in re.findall(r"[^\W_]+", one)}
    return {term for term in asked.terms if parts & set(term.words)}


def _choices(terms: Sequence[Term], codes: set[Term], asked: int) -> Iterator[list[Term]]:
    """As many of them as may be, the dear ones longest; never none, and never all that was asked for."""
    for many in range(len(terms), 0, -1):
        chosen = [[terms[n] for n in kept] for kept in combinations(range(len(terms)), many) if many < asked]
        chosen = [kept for kept in chosen if codes <= set(kept) and (codes or _says_something(kept))]
        yield from sorted(chosen, key=lambda some: -sum(_DEAR.get(term.kind, _THING) for term in some))


def _says_something(kept: Sequence[Term]) -> bool:
    """A size alone does not."""
    return any(not "".join(term.words).isdigit() for term in kept)


async def _first(
    connection: asyncpg.Connection, filters: Filters, terms: Sequence[Term], choices: Sequence[list[Term]]
) -> list[Term] | None:
    """The first choice that something has."""
    asked = filters.sought
    assert asked is not None  # noqa: S101 - `widened` has looked
    made = where(replace(filters, sought=None, near=(), looks=None))
    if not made.parts:
        return await _first_of_all(connection, asked, filters.near, choices[:MOST_TRIED])
    flags = [f"a.search @@ {one}" for one in singly(terms, asked.said, made.text)]
    near = f"a.phrases && {made.mark(list(filters.near))}::text[]"
    some = f"SELECT a.search, a.phrases FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(MOST_LOOKED)}"  # noqa: S608
    sql = f"SELECT DISTINCT {near}, {', '.join(flags)} FROM ({some}) a"  # noqa: S608
    rows = [tuple(row) for row in await connection.fetch(sql, *made.values)]
    seen = [
        (by_meaning, {term for term, there in zip(terms, said, strict=True) if there}) for by_meaning, *said in rows
    ]
    return next((kept for kept in choices if any(_matches(kept, asked.terms, *one) for one in seen)), None)


async def _first_of_all(
    connection: asyncpg.Connection, asked: Sought, near: tuple[str, ...], choices: Sequence[list[Term]]
) -> list[Term] | None:
    for kept in choices:
        fewer, there = await query(connection, kept, asked.said)
        if there or (
            near and _whole(asked.terms, kept) and await connection.fetchval(_MEANT, list(near), fewer.strict)
        ):
            return kept
    return None


def _whole(asked: Sequence[Term], kept: Sequence[Term]) -> bool:
    """Whether what is left out are colours and views: what means the same was looked for by all the rest."""
    return all(term.kind for term in asked if term not in kept)


def _matches(kept: Sequence[Term], asked: Sequence[Term], by_meaning: bool, there: set[Term]) -> bool:
    if set(kept) <= there:
        return True
    return by_meaning and _whole(asked, kept) and {term for term in kept if term.kind} <= there


def _with(filters: Filters, kept: Sequence[Term], fewer: Sought) -> Filters:
    asked = filters.sought
    assert asked is not None  # noqa: S101 - `widened` has looked
    lost = tuple(" ".join(term.words) for term in asked.terms if term not in kept)
    instead = tuple(pair for pair in asked.instead if pair[0] not in lost)
    fewer = replace(fewer, instead=instead, nearly=asked.nearly)
    return replace(
        filters, sought=fewer, left_out=lost, looks=None, near=filters.near if _whole(asked.terms, kept) else ()
    )
