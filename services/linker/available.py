"""Assets whose time to be shown begins or ends: no record comes then, so the view is looked through for them.

What was noted last is a column (`head.open`). It is turned in the transaction that notes what that touches, so a moment
that passed while no linker ran is found by the next one, and two that look at once note it once.
"""

import asyncpg

_TURN = """
WITH turned AS (
  UPDATE linker.head SET open = NOT open WHERE available <> '(,)' AND open <> (available @> now()) RETURNING asset_id
), own AS (SELECT l.sku FROM linker.link l JOIN turned USING (asset_id))
SELECT sku FROM own UNION SELECT p.sku FROM linker.product p JOIN own ON p.parent = own.sku
"""


async def turned(db: asyncpg.Connection) -> set[str]:
    """SKUs whose media change by it."""
    return {row["sku"] for row in await db.fetch(_TURN)}
