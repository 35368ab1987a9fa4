"""What can be said of a picture in a few words: labels, colours, product names, categories, what people wrote. Pure.

Phrases and not whole texts: `running shoe` is near `Laufschuhe`, a long text about it is near everything a little. And
pictures share them: a phrase is embedded once, however many pictures it is said of.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

MOST = 24
"""Phrases of one picture."""
LONGEST = 200
"""Letters of one."""
LEGIBLE_WORDS = 2
"""Words that a line in the picture must have: single ones are brands, sizes and what was misread."""


def phrases(
    labels: Sequence[str],
    colours: Sequence[str],
    products: Iterable[tuple[str, str]],
    said: Iterable[str],
    lines: Iterable[str],
) -> list[str]:
    """Each once, what tells most first. products: name and category; said: titles, alternative texts, keywords; lines:
    text in the picture.
    """
    every = _every(labels, colours, products, said, lines)
    plain = (" ".join(one.split())[:LONGEST] for one in every)
    return list(islice(dict.fromkeys(one for one in plain if re.search(r"[^\W\d_]{2}", one)), MOST))


def _every(
    labels: Sequence[str],
    colours: Sequence[str],
    products: Iterable[tuple[str, str]],
    said: Iterable[str],
    lines: Iterable[str],
) -> Iterator[str]:
    yield from labels
    if labels and colours:
        yield f"{colours[0]} {labels[0]}"
    for name, category in products:
        yield from (name, re.split(r"[/>|]", category)[-1])
    yield from said
    yield from (line for line in lines if len(re.findall(r"[^\W\d_]{3,}", line)) >= LEGIBLE_WORDS)
