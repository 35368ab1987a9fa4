"""Pictures that are alike: of the same photograph, and near by embedding."""

from typing import NamedTuple

from runtime.database import Database
from services.catalog.queries.assets import columns
from services.catalog.queries.filters import Where
from services.catalog.queries.rows import Row, row_of, rows_of
from services.catalog.queries.scope import conditions
from services.catalog.scope import EVERYTHING, Scope

MOST_SAME = 100
SIMILAR = 0.65
"""Cosine of two embeddings from which on people find two pictures alike."""
_SAME = f"""
SELECT {{columns}}, d.same_bytes, d.mirrored, d.shared FROM (
  SELECT twin.id AS asset_id, true AS same_bytes, false AS mirrored, 1.0::real AS shared
  FROM catalog.asset own JOIN catalog.asset twin ON twin.sha256 = own.sha256 AND twin.id <> own.id WHERE own.id = $1
  UNION ALL SELECT other, false, mirrored, shared FROM catalog.same_photograph WHERE asset_id = $1
) d JOIN catalog.asset a ON a.id = d.asset_id WHERE {{scope}}
ORDER BY d.same_bytes DESC, d.shared DESC, a.key, a.id LIMIT {MOST_SAME}
"""  # noqa: S608 - the number is ours
_SIMILAR = """
SELECT {columns}, round((1 - d.distance)::numeric, 3)::float8 AS likeness FROM (
  SELECT other.asset_id, other.vector <=> own.vector AS distance FROM catalog.likeness own JOIN catalog.likeness other
  ON other.model = own.model AND other.likeness_key <> own.likeness_key WHERE own.asset_id = $1
    AND other.asset_id NOT IN (SELECT s.other FROM catalog.same_photograph s WHERE s.asset_id = $1)
    {scope}
  ORDER BY distance, other.asset_id LIMIT $2
) d JOIN catalog.asset a ON a.id = d.asset_id WHERE d.distance <= $3 ORDER BY d.distance, a.id
"""


class Alike(NamedTuple):
    """`state`: whether it was compared, and the problem with that; None where it has nothing to compare by (yet).

    Rows are those of the list; `same` with same_bytes, mirrored and shared, `similar` with likeness.
    """

    state: Row | None
    same: list[Row]
    similar: list[Row]


async def alike(database: Database, asset_id: str, *, most_similar: int, within: Scope = EVERYTHING) -> Alike:
    """The most alike first, of this scope only. Raises Unavailable."""
    async with database.transaction() as connection:
        state = await connection.fetchrow(
            "SELECT compared, problem FROM catalog.likeness WHERE asset_id = $1", asset_id
        )
        same = await connection.fetch(*_same(asset_id, within))
        similar = await connection.fetch(*_similar(asset_id, most_similar, within))
    return Alike(row_of(state) if state else None, rows_of(same), rows_of(similar))


def _same(asset_id: str, within: Scope) -> tuple[object, ...]:
    made = Where(values=[asset_id])
    made.parts += conditions(within, made.mark)
    return _SAME.format(columns=columns(within, made.mark), scope=made.sql), *made.values


def _similar(asset_id: str, most: int, within: Scope) -> tuple[object, ...]:
    """The statement and its parameters: all that is in scope is compared, so that none is lost beside what is not."""
    made = Where(values=[asset_id, most, 1 - SIMILAR])
    made.parts += conditions(within, made.mark)
    held = f"SELECT FROM catalog.asset a WHERE a.id = other.asset_id AND {made.sql}"
    scope = f"AND EXISTS ({held})" if made.parts else ""
    return _SIMILAR.format(columns=columns(within, made.mark), scope=scope), *made.values
