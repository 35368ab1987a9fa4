"""Mentions → what the asset claims of one family: which look, how surely, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.linker.evidence import AssetEvidence, Source, core
from services.linker.mentions import Mention, speaks
from services.linker.names import ngrams
from services.linker.roles import role_word
from services.linker.variants import Family, nearest
from services.linker.vocabulary import COLOURS, SIZES, colour_of, is_noise

KINDS = {"gtin": 0.98, "sku": 0.97, "colour": 0.97, "model": 0.95, "swapped": 0.88, "former": 0.95, "name": 0.6}
WHOLE_NAME = 0.88
"""A product's name is proof only where the file's name says nothing else."""
PLACES = {
    "filename": "file name", "gs1-name": "GS1 file name", "amazon-name": "Amazon file name", "folder": "folder",
    "barcode": "barcode", "text": "text in the picture",
}  # fmt: skip
SEEN = frozenset({"barcode", "text"})
"""Kinds that are read in the picture; they name articles, and no colour elsewhere in them is asked for."""


@dataclass(frozen=True)
class Evidence:
    """One reason in words for people; `kind` is that of its source, or sequence."""

    kind: str
    detail: str


@dataclass
class Claim:
    """Of one family: `values` (axis → value) that it shows, `doubts` (axis → several), `typo` and `foreign` words."""

    family: Family
    weight: float
    evidence: list[Evidence] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, set[str]] = field(default_factory=dict)
    contradiction: bool = False
    typo: dict[str, str] = field(default_factory=dict)
    foreign: str = ""


def claim(evidence: AssetEvidence, family: Family, spoken: Sequence[Mention]) -> Claim:
    """What these mentions of one family say together. Sources that agree make it surer."""
    heard = [mention for mention in spoken if speaks(mention, evidence)]
    best: dict[Source, Mention] = {}
    for mention in heard:
        best[mention.source] = max(best.get(mention.source, mention), mention, key=_weight)
    unsure = 1.0
    for mention in best.values():
        unsure *= 1 - (WHOLE_NAME if _names_only(mention, family) else _weight(mention))
    found = Claim(family, min(1 - unsure, 0.995), [_reason(mention) for mention in best.values()])
    said: dict[str, set[str]] = {}
    for mention in heard:
        for axis, value in mention.identity.look:
            said.setdefault(axis, set()).add(value)
    found.values = {axis: next(iter(values)) for axis, values in said.items() if len(values) == 1}
    found.doubts = {axis: values for axis, values in said.items() if len(values) > 1}
    found.contradiction = bool(found.doubts)
    _read_look(found, evidence, spoken)
    return found


def place(source: Source) -> str:
    """Where it was read, for people."""
    return PLACES.get(source.kind) or source.place or "embedded metadata"


def uncovered(source: Source, spoken: Sequence[Mention]) -> tuple[str, ...]:
    """The tokens of a source that none of these mentions explains."""
    taken = {at for m in spoken if m.source == source for at in range(m.begin, m.end)}
    return tuple(part for at, part in enumerate(source.tokens) if at not in taken)


def _weight(mention: Mention) -> float:
    weight = KINDS[mention.identity.kind]
    if mention.source.kind == "metadata" and not mention.source.told:
        weight *= 0.93 if len(mention.source.tokens) <= 8 else 0.6  # a sentence speaks of many things
    weight *= {"folder": 0.97, "text": 0.9}.get(mention.source.kind, 1.0)
    word = mention.identity.key.isalpha() and len(mention.identity.parts) == 1
    if word and mention.source.kind in ("folder", "metadata", "text") and not mention.source.told:
        weight *= 0.75  # TRAINER as a keyword is a word first and a SKU second
    return weight


def _names_only(mention: Mention, family: Family) -> bool:
    """Whether the file's name is this product's name and nothing else but its look, size, role and noise."""
    if mention.identity.kind != "name" or mention.source.kind != "filename":
        return False
    known = set(family.words()) | family.sizes()
    rest = [part for part in core(mention.source.tokens) if part not in mention.identity.parts]
    return all(part in known or part in SIZES or role_word(part) or part.isdigit() or len(part) == 1 for part in rest)


def _reason(mention: Mention) -> Evidence:
    sku = mention.product.sku
    called = {
        "gtin": f"is the GTIN of {sku}",
        "model": f"is model {mention.family}",
        "colour": f"is model {mention.family} and its colour",
        "name": f"is the name of {mention.family}",
        "former": f"is what {sku} was called before",
        "swapped": f"is SKU {sku} with its parts in another order",
    }.get(mention.identity.kind, f"is SKU {sku}")
    return Evidence(mention.source.kind, f"“{mention.words}” in the {place(mention.source)} {called}")


def _read_look(found: Claim, evidence: AssetEvidence, spoken: Sequence[Mention]) -> None:
    """Colours and the like that stand elsewhere in the name, then in the folders, then in short metadata."""
    words = found.family.words()
    abroad = _in_english(words)
    open_axes = {axis for axis, _ in words.values()} - set(found.values) - set(found.doubts)
    for source in evidence.sources:
        if not open_axes or source.kind in SEEN or (source.kind == "metadata" and len(source.tokens) > 4):
            continue
        rest = uncovered(source, spoken)
        heard: dict[str, dict[str, str]] = {}
        taken: set[int] = set()
        for begin, end, key in sorted(ngrams(rest, 3), key=lambda place: place[0] - place[1]):
            axis, value = words.get(key) or abroad.get(colour_of(key), ("", ""))
            if axis in open_axes and not taken & set(range(begin, end)):
                taken |= set(range(begin, end))
                heard.setdefault(axis, {})[value] = key
        for axis, values in heard.items():
            _settle(found, axis, values, source)
        open_axes -= set(heard)
        if open_axes and source is evidence.written and not heard:
            _read_unclear(found, [part for at, part in enumerate(rest) if at not in taken], words)


def _in_english(words: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """English name of a colour → the one value that is that colour, however the product list writes it."""
    found: dict[str, set[tuple[str, str]]] = {}
    for word, value in words.items():
        found.setdefault(colour_of(word), set()).add(value)
    return {name: next(iter(values)) for name, values in found.items() if name in COLOURS and len(values) == 1}


def _settle(found: Claim, axis: str, values: dict[str, str], source: Source) -> None:
    if len(values) > 1:
        found.doubts[axis] = set(values)
        return
    ((value, word),) = values.items()
    found.values[axis] = value
    found.evidence.append(Evidence(source.kind, f"“{word}” in the {place(source)} is its {axis}"))


def _read_unclear(found: Claim, rest: Sequence[str], words: dict[str, tuple[str, str]]) -> None:
    """A colour that the model does not have, or one that is written with one wrong letter."""
    for part in rest:
        if part in COLOURS:
            found.foreign = part
        elif not (role_word(part) or is_noise(part) or part in SIZES or part.isdigit()) and len(part) >= 3:
            meant = nearest(part, words)
            if meant:
                axis, value = words[meant]
                found.typo[axis] = value
                found.evidence.append(Evidence("filename", f"“{part}” may be a slip for “{meant}”"))
