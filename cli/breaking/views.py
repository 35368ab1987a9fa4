"""The catalogue as it is live, as the topics tell it, and as the archive tells it: three dumps that must be equal."""

from typing import Literal

from cli.work_rebuild import fill
from runtime.config import Settings
from runtime.database import Database
from services.catalog import dump

SOURCES: tuple[Literal["topic", "bucket"], ...] = ("topic", "bucket")


async def differ(settings: Settings) -> list[str]:
    """Lines that are not in all three. The live one is read first: the others are filled in its place."""
    database = Database(settings.database_url)
    try:
        live, wrong = await _lines(database), []
        for source in SOURCES:
            await fill("catalog", source, settings, database)
            rebuilt = await _lines(database)
            wrong += [f"from the {source}, not live: {line[:200]}" for line in sorted(rebuilt - live)]
            wrong += [f"live, not from the {source}: {line[:200]}" for line in sorted(live - rebuilt)]
        return wrong
    finally:
        await database.close()


async def _lines(database: Database) -> set[str]:
    return {line async for line in dump.lines(database)}
