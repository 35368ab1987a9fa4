"""WISEPIM as its settings want it."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial

from aiohttp import web

from runtime.objects import Bucket
from services.pim import mapping_file
from services.pim.asking import seconds
from services.pim.config import PimSettings
from services.pim.connector import Connector
from services.pim.flat import FlatMapping
from services.pim.poller import Poller
from services.pim.rest import Access, Rest
from services.pim.wisepim import hooks
from services.pim.wisepim.source import SYSTEM, Wisepim

CURE = "Compare PACKSHOT_WISEPIM_TOKEN with WISEPIM, Settings > API Keys; it needs the scope products:read."
FOLLOWED_S = 60.0
"""So often what waits is looked at again; a webhook is followed at once."""


async def connect(settings: PimSettings, library: Bucket, stack: AsyncExitStack) -> Connector | None:
    """See `Connect`."""
    if not settings.wisepim_token:
        return None
    file, setting = settings.wisepim_mapping, "PACKSHOT_WISEPIM_MAPPING"
    mapping = mapping_file.read(file, FlatMapping, setting) if file else FlatMapping()
    rest = await stack.enter_async_context(
        Rest(Access(SYSTEM, settings.wisepim_url, settings.wisepim_token, CURE, wait_s))
    )
    routes = partial(_routes, settings) if settings.wisepim_secret else None
    return Connector(Wisepim(rest, mapping), FOLLOWED_S, settings.wisepim_full_s, routes)


def _routes(settings: PimSettings, poller: Poller) -> list[web.RouteDef]:
    secrets = (settings.wisepim_secret, settings.wisepim_secret_before)
    return hooks.routes(hooks.Deps(settings.wisepim_header, secrets, poller.hear))


def wait_s(headers: Mapping[str, str]) -> float:
    """Its limits are not published: what HTTP says of them."""
    return seconds(headers, "retry-after")
