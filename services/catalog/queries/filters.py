"""Filters of the asset list as SQL. Values travel as parameters only; the text of the query is ours."""

import re
from dataclasses import dataclass, field, fields
from typing import Any

FLAGS = {
    "unlinked": "a.skus = '{}' AND a.state IN ('ready', 'complete')",
    "suggested": "a.suggestions > 0",
    "conflict": "a.conflicts > 0",
    "low-quality": "a.quality < 40",
    "duplicate": "a.sha256 IN (SELECT sha256 FROM catalog.asset GROUP BY sha256 HAVING count(*) > 1) "
    "OR a.id IN (SELECT asset_id FROM catalog.same_photograph)",
    "replaced": "a.live IS NOT NULL AND a.live <> a.newest",
    "removed": "a.gone",
    "to-approve": "a.approves",
    "embargoed": "a.available_from > now() AND coalesce(a.available_until > now(), true)",
    "expired": "a.available_until <= now()",
}
"""What deserves a look: name → condition."""
_ANY = {name: f"a.{name}" for name in ("key", "state", "kind", "background", "brand", "market")}

_HAS = {"label": "a.labels", "colour": "a.colours", "role": "a.roles", "sku": "a.skus"}
TYPO = 0.36
"""Word similarity from which a misspelt word still counts."""
SHORTEST_TYPO = 5
MOST_WORDS = 12
FUSED = 60
"""Of reciprocal rank fusion: how little it matters whether one is first or third."""
_NO_FILTERS = ("text", "folder", "forgiving", "near", "within")
_PAIRS = (("grey", "gray"), ("colour", "color"), ("jewellery", "jewelry"), ("trousers", "pants"))
OTHERWISE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
"""Words that English writes in two ways: labels and product lists have the one, people type the other."""


@dataclass(frozen=True)
class Filters:
    """What is asked for. Several values of one name: any of them; several names: all of them."""

    text: str = ""
    state: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    colour: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    sku: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    brand: tuple[str, ...] = ()
    market: tuple[str, ...] = ()
    folder: str = ""
    flag: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    collection: tuple[str, ...] = ()
    """Collections that people made, by id. Without a text, their own order is the list's."""
    forgiving: bool = False
    """Words may be misspelt: asked only where nothing matches them as they stand."""
    near: tuple[str, ...] = ()
    """Phrases that mean what the text asks for, the nearest first."""
    within: tuple[str, ...] = ()
    """Folders that who asks may look into; none: all."""

    def active(self) -> list[tuple[str, str]]:
        """(name, value) of every filter that is set, the text apart."""
        many = [(f.name, getattr(self, f.name)) for f in fields(self) if f.name not in _NO_FILTERS]
        listed = [(name, value) for name, values in many for value in values]
        return listed + ([("folder", self.folder)] if self.folder else [])


@dataclass
class Where:
    """A condition being put together, with its parameters. `rank` is how well a row matches the text; it may look at
    all rows that do.
    """

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    rank: str = "0::numeric"

    def mark(self, value: Any) -> str:
        """A parameter; returns its `$n`."""
        self.values.append(value)
        return f"${len(self.values)}"

    @property
    def sql(self) -> str:
        """The condition."""
        return " AND ".join(f"({part})" for part in self.parts) or "true"


def where(filters: Filters, *, but: str = "") -> Where:
    """The condition of all filters; `but` leaves out those of one name (to count its other values)."""
    made = Where()
    if filters.within:
        own = made.mark(list(filters.within))
        lies = "a.folder = own OR starts_with(a.folder, own || '/')"
        made.parts.append(f"EXISTS (SELECT FROM unnest({own}::text[]) own WHERE {lies})")
    for name, column in _ANY.items():
        if name != but and (values := getattr(filters, name)):
            made.parts.append(f"{column} = ANY({made.mark(list(values))}::text[])")
    for name, column in _HAS.items():
        if name != but and (values := getattr(filters, name)):
            made.parts.append(f"{column} && {made.mark(list(values))}::text[]")
    if filters.folder and but != "folder":
        place = made.mark(filters.folder)
        made.parts.append(f"a.folder = {place} OR starts_with(a.folder, {place} || '/')")
    if but != "flag":
        made.parts += [FLAGS[name] for name in filters.flag]
    _collected(made, filters.collection)
    if filters.text.strip():
        matches = _text(made, filters.text, filters.forgiving)
        if filters.near:
            matches = _meant(made, matches, filters)
        made.parts.append(matches)
    return made


def _collected(made: Where, collections: tuple[str, ...]) -> None:
    """Where some are named, what is in them; the first of them first."""
    if not collections:
        return
    asked = made.mark(list(collections))
    members = (
        "ARRAY(SELECT asset_id FROM catalog.collected "  # noqa: S608
        f"WHERE collection = ANY({asked}::text[]) ORDER BY rank, asset_id)"
    )
    made.parts.append(f"a.id = ANY({members})")
    made.rank = f"-array_position({members}, a.id)::numeric"


def _meant(made: Where, matches: str, filters: Filters) -> str:
    """What has the words, or means the same: fused by reciprocal rank, but words that stand there as asked first."""
    near = made.mark(list(filters.near))
    place = f"(SELECT min(array_position({near}::text[], said)) FROM unnest(a.phrases) said)"  # noqa: S608
    exact = "0" if filters.forgiving else f"({matches})::int"
    by_words = f"rank() OVER (PARTITION BY ({matches}) ORDER BY {made.rank} DESC)"
    made.rank = (
        f"round({exact} + CASE WHEN {matches} THEN 1.0 / ({FUSED} + {by_words}) ELSE 0 END "
        f"+ coalesce(1.0 / ({FUSED} + {place}), 0), 9)"
    )
    return f"({matches}) OR a.phrases && {near}::text[]"


def _text(made: Where, text: str, forgiving: bool) -> str:
    """Each word as it stands, by its stem or by its beginning; `forgiving`: a longer one without digits misspelt."""
    words = re.findall(r"[^\W_]+", text.lower())[:MOST_WORDS]
    whole = made.mark(text)
    queries = [f"websearch_to_tsquery('english', public.unaccent({whole}::text))"]
    each, likenesses = [], []
    for word in words:
        # The beginning: a name is found by a part of its number, and while it is still being typed.
        mark, start = made.mark(word), made.mark(f"{word}:*")
        query = (
            f"(plainto_tsquery('english', public.unaccent({mark}::text)) "
            f"|| to_tsquery('simple', public.unaccent({start}::text))"
            + (f" || plainto_tsquery('english', {made.mark(OTHERWISE[word])}::text))" if word in OTHERWISE else ")")
        )
        queries.append(query)
        found = f"a.search @@ {query}"
        if forgiving and len(word) >= SHORTEST_TYPO and word.isalpha():  # MH01 is no misspelt MH02
            likeness = f"word_similarity(public.unaccent({mark}::text), a.words)"
            likenesses.append(likeness)
            found += f" OR {likeness} >= {TYPO}"
        each.append(f"({found})")
    every = f" OR ({' AND '.join(each)})" if each else ""
    ranks = [f"ts_rank(a.search, {query})" for query in queries]
    made.rank = f"round(({' + '.join([*ranks, *likenesses])})::numeric, 6)"
    return f"a.search @@ {queries[0]}{every}"
