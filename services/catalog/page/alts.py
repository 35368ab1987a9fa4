"""What stands in for pictures, to whoever cannot see them."""

from collections.abc import Iterable

from runtime.database import Database
from services.catalog.alt_text import choose
from services.catalog.queries.told import told

ENGLISH = "en"
"""The page's own language."""


async def alts(database: Database, ids: Iterable[str]) -> dict[str, str]:
    """Asset → alternative text in the page's language, or nothing: the name stands beside the picture."""
    wanted = list(ids)
    found = {asset: choose.alt(known, ENGLISH).text or "" for asset, known in (await told(database, wanted)).items()}
    return dict.fromkeys(wanted, "") | found
