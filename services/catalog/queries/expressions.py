"""Words as expressions of tsquery: each by its stem, by its beginning, and by what it is called in English. Pure."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.catalog.said.understood import Term, understood
from services.catalog.said.vocabulary import VIEW

WHOLE = 1_000
"""Letters from which on a word counts as a beginning: none is so long."""
NONE = "''::tsquery"
SHOWN = "ABC"
"""Weights of names, SKUs, products, roles, folders and the view that was seen: a view is a word of what a thing is
called (`side table`), and none of a text about it (`a laid-back style`).
"""
Mark = Callable[[str], str]


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


def marks(values: list[str]) -> Mark:
    """What puts a value among these, and says how it is called there."""

    def mark(value: str) -> str:
        values.append(value)
        return f"${len(values)}::text"

    return mark


def phrase(text: str, mark: Mark) -> str:
    """Its words; that they stand side by side is looked at in `beside`, for the index has each word once."""
    said = f"public.unaccent({mark(text)})"
    return f"(plainto_tsquery('english', {said}) || plainto_tsquery('simple', {said}))"


def without(text: str, mark: Mark) -> str:
    """A word goes with what English calls it."""
    terms = understood(text).terms
    return all_of([whole(term, mark, Beginnings(WHOLE)) for term in terms])


def all_of(queries: Sequence[str]) -> str:
    """All of them; of none nothing."""
    return " && ".join(queries) or NONE


def any_of(queries: Sequence[str]) -> str:
    """One of them."""
    return f"({' || '.join(queries)})"


def english(term: Term, mark: Mark) -> list[str]:
    """What English calls it."""
    if term.kind == VIEW:
        return [_view(one, mark) for one in _widest(term)]
    return [f"plainto_tsquery('english', {mark(one)})" for one in term.english]


def _widest(term: Term) -> list[str]:
    """Whoever has `from the back` has `back`, too: to look for both finds no more, and costs twice as much."""
    words = {one for one in (*term.english, " ".join(term.words)) if " " not in one}
    return [one for one in term.english if one in words or words.isdisjoint(one.split())]


def _view(words: str, mark: Mark) -> str:
    return f"to_tsquery('simple', quote_literal(public.unaccent({mark(words)})) || ':{SHOWN}')"


def typed(term: Term, mark: Mark, begin: Beginnings) -> str:
    """Its own words, as they were typed."""
    if term.kind == VIEW:
        return all_of([f"({_view(word, mark)})" for word in term.words])
    return " && ".join(f"({_word(word, mark, begin)})" for word in term.words)


def _word(word: str, mark: Mark, begin: Beginnings) -> str:
    """By its stem or by its beginning, while it is being typed."""
    own = f"public.unaccent({mark(word)})"
    end = ":*" if begin.allow(word) else ""
    stem, start = f"plainto_tsquery('english', {own})", f"to_tsquery('simple', quote_literal({own}) || '{end}')"
    # A word that is its own stem is asked for once: twice, the planner takes it for twice as frequent. Compared as
    # texts: tsqueries that differ in `:*` alone are equal to PostgreSQL.
    return f"CASE WHEN ({stem})::text = ({start})::text THEN {stem} ELSE {stem} || {start} END"


def whole(term: Term, mark: Mark, begin: Beginnings) -> str:
    """As it was typed, or in English."""
    return any_of([f"({typed(term, mark, begin)})", *english(term, mark)])
