"""How surely a mention means its product, by what it is and where it stands. Set by hand: see docs/linking.md."""

from services.linker.evidence import core
from services.linker.looks import colour_axis
from services.linker.mentions import Mention
from services.linker.roles import role_word
from services.linker.selective import selective
from services.linker.variants import Family
from services.linker.vocabulary import CAMERAS, COLOURS, SIZES, is_noise

KINDS = {
    "gtin": 0.98, "asin": 0.98, "file": 0.97, "sku": 0.97, "colour": 0.97, "style": 0.97, "model": 0.95,
    "swapped": 0.88, "former": 0.95, "name": 0.6,
}  # fmt: skip
WHOLE_NAME = 0.88
"""A product's name is proof only where the file's name says nothing else."""


def weight_in(mention: Mention, family: Family) -> float:
    """Words that people use anyway, names and SKUs like TRAINER, are proof only where nothing else is said."""
    weight = weight_of(mention)
    beside = COLOURS.intersection(core(mention.source.tokens)).difference(mention.identity.parts)
    if beside and _is_short(mention) and not colour_axis(family.words):
        return weight * 0.62  # whether the green one is this MUG, which has no colours, a person knows
    named = mention.source.kind == "filename"
    if mention.identity.kind == "name":
        return WHOLE_NAME if named and _says_only(mention, family) else weight
    if mention.identity.kind == "swapped" and named and not _says_only(mention, family, sizes=False):
        return weight * 0.75  # `large red mug` is hardly MUG-RED
    if not is_word(mention) or mention.source.kind not in ("filename", "folder", "metadata", "text"):
        return weight
    before = mention.source.tokens[: mention.begin]
    firm = named and (_says_only(mention, family) or all(is_noise(part) or part in CAMERAS for part in before))
    return weight if firm else weight * 0.75


def _is_short(mention: Mention) -> bool:
    """Whether it is found only where a whole name says it."""
    identity = mention.identity
    return identity.kind in ("sku", "model", "former") and not selective(identity.key, identity.parts)


def is_word(mention: Mention) -> bool:
    """Whether this is a word before it is a SKU, like TRAINER."""
    return mention.identity.key.isalpha() and len(mention.identity.parts) == 1 and not mention.source.told


def weight_of(mention: Mention) -> float:
    """How surely these words, read there, mean this product, whatever else its source says."""
    weight = KINDS[mention.identity.kind]
    if mention.source.kind == "metadata" and not mention.source.told:
        weight *= 0.93 if len(mention.source.tokens) <= 8 else 0.6  # a sentence speaks of many things
    weight *= {"folder": 0.97, "text": 0.9}.get(mention.source.kind, 1.0)
    return weight


def _says_only(mention: Mention, family: Family, *, sizes: bool = True) -> bool:
    """Whether the file's name says this and nothing else but the product's look, any size, role and noise."""
    known = set(family.words) | family.sizes
    rest = [part for part in core(mention.source.tokens) if part not in mention.identity.parts]
    return all(
        part in known or (sizes and part in SIZES) or role_word(part) or part.isdigit() or len(part) == 1
        for part in rest
    )
