"""A few words → 384 numbers of length 1. What means nearly the same has nearly the same numbers, in any language."""

from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from services.catalog.meaning import weights
from services.catalog.meaning.tokens import Tokens
from services.catalog.meaning.weights import BadWeights

WEIGHTS, ENCODER = "e5-small-q4.bin", "e5-small-q4.onnx"
LONGEST = 200
"""Letters of what is embedded: phrases and questions, no essays."""
PREFIX = "query: "
"""The model was taught with it. On both sides, because a phrase is as short as what is asked."""


class Embeds(Protocol):
    """What search by meaning needs of a model. name: with its version; vectors of another one are made anew."""

    @property
    def name(self) -> str: ...

    def embed(self, text: str) -> NDArray[np.float32]:
        """[384], of length 1."""
        ...

    def knows(self, word: str) -> bool:
        """Whether it is a word, in any language: what is misspelt hardly is."""
        ...


class Embedder:
    """multilingual-e5-small in memory (about 100 MB, half of it the mapped file). Runs on one thread."""

    name = "e5-small-q4-1"

    def __init__(self, folder: Path) -> None:
        """Raises BadWeights, which says the cure."""
        for file in (WEIGHTS, ENCODER):
            if not (folder / file).is_file():
                raise BadWeights(f"there is no {file} in {folder}: run `packshot setup`, which makes it")
        held = weights.read(folder / WEIGHTS)
        try:
            self._session = ort.InferenceSession(str(folder / ENCODER), _options(), providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has a class for each fault, none of them public
            raise BadWeights(f"{ENCODER} of {folder} is not a graph that onnxruntime can run: {error}") from error
        self._tokens, self._begin, self._end = Tokens.of(held), held.begin, held.end
        self._table = held.tensors["emb.word"].reshape(-1, held.width // weights.BLOCK)
        self._places = held.tensors["emb.pos"].reshape(-1, held.width) + held.tensors["emb.type"][: held.width]
        self._most = held.longest - 2

    def embed(self, text: str) -> NDArray[np.float32]:
        """As `Embeds` says. The first letter is made large: people type both, and it is one meaning."""
        text = text[:1].upper() + text[1:LONGEST]
        numbers = [self._begin, *self._tokens.split(PREFIX + text)[: self._most], self._end]
        words = weights.unpacked(self._table[numbers]) + self._places[: len(numbers)]
        found: NDArray[np.float32] = self._session.run(["meaning"], {"words": words})[0]
        return found

    def knows(self, word: str) -> bool:
        """A word that was met often in any language is one piece; others, and misspelt ones, are put together."""
        return self._tokens.has(word)


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options
