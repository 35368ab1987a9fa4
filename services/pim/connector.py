"""What a connector gives to the service: one PIM, how often it is asked, and what it receives and is given."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from runtime.objects import Bucket
from services.pim.config import PimSettings
from services.pim.poller import Poller
from services.pim.refusals import Refuse
from services.pim.source import Source
from services.pim.target import Target


class Topic(Protocol):
    """A reader of somebody else's Kafka."""

    async def run(self) -> None:
        """Until `stop`."""
        ...

    def stop(self) -> None:
        """End; what is not acknowledged is read again."""
        ...

    def problem(self) -> str | None:
        """Why nothing is read, for people."""
        ...


@dataclass(frozen=True)
class Connector:
    """One PIM that the settings name. `routes`: its webhooks; `topic`: where it says the same over Kafka; `target`:
    where pictures go."""

    source: Source
    every_s: float
    full_s: float
    routes: Callable[[Poller], list[web.RouteDef]] | None = None
    topic: Callable[[Poller, Refuse], Topic] | None = None
    target: Target | None = None


class Connect(Protocol):
    """A folder's `connect.connect`."""

    def __call__(self, settings: PimSettings, library: Bucket, stack: AsyncExitStack) -> Awaitable[Connector | None]:
        """None where the settings name no such PIM. Raises MappingError."""
        ...
