"""What is read to tell of a shoot: all its files, and who owns its folder."""

import logging

from runtime.database import Database
from runtime.folders import FoldersError, read_folders
from runtime.objects import Bucket
from schemas.folders import FOLDERS
from schemas.shoot import Shoot, shoot_object
from services.catalog.queries import shoots
from services.catalog.shoots.lines import Line, line
from services.catalog.shoots.report import report

log = logging.getLogger(__name__)
AT_ONCE = 20_000


async def lines_of(database: Database, folder: str) -> list[Line]:
    """All its files, in the order of the report. Raises Unavailable."""
    found: list[Line] = []
    after: shoots.Place | None = None
    while rows := await shoots.files(database, folder, after=after, limit=AT_ONCE):
        found += map(line, rows)
        after = shoots.Place(rows[-1]["rank"], rows[-1]["key"], rows[-1]["id"])
    return found


async def whole_report(database: Database, folder: str) -> str:
    """The text of its list. Raises Unavailable."""
    return report(await lines_of(database, folder))


async def owner_of(library: Bucket, folder: str) -> str:
    """Whom its folder's profile names, or nobody. Raises Unavailable."""
    stored = await library.get(FOLDERS)
    try:
        return read_folders(FOLDERS, stored.body.decode() if stored else "").of(f"{folder}/x").owner
    except (FoldersError, UnicodeDecodeError) as error:
        log.warning("nobody owns %s, for the folder profiles do not hold: %s", folder, error)
        return ""


async def standing_of(library: Bucket, folder: str) -> Shoot | None:
    """As it had settled last, or None where it has not yet. Raises Unavailable."""
    stored = await library.get(shoot_object(folder))
    return Shoot.model_validate_json(stored.body) if stored else None
