"""Mentions → what the asset claims of one family: which look, how surely, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.linker.evidence import AssetEvidence, Source
from services.linker.files import FILE
from services.linker.looks import Words, colour_axis, hear, shortened, slips
from services.linker.mentions import OF_FAMILIES, Mention, speaks
from services.linker.products import Look, Product, look_of
from services.linker.strange import code_after
from services.linker.variants import Family
from services.linker.vocabulary import colour_of
from services.linker.weights import is_word, weight_in, weight_of

PLACES = {
    "filename": "file name", "gs1-name": "GS1 file name", "amazon-name": "Amazon file name", "folder": "folder",
    "barcode": "barcode", "text": "text in the picture",
}  # fmt: skip
MOST_NAMED = 3
"""So many products that name one file are told by their SKU."""
MOST_VALUES = 9
"""So many looks of a product are named and asked about, where a name says one that it has not."""
SEEN = frozenset({"barcode", "text"})
"""Kinds that are read in the picture; they name articles, and no colour elsewhere in them is asked for."""


@dataclass(frozen=True)
class Evidence:
    """One reason in words for people; `kind` is that of its source, or sequence."""

    kind: str
    detail: str


@dataclass
class Claim:
    """Of one family: `values` (axis → value) that it shows, `doubts` (axis → several), `typo` and `foreign` words.

    code: a word after the model's code that may be a colour's. word: it rests on a plain word in the file name alone,
    which is a SKU by chance. filed: the PIM names the file for it; looks: those for which it does, where several.
    """

    family: Family
    weight: float
    evidence: list[Evidence] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, set[str]] = field(default_factory=dict)
    contradiction: bool = False
    typo: dict[str, str] = field(default_factory=dict)
    foreign: str = ""
    code: str = ""
    word: bool = False
    filed: bool = False
    looks: frozenset[Look] = frozenset()


def claim(evidence: AssetEvidence, family: Family, spoken: Sequence[Mention]) -> Claim:
    """What these mentions of one family say together. Sources that agree make it surer."""
    heard = [mention for mention in spoken if speaks(mention, evidence)]
    best: dict[Source, Mention] = {}
    for mention in heard:
        best[mention.source] = max(best.get(mention.source, mention), mention, key=weight_of)
    unsure = 1.0
    for mention in best.values():
        unsure *= 1 - weight_in(mention, family)
    found = Claim(family, min(1 - unsure, 0.995), [_reason(mention, family, heard) for mention in best.values()])
    found.word = all(is_word(mention) and mention.source.kind == "filename" for mention in best.values())
    said: dict[str, set[str]] = {}
    filed = [mention for mention in heard if mention.source.kind == FILE]
    looks = frozenset(look for mention in filed if (look := mention.identity.look))
    found.filed, found.looks = bool(filed), looks if len(looks) > 1 else frozenset()
    for mention in [one for one in heard if not (found.looks and one in filed)]:
        for axis, value in mention.identity.look:
            said.setdefault(axis, set()).add(value)
    found.values = {axis: next(iter(values)) for axis, values in said.items() if len(values) == 1}
    found.doubts = {axis: values for axis, values in said.items() if len(values) > 1}
    found.contradiction = bool(found.doubts)
    _read_look(found, evidence, spoken)
    _read_code(found, evidence, spoken)
    _compare_looks(found)
    return found


def place(source: Source) -> str:
    """Where it was read, for people."""
    return PLACES.get(source.kind) or source.place or "embedded metadata"


def uncovered(source: Source, spoken: Sequence[Mention]) -> tuple[str, ...]:
    """The tokens of a source that none of these mentions explains."""
    taken = {at for m in spoken if m.source == source for at in range(m.begin, m.end)}
    return tuple(part for at, part in enumerate(source.tokens) if at not in taken)


def _reason(mention: Mention, family: Family, heard: Sequence[Mention]) -> Evidence:
    sku = mention.product.sku
    if mention.source.kind == FILE:
        return _named_for({one.product.sku: one.product for one in heard if one.source == mention.source}, family)
    itself = f"is {'model' if mention.product.kind == 'model' else 'SKU'} {sku}"
    called = {
        "gtin": f"is the GTIN of {sku}",
        "asin": f"is an ASIN of {sku}",
        "model": f"is model {mention.family}",
        "colour": f"is model {mention.family} and its colour",
        "style": f"is what the SKUs of {mention.family} in this colour have in common",
        "name": f"is the name of {mention.family}",
        "former": f"is what {sku} was called before",
        "swapped": f"is SKU {sku} with its parts in another order",
    }.get(mention.identity.kind, itself)
    if mention.identity.kind not in OF_FAMILIES and len(family.looks.get(look_of(mention.product), ())) > 1:
        called += ", and shows all its sizes"  # so it is said at the links of these, too
    return Evidence(mention.source.kind, f"“{mention.words}” in the {place(mention.source)} {called}")


def _named_for(products: Mapping[str, Product], family: Family) -> Evidence:
    names = sorted(products)
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    looks = family.looks
    sizes = {one.sku for product in products.values() for one in looks.get(look_of(product), ())} - set(names)
    all_sizes = ", and it shows all sizes" if sizes else ""
    return Evidence(FILE, f"the PIM names this file for {', '.join(names[:MOST_NAMED])}{more}{all_sizes}")


def _compare_looks(found: Claim) -> None:
    """A file that the PIM names for several looks shows all of these, unless something else says one that is not among
    them: a person decides then."""
    if not found.looks or found.doubts:
        return
    found.typo = {}
    if any(found.values.items() <= set(look) for look in found.looks):
        found.values = {}
        return
    for look in (tuple(found.values.items()), *found.looks):
        for axis, value in look:
            found.doubts.setdefault(axis, set()).add(value)
    found.values, found.contradiction = {}, True


def _read_look(found: Claim, evidence: AssetEvidence, spoken: Sequence[Mention]) -> None:
    """Colours and the like that stand elsewhere in the name, then in the folders, then in short metadata.

    A name, and a folder that says nothing else, may contradict what was said before: a person decides then.
    """
    words = found.family.words
    strange: list[tuple[str, Source]] = []
    for source in evidence.sources:
        if source.kind in SEEN or (source.kind == "metadata" and len(source.tokens) > 4):
            continue
        heard = hear(uncovered(source, spoken), words)
        written = source is evidence.written
        firm = (written and not evidence.ruled) or (source.kind == "folder" and heard.alone)
        for axis, values in heard.said.items():
            _settle(found, axis, values, source, firm=firm)
        strange += [(word, source) for word in heard.foreign if written or firm]
        if not heard.said and not heard.foreign:
            alone = source.kind == "folder" and len(heard.rest) == 1 and len(heard.rest[0]) > 2
            if written or alone:  # a folder of two letters is a country or a view
                _read_short(found, heard.rest, words, source)
            if written:
                _read_slips(found, heard.rest, words)
    _read_foreign(found, strange, colour_axis(words))


def _read_code(found: Claim, evidence: AssetEvidence, spoken: Sequence[Mention]) -> None:
    """A code after the model's own that nothing explains, where no look is said: it may say one in its way."""
    if found.values or found.doubts or found.foreign or found.typo or found.filed or len(found.family.looks) < 2:
        return  # what the PIM names a file for may be the model
    for mention in spoken:
        if speaks(mention, evidence) and mention.source.kind != "text":
            code, source = code_after(mention, found.family, evidence, spoken)
            if code:
                found.code = code
                why = f"“{code}” in the {place(source)} may be a colour of {found.family.key}"
                found.evidence.append(Evidence(source.kind, why))
                return


def _settle(found: Claim, axis: str, values: dict[str, str], source: Source, *, firm: bool) -> None:
    """What a source says of an axis: its value, or a doubt where several are said."""
    before = _said(found, axis)
    new = {value: word for value, word in values.items() if not any(value in one for one in before)}
    if before and not (firm and new):
        return  # Black beside Black/White is a part of it
    for word in new.values():
        found.evidence.append(Evidence(source.kind, f"“{word}” in the {place(source)} is its {axis}"))
    _put(found, axis, before | set(new))


def _put(found: Claim, axis: str, said: set[str]) -> None:
    found.values.pop(axis, None)
    if len(said) == 1:
        found.values[axis] = next(iter(said))
    else:
        found.doubts[axis] = said


def _said(found: Claim, axis: str) -> set[str]:
    return found.doubts.get(axis) or {value for of, value in found.values.items() if of == axis}


def _read_foreign(found: Claim, strange: Sequence[tuple[str, Source]], axis: str) -> None:
    """A colour that the family does not have. Beside one that it has, a person decides, unless it is a part of that."""
    said = _said(found, axis)
    others = [one for one in strange if not any(colour_of(one[0]) in value or one[0] in value for value in said)]
    if not others or not (axis or (len(found.family.looks) > 1 and not found.values)):
        return  # the only look may be called “Night” and be blue for whoever names files
    found.foreign, source = others[0]
    why = f"“{found.foreign}” in the {place(source)} is no colour of {found.family.key}{_of_the_list(found.family)}"
    found.evidence.append(Evidence(source.kind, why))
    if said:
        found.values.pop(axis, None)
        found.doubts[axis] = said  # even where it is one alone


def _of_the_list(family: Family) -> str:
    """Which colours it has there."""
    values = family.values()
    more = f" and {len(values) - MOST_VALUES} more" if len(values) > MOST_VALUES else ""
    return " in the product list" + (f", which has {'; '.join(values[:MOST_VALUES])}{more}" if values else "")


def _read_short(found: Claim, rest: Sequence[str], words: Words, source: Source) -> None:
    """A colour in a few letters, where nothing is said of it in full."""
    for part, meant in shortened(rest, words).items():
        axes = {axis for axis, _ in meant}
        axis = next(iter(axes))
        if len(axes) == 1 and not _said(found, axis):
            _put(found, axis, {value for _, value in meant})
            found.evidence.append(Evidence(source.kind, f"“{part}” in the {place(source)} is its {axis}"))


def _read_slips(found: Claim, rest: Sequence[str], words: Words) -> None:
    """A colour with one wrong letter, where nothing else is said of it."""
    for part, word in slips(rest, words).items():
        axis, value = words[word]
        if not _said(found, axis):
            found.typo[axis] = value
            found.evidence.append(Evidence("filename", f"“{part}” may be a slip for “{word}”"))
