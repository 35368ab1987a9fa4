"""Which phrases of the library mean what somebody asks for; and phrases that are new get their numbers."""

import logging
import re

import numpy as np
from numpy.typing import NDArray

from runtime.database import Database
from services.catalog.meaning.reader import Reader

log = logging.getLogger(__name__)
LEAST = 0.04
"""By how much a phrase is nearer to the question than words of all sorts are (docs/models.md has the measure)."""
BEHIND = 0.025
"""A phrase that is so much farther than the nearest one means another thing."""
MOST = 100
"""Phrases that a question finds."""
AT_ONCE = 16
_WORD = re.compile(r"[^\W\d_]{3}|[\u3040-\u9fff\uac00-\ud7af]")
"""Three letters, or one of a script that needs no more."""
_NEAREST = """
SELECT text, -(vector <#> $1::text::halfvec) AS likeness FROM catalog.phrase WHERE model = $2 AND vector IS NOT NULL
ORDER BY vector <#> $1::text::halfvec LIMIT $3
"""
_OF_ANOTHER_MODEL = "UPDATE catalog.phrase SET model = NULL, vector = NULL WHERE model <> $1"
_DUE = "SELECT text FROM catalog.phrase WHERE model IS NULL LIMIT $1 FOR UPDATE SKIP LOCKED"
_FILL = "UPDATE catalog.phrase SET model = $2, vector = $3::text::halfvec WHERE text = $1"


class Meaning:
    """Runs beside the projection; of several processes each takes other phrases."""

    def __init__(self, database: Database, reader: Reader) -> None:
        self._database, self._reader = database, reader
        self._looked_back = False

    async def near(self, text: str) -> tuple[str, ...]:
        """The nearest phrase first; none for numbers and codes, and where there is no model. Raises Unavailable."""
        if not _WORD.search(text) or re.search(r"\d", text):
            return ()
        asked = await self._reader.asked(" ".join(text.split()))
        if asked is None:
            return ()
        async with self._database.transaction() as connection:
            await connection.execute(f"SET LOCAL hnsw.ef_search = {MOST}")
            rows = await connection.fetch(_NEAREST, _sql(asked.vector), asked.model, MOST)
        least = max([asked.usual + LEAST, *(row["likeness"] - BEHIND for row in rows[:1])])
        return tuple(row["text"] for row in rows if row["likeness"] >= least)

    async def step(self) -> bool:
        """Embed some phrases; False where none is due. Raises Unavailable."""
        model = await self._reader.model()
        if model is None:
            return False
        async with self._database.transaction() as connection:
            if not self._looked_back:
                await connection.execute(_OF_ANOTHER_MODEL, model.name)
            due = [row["text"] for row in await connection.fetch(_DUE, AT_ONCE)]
            for text in due:
                await connection.execute(_FILL, text, model.name, await self._vector(text))
        self._looked_back = True
        return bool(due)

    async def _vector(self, text: str) -> str | None:
        try:
            vector = await self._reader.told(text)
        except Exception as error:  # our own error stops no other phrase, and is not tried for ever
            log.error("the phrase %r cannot be embedded: %s", text, error, exc_info=error)
            return None
        return None if vector is None else _sql(vector)


def _sql(vector: NDArray[np.float32]) -> str:
    return f"[{','.join(f'{value:.5f}' for value in vector.tolist())}]"
