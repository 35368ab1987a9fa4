"""Which phrases of the library mean what somebody asks for; and phrases that are new get their numbers."""

import logging
import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from runtime.database import Database
from services.catalog.meaning.reader import Asked, Reader
from services.catalog.queries.filters import Filters, where

log = logging.getLogger(__name__)
LEAST = 0.04
"""By how much a phrase is nearer to the question than words of all sorts are (docs/models.md has the measure)."""
BEHIND = 0.025
"""A phrase that is so much farther than the nearest one means another thing."""
MOST = 100
"""Phrases that a question finds."""
NARROW = 2_000
"""Pictures that the other filters leave: of so few all phrases are looked at, of more the nearest of the library."""
MOST_AMONG = 1_000
AT_ONCE = 16
ALL = Filters()
_WORD = re.compile(r"[^\W\d_]{3}|[\u3040-\u9fff\uac00-\ud7af]")
"""Three letters, or one of a script that needs no more."""
_NEAREST = "SELECT * FROM catalog.nearest($1::text::halfvec, $2, $3)"
_AMONG = """
WITH kept AS MATERIALIZED (SELECT a.phrases FROM catalog.asset a WHERE {where} LIMIT {limit}),
  said AS MATERIALIZED (SELECT DISTINCT unnest(phrases) AS text FROM kept WHERE (SELECT count(*) FROM kept) <= {narrow})
SELECT p.text, p.likeness FROM said CROSS JOIN LATERAL (
  SELECT text, -(vector <#> {question}::text::halfvec) AS likeness FROM catalog.phrase
  WHERE text = said.text AND model = {model}) p
WHERE p.likeness >= {least} ORDER BY p.likeness DESC, p.text LIMIT {most}
"""
_HELD = """
SELECT text FROM unnest({near}::text[]) WITH ORDINALITY said (text, place)
WHERE EXISTS (SELECT FROM catalog.asset a WHERE a.phrases @> ARRAY[said.text] AND {where}) ORDER BY place
"""
_OF_ANOTHER_MODEL = "UPDATE catalog.phrase SET model = NULL, vector = NULL WHERE model <> $1"
_DUE = "SELECT text FROM catalog.phrase WHERE model IS NULL LIMIT $1 FOR UPDATE SKIP LOCKED"
_FILL = "UPDATE catalog.phrase SET model = $2, vector = $3::text::halfvec WHERE text = $1"


class Meaning:
    """Runs beside the projection; of several processes each takes other phrases."""

    def __init__(self, database: Database, reader: Reader) -> None:
        self._database, self._reader = database, reader
        self._looked_back = False

    async def near(self, text: str, among: Filters = ALL) -> tuple[str, ...]:
        """The nearest phrase first; none for numbers and codes, and where there is no model.

        What is meant is judged by the whole library. Where `among`, whose text does not count, leaves few pictures, all
        of their phrases are compared: of those that the library has nearest, they may have none. Who sees but a part of
        the library is told no phrase of the rest. Raises Unavailable.
        """
        if not _WORD.search(text) or re.search(r"\d", text):
            return ()
        asked = await self._reader.asked(" ".join(text.split()))
        if asked is None:
            return ()
        async with self._database.reading() as connection:
            rows = await connection.fetch(_NEAREST, _sql(asked.vector), asked.model, MOST)
            least = max([asked.usual + LEAST, *(row["likeness"] - BEHIND for row in rows[:1])])
            near = tuple(row["text"] for row in rows if row["likeness"] >= least)
            if near and (among.active() or among.within.limited):
                own = await connection.fetch(*_among(among, asked, least))
                if not own and among.within.limited:
                    own = await connection.fetch(*_held(among, near))
                    return tuple(row["text"] for row in own)
                near = tuple(row["text"] for row in own) or near
        return near

    async def known(self, words: Iterable[str]) -> frozenset[str]:
        """Those that are words, whatever the library has: they are not taken for misspelt ones."""
        return await self._reader.known(words)

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


def _among(filters: Filters, asked: Asked, least: float) -> tuple[object, ...]:
    """The statement and its parameters."""
    made = where(filters)
    sql = _AMONG.format(
        where=made.sql,
        limit=made.mark(NARROW + 1),
        narrow=made.mark(NARROW),
        question=made.mark(_sql(asked.vector)),
        model=made.mark(asked.model),
        least=f"{made.mark(least)}::float8",
        most=made.mark(MOST_AMONG),
    )
    return sql, *made.values


def _held(filters: Filters, near: tuple[str, ...]) -> tuple[object, ...]:
    """The statement, of those that pictures within the scope have, and its parameters."""
    made = where(Filters(within=filters.within))
    return _HELD.format(near=made.mark(list(near)), where=made.sql), *made.values


def _sql(vector: NDArray[np.float32]) -> str:
    return f"[{','.join(f'{value:.5f}' for value in vector.tolist())}]"
