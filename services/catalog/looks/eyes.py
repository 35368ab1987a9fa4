"""The model that the library's vectors are of, as the tagger has it: its card, and its graph for one picture."""

import hashlib
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime as ort
import pyvips
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from runtime.eye import Input, options, view


class NoEyes(Exception):
    """The library's model is not there, or is another one; the message says the cure."""


class Outputs(BaseModel):
    """Of a card, what matters here."""

    embedding: str


class Card(BaseModel):
    """Of a model's card (docs/models.md), what a vector needs."""

    name: str
    version: str
    file: str
    sha256: str | None = None
    input: Input
    outputs: Outputs


class Sees(Protocol):
    """A picture → its numbers."""

    def see(self, picture: pyvips.Image) -> NDArray[np.float32]:
        """picture: 8-bit sRGB, 3 bands → [features]."""
        ...


class Eyes:
    """One model in memory, on one thread."""

    def __init__(self, folder: Path, model: str) -> None:
        """model: as the library's vectors name it, `<name>-<version>.f16`. Raises NoEyes."""
        card = next((one for one in _cards(folder) if f"{one.name}-{one.version}.f16" == model), None)
        if card is None:
            raise NoEyes(
                f"The library's pictures were looked at by {model}, and {folder} has no such model: "
                "put the models of the tagger there (PACKSHOT_MODELS), or run `packshot retag`."
            )
        graph = (folder / Path(card.file).name).read_bytes()
        if card.sha256 and hashlib.sha256(graph).hexdigest() != card.sha256:
            raise NoEyes(f"{card.file} of {folder} is not the file that its card was made for: run `packshot setup`.")
        self._input, self._output = card.input, card.outputs.embedding
        self._session = ort.InferenceSession(graph, options(), providers=["CPUExecutionProvider"])

    def see(self, picture: pyvips.Image) -> NDArray[np.float32]:
        """As `Sees` says."""
        fed = {self._input.name: view(picture, self._input)}
        found: NDArray[np.float32] = self._session.run([self._output], fed)[0][0]
        return found


def _cards(folder: Path) -> list[Card]:
    """Those that give vectors; what is no card, or of another kind, is the tagger's to complain of."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(Card.model_validate_json(path.read_bytes()))
        except ValidationError:
            continue
    return found
