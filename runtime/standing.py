"""Where a view in PostgreSQL stands: the offset of each partition beside the rows, with the identity of its log."""

from collections.abc import Iterable

import asyncpg

from runtime.broker import Partition

OFFSETS_DDL = """
CREATE TABLE projection (
  topic text NOT NULL, partition int NOT NULL, log text NOT NULL, next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);
"""


class Standing:
    """Of one schema. `logs`: topic → identity of its log now; offsets of another log of that name count as none."""

    def __init__(self, schema: str, logs: dict[str, str] | None = None) -> None:
        self._schema, self.logs = schema, logs or {}

    async def read(
        self, connection: asyncpg.Connection, places: Iterable[Partition], absent: int = 0
    ) -> dict[Partition, int]:
        """Offset of the next record of each; `absent` where none is stored."""
        rows = await connection.fetch(f'SELECT topic, partition, log, next_offset FROM "{self._schema}".projection')  # noqa: S608
        found = {
            Partition(row["topic"], row["partition"]): row["next_offset"]
            for row in rows
            if row["log"] == self.logs.get(row["topic"])
        }
        return {place: found.get(place, absent) for place in places}

    async def save(self, connection: asyncpg.Connection, ends: dict[Partition, int]) -> None:
        """Store them, in the order that all members keep, so that two never wait for each other."""
        await connection.executemany(
            f'INSERT INTO "{self._schema}".projection VALUES ($1, $2, $3, $4) '  # noqa: S608
            "ON CONFLICT (topic, partition) DO UPDATE SET log = $3, next_offset = $4",
            [(place.topic, place.number, self.logs[place.topic], end) for place, end in sorted(ends.items())],
        )
