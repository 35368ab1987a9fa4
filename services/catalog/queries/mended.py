"""Words that nothing has in a library, and those that may be meant: other words with nearly the same letters.

What is a word all the same (`beach`) is left to meaning, and the other (`bench`) is only told.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import asyncpg

from services.catalog.queries.expressions import WHOLE, Beginnings
from services.catalog.queries.scope import conditions
from services.catalog.queries.sought import Sought
from services.catalog.queries.tsqueries import query, there
from services.catalog.said.slips import SHORTEST, colours, mistyped, plain
from services.catalog.said.understood import Term
from services.catalog.said.vocabulary import COLOUR, known
from services.catalog.scope import Scope

SHORTEST_TYPO = 5
"""Letters; a colour is mended from fewer on."""
ALIKE, BEHIND = 0.3, 0.12
"""Likeness (trigrams) from which another word may be meant, and how far behind the likest it may be."""
MOST_ALIKE = 8
_ALIKE = f"""
SELECT asked.word, w.text, w.likeness FROM unnest($1::text[]) asked (word) CROSS JOIN LATERAL (
  SELECT text, similarity(text, public.unaccent(asked.word)) AS likeness FROM catalog.word
  WHERE text % public.unaccent(asked.word) ORDER BY likeness DESC, text LIMIT {MOST_ALIKE}) w
ORDER BY asked.word, w.likeness DESC, w.text
"""  # noqa: S608 - the number is ours

_HELD = """
SELECT w.text FROM unnest($1::text[]) w (text) WHERE EXISTS (SELECT FROM catalog.asset a
  WHERE a.search @@ plainto_tsquery('simple', w.text) AND w.text = ANY(string_to_array(a.words, ' ')) AND {within})
"""
_NEW = """
SELECT typed FROM unnest($1::text[]) typed
WHERE NOT EXISTS (SELECT FROM catalog.word w WHERE w.text LIKE public.unaccent(typed) || '%')
"""


async def mended(
    connection: asyncpg.Connection, asked: Sought, within: Scope, near: Sequence[str], known: Collection[str]
) -> Sought:
    """Words that the library has in the place of those that it does not have.

    near: phrases that mean what is asked as it was typed; known: those of its words that are words, whatever the
    library has. They stay, unless meaning finds the other word, too.
    """
    terms = asked.terms
    odd = await _unknown(connection, terms)
    if not odd:
        return asked
    rows = await connection.fetch(_ALIKE, [term.words[0] for term in odd if len(term.words[0]) >= SHORTEST_TYPO])
    rows = [row for row in rows if mistyped(row["word"], row["text"])]
    if within.limited:
        held = await _held(connection, [row["text"] for row in rows], within)
        rows = [row for row in rows if row["text"] in held]
    alike = {word: _likest([row for row in rows if row["word"] == word]) for word in {row["word"] for row in rows}}
    slips = {term.words[0]: colours(term.words[0]) for term in odd if term.words[0] not in alike}
    held = await _held(connection, [name for names in slips.values() for name in names], within)
    alike |= {word: tuple(name for name in names if name in held) for word, names in slips.items()}
    alike, nearly = _parted(alike, near, known)
    asked = replace(asked, nearly=nearly)
    changed = [_as(term, alike.get(term.words[0], ())) if term in odd else term for term in terms]
    instead = [
        (old.words[0], new.english[0]) for new, old in zip(changed, terms, strict=True) if new != old and new.english
    ]
    if not instead:
        return asked
    looked, _ = await query(connection, changed, asked.said, Beginnings(WHOLE))
    return replace(looked, instead=tuple(instead), nearly=nearly)


def _parted(
    alike: Mapping[str, tuple[str, ...]], near: Sequence[str], known: Collection[str]
) -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str], ...]]:
    """What is taken for other words, and what stays, with the likest other word."""
    meant = {word for phrase in near for word in re.findall(r"[^\W\d_]+", plain(phrase))}
    stays = {typed for typed, others in alike.items() if typed in known and not meant & set(others)}
    taken = {typed: others for typed, others in alike.items() if typed not in stays}
    return taken, tuple((typed, alike[typed][0]) for typed in sorted(stays) if alike[typed])


def _as(term: Term, words: tuple[str, ...]) -> Term:
    """One that is taken for a colour is a colour: nothing else means the same."""
    thing = known(words[:1]) if words else None
    return term._replace(english=words, kind=COLOUR if thing and thing.kind == COLOUR else "")


async def _held(connection: asyncpg.Connection, words: Sequence[str], within: Scope) -> set[str]:
    """Those that some picture within the scope has: of others nobody is told who may not see theirs."""
    values: list[object] = [list(words)]

    def mark(value: object) -> str:
        values.append(value)
        return f"${len(values)}"

    where = " AND ".join(conditions(within, mark)) or "true"
    async with connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")  # what is rare is taken for frequent by the planner
        return {row["text"] for row in await connection.fetch(_HELD.format(within=where), *values)}


async def _unknown(connection: asyncpg.Connection, terms: Sequence[Term]) -> list[Term]:
    """Those of the words that may be misspelt, for no picture has them."""
    plain = [term for term in terms if not term.kind]  # a view or a colour that we know is not misspelt
    long = [term for term in plain if len(term.words[0]) >= SHORTEST and term.words[0].isalpha()]
    new = {row["typed"] for row in await connection.fetch(_NEW, [term.words[0] for term in long])} if long else set()
    long = [term for term in long if term.words[0] in new]
    return [term for term, found in zip(long, await there(connection, long), strict=True) if not found]


def _likest(rows: Sequence[asyncpg.Record]) -> tuple[str, ...]:
    return tuple(row["text"] for row in rows if row["likeness"] >= max(ALIKE, rows[0]["likeness"] - BEHIND))
