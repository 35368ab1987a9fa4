"""A SKU that no product has, but one in other capitals has: who typed it is led to it.

Only products that have something live are told of: what is not to be seen yet is not to be guessed either.
"""

from urllib.parse import quote, unquote, urlencode

from runtime.database import Database
from services.delivery.address import Slot
from services.delivery.answers import Answer, problem, redirect, sku_key, surrogates
from services.delivery.asked import Asked

MOST = 5
"""SKUs that are told."""
_ALIKE = """
SELECT m.sku FROM delivery.media m WHERE lower(m.sku) = lower($1) AND m.active
AND EXISTS (SELECT FROM delivery.slot s JOIN delivery.open_head h USING (asset_id) WHERE s.sku = m.sku)
ORDER BY m.sku COLLATE "C" LIMIT $2
"""


async def spelt(database: Database, slot: Slot, asked: Asked, keys: dict[str, str], *, signed: bool) -> Answer:
    """To the one SKU that is this one in other capitals; else 404, that names them. Raises Unavailable.

    signed: the address is, so that none but who signed it can say another.
    """
    async with database.reading() as connection:
        found = [row["sku"] for row in await connection.fetch(_ALIKE, slot.sku, MOST)]
    keys = keys | surrogates(sku_key(slot.sku), *map(sku_key, found))
    if len(found) == 1 and not signed:
        led = redirect(_address(found[0], asked), keys)
        return Answer(led.status, led.headers, unsure=True)
    there = f" In other capitals there is {' and '.join(found)}." if found else ""
    return problem(404, "No such product", f"No product has the SKU {slot.sku}.{there}", keys)


def _address(sku: str, asked: Asked) -> str:
    """The same of that SKU."""
    _, place, given, *rest = asked.path.decode("ascii", "replace").split("/", 3)
    right = quote(sku, safe="") if rest else quote(sku, safe="") + unquote(given)[-len(".json") :]  # or `.html`
    return f"{'/'.join(['', place, right, *rest])}{'?' if asked.given else ''}{urlencode(asked.given)}"
