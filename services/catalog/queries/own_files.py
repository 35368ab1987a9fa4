"""Own files for presets: what was given for one asset, and is in no list."""

from runtime.database import Database
from services.catalog.queries.assets import columns
from services.catalog.queries.filters import Where
from services.catalog.queries.rows import Row, rows_of
from services.catalog.queries.scope import conditions
from services.catalog.scope import Scope

MOST = 100


async def given_for(database: Database, asset_id: str, within: Scope) -> list[Row]:
    """Rows of the list, the newest first, at most MOST. Raises Unavailable."""
    made = Where(["a.serves = $1"], [asset_id])
    made.parts += conditions(within, made.mark)
    shown = columns(within, made.mark)
    sql = f"SELECT {shown} FROM catalog.own_file a WHERE {made.sql} ORDER BY a.arrived DESC, a.id LIMIT {MOST}"  # noqa: S608
    async with database.reading() as connection:
        return rows_of(await connection.fetch(sql, *made.values))
