"""The model at hand: loaded by whoever needs it first, in a thread of its own, and done without where it is missing."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.catalog.meaning.embedder import Embeds
from services.catalog.meaning.weights import BadWeights

log = logging.getLogger(__name__)
REMEMBERED = 500
"""Questions whose numbers are kept: a page asks the same several times."""
NEUTRAL = (
    "rucksack", "screwdriver", "pizza", "dog", "tax return", "airplane", "microwave", "lipstick", "violin", "letter",
    "music", "garden", "water", "house", "book", "child", "war", "doctor", "football match", "history", "price",
    "colour", "mountain", "school", "salt", "engine", "bank", "friend", "weather", "paper",
)  # fmt: skip
"""Of all sorts. All texts are somewhat alike to the model, some words more than others: what a question has in common
with these is no meaning."""


class Asked(NamedTuple):
    """A question as numbers. usual: the cosine that it has with anything; model: whose numbers they are."""

    model: str
    vector: NDArray[np.float32]
    usual: float


class Reader:
    """make: loads the model; raises BadWeights."""

    def __init__(self, make: Callable[[], Embeds]) -> None:
        self._make, self._loading = make, asyncio.Lock()
        self._model: Embeds | None = None
        self._problem: str | None = None
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._embedded)

    async def model(self) -> Embeds | None:
        """None where there is no usable one: that is said once, and search goes by words alone."""
        async with self._loading:
            if self._model is None and self._problem is None:
                try:
                    self._model = await asyncio.to_thread(self._make)
                except (BadWeights, OSError) as error:
                    self._problem = str(error)
                    log.warning("nothing is found by meaning: %s", error)
        return self._model

    async def told(self, text: str) -> NDArray[np.float32] | None:
        """The numbers of a phrase."""
        return await asyncio.to_thread(self._embedded, text) if await self.model() else None

    async def asked(self, text: str) -> Asked | None:
        """The numbers of a question."""
        model = await self.model()
        return await asyncio.to_thread(self._question, model.name, text) if model else None

    async def known(self, words: Iterable[str]) -> frozenset[str]:
        """Those that it knows as words; none without a model."""
        model = await self.model()
        return frozenset(word for word in words if model.knows(word)) if model else frozenset()

    def _question(self, model: str, text: str) -> Asked:
        vector = self._remembered(text)
        return Asked(model, vector, float((self._neutral @ vector).mean()))

    def _embedded(self, text: str) -> NDArray[np.float32]:
        if self._model is None:
            raise RuntimeError("the model is loaded before anything is embedded")
        return self._model.embed(text)

    @cached_property
    def _neutral(self) -> NDArray[np.float32]:
        return np.stack([self._embedded(word) for word in NEUTRAL])
