"""Terms as what PostgreSQL looks for, and whether something has it."""

import re
from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from services.catalog.queries import expressions as said_as
from services.catalog.queries.expressions import ANY, NONE, Beginnings, Mark, all_of
from services.catalog.queries.sought import Sought
from services.catalog.said.operators import Parted
from services.catalog.said.understood import Term

FEW_PHRASES = 8
_MEANT = """
SELECT ($1::text::tsquery && string_agg(format('(%s)', words), ' | ')::tsquery)::text FROM (
  SELECT plainto_tsquery('english', public.unaccent(one))::text AS words FROM unnest($2::text[]) one) said
WHERE words <> '' HAVING count(*) = cardinality($2::text[])
"""


async def query(
    connection: asyncpg.Connection, terms: Sequence[Term], said: Parted, begin: Beginnings = ANY
) -> tuple[Sought, bool]:
    """These terms and the phrases as they are looked for, and whether something in the library matches."""
    values: list[str] = []
    mark = said_as.marks(values)
    own = [said_as.typed(term, mark, begin) for term in terms]
    each = [
        said_as.any_of([f"({words})", *said_as.english(term, mark)]) for term, words in zip(terms, own, strict=True)
    ]
    phrases, without = _fixed(said, mark)
    fixed = [*phrases, *without]
    strict = [asked for term, asked in zip(terms, each, strict=True) if term.kind]
    asked = {"every": all_of([*each, *fixed]), "own": all_of([*own, *fixed]), "some": " || ".join([*each, *phrases])}
    sql = ", ".join(
        f"({one or NONE})::text AS {name}" for name, one in (asked | {"strict": all_of(strict + fixed)}).items()
    )
    row = await connection.fetchrow(f"SELECT q.*, catalog.found(q.every::tsquery) FROM (SELECT {sql}) q", *values)  # noqa: S608
    every, typed, some, must, found = row
    return Sought(every, typed, some, must, terms=tuple(terms), said=said), found


def _fixed(said: Parted, mark: Mark) -> tuple[list[str], list[str]]:
    """What must be there, and what must not, beside the words."""
    without = [f"!!({said_as.without(one, mark)})" for one in said.without if " " not in one]
    return [said_as.phrase(one, mark) for one in said.phrases], without


def singly(terms: Sequence[Term], said: Parted, mark: Mark) -> list[str]:
    """Each of these terms as SQL that is worked out once a statement, with what else must be there or must not."""
    phrases, without = _fixed(said, mark)
    return [f"(SELECT {all_of([said_as.whole(term, mark, ANY), *phrases, *without])})" for term in terms]


async def as_the_web(connection: asyncpg.Connection, terms: Sequence[Term], text: str) -> Sought:
    """A text with OR in it, as `websearch_to_tsquery` reads it."""
    every = await connection.fetchval("SELECT websearch_to_tsquery('english', public.unaccent($1::text))::text", text)
    return Sought(every, every, every, every, terms=tuple(terms))


async def meant(connection: asyncpg.Connection, what: Sought, near: Sequence[str]) -> Sought:
    """With the words of phrases that mean the same: each phrase's words are words of its picture, too."""
    if not what.strict or not 0 < len(near) <= FEW_PHRASES:
        return what
    said = [" ".join(re.findall(r"[^\W_]+", one.lower())) for one in near]
    row = await connection.fetchval(_MEANT, what.strict, said)
    return replace(what, meant=row or "")


async def there(connection: asyncpg.Connection, terms: Sequence[Term]) -> list[bool]:
    """Whether something in the library has each of them, whole or begun."""
    values: list[str] = []
    mark = said_as.marks(values)
    each = [f"catalog.found({said_as.whole(term, mark, ANY)})" for term in terms]
    return list(await connection.fetchrow(f"SELECT {', '.join(each)}", *values)) if each else []
