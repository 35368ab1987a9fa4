"""One model in memory: feeds a picture to its graph."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort
import pyvips
from numpy.typing import NDArray

from runtime.eye import options, view
from services.tagger.models import faces, pair
from services.tagger.models.card import Card
from services.tagger.models.detect import Found, decode


@dataclass(frozen=True)
class Seen:
    """logits: [classes]; embedding: [features]; found: boxes; mask: [h, w], 0..1; faces: how many. Nothing where it
    gives none.
    """

    logits: NDArray[np.float32] | None = None
    embedding: NDArray[np.float32] | None = None
    found: tuple[Found, ...] = ()
    mask: NDArray[np.float32] | None = None
    faces: int | None = None


class Model:
    """Runs on one thread: a machine's cores are filled by several children, not by one picture."""

    def __init__(self, card: Card, graph: bytes, classes: int | None, words: pair.Vectors | None = None) -> None:
        """classes: how many rows its table has; words: of a pair, their vectors. Raises ValueError when the graph does
        not have what the card says, or cannot take a picture.
        """
        self.card, self._words = card, words
        try:
            self._session = ort.InferenceSession(graph, options(), providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has a class for each fault, none of them public
            raise ValueError(f"{card.file} is not a graph that onnxruntime can run: {error}") from error
        self._outputs = {name: output for name, output in card.outputs.model_dump().items() if output}
        self._check(classes)
        self._try(classes)

    def _try(self, classes: int | None) -> None:
        """One look, at nothing: better refused here, by name, than at every picture."""
        grey = pyvips.Image.black(64, 48, bands=3).cast("uchar").copy(interpretation="srgb")
        try:
            seen = self.see(grey)
        except Exception as error:  # of onnxruntime and numpy, each has a class for each fault
            raise ValueError(f"{self.card.file} cannot take a picture as the card says: {error}") from error
        if seen.logits is not None and seen.logits.shape != (classes,):
            raise ValueError(f"{self.card.file} gives scores of shape {seen.logits.shape}, wanted is ({classes},)")
        if seen.embedding is not None and seen.embedding.ndim != 1:
            raise ValueError(f"{self.card.file} gives an embedding of shape {seen.embedding.shape}, wanted is one row")

    def _check(self, classes: int | None) -> None:
        inputs = [value.name for value in self._session.get_inputs()]
        outputs = {value.name: value.shape for value in self._session.get_outputs()}
        if inputs != [self.card.input.name]:
            raise ValueError(f"{self.card.file}: the card says input {self.card.input.name!r}, the graph has {inputs}")
        self._check_size(self._session.get_inputs()[0].shape)
        if missing := set(self._outputs.values()) - set(outputs):
            raise ValueError(f"{self.card.file}: the graph has no output {', '.join(sorted(missing))}")
        counted = self._outputs.get("logits") or self._outputs.get("scores")
        width = outputs[counted][-1] if counted and self.card.kind != "faces" else classes
        if isinstance(width, int) and width != classes:
            raise ValueError(f"{self.card.file} has {width} classes, {self.card.labels} has {classes} rows")

    def _check_size(self, shape: list[int | str | None]) -> None:
        """shape: as the graph has it; only the numbers in it bind."""
        wanted = self.card.input
        if len(shape) != 4:
            raise ValueError(f"{self.card.file}: the graph takes {len(shape)} dimensions, a batch of pictures has 4")
        channels, *sides = (shape[3], *shape[1:3]) if wanted.layout == "nhwc" else shape[1:]
        if isinstance(channels, int) and channels != 3:
            raise ValueError(f"{self.card.file}: the graph takes {_shown(shape)}, the card says {wanted.layout}")
        if any(isinstance(side, int) and side != wanted.size for side in sides):
            raise ValueError(f"{self.card.file}: the graph takes {_shown(sides)}, the card says {wanted.size}")

    def see(self, picture: pyvips.Image) -> Seen:
        """picture: 8-bit sRGB, 3 bands, any size. Raises ValueError where its answer is no number."""
        fed = {self.card.input.name: view(picture, self.card.input)}
        results = self._session.run(list(self._outputs.values()), fed)
        given = {name: result[0] for name, result in zip(self._outputs, results, strict=True)}
        if broken := [name for name, values in given.items() if not np.isfinite(values).all()]:
            raise ValueError(f"its {' and '.join(broken)} are no numbers")
        found = decode(given["boxes"], given["scores"]) if self.card.kind == "detector" else []
        mask = given["mask"][0] if "mask" in given else None
        return Seen(self._logits(given), given.get("embedding"), tuple(found), mask, self._faces(given))

    def _logits(self, given: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32] | None:
        if self._words is None or self.card.texts is None:
            return given.get("logits")
        (ours,), (_, theirs) = given["embedding"].shape, self._words.shape
        if ours != theirs:
            raise ValueError(f"its embedding has {ours} numbers, that of {self.card.texts.file} has {theirs}")
        likeness: NDArray[np.float32] = self.card.texts.scale * (self._words @ pair.unit(given["embedding"]))
        return likeness

    def _faces(self, given: Mapping[str, NDArray[np.float32]]) -> int | None:
        if self.card.kind != "faces":
            return None
        return faces.count(given["boxes"], given["scores"], self.card.input.size, self.card.decision.leaf)


def _shown(shape: list[int | str | None]) -> str:
    """`260 × 260`; what is left open is `any`."""
    return " × ".join(str(side) if isinstance(side, int) else "any" for side in shape)
