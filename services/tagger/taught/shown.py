"""What each picture teaches: what its products have in common and the view that it shows, corrected by what people said
of its tags. Pure."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from services.tagger.taught.library import Known, Pictured
from services.tagger.taught.linked import EYES, agreed
from services.tagger.taught.views import VIEW, view_of

Meanings = Mapping[str, set[tuple[str, str]]]
"""A word in small letters → the attributes that have it as a value, and how they write it."""


@dataclass(frozen=True)
class Shown:
    """values: attribute → value. group: the product model; a picture of no product is a group of its own."""

    picture: Pictured
    values: Mapping[str, str]
    group: str

    @property
    def digest(self) -> str:
        """Differs where it would teach something else."""
        told = json.dumps([self.picture.sha256, self.group, sorted(self.values.items())])
        return hashlib.sha256(told.encode()).hexdigest()[:12]


def shown(known: Known, version: str) -> list[Shown]:
    """Of the pictures that have a vector of that version of the model EYES, those that teach something."""
    seen = [one for one in known.pictures if one.models.get(EYES) == version]
    plain = [(one, *_by_products(one, known)) for one in seen]
    meanings: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for _, values, _ in plain:
        for about, value in values.items():
            meanings[value.casefold()].add((about, value))
    told = [Shown(one, corrected(values, one, meanings), group) for one, values, group in plain]
    return [one for one in told if one.values]


def corrected(values: Mapping[str, str], picture: Pictured, meanings: Meanings) -> dict[str, str]:
    """A rejected word is taken away. A confirmed one takes its attribute's place, where it is a word of one alone."""
    rejected = {word.casefold() for word in picture.rejected}
    said = {about: value for about, value in values.items() if value.casefold() not in rejected}
    there = {value.casefold() for value in said.values()}
    for word in sorted(picture.confirmed):
        places = meanings.get(word.casefold(), set())
        if word.casefold() not in there and len(places) == 1:
            said.update(places)
    return said


def _by_products(picture: Pictured, known: Known) -> tuple[dict[str, str], str]:
    products = [known.products[sku] for sku in sorted(picture.skus) if sku in known.products]
    if not products:
        return {}, picture.asset
    view = view_of(picture.role)
    common = {about: value for about, value in agreed(products).items() if about != VIEW}
    return common | ({VIEW: view} if view else {}), products[0].parent or products[0].sku
