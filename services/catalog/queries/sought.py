"""What somebody looks for by words, and the conditions that a picture matches it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.catalog.said.operators import Parted
from services.catalog.said.understood import Term, understood

PLAIN = Parted("")


@dataclass(frozen=True)
class Sought:
    """Texts of tsqueries, empty where there is nothing to look for. every: a picture matches; own: it has the words as
    they were typed; some: it is ranked by it; strict: what even a picture that is found by meaning must match; meant:
    that and the words of the phrases that it is found by, where these are few.

    broad: PostgreSQL thinks that very many have the words. inside: of each code, what one of must stand in the
    picture's words. instead: words as typed, and what each was taken for; nearly: words that nothing has and that are
    words all the same, and what is spelt nearly so. terms, said: what it was made of.
    """

    every: str = ""
    own: str = ""
    some: str = ""
    strict: str = ""
    inside: tuple[tuple[str, ...], ...] = ()
    meant: str = ""
    broad: bool = False
    instead: tuple[tuple[str, str], ...] = ()
    nearly: tuple[tuple[str, str], ...] = ()
    terms: tuple[Term, ...] = ()
    said: Parted = PLAIN


def as_mended(what: Sought) -> str:
    """What is asked by meaning, with the words that were looked for in the place of those that nothing has."""
    taken = dict(what.instead)
    return understood(" ".join(taken.get(word, word) for term in what.terms for word in term.words)).meant


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
