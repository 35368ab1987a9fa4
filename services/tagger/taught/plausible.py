"""Which taught tags may be said of a picture at all: what products are linked to says little of a page about them, and
a colour that is nowhere in the picture is not its product's. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from runtime import colour_words
from services.tagger.labels import Label
from services.tagger.taught.head import Head

SHARE = 0.08
"""Of the product, that a colour must have to count."""
APART = 0.15
"""Oklab distance from which on it is another colour: hardly a colour that a real shop says of a product is so far from
all that its picture shows, and half of all others are (`python -m bench.colour_said`)."""
SCENE = "scene"
"""What lies behind, where nobody can tell which colours are the product's: then no colour is said of it."""


def speaking(heads: Sequence[Head], *, drawn: bool) -> list[Head]:
    """drawn: it is a page, or drawn otherwise; then only what people taught by pictures of their own speaks."""
    return [head for head in heads if not (drawn and head.card.about)]


def seen(said: Iterable[Label], colours: Sequence[Mapping[str, object]], background: str) -> list[Label]:
    """Without colours that are not there; colours, background: as the tags facet has them."""
    shown = [str(one["hex"]) for one in colours if float(str(one["share"])) >= SHARE]
    return [one for one in said if not _is_colour(one.label) or (background != SCENE and _is_there(one.label, shown))]


def _is_colour(word: str) -> bool:
    """Not a name that has a colour's in it."""
    words = re.findall(r"[^\W\d_]+", word.lower())
    return bool(words) and all(colour_words.english(one) for one in words)


def _is_there(word: str, shown: Sequence[str]) -> bool:
    apart = colour_words.distance(word, shown)
    return apart is None or apart <= APART
