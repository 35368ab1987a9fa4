"""Tags that nobody had to teach: categories and attributes of products that pictures are linked to already."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from runtime import oklab
from schemas.product import Product
from services.tagger import palette
from services.tagger.taught import views
from services.tagger.taught.head import features_of
from services.tagger.taught.learn import LEAST, Learnt, TooLittle, learn
from services.tagger.taught.packed import Proof
from services.tagger.taught.regression import Floats
from services.tagger.taught.views import VIEW

EYES = "imagenet-lite2"
"""The model whose vector is stored of every picture: nothing has to be looked at again."""
PALETTE = "palette"
PALETTE_VERSION = "1"
LEAST_GROUPS = 2
"""A value that only one product model has would be learnt as that model's picture."""
MOST_VALUES = 40
LONGEST = 40
"""Letters of a value; longer ones are descriptions."""
LEAST_EXAMPLES = 20
ANSWERS = {"yes", "no", "true", "false"}
WORTH = 0.6
"""Held-back pictures that must be right at once, or the attribute is not one that can be seen."""
GAIN = 0.5
"""And at most this share of the faults that always saying the commonest value would make."""


@dataclass(frozen=True)
class Linked:
    """A picture with what its products agree on. group: the product model, so that none is judged by its own twins.

    picture: a name that it keeps from one learning to the next.
    """

    embeddings: Mapping[str, Floats]
    values: Mapping[str, str]
    group: str
    picture: str = ""


def palette_of(colours: Sequence[Mapping[str, object]]) -> Floats:
    """The `colours` of a tags facet as numbers: the share of each name, and where the first one lies in Oklab."""
    shares = np.zeros(len(palette.NAMES), np.float32)
    for colour in colours:
        if colour["name"] in palette.NAMES:
            shares[palette.NAMES.index(str(colour["name"]))] += float(str(colour["share"]))
    first = str(colours[0]["hex"]).lstrip("#") if colours else "808080"
    pixel = np.array([[int(first[at : at + 2], 16) for at in (0, 2, 4)]], np.uint8)
    numbers: Floats = np.concatenate([shares, 2 * oklab.from_srgb(pixel)[0]]).astype(np.float32)
    return numbers


def agreed(products: Iterable[Product]) -> dict[str, str]:
    """What the products of one picture have in common: the category's own name, axes, attributes.

    A product model knows nothing of its variants' colour, and does not gainsay them. Numbers and texts are no words.
    """
    said: dict[str, set[str]] = defaultdict(set)
    for one in products:
        known = {"category": one.category.rpartition("/")[2], **one.attributes, **one.axes}
        for name, value in known.items():
            if value.strip():
                said[name].add(value.strip())
    common = {name: next(iter(values)) for name, values in said.items() if len(values) == 1}
    return {name: value for name, value in common.items() if len(value) <= LONGEST and _is_word(value)}


def _is_word(value: str) -> bool:
    """Not a number, a list, or an answer to a question that the tag would not tell."""
    return bool(re.search(r"[^\W\d]", value)) and "|" not in value and value.casefold() not in ANSWERS


@dataclass(frozen=True)
class Attribute:
    """What was learnt of one attribute, the numbers that it takes, and the pictures that taught it."""

    learnt: Learnt
    needs: dict[str, str]
    proof: Proof


def learn_linked(examples: Sequence[Linked], version: str) -> dict[str, Attribute]:
    """Attribute → what was learnt of it; only of those that can be seen. version: of the model EYES."""
    found = {}
    for about in sorted({name for example in examples for name in example.values}):
        told = [example for example in examples if example.values.get(about)]
        groups: dict[str, set[str]] = defaultdict(set)
        for example in told:
            groups[example.values[about]].add(example.group)
        told = [one for one in told if _enough(about, one.values[about], len(groups[one.values[about]]))]
        names = {one.values[about] for one in told}
        if len(told) < LEAST_EXAMPLES or len(names) > MOST_VALUES:
            continue
        best = max((_learn(told, about, needs) for needs in _choices(about, version)), key=_top1)
        commonest = Counter(one.values[about] for one in told).most_common(1)[0][1] / len(told)
        if best and _top1(best) >= max(WORTH, 1 - GAIN * (1 - commonest)):
            found[about] = best
    return found


def _enough(about: str, value: str, groups: int) -> bool:
    return views.enough(value, groups) if about == VIEW else groups >= LEAST_GROUPS


def _choices(about: str, version: str) -> tuple[dict[str, str], ...]:
    """A shape is told by the embedding alone, a colour hardly; and no side has a colour."""
    shape = {EYES: version}
    return (shape,) if about == VIEW else (shape, {**shape, PALETTE: PALETTE_VERSION})


def _learn(told: Sequence[Linked], about: str, needs: dict[str, str]) -> Attribute | None:
    features = np.stack([features_of(one.embeddings, needs) for one in told])
    tags, groups = [one.values[about] for one in told], [one.group for one in told]
    try:
        learnt = learn(features, tags, groups, even=True)
    except TooLittle:
        return None
    # Whether it is said at all is asked of the attribute (WORTH, GAIN): a picture that a shop sells has a value of it.
    # Of a side that cannot be said: whoever sees a back as a front is misled.
    least = views.least_of(learnt) if about == VIEW else LEAST
    if least is None:
        return None
    learnt = replace(learnt, figures=replace(learnt.figures, least=least))
    nothing = np.zeros(len(told), bool)
    proof = Proof(tuple(one.picture for one in told), tuple(tags), learnt.right, nothing, nothing)
    return Attribute(learnt, needs, proof)


def _top1(attribute: Attribute | None) -> float:
    return attribute.learnt.figures.top1 if attribute else 0.0
