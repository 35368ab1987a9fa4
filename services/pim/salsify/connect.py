"""Salsify as its settings want it."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial

import aiohttp
from aiohttp import web

from runtime.objects import Bucket
from runtime.outage import Unavailable
from services.pim import mapping_file
from services.pim.asking import seconds, unreached
from services.pim.config import PimSettings
from services.pim.connector import Connector
from services.pim.flat import FlatMapping
from services.pim.poller import Poller
from services.pim.rest import Access, Rest
from services.pim.salsify import hooks
from services.pim.salsify.certificate import Certificates
from services.pim.salsify.source import SYSTEM, Salsify

CURE = "Compare PACKSHOT_SALSIFY_ORGANISATION and _TOKEN with Salsify; its user needs the right to read products."
LARGEST_CERTIFICATE = 100_000
FETCH_S = 10.0


async def connect(settings: PimSettings, library: Bucket, stack: AsyncExitStack) -> Connector | None:
    """See `Connect`."""
    if not settings.salsify_organisation:
        return None
    file, setting = settings.salsify_mapping, "PACKSHOT_SALSIFY_MAPPING"
    mapping = mapping_file.read(file, FlatMapping, setting) if file else FlatMapping()
    rest = await stack.enter_async_context(Rest(_access(settings)))
    source = Salsify(rest, mapping, library)
    routes: Callable[[Poller], list[web.RouteDef]] | None = None
    if settings.salsify_hook_url:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        certificates = Certificates(partial(fetch, session))
        routes = partial(_routes, settings, source, certificates)
    return Connector(source, settings.salsify_poll_s, settings.salsify_full_s, routes)


def _access(settings: PimSettings) -> Access:
    url = f"{settings.salsify_url.rstrip('/')}/{settings.salsify_organisation}"
    return Access(SYSTEM, url, settings.salsify_token, CURE, wait_s)


def wait_s(headers: Mapping[str, str]) -> float:
    """Its limit is used up until the hour is over, and that is said in seconds."""
    return seconds(headers, "x-ratelimit-reset")


def _routes(settings: PimSettings, source: Salsify, certificates: Certificates, poller: Poller) -> list[web.RouteDef]:
    own = settings.salsify_organisation
    return hooks.routes(
        hooks.Deps(settings.salsify_hook_url, own, certificates, source, poller.hear, poller.take, poller.refuse)
    )


async def fetch(session: aiohttp.ClientSession, address: str) -> bytes:
    """A certificate. No redirects: they would lead away from the one host. Raises Unavailable."""
    try:
        async with session.get(address, allow_redirects=False, timeout=aiohttp.ClientTimeout(FETCH_S)) as answer:
            if answer.status != 200:
                raise Unavailable(f"{address} answers {answer.status}")
            return await answer.content.read(LARGEST_CERTIFICATE)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unavailable(f"{address}: no certificate: {unreached(error)}") from error
