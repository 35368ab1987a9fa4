"""How many altered copies are found again, and how many strangers are taken for one another.

    PACKSHOT_MEDIA=… PACKSHOT_MODELS=… python -m bench.likeness [ONE_IN]

Of every ONE_IN-th picture of `luma` and `clothing` (4) all altered copies are looked for among all pictures; then every
pair of pictures is judged. Candidates are chosen as the catalogue does, by hash and embedding, and each is laid upon
the other. A false pair counts over all pairs that there are.
"""

import base64
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from bench.altered import WAYS
from runtime import eye, hashes, photograph
from services.tagger import work


@dataclass(frozen=True)
class Seen:
    """What is known of one picture."""

    vector: NDArray[np.float32]
    signature: photograph.Signature


def look(picture: pyvips.Image) -> Seen:
    """As the first wave does."""
    small = picture.thumbnail_image(eye.DECODED, height=eye.DECODED, size="down").copy_memory()
    found = work.tag(small, picture.width, picture.height)
    vector = np.frombuffer(base64.b64decode(next(iter(found["embeddings"].values()))), "<f2").astype(np.float32)
    return Seen(vector / np.linalg.norm(vector), photograph.unpack(base64.b64decode(found["likeness"])))


def candidates(one: Seen, known: list[Seen], vectors: NDArray[np.float32]) -> set[int]:
    """Numbers of the pictures that are worth a look."""
    near = vectors @ one.vector
    nearest = [int(n) for n in np.argsort(-near)[: photograph.NEAREST] if near[n] >= photograph.NEAR]
    return {*nearest, *(n for n, other in enumerate(known) if _hashed_alike(one.signature, other.signature))}


def _hashed_alike(one: photograph.Signature, other: photograph.Signature) -> bool:
    (straight, mirrored), (theirs, their_mirrored) = one.hashes, other.hashes
    pairs = ((straight, theirs), (mirrored, theirs), (straight, their_mirrored))
    return any(hashes.distance(a, b) <= photograph.BITS for a, b in pairs)


def main(one_in: int) -> None:
    """Print a line a way, then the false pairs by name."""
    media = Path(os.environ["PACKSHOT_MEDIA"])
    files = sorted([*media.glob("luma/images/*.jpg"), *media.glob("clothing/*/*.jpg")])
    known = [look(_open(file)) for file in files]
    vectors = np.stack([one.vector for one in known])
    for name, way in WAYS.items():
        found = sum(_finds(way, n, files, known, vectors) for n in range(0, len(files), one_in))
        print(f"{name:34} {found / len(range(0, len(files), one_in)):.3f}", flush=True)
    began, judged, false = time.process_time(), 0, []
    for one, other in _pairs(known, vectors):
        judged += 1
        if photograph.same(known[one].signature, known[other].signature).same:
            false.append(f"{files[one].name} {files[other].name}")
    pairs = len(files) * (len(files) - 1) // 2
    each = (time.process_time() - began) / judged * 1000
    print(f"{len(false)} of {pairs} pairs taken for the same ({judged} laid upon each other, {each:.0f} ms CPU each)")
    print("\n".join(false))


def _finds(way: Any, number: int, files: list[Path], known: list[Seen], vectors: NDArray[np.float32]) -> bool:
    altered = look(way(_open(files[number])).copy_memory())
    if number not in candidates(altered, known, vectors):
        return False
    return photograph.same(altered.signature, known[number].signature).same


def _pairs(known: list[Seen], vectors: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    said = {tuple(sorted((n, other))) for n, one in enumerate(known) for other in candidates(one, known, vectors)}
    yield from ((one, other) for one, other in sorted(said) if one != other)


def _open(file: Path) -> pyvips.Image:
    picture = pyvips.Image.new_from_file(str(file)).autorot()
    return (picture if picture.bands == 3 else picture.colourspace("srgb")).copy_memory()


if __name__ == "__main__":
    work.warm()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
