"""An asset's evidence and the products found by its keys → links, suggestions, conflicts. Pure and deterministic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, islice

from services.linker.claims import MOST_VALUES, Claim, Evidence, claim, uncovered
from services.linker.evidence import AssetEvidence
from services.linker.mentions import Index, Mention, index, mentions, speaks
from services.linker.products import Look, Product, look_of
from services.linker.roles import Role, role_of, role_of_file, role_ruled
from services.linker.slips import SLIP, slips
from services.linker.strange import is_strange, words_after
from services.linker.styles import style_codes
from services.linker.variants import Family, families
from services.linker.vocabulary import colour_of

LINKS = 0.85
"""From here on a link stands; below it waits for a person."""
SUGGESTIONS = 5
"""Families that are suggested."""


@dataclass(frozen=True)
class Link:
    """This asset shows that product.

    level: product (evidence names the SKU, or a look that it shares) or model. look: what the picture shows of
    the model, () where it speaks of the whole model.
    """

    sku: str
    role: str
    confidence: float
    evidence: tuple[Evidence, ...]
    level: str = "product"
    look: Look = ()
    position: int = 0


@dataclass(frozen=True)
class Conflict:
    """Contradicting evidence, for a person to decide: nothing is linked. options: SKUs that go together.

    links: what each of these would be, were it not contradicted.
    """

    skus: tuple[str, ...]
    cause: str
    evidence: tuple[Evidence, ...]
    options: tuple[tuple[str, ...], ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Match:
    """All that the linker knows of one asset."""

    role: Role
    links: tuple[Link, ...] = ()
    suggestions: tuple[Link, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether it names no product at all."""
        return not (self.links or self.suggestions or self.conflicts)


def match(evidence: AssetEvidence, products: Iterable[Product]) -> Match:
    """`products` are all that share a key with the asset, together with their whole families."""
    known = families(products)
    called = called_in(known)
    spoken = mentions(evidence, called)
    heard = [mention for mention in spoken if speaks(mention, evidence)]
    claims = []
    for name in sorted({mention.family for mention in heard}):
        claims.append(claim(evidence, known[name], [m for m in spoken if m.family == name]))
    role = _role(evidence, spoken, known)
    for one in claims:
        one.evidence += _given(evidence)
    strong = [one for one in claims if one.weight >= LINKS]
    if strong and all(one.word for one in strong):  # JACKET_TROUSERS: the first word is no surer than the second
        strong = [one for one in claims if one.word or one.weight >= LINKS]
    if len(strong) == 1:
        return _linked(strong[0], role)
    if strong and all(one.filed for one in strong):
        return _shared(strong, role)
    near = slips(evidence, known) if not claims else []
    if near and near[0].weight >= LINKS:
        return _linked(near[0], role)
    if not strong:
        weak = sorted(claims, key=lambda one: (-one.weight, one.family.key)) or near
        return Match(role, suggestions=_asked_about(weak, role))
    return _torn(strong, heard, role)


def called_in(known: Mapping[str, Family]) -> Index:
    """Key → who is called so, in these families."""
    listed = (product for family in known.values() for product in (*family.variants, *_models(family)))
    return index(listed, (one for family in known.values() for one in style_codes(family)))


def _models(family: Family) -> tuple[Product, ...]:
    return (family.model,) if family.model else ()


def _given(evidence: AssetEvidence) -> list[Evidence]:
    told = evidence.role
    return [Evidence("metadata", f"“{told.text}” in the {told.place} is its role")] if told else []


def _role(evidence: AssetEvidence, spoken: list[Mention], known: dict[str, Family]) -> Role:
    """What somebody wrote down for this very file comes before what its name says; the name may still number it."""
    named = role_of_file(evidence.name, _role_named(evidence, spoken, known))
    named = role_ruled(evidence.ruled.role, evidence.ruled.number, named) if evidence.ruled else named
    if evidence.role is None:
        return named
    role = evidence.role.role
    if role.position == 0 and (not named.named or named.role == role.role):
        return Role(role.role, named.position, rest=named.rest)
    return replace(role, rest=named.rest)


def _role_named(evidence: AssetEvidence, spoken: list[Mention], known: dict[str, Family]) -> Role:
    if evidence.code:
        return evidence.code.role
    if not evidence.sources:
        return Role("main", named=False)
    sizes = {size for name in {m.family for m in spoken} for size in known[name].sizes}
    name, *others = evidence.sources
    left = tuple(part for part in uncovered(name, spoken) if part not in sizes)
    above = tuple(part for source in others if source.kind == "folder" for part in uncovered(source, spoken))
    return role_of(left, above, strange=any(is_strange(word, known) for word in words_after(name, spoken)))


def _linked(one: Claim, role: Role) -> Match:
    """One family is meant. Which of its looks decides what is linked, and what only waits for a person."""
    several = len(one.family.looks) > 1
    if one.contradiction:
        shown = sorted(_showing_any(one), key=lambda v: (look_of(v), v.sku))
        options = tuple(tuple(v.sku for v in alike) for _, alike in groupby(shown, look_of))
        skus = tuple(sorted(v.sku for v in shown))
        cause = "Different variants are named at once."
        links = _variants(one, shown, role, 0.5)
        return Match(role, conflicts=(Conflict(skus, cause, tuple(one.evidence), options, links),))
    if one.doubts:  # nor does it show the whole model: all its colours would
        return Match(role, suggestions=_variants(one, _showing_any(one), role, 0.5))
    if one.code:
        asked = _asked(one)
        return Match(role, suggestions=_variants(one, asked, role, 0.5) or tuple(_top(one, role, 0.5)))
    model = _model_link(one, role, one.weight, tuple(one.evidence))
    if one.foreign:
        # The model is named beyond doubt. The colour may be the model's own, or to come, or a slip: a person is asked.
        return Match(role, tuple(model), _variants(one, _asked(one), role, 0.5))
    if one.typo and not one.values:
        guessed = _variants(one, one.family.showing(one.typo), role, min(one.weight, SLIP))
        return Match(role, (*guessed, *model))
    shown = one.family.showing(one.values) if one.values or not several else []
    if one.looks:
        shown = [v for v in one.family.variants if look_of(v) in one.looks]
        model = model if one.looks >= one.family.looks.keys() else []
    return Match(role, (*_variants(one, shown, role, one.weight), *model))


def _shared(strong: list[Claim], role: Role) -> Match:
    """A file that the PIM names for products of several families, as it does a size chart: it is of all of them."""
    each = [_linked(one, role) for one in strong]
    return Match(
        role,
        tuple(link for one in each for link in one.links),
        tuple(link for one in each for link in one.suggestions)[:SUGGESTIONS],
        tuple(conflict for one in each for conflict in one.conflicts),
    )


def _asked(one: Claim) -> list[Product]:
    """All its looks, as options; none where there are too many to choose from."""
    askable = len(one.family.values()) <= MOST_VALUES
    return sorted(one.family.variants, key=lambda v: (look_of(v), v.sku)) if askable else []


def _showing_any(one: Claim) -> list[Product]:
    doubts = one.doubts.items()
    return [v for v in one.family.variants if all(dict(look_of(v)).get(axis) in values for axis, values in doubts)]


def _variants(one: Claim, shown: Iterable[Product], role: Role, weight: float) -> tuple[Link, ...]:
    return tuple(
        Link(v.sku, role.role, round(weight, 3), tuple(one.evidence), "product", look_of(v), role.position)
        for v in shown
    )


def _model_link(one: Claim, role: Role, weight: float, evidence: tuple[Evidence, ...]) -> list[Link]:
    if one.family.model is None:
        return []
    look = tuple(sorted((one.values or one.typo).items())) if len(one.family.looks) > 1 else ()
    if one.foreign and not look:
        look = (("color", colour_of(one.foreign)),)
    return [Link(one.family.key, role.role, round(weight, 3), evidence, "model", look, role.position)]


def _top(one: Claim, role: Role, weight: float) -> list[Link]:
    """One suggestion a family: its variants in the look that is said, else its model, or the product without one."""
    said = one.values or one.typo
    shown = _variants(one, one.family.showing(said), role, weight)
    if said and shown and len(one.family.looks) > 1:
        return list(shown)
    return _model_link(one, role, weight, tuple(one.evidence)) or list(shown)


def _asked_about(claims: Iterable[Claim], role: Role, weight: float = 0.0) -> tuple[Link, ...]:
    """The suggestions of the first few families. weight: instead of their own."""
    few = islice(claims, SUGGESTIONS)
    return tuple(link for one in few for link in _top(one, role, weight or one.weight))


def _torn(strong: list[Claim], spoken: list[Mention], role: Role) -> Match:
    """Several families at once: one word that two of them own is a question, different words are a conflict."""
    names = {one.family.key for one in strong}
    words = {(m.source, m.begin, m.end) for m in spoken if m.family in names}
    reasons = tuple(dict.fromkeys(reason for one in strong for reason in one.evidence))
    if len(words) == 1:
        return Match(role, suggestions=_asked_about(strong, role, 0.5))
    answers = [answer for one in strong for answer in _answers(one, role)]
    links = tuple(link for answer in answers for link in answer)
    options = tuple(sorted(tuple(link.sku for link in answer) for answer in answers))
    cause = f"{' and '.join(sorted(names))} are named at once."
    return Match(role, conflicts=(Conflict(tuple(sorted(link.sku for link in links)), cause, reasons, options, links),))


def _answers(one: Claim, role: Role) -> list[tuple[Link, ...]]:
    """What this family alone would be linked to: an answer, or one for each look where it contradicts itself, too."""
    alone = _linked(one, role)
    if alone.conflicts:
        return [tuple(alike) for _, alike in groupby(alone.conflicts[0].links, lambda link: link.look)]
    return [alone.links or alone.suggestions or tuple(_top(one, role, one.weight))]
