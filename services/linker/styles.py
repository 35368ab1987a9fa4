"""The code that all sizes of one look have in common: ST100-001 of ST100-001-41 and ST100-001-42."""

from collections.abc import Iterator, Set
from itertools import takewhile

from services.linker.names import joined, spellings, tokens
from services.linker.products import Identity, Look, Product, glued_code
from services.linker.variants import Family
from services.linker.vocabulary import SIZES

Parts = tuple[str, ...]


def style_codes(family: Family) -> Iterator[tuple[Identity, Product]]:
    """What the SKUs of a look say without the size, where no other look of the family says it, too."""
    looks = {look: variants for look, variants in family.looks.items() if look}
    if not looks:
        return
    sizes = family.sizes
    skus = {look: [tokens(one.sku) for one in variants] for look, variants in looks.items()}
    found = {look: _codes(own, sizes) for look, own in skus.items()}
    depths = {len(code) for look, codes in found.items() for code in codes if len(skus[look]) > 1}
    for look, own in skus.items():
        if len(own) == 1 and len(depths) == 1:
            found[look].add(own[0][: next(iter(depths))])
    whole = {(), *(sku for own in skus.values() for sku in own), *spellings(family.key)}
    for look, codes in found.items():
        for code in sorted(codes - whole):
            others = ((found[other], skus[other]) for other in looks if other != look)
            if code[-1] not in sizes and code[-1] not in SIZES and not any(_has(code, *one) for one in others):
                yield Identity("style", joined(code), code, look), looks[look][0]
    yield from _glued(family, looks, whole)


def _glued(family: Family, looks: dict[Look, list[Product]], whole: Set[Parts]) -> Iterator[tuple[Identity, Product]]:
    """The same of SKUs without separators, where all of the family are built so: ST10000141, also as ST1000-0141."""
    said = {look: {glued_code(one) for one in variants} for look, variants in looks.items()}
    codes = {look: next(iter(found)) for look, found in said.items() if len(found) == 1}
    if len(set(codes.values()) - {""}) < len(looks):
        return
    model = tokens(family.key)
    for look, code in codes.items():
        for parts in (("".join(model) + code,), (*model, code)):
            if parts not in whole and code not in family.words:
                yield Identity("style", joined(parts), parts, look), looks[look][0]


def _codes(skus: list[Parts], sizes: Set[str]) -> set[Parts]:
    """What all of them begin with, and what is left of each without its size, where that is the same."""
    bare = {tuple(part for part in sku if part not in sizes) for sku in skus}
    alike = takewhile(lambda column: len(set(column)) == 1, zip(*skus, strict=False))
    begin = tuple(column[0] for column in alike)
    return (bare if len(bare) == 1 else set()) | ({begin} if len(skus) > 1 else set())


def _has(code: Parts, codes: set[Parts], skus: list[Parts]) -> bool:
    """Whether another look is called so, too."""
    return code in codes or any(sku[: len(code)] == code for sku in skus)


def colour_codes(family: Family) -> set[str]:
    """The words that stand in SKUs directly after the model's code: codes of colours, or words of them."""
    own = tokens(family.key)
    skus = (tokens(one.sku) for one in family.variants)
    return {sku[len(own)] for sku in skus if sku[: len(own)] == own and len(sku) > len(own)}
