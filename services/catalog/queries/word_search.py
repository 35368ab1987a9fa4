"""What somebody types as it finds something: whole words first, then beginnings, codes, meaning, typing errors.

A step is taken only where the one before finds nothing in the whole library, so that none spoils an answer.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import asyncpg

from services.catalog.queries.expressions import WHOLE, Beginnings
from services.catalog.queries.mended import mended
from services.catalog.queries.sought import Sought, matching
from services.catalog.queries.tsqueries import as_the_web, query
from services.catalog.said.codes import codes
from services.catalog.said.operators import parted
from services.catalog.said.understood import Term, understood
from services.catalog.scope import EVERYTHING, Scope

_WORDS = "SELECT typed FROM unnest($1::text[]) typed JOIN catalog.word ON text = public.unaccent(typed)"


async def sought(
    connection: asyncpg.Connection,
    text: str,
    within: Scope = EVERYTHING,
    near: Sequence[str] = (),
    known: Collection[str] = (),
) -> Sought:
    """What finds something in the library; what finds nothing where nothing does. Words are corrected to such
    as pictures within the scope have; near and known say which are not (mended.py). Raises Unavailable.
    """
    said = parted(text)
    terms = understood(said.words).terms
    if said.either or not (terms or said.phrases or said.without):
        return await as_the_web(connection, terms, text)
    asked, there = await query(connection, terms, said, Beginnings(WHOLE))
    if not there:
        # Beginnings cost much: PostgreSQL puts together all words that have them.
        asked, there = await query(connection, terms, said, await _beginnings(connection, terms))
    if there:
        return asked
    asked = replace(asked, every="", own="")  # nothing has the words: nobody need look for them again
    code = codes(said.words)
    if code.each:
        # Beside a code a single letter may be the beginning of its next part.
        loose, _ = await query(connection, understood(code.rest).terms, said, Beginnings(1))
        loose = replace(loose, inside=code.each)
        return loose if await _inside(connection, loose) else asked
    return await mended(connection, asked, within, near, known)


async def _beginnings(connection: asyncpg.Connection, terms: Sequence[Term]) -> Beginnings:
    """The last word is still being typed; one before it is no beginning where it is a word, or has two letters."""
    words = [word for term in terms for word in term.words][:-1]
    rows = await connection.fetch(_WORDS, words) if words else []
    return Beginnings(2, frozenset(row["typed"] for row in rows) | {word for word in words if len(word) == 2})


async def _inside(connection: asyncpg.Connection, what: Sought) -> bool:
    condition, values = matching(what, 1)
    sql = f"SELECT EXISTS (SELECT FROM catalog.asset a WHERE {condition})"  # noqa: S608 - the condition is ours
    async with connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")  # what is rare is taken for frequent by the planner
        return bool(await connection.fetchval(sql, *values))
