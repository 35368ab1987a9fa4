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
SELECT asked.word, w.text, w.likeness FROM unnest($1::text[]) asked (word) CROSS JOIN LATERAL (
  SELECT text, similarity(text, public.unaccent(asked.word)) AS likeness FROM catalog.word
  WHERE text % public.unaccent(asked.word) ORDER BY likeness DESC, text LIMIT {MOST_ALIKE}) w
ORDER BY asked.word, w.likeness DESC, w.text
"""  # noqa: S608 - the number is ours

_NEW = """
SELECT typed FROM unnest($1::text[]) typed
WHERE NOT EXISTS (SELECT FROM catalog.word w WHERE w.text LIKE public.unaccent(typed) || '%')
"""


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
    terms = understood(text).terms
    for least in (WHOLE, 2):  # beginnings cost much: PostgreSQL puts together all words that have them
        asked, there = await _query(connection, terms, text, least)
        if there:
            return asked
    asked = replace(asked, every="", own="")  # nothing has the words: nobody need look for them again
    code = codes(text)
    if code.each:
        # Beside a code a single letter may be the beginning of its next part.
        loose, _ = await _query(connection, understood(code.rest).terms, code.rest, 1)
        loose = replace(loose, inside=code.each)
        return loose if await _inside(connection, loose) else asked
    return await _mended(connection, terms, asked)


async def _query(connection: asyncpg.Connection, terms: Sequence[Term], text: str, least: int) -> tuple[Sought, bool]:
    """The text as it is looked for, and whether something in the library matches."""
    values: list[str] = []

    def mark(value: str) -> str:
        values.append(value)
        return f"${len(values)}::text"

    own = [_own(term, mark, least) for term in terms]
    each = [_or([f"({typed})", *_english(term, mark)]) for term, typed in zip(terms, own, strict=True)]
    alone = bool(_OPERATORS.search(text)) or not terms
    whole = f"websearch_to_tsquery('english', public.unaccent({mark(text)}))" if alone else ""
    every = whole or _all(each)
    strict = [asked for term, asked in zip(terms, each, strict=True) if term.kind]
    some = " || ".join(each) or whole
    asked = {"every": every, "own": whole or _all(own), "some": some, "strict": _all(strict)}
    sql = ", ".join(f"({query})::text AS {name}" for name, query in asked.items())
    row = await connection.fetchrow(f"SELECT q.*, catalog.found(q.every::tsquery) FROM (SELECT {sql}) q", *values)  # noqa: S608
    return Sought(*row[:4]), row["found"]


def _all(queries: Sequence[str]) -> str:
    return " && ".join(queries) or "''::tsquery"


def _or(queries: Sequence[str]) -> str:
    return f"({' || '.join(queries)})"


def _english(term: Term, mark: Mark) -> list[str]:
    return [f"plainto_tsquery('english', {mark(one)})" for one in term.english]


def _own(term: Term, mark: Mark, least: int) -> str:
    return " && ".join(f"({_word(word, mark, least)})" for word in term.words)


def _word(word: str, mark: Mark, least: int) -> str:
    """By its stem or, from `least` letters on (of digits one will do), by its beginning, while it is being typed."""
    own = f"public.unaccent({mark(word)})"
    end = ":*" if len(word) >= least or (word.isdigit() and least < WHOLE) else ""
    stem, start = f"plainto_tsquery('english', {own})", f"to_tsquery('simple', quote_literal({own}) || '{end}')"
    # A word that is its own stem is asked for once: twice, the planner takes it for twice as frequent. Compared as
    # texts: tsqueries that differ in `:*` alone are equal to PostgreSQL.
    return f"CASE WHEN ({stem})::text = ({start})::text THEN {stem} ELSE {stem} || {start} END"


async def _mended(connection: asyncpg.Connection, terms: Sequence[Term], asked: Sought) -> Sought:
    """Words that the library has in the place of those that it does not have."""
    odd = await _unknown(connection, terms)
    if not odd:
        return asked
    rows = await connection.fetch(_ALIKE, [term.words[0] for term in odd])
    alike = {word: _likest([row for row in rows if row["word"] == word]) for word in {row["word"] for row in rows}}
    mended = [term._replace(english=alike.get(term.words[0], ())) if term in odd else term for term in terms]
    instead = tuple(new.english[0] for new, old in zip(mended, terms, strict=True) if new != old and new.english)
    if not instead:
        return asked
    looked, _ = await _query(connection, mended, " ".join(instead), WHOLE)
    return replace(looked, instead=instead)


async def _unknown(connection: asyncpg.Connection, terms: Sequence[Term]) -> list[Term]:
    """Those of the words that may be misspelt, for no picture has them."""
    long = [term for term in terms if len(term.words[0]) >= SHORTEST_TYPO and term.words[0].isalpha()]
    new = {row["typed"] for row in await connection.fetch(_NEW, [term.words[0] for term in long])} if long else set()
    long = [term for term in long if term.words[0] in new]
    values: list[str] = []

    def mark(value: str) -> str:
        values.append(value)
        return f"${len(values)}::text"

    each = [f"catalog.found({_or([f'({_own(term, mark, 2)})', *_english(term, mark)])})" for term in long]
    there = await connection.fetchrow(f"SELECT {', '.join(each)}", *values) if each else ()
    return [term for term, found in zip(long, there, strict=True) if not found]


def _likest(rows: Sequence[asyncpg.Record]) -> tuple[str, ...]:
    return tuple(row["text"] for row in rows if row["likeness"] >= max(ALIKE, rows[0]["likeness"] - BEHIND))


async def _inside(connection: asyncpg.Connection, what: Sought) -> bool:
    condition, values = matching(what, 1)
    sql = f"SELECT EXISTS (SELECT FROM catalog.asset a WHERE {condition})"  # noqa: S608 - the condition is ours
    async with connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")  # what is rare is taken for frequent by the planner
        return bool(await connection.fetchval(sql, *values))


def matching(what: Sought, first: int) -> tuple[str, list[object]]:
    """The condition that a picture matches, and its parameters, numbered from `first`."""
    values: list[object] = [what.every] if what.every else []
    parts = [f"a.search @@ ${first}::tsquery"] if what.every else []
    for ways in what.inside:
        values.append([f"%{way}%" for way in ways])
        parts.append(f"a.words LIKE ANY(${first + len(values) - 1}::text[])")
    return " AND ".join(parts) or "false", values
