"""What somebody types as PostgreSQL looks for it: whole words first, then beginnings, codes, typing errors.

A step is taken only where the one before finds nothing in the whole library, so that none spoils an answer.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import asyncpg

from services.catalog.queries.scope import conditions
from services.catalog.said.codes import codes
from services.catalog.said.operators import Parted, parted
from services.catalog.said.slips import SHORTEST, colours
from services.catalog.said.understood import Term, understood
from services.catalog.said.vocabulary import COLOUR, VIEW, known
from services.catalog.scope import EVERYTHING, Scope

SHORTEST_TYPO = 5
"""Letters; a colour is mended from fewer on."""
ALIKE, BEHIND = 0.3, 0.12
"""Likeness (trigrams) from which another word may be meant, and how far behind the likest it may be."""
MOST_ALIKE = 8
WHOLE = 1_000
"""Letters from which on a word counts as a beginning: none is so long."""
NONE = "''::tsquery"
SHOWN = "ABC"
"""Weights of names, SKUs, products, roles, folders and the view that was seen: a view is a word of what a thing is
called (`side table`), and none of a text about it (`a laid-back style`).
"""
PLAIN = Parted("")
Mark = Callable[[str], str]
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
FEW_PHRASES = 8
_MEANT = """
SELECT ($1::text::tsquery && string_agg(format('(%s)', words), ' | ')::tsquery)::text FROM (
  SELECT plainto_tsquery('english', public.unaccent(one))::text AS words FROM unnest($2::text[]) one) said
WHERE words <> '' HAVING count(*) = cardinality($2::text[])
"""
_WORDS = "SELECT typed FROM unnest($1::text[]) typed JOIN catalog.word ON text = public.unaccent(typed)"
_NEW = """
SELECT typed FROM unnest($1::text[]) typed
WHERE NOT EXISTS (SELECT FROM catalog.word w WHERE w.text LIKE public.unaccent(typed) || '%')
"""


class Beginnings(NamedTuple):
    """Which words may be but the beginning of another: those of `least` letters and more (of digits one will do), but
    for `whole`.
    """

    least: int
    whole: frozenset[str] = frozenset()

    def allow(self, word: str) -> bool:
        """Whether this one may."""
        return word not in self.whole and (len(word) >= self.least or (word.isdigit() and self.least < WHOLE))


ANY = Beginnings(2)


@dataclass(frozen=True)
class Sought:
    """Texts of tsqueries, empty where there is nothing to look for. every: a picture matches; own: it has the words as
    they were typed; some: it is ranked by it; strict: what even a picture that is found by meaning must match; meant:
    that and the words of the phrases that it is found by, where these are few.

    broad: PostgreSQL thinks that very many have the words. inside: of each code, what one of must stand in the
    picture's words. instead: words as typed, and what each was taken for. terms, said: what it was made of.
    """

    every: str = ""
    own: str = ""
    some: str = ""
    strict: str = ""
    inside: tuple[tuple[str, ...], ...] = ()
    meant: str = ""
    broad: bool = False
    instead: tuple[tuple[str, str], ...] = ()
    terms: tuple[Term, ...] = ()
    said: Parted = PLAIN


async def sought(connection: asyncpg.Connection, text: str, within: Scope = EVERYTHING) -> Sought:
    """What finds something in the library; what finds nothing where nothing does. Words are corrected to such
    as pictures within the scope have. Raises Unavailable.
    """
    said = parted(text)
    terms = understood(said.words).terms
    if said.either or not (terms or said.phrases or said.without):
        return await _as_the_web(connection, terms, text)
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
    return await _mended(connection, asked, within)


async def _beginnings(connection: asyncpg.Connection, terms: Sequence[Term]) -> Beginnings:
    """The last word is still being typed; one before it is no beginning where it is a word, or has two letters."""
    words = [word for term in terms for word in term.words][:-1]
    rows = await connection.fetch(_WORDS, words) if words else []
    return Beginnings(2, frozenset(row["typed"] for row in rows) | {word for word in words if len(word) == 2})


async def query(
    connection: asyncpg.Connection, terms: Sequence[Term], said: Parted, begin: Beginnings = ANY
) -> tuple[Sought, bool]:
    """These terms and the phrases as they are looked for, and whether something in the library matches."""
    values: list[str] = []
    mark = _marks(values)
    own = [_own(term, mark, begin) for term in terms]
    each = [_or([f"({typed})", *_english(term, mark)]) for term, typed in zip(terms, own, strict=True)]
    phrases = [_phrase(phrase, mark) for phrase in said.phrases]
    fixed = [*phrases, *(f"!!({_without(one, mark)})" for one in said.without if " " not in one)]
    strict = [asked for term, asked in zip(terms, each, strict=True) if term.kind]
    asked = {"every": _all([*each, *fixed]), "own": _all([*own, *fixed]), "some": " || ".join([*each, *phrases])}
    sql = ", ".join(
        f"({one or NONE})::text AS {name}" for name, one in (asked | {"strict": _all(strict + fixed)}).items()
    )
    row = await connection.fetchrow(f"SELECT q.*, catalog.found(q.every::tsquery) FROM (SELECT {sql}) q", *values)  # noqa: S608
    every, typed, some, must, there = row
    return Sought(every, typed, some, must, terms=tuple(terms), said=said), there


async def _as_the_web(connection: asyncpg.Connection, terms: Sequence[Term], text: str) -> Sought:
    every = await connection.fetchval("SELECT websearch_to_tsquery('english', public.unaccent($1::text))::text", text)
    return Sought(every, every, every, every, terms=tuple(terms))


async def meant(connection: asyncpg.Connection, what: Sought, near: Sequence[str]) -> Sought:
    """With the words of phrases that mean the same: each phrase's words are words of its picture, too."""
    if not what.strict or not 0 < len(near) <= FEW_PHRASES:
        return what
    said = [" ".join(re.findall(r"[^\W_]+", one.lower())) for one in near]
    row = await connection.fetchval(_MEANT, what.strict, said)
    return replace(what, meant=row or "")


def _marks(values: list[str]) -> Mark:
    def mark(value: str) -> str:
        values.append(value)
        return f"${len(values)}::text"

    return mark


def _phrase(text: str, mark: Mark) -> str:
    """Its words; that they stand side by side is looked at in `beside`, for the index has each word once."""
    said = f"public.unaccent({mark(text)})"
    return f"(plainto_tsquery('english', {said}) || plainto_tsquery('simple', {said}))"


def _without(text: str, mark: Mark) -> str:
    """A word goes with what English calls it."""
    terms = understood(text).terms
    return _all([_or([f"({_own(term, mark, Beginnings(WHOLE))})", *_english(term, mark)]) for term in terms])


def _all(queries: Sequence[str]) -> str:
    return " && ".join(queries) or NONE


def _or(queries: Sequence[str]) -> str:
    return f"({' || '.join(queries)})"


def _english(term: Term, mark: Mark) -> list[str]:
    if term.kind == VIEW:
        return [_view(one, mark) for one in term.english]
    return [f"plainto_tsquery('english', {mark(one)})" for one in term.english]


def _view(words: str, mark: Mark) -> str:
    return f"to_tsquery('simple', quote_literal(public.unaccent({mark(words)})) || ':{SHOWN}')"


def _own(term: Term, mark: Mark, begin: Beginnings) -> str:
    if term.kind == VIEW:
        return _all([f"({_view(word, mark)})" for word in term.words])
    return " && ".join(f"({_word(word, mark, begin)})" for word in term.words)


def _word(word: str, mark: Mark, begin: Beginnings) -> str:
    """By its stem or by its beginning, while it is being typed."""
    own = f"public.unaccent({mark(word)})"
    end = ":*" if begin.allow(word) else ""
    stem, start = f"plainto_tsquery('english', {own})", f"to_tsquery('simple', quote_literal({own}) || '{end}')"
    # A word that is its own stem is asked for once: twice, the planner takes it for twice as frequent. Compared as
    # texts: tsqueries that differ in `:*` alone are equal to PostgreSQL.
    return f"CASE WHEN ({stem})::text = ({start})::text THEN {stem} ELSE {stem} || {start} END"


async def _mended(connection: asyncpg.Connection, asked: Sought, within: Scope) -> Sought:
    """Words that the library has in the place of those that it does not have."""
    terms = asked.terms
    odd = await _unknown(connection, terms)
    if not odd:
        return asked
    rows = await connection.fetch(_ALIKE, [term.words[0] for term in odd if len(term.words[0]) >= SHORTEST_TYPO])
    if within.limited:
        held = await _held(connection, [row["text"] for row in rows], within)
        rows = [row for row in rows if row["text"] in held]
    alike = {word: _likest([row for row in rows if row["word"] == word]) for word in {row["word"] for row in rows}}
    slips = {term.words[0]: colours(term.words[0]) for term in odd if term.words[0] not in alike}
    held = await _held(connection, [name for names in slips.values() for name in names], within)
    alike |= {word: tuple(name for name in names if name in held) for word, names in slips.items()}
    mended = [_as(term, alike.get(term.words[0], ())) if term in odd else term for term in terms]
    instead = [
        (old.words[0], new.english[0]) for new, old in zip(mended, terms, strict=True) if new != old and new.english
    ]
    if not instead:
        return asked
    looked, _ = await query(connection, mended, asked.said, Beginnings(WHOLE))
    return replace(looked, instead=tuple(instead))


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
    values: list[str] = []
    mark = _marks(values)
    each = [f"catalog.found({_or([f'({_own(term, mark, ANY)})', *_english(term, mark)])})" for term in long]
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


_TEXTS = (
    "regexp_replace(lower(public.unaccent(concat_ws(' | ', a.name, array_to_string(a.skus, ' | '), "
    "array_to_string(a.phrases, ' | ')))), '[\\s_.,;:!?/()\"''+-]+', ' ', 'g')"
)


def beside(what: Sought, mark: Callable[[str], str]) -> list[str]:
    """Conditions that phrases stand in the picture's names, SKUs or what is said of it, or do not."""
    wanted = [(phrase, "LIKE") for phrase in what.said.phrases]
    wanted += [(phrase, "NOT LIKE") for phrase in what.said.without if " " in phrase]
    made = []
    for phrase, like in wanted:
        words = " ".join(re.findall(r"[^\W_]+", phrase.lower()))
        made.append(f"' ' || {_TEXTS} || ' ' {like} public.unaccent({mark(f'% {words} %')}::text)")
    return made
