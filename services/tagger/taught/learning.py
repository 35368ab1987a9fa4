"""The learning itself, from files of its folder: what runs inside the cage, at the lowest priority."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from services.tagger.taught.learn import learn
from services.tagger.taught.linked import EYES, PALETTE, Linked, learn_linked
from services.tagger.taught.packed import Made, Proof, pack

LINKED, WORDS = "linked.npz", "words.npz"


def write_linked(folder: Path, examples: Sequence[Linked]) -> None:
    """What `work` reads."""
    np.savez(
        folder / LINKED,
        vectors=np.stack([one.embeddings[EYES] for one in examples]).astype(np.float16),
        palettes=np.stack([one.embeddings[PALETTE] for one in examples]),
        told=np.array([json.dumps([dict(one.values), one.group, one.picture]) for one in examples]),
    )


def write_words(folder: Path, lesson: Proof) -> None:
    """The same for a folder of tags."""
    assert lesson.features is not None  # noqa: S101 - of such a head they are kept
    np.savez(
        folder / WORDS, pictures=np.array(lesson.pictures), tags=np.array(lesson.tags), added=lesson.added,
        left_out=lesson.left_out, features=lesson.features,
    )  # fmt: skip


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """job: {"version": of the model EYES} or {"needs": model → version}. Yields {"card": JSON} of each head; its
    numbers are in the file that the card names. Raises TooLittle."""
    made = _linked(folder, job["version"]) if "version" in job else _words(folder, job["needs"])
    for card, body in made:
        (folder / card.file).write_bytes(body)
        yield {"card": card.model_dump_json()}


def _linked(folder: Path, version: str) -> Iterator[Made]:
    with np.load(folder / LINKED, allow_pickle=False) as held:
        vectors, palettes = held["vectors"].astype(np.float32), held["palettes"]
        told = [json.loads(str(one)) for one in held["told"]]
    rows = zip(vectors, palettes, told, strict=True)
    examples = [Linked({EYES: vector, PALETTE: palette}, *words) for vector, palette, words in rows]
    for about, attribute in learn_linked(examples, version).items():
        yield pack(attribute.learnt, attribute.needs, about, attribute.proof)


def _words(folder: Path, needs: Mapping[str, str]) -> Iterator[Made]:
    with np.load(folder / WORDS, allow_pickle=False) as held:
        lesson = Proof(
            tuple(map(str, held["pictures"])), tuple(map(str, held["tags"])), np.zeros(len(held["tags"]), bool),
            held["added"], held["left_out"], held["features"],
        )  # fmt: skip
    yield taught(lesson, needs)


def taught(lesson: Proof, needs: Mapping[str, str]) -> Made:
    """A head of a folder of tags. Raises TooLittle."""
    assert lesson.features is not None  # noqa: S101
    used = np.flatnonzero(~lesson.left_out)
    learnt = learn(lesson.features[used].astype(np.float32), [lesson.tags[row] for row in used])
    right = np.zeros(len(lesson.tags), bool)
    right[used] = learnt.right
    return pack(learnt, needs, proof=replace(lesson, right=right))
