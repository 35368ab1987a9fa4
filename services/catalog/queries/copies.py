"""Two files of one photograph, with what is known of each."""

from collections.abc import Sequence

from runtime.database import Database
from schemas.rights import folder_of
from services.catalog.audits.merging import Copy
from services.catalog.queries.rows import rows_of

_COPIES = """
SELECT a.id, a.name, a.width * a.height AS pixels, coalesce(a.quality, 0) AS quality, a.live IS NOT NULL AS live,
  a.skus, a.roles, coalesce(c.data -> 'fields', '{}') AS fields,
  (SELECT coalesce(jsonb_object_agg(m.collection, m.rank), '{}') FROM catalog.member m WHERE m.asset_id = a.id)
    AS items,
  coalesce(f.data -> 'profile', '{}') AS data
FROM catalog.asset a LEFT JOIN catalog.facet f ON (f.asset_id, f.version, f.facet) = (a.id, a.shown, 'file')
LEFT JOIN catalog.facet c ON (c.asset_id, c.version, c.facet) = (a.id, 0, 'curation')
WHERE a.id = ANY($1::text[])
"""


async def copies(database: Database, assets: Sequence[str]) -> dict[str, Copy]:
    """By id; what is not there is left out. Raises Unavailable."""
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(_COPIES, list(assets)))
    return {row["id"]: Copy(collections=row.pop("items"), folder=folder_of(row.pop("data")), **row) for row in rows}
