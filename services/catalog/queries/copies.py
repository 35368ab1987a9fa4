"""Two files of one photograph as the shop has them, with what is known of each."""

from collections.abc import Sequence

from runtime.database import Database
from schemas.rights import folder_of
from services.catalog.audits.merging import Copy
from services.catalog.queries.rows import rows_of

_COPIES = """
SELECT s.id, s.name, s.width * s.height AS pixels, coalesce(s.quality, 0) AS quality, s.live IS NOT NULL AS live,
  s.skus, s.roles, a.newest <> s.version AND a.state <> 'refused' AND NOT a.rejected AS waits,
  coalesce(c.data -> 'fields', '{}') AS fields,
  (SELECT coalesce(jsonb_object_agg(m.collection, m.rank), '{}') FROM catalog.member m WHERE m.asset_id = a.id)
    AS items,
  coalesce(f.data -> 'profile', '{}') AS data
FROM catalog.in_shop s JOIN catalog.asset a ON a.id = s.id
LEFT JOIN catalog.facet f ON (f.asset_id, f.version, f.facet) = (s.id, s.version, 'file')
LEFT JOIN catalog.facet c ON (c.asset_id, c.version, c.facet) = (a.id, 0, 'curation')
WHERE s.id = ANY($1::text[])
"""


async def copies(database: Database, assets: Sequence[str]) -> dict[str, Copy]:
    """By id; what is not there is left out. Raises Unavailable."""
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(_COPIES, list(assets)))
    return {row["id"]: Copy(collections=row.pop("items"), folder=folder_of(row.pop("data")), **row) for row in rows}
