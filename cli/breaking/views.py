"""The catalogue as it is live, as the topics tell it, and as the archive tells it: three dumps that must be equal."""

from typing import Literal

from cli.work_rebuild import fill
from runtime.config import Settings
from runtime.database import Database
from runtime.outage import ride_out
from services.catalog import dump

PATIENCE_S = 60.0
SOURCES: tuple[Literal["topic", "bucket"], ...] = ("topic", "bucket")


async def compared(settings: Settings) -> tuple[int, list[str]]:
    """(lines of the live one, those that are not in all three). The others are filled in the live one's place."""
    database = Database(settings.database_url)
    try:
        live, wrong = await lines(database), []
        for source in SOURCES:
            await fill("catalog", source, settings, database)
            rebuilt = await lines(database)
            wrong += [f"from the {source}, not live: {line[:200]}" for line in sorted(rebuilt - live)]
            wrong += [f"live, not from the {source}: {line[:200]}" for line in sorted(live - rebuilt)]
        return len(live), wrong
    finally:
        await database.close()


async def lines(database: Database) -> set[str]:
    """The view as it is."""

    async def read() -> set[str]:
        return {line async for line in dump.lines(database)}

    return await ride_out(read, patience_s=PATIENCE_S)
