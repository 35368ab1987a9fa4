"""Filters of the asset list as SQL. Values travel as parameters only; the text of the query is ours."""

from dataclasses import dataclass, fields
from dataclasses import field as by_default
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from schemas.curation import OWN, USED
from services.catalog import tones
from services.catalog.own_fields.filters import by_name, condition
from services.catalog.queries.life import LIFE
from services.catalog.queries.scope import conditions
from services.catalog.queries.sought import Sought, beside, matching
from services.catalog.queries.tsqueries import FEW_PHRASES
from services.catalog.queries.twins import Mark, duplicate
from services.catalog.scope import EVERYTHING, Scope

REPORTED = (
    "EXISTS (SELECT FROM catalog.facet c, jsonb_object_keys(c.data -> 'fields') u "
    f"WHERE c.asset_id = a.id AND c.version = 0 AND c.facet = 'curation' AND starts_with(u, '{USED}'))"
)
"""Whether somebody reported where it is used."""
FLAGS = {
    "unlinked": "a.skus = '{}' AND a.state IN ('ready', 'complete')",
    "suggested": "a.suggestions > 0",
    "conflict": "a.conflicts > 0",
    "low-quality": "a.quality < 40",
    "duplicate": duplicate(EVERYTHING, str),
    "replaced": "a.live IS NOT NULL AND a.live <> a.newest",
    "removed": "a.gone",
    "field-missing": "EXISTS (SELECT FROM catalog.required_field r WHERE NOT a.own ? r.name AND (r.category = '*' "
    "OR EXISTS (SELECT FROM unnest(a.categories) own WHERE own = r.category OR starts_with(own, r.category || '/'))))",
    "unused": "a.live IS NOT NULL "
    f"AND NOT EXISTS (SELECT FROM catalog.handed h WHERE h.asset_id = a.id) AND NOT {REPORTED}",
    "to-approve": "a.approves",
    "embargoed": "a.available_from > now() AND coalesce(a.available_until > now(), true)",
    "expired": "a.available_until <= now()",
    "machine-made": "a.judged ? 'origin'",
}
"""What deserves a look: name → condition; `flagged` has it for who sees a part."""
_ANY = {name: f"a.{name}" for name in ("key", "state", "kind", "background", "brand", "market")} | {"life": LIFE}

WHITES = ("white", "pure white", "near white")
"""What a kept address means by `white`: older records say no more than that."""
_HAS = {
    name: f"a.{column}"
    for name, column in (
        ("label", "labels"), ("colour", "colours"), ("role", "roles"), ("sku", "skus"), ("channel", "channels"),
        ("barcode", "codes"),
    )
}  # fmt: skip
TIER, WEIGHT, LIKENESS = 20, 10, 20
"""Of the rank: what has the very words stands before all that only means the same; how much the words
count in it; how much it counts that it looks like what was shown."""
WEIGHTS = "{0.05, 0.1, 0.4, 1}"
"""Of words D to A: a name and a SKU before what a product list says, that before what was measured or read."""
FUSED = 60
"""How little it matters whether a phrase means nearly or very nearly what is asked."""
_RANGES = {"width": "a.width", "height": "a.height", "quality": "a.quality"}
RANGES = (*_RANGES, "arrived")
"""What is asked for by `<name>_from` and `<name>_to`."""
_NO_CHIPS = ("text", "folder", "near", "within", "sought", "looks", "left_out", "lacking")


class Looks(NamedTuple):
    """What looks like something: ids, the likest first, with their cosines. known: there is something to compare with;
    alike: people would call them alike, else they are but the nearest.
    """

    ids: tuple[str, ...]
    cosines: tuple[float, ...]
    known: bool
    alike: bool
    uncompared: int = 0
    of: int = 0
    """Pictures that nobody has looked at yet, of so many: while there are some, no word on what is the likest."""


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
    channel: tuple[str, ...] = ()
    """Those that it has renditions for."""
    barcode: tuple[str, ...] = ()
    """As `services.catalog.card.code` writes them."""
    field: tuple[str, ...] = ()
    """Of fields that people defined, as own_fields/filters.py reads them."""
    life: tuple[str, ...] = ()
    """Where it stands for who sells (life.py)."""
    near_colour: tuple[str, ...] = ()
    """Hex numbers or words of colours (tones.py)."""
    like: tuple[str, ...] = ()
    """`asset:<id>`, `sku:<SKU>` or `picture:<id>`: what it shall look like, one of these."""
    width_from: int | None = None
    width_to: int | None = None
    height_from: int | None = None
    height_to: int | None = None
    quality_from: int | None = None
    quality_to: int | None = None
    arrived_from: date | None = None
    arrived_to: date | None = None
    """That day included, in UTC."""
    sought: Sought | None = None
    """The text as it is looked for."""
    near: tuple[str, ...] = ()
    """Phrases that mean what the text asks for, the nearest first."""
    within: Scope = EVERYTHING
    """What who asks may see."""
    looks: Looks | None = None
    """What looks like `like`, as it was looked for."""
    left_out: tuple[str, ...] = ()
    """Words of the text that are not looked for, because nothing has all of them."""
    lacking: tuple[str, ...] = ()
    """Words of the text that nothing has of what was found by meaning."""

    def active(self) -> list[tuple[str, str]]:
        """(name, value) of every filter that is set, the text apart."""
        set_ = [(f.name, getattr(self, f.name)) for f in fields(self) if f.name not in _NO_CHIPS]
        listed = [(name, value) for name, values in set_ if isinstance(values, tuple) for value in values]
        single = [(name, str(value)) for name, value in set_ if not isinstance(value, tuple) and value is not None]
        return listed + single + ([("folder", self.folder)] if self.folder else [])


def named() -> tuple[str, ...]:
    """Names of all that a list may be asked for, as they stand in its address."""
    return ("q", "folder", *(f.name for f in fields(Filters) if f.name not in _NO_CHIPS))


def flagged(name: str, within: Scope, mark: Mark) -> str:
    """The condition of a flag. What a picture is a duplicate of lies within the scope."""
    return duplicate(within, mark) if name == "duplicate" else FLAGS[name]


NO_RANK = "NULL::bigint"
MILLIONTHS = 1_000_000


@dataclass
class Where:
    """A condition being put together, with its parameters. `rank` is how well a row matches the text; it may look at
    all rows that do.
    """

    parts: list[str] = by_default(default_factory=list)
    values: list[Any] = by_default(default_factory=list)
    rank: str = NO_RANK

    def mark(self, value: Any) -> str:
        """A parameter; returns its `$n`."""
        self.values.append(value)
        return f"${len(self.values)}"

    def text(self, value: str) -> str:
        """The same of a text: what is made of it PostgreSQL could not tell."""
        return f"{self.mark(value)}::text"

    @property
    def sql(self) -> str:
        """The condition."""
        return " AND ".join(f"({part})" for part in self.parts) or "true"


def where(filters: Filters, *, but: str = "", ranked: bool = False) -> Where:
    """The condition of all filters; `but` leaves out those of one name (to count its other values)."""
    made = Where()
    made.parts += conditions(filters.within, made.mark)
    for name, column in _ANY.items():
        if name != but and (values := getattr(filters, name)):
            every = (*values, *WHITES) if name == "background" and "white" in values else values
            made.parts.append(f"{column} = ANY({made.mark(list(every))}::text[])")
    for name, column in _HAS.items():
        if name != but and (values := getattr(filters, name)):
            made.parts.append(f"{column} && {made.mark(list(values))}::text[]")
    made.parts += [
        " OR ".join(f"({condition(one, made.mark)})" for one in some)
        for name, some in by_name(filters.field).items()
        if but != f"{OWN}{name}"
    ]
    if filters.folder and but != "folder":
        place = f"{made.mark(filters.folder)}::text"
        # `0` follows `/`: a range that the index knows, which a beginning made of a parameter is not.
        made.parts.append(f"a.folder = {place} OR a.folder ~>=~ ({place} || '/') AND a.folder ~<~ ({place} || '0')")
    if but != "flag":
        made.parts += [flagged(name, filters.within, made.mark) for name in filters.flag]
    _collected(made, filters.collection)
    _ranges(made, filters)
    if filters.near_colour and but != "near_colour":
        cells = [cell for one in filters.near_colour for cell in tones.near(one) or ()]
        made.parts.append(f"a.tones && {made.mark(cells)}::int[]")
    if filters.sought:
        made.parts.append(_text(made, filters.sought, filters.near, ranked))
        made.parts += beside(filters.sought, made.mark)
    if filters.looks:
        _looks(made, filters.looks, ranked, f"{made.rank} + " if filters.sought else "")
    return made


def _looks(made: Where, looks: Looks, ranked: bool, words: str) -> None:
    ids = f"{made.mark(list(looks.ids))}::text[]"
    made.parts.append(f"a.id = ANY({ids})")
    if ranked:
        cosine = f"({made.mark(list(looks.cosines))}::float8[])[array_position({ids}, a.id)]"
        made.rank = f"({words}({LIKENESS * MILLIONTHS} * {cosine})::bigint)"


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
    made.rank = f"-array_position({members}, a.id)::bigint"


def _ranges(made: Where, filters: Filters) -> None:
    for name, column in _RANGES.items():
        for end, sign in (("from", ">="), ("to", "<=")):
            if (bound := getattr(filters, f"{name}_{end}")) is not None:
                made.parts.append(f"{column} {sign} {made.mark(bound)}::int")
    if filters.arrived_from:
        made.parts.append(f"a.arrived >= {made.mark(_midnight(filters.arrived_from))}::timestamptz")
    if filters.arrived_to:
        made.parts.append(f"a.arrived < {made.mark(_midnight(filters.arrived_to + timedelta(days=1)))}::timestamptz")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _text(made: Where, what: Sought, near: tuple[str, ...], ranked: bool) -> str:
    """What has the words, or means the same and has those that have to be there; ranked by both."""
    words, values = matching(what, len(made.values) + 1)
    made.values += values
    phrases = f"{made.mark(list(near))}::text[]" if near else ""
    if ranked:
        made.rank = _rank(made, words, what, near, phrases)
    if not near:
        return words
    if what.meant:
        # One scan of the index for all words: the array's own index would put together all pictures of each colour.
        return f"({words}) OR a.search @@ {made.mark(what.meant)}::tsquery AND coalesce(a.phrases, '{{}}') && {phrases}"
    must = f"a.search @@ {made.mark(what.strict)}::tsquery AND " if what.strict else ""
    return f"({words}) OR {must}a.phrases && {phrases}"


def _rank(made: Where, words: str, what: Sought, near: tuple[str, ...], phrases: str) -> str:
    twice = what.own == what.every and not what.inside
    ranks = [f"CASE WHEN {words} THEN {2 * TIER if twice else TIER} ELSE 0 END"]
    if what.own and not twice:
        ranks.append(f"CASE WHEN a.search @@ {made.mark(what.own)}::tsquery THEN {TIER} ELSE 0 END")
    if what.some:
        ranks.append(f"{WEIGHT} * ts_rank('{WEIGHTS}', a.search, {made.mark(what.some)}::tsquery)")
    if 0 < len(near) <= FEW_PHRASES:
        each = (
            f"WHEN {made.mark(one)}::text = ANY(a.phrases) THEN {WEIGHT / (FUSED + n)}" for n, one in enumerate(near, 1)
        )
        ranks.append(f"CASE {' '.join(each)} ELSE 0 END")
    elif near:
        place = f"(SELECT min(array_position({phrases}, said)) FROM unnest(a.phrases) said)"  # noqa: S608
        ranks.append(f"coalesce({WEIGHT}.0 / ({FUSED} + {place}), 0)")
    return f"(({' + '.join(ranks)}) * {MILLIONTHS})::bigint"
