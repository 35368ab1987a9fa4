"""All connectors that there are. A new one is a line here."""

from contextlib import AsyncExitStack

from runtime.objects import Bucket
from services.pim.akeneo.connect import connect as akeneo
from services.pim.config import PimSettings
from services.pim.connector import Connect, Connector
from services.pim.salsify.connect import connect as salsify
from services.pim.wisepim.connect import connect as wisepim

CONNECTORS: tuple[Connect, ...] = (akeneo, salsify, wisepim)


async def connected(settings: PimSettings, library: Bucket, stack: AsyncExitStack) -> list[Connector]:
    """Of the PIMs that the settings name. Raises MappingError."""
    found = [await connect(settings, library, stack) for connect in CONNECTORS]
    return [one for one in found if one is not None]
