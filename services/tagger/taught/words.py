"""Tags of a folder that somebody taught: its examples, and those that people have confirmed or rejected since. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from services.tagger.taught.head import HeadCard, features_of
from services.tagger.taught.library import Pictured
from services.tagger.taught.packed import Proof
from services.tagger.taught.regression import Floats

LEAST_SAID = 5
"""So many words of people's make it worth learning again: every new head means work for the whole library."""


@dataclass(frozen=True)
class Said:
    """confirmed: content of a picture → the one tag that it shows; rejected: content → tags that it does not."""

    confirmed: Mapping[str, str]
    rejected: Mapping[str, frozenset[str]]

    def as_told(self) -> dict[str, str]:
        """One line a decision: what a learning has heard is remembered so."""
        no = {f"{sha256} not {tag}": "" for sha256, tags in self.rejected.items() for tag in tags}
        return {**self.confirmed, **no}


def said_of(card: HeadCard, proof: Proof, pictures: Iterable[Pictured]) -> Said:
    """What people said with this head's tags. Two tags of one head exclude each other: who confirmed both said none.

    Of rejections those count that speak of an example.
    """
    tags = {tag.casefold(): tag for tag in card.tags}
    folder = {name for name, added in zip(proof.pictures, proof.added, strict=True) if not added}
    confirmed, rejected = {}, {}
    for one in pictures:
        yes = {tags[word.casefold()] for word in one.confirmed if word.casefold() in tags}
        no = frozenset(tags[word.casefold()] for word in one.rejected if word.casefold() in tags)
        if len(yes) == 1 and one.sha256 not in folder:
            confirmed[one.sha256] = yes.pop()
        if no and one.sha256 in folder:
            rejected[one.sha256] = no
    return Said(confirmed, rejected)


def heard(proof: Proof) -> dict[str, str]:
    """What of it is in that head already, as `Said.as_told` says it."""
    rows = list(zip(proof.pictures, proof.tags, proof.added, proof.left_out, strict=True))
    no = {f"{picture} not {tag}": "" for picture, tag, _, left_out in rows if left_out}
    return {**{picture: tag for picture, tag, added, _ in rows if added}, **no}


def lesson_of(card: HeadCard, proof: Proof, said: Said, vectors: Mapping[str, Mapping[str, Floats]]) -> Proof:
    """All examples of the next learning, not judged yet. vectors: by content, of all that is confirmed."""
    assert proof.features is not None  # noqa: S101 - asked by who calls
    rows = [number for number, added in enumerate(proof.added) if not added]
    names, tags = [proof.pictures[row] for row in rows], [proof.tags[row] for row in rows]
    out = [tag in said.rejected.get(name, ()) for name, tag in zip(names, tags, strict=True)]
    more = sorted(said.confirmed)
    features = [proof.features[rows]]
    features += [features_of(vectors[sha256], card.needs)[None].astype(np.float16) for sha256 in more]
    count = len(names) + len(more)
    return replace(
        proof,
        pictures=(*names, *more),
        tags=(*tags, *(said.confirmed[sha256] for sha256 in more)),
        right=np.zeros(count, bool),
        added=np.arange(count) >= len(names),
        left_out=np.array(out + [False] * len(more)),
        features=np.concatenate(features),
    )
