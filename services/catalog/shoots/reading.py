"""What is read to tell of a shoot: all its files, and who owns its folder."""

from runtime.database import Database
from runtime.objects import Bucket
from schemas.shoot import Shoot, shoot_object
from services.catalog.inbound.profiles import profiles
from services.catalog.queries import shoots
from services.catalog.shoots.lines import Line, line
from services.catalog.shoots.report import report

AT_ONCE = 20_000


async def lines_of(database: Database, folder: str) -> list[Line]:
    """All its files, in the order of the report. Raises Unavailable."""
    page = await shoots.files(database, folder, limit=AT_ONCE)
    found = [line(row) for row in page.rows]
    while page.cursor:
        page = await shoots.files(database, folder, limit=AT_ONCE, cursor=page.cursor)
        found += map(line, page.rows)
    return found


async def whole_report(database: Database, folder: str) -> str:
    """The text of its list. Raises Unavailable."""
    return report(await lines_of(database, folder))


async def owner_of(library: Bucket, folder: str) -> str:
    """Whom its folder's profile names, or nobody. Raises Unavailable."""
    return (await profiles(library)).of(f"{folder}/x").owner


async def standing_of(library: Bucket, folder: str) -> Shoot | None:
    """As it had settled last, or None where it has not yet. Raises Unavailable."""
    stored = await library.get(shoot_object(folder))
    return Shoot.model_validate_json(stored.body) if stored else None
