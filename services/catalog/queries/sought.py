"""What somebody types as PostgreSQL looks for it: whole words first, then beginnings, codes, typing errors.

A step is taken only where the one before finds nothing in the whole library, so that none spoils an answer.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import asyncpg

from services.catalog.said.codes import codes
from services.catalog.said.understood import Term, understood

SHORTEST_TYPO = 5
ALIKE, BEHIND = 0.3, 0.12
"""Likeness (trigrams) from which another word may be meant, and how far behind the likest it may be."""
MOST_ALIKE = 8
WHOLE = 1_000
"""Letters from which on a word counts as a beginning: none is so long."""
Mark = Callable[[str], str]
_OPERATORS = re.compile(r'"|(?:^|\s)-\w|\bOR\b')
_ALIKE = f"""
SELECT text, similarity(text, public.unaccent($1)) AS likeness FROM catalog.word WHERE text % public.unaccent($1)
ORDER BY likeness DESC, text LIMIT {MOST_ALIKE}
"""  # noqa: S608 - the number is ours


@dataclass(frozen=True)
class Sought:
    """Texts of tsqueries, empty where there is nothing to look for. every: a picture matches; own: it has the words as
    they were typed; some: it is ranked by it;
    strict: what even a picture that is found by meaning must match. inside: of each code, what one of must stand in
    the picture's words. instead: words taken for what was typed.
    """

    every: str = ""
    own: str = ""
    some: str = ""
    strict: str = ""
    inside: tuple[tuple[str, ...], ...] = ()
    instead: tuple[str, ...] = ()


async def sought(connection: asyncpg.Connection, text: str) -> Sought:
    """What finds something in the library; what finds nothing where nothing does. Raises Unavailable."""
    await connection.execute("SET LOCAL enable_seqscan = off")  # what is rare is taken for frequent by the planner
    terms = understood(text).terms
    for least in (WHOLE, 2):  # beginnings cost much: PostgreSQL puts together all words that have them
        found = await _query(connection, terms, text, least)
        if await _matches(connection, found):
            return found
    code = codes(text)
    if code.each:
        # Beside a code a single letter may be the beginning of its next part.
        loose = await _query(connection, understood(code.rest).terms, code.rest, 1, code.each)
        return loose if await _matches(connection, loose) else found
    return await _mended(connection, terms, found)


async def _query(
    connection: asyncpg.Connection,
    terms: Sequence[Term],
    text: str,
    least: int,
    inside: tuple[tuple[str, ...], ...] = (),
) -> Sought:
    values: list[str] = []

    def mark(value: str) -> str:
        values.append(value)
        return f"${len(values)}::text"

    own = [" && ".join(_word(word, mark, least) for word in term.words) for term in terms]
    each = [_or([f"({typed})", *_english(term, mark)]) for term, typed in zip(terms, own, strict=True)]
    alone = bool(_OPERATORS.search(text)) or not terms
    whole = f"websearch_to_tsquery('english', public.unaccent({mark(text)}))" if alone else ""
    every = whole or _all(each)
    strict = [asked for term, asked in zip(terms, each, strict=True) if term.kind]
    some = " || ".join(each) or whole
    asked = {"every": every, "own": whole or _all(own), "some": some, "strict": _all(strict)}
    sql = ", ".join(f"({query})::text AS {name}" for name, query in asked.items())
    row = await connection.fetchrow(f"SELECT {sql}", *values)
    return Sought(**row, inside=inside)


def _all(queries: Sequence[str]) -> str:
    return " && ".join(queries) or "''::tsquery"


def _or(queries: Sequence[str]) -> str:
    return f"({' || '.join(queries)})"


def _english(term: Term, mark: Mark) -> list[str]:
    return [f"plainto_tsquery('english', {mark(one)})" for one in term.english]


def _word(word: str, mark: Mark, least: int) -> str:
    """By its stem or, from `least` letters on (of digits one will do), by its beginning, while it is being typed."""
    own = f"public.unaccent({mark(word)})"
    end = ":*" if len(word) >= least or (word.isdigit() and least < WHOLE) else ""
    start = f"to_tsquery('simple', quote_literal({own}) || '{end}')"
    return f"(plainto_tsquery('english', {own}) || {start})"


async def _mended(connection: asyncpg.Connection, terms: Sequence[Term], found: Sought) -> Sought:
    """Words that the library has in the place of those that it does not have."""
    mended: list[Term] = []
    for term in terms:
        alone = await _query(connection, [term], " ".join(term.words), 2)
        odd = len(term.words[0]) >= SHORTEST_TYPO and term.words[0].isalpha() and not await _matches(connection, alone)
        mended.append(term._replace(english=await _alike(connection, term.words[0])) if odd else term)
    instead = tuple(new.english[0] for new, old in zip(mended, terms, strict=True) if new != old and new.english)
    if not instead:
        return found
    looked = await _query(connection, mended, " ".join(instead), WHOLE)
    return replace(looked, instead=instead)


async def _alike(connection: asyncpg.Connection, word: str) -> tuple[str, ...]:
    rows = await connection.fetch(_ALIKE, word)
    return tuple(row["text"] for row in rows if row["likeness"] >= max(ALIKE, rows[0]["likeness"] - BEHIND))


async def _matches(connection: asyncpg.Connection, what: Sought) -> bool:
    condition, values = matching(what, 1)
    sql = f"SELECT EXISTS (SELECT FROM catalog.asset a WHERE {condition})"  # noqa: S608 - the condition is ours
    return bool(await connection.fetchval(sql, *values))


def matching(what: Sought, first: int) -> tuple[str, list[object]]:
    """The condition that a picture matches, and its parameters, numbered from `first`."""
    values: list[object] = [what.every] if what.every else []
    parts = [f"a.search @@ ${first}::tsquery"] if what.every else []
    for ways in what.inside:
        values.append([f"%{way}%" for way in ways])
        parts.append(f"a.words LIKE ANY(${first + len(values) - 1}::text[])")
    return " AND ".join(parts) or "false", values
