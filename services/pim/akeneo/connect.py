"""Akeneo as its settings want it."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from aiohttp import web

from runtime.objects import Bucket
from services.pim.akeneo import hooks, mapping
from services.pim.akeneo.client import Client
from services.pim.akeneo.source import Akeneo
from services.pim.akeneo.target import AkeneoTarget
from services.pim.akeneo.tokens import Login
from services.pim.config import PimSettings
from services.pim.connector import Connector
from services.pim.poller import Poller


async def connect(settings: PimSettings, library: Bucket, stack: AsyncExitStack) -> Connector | None:
    """See `Connect`."""
    if not settings.akeneo_url:
        return None
    file = mapping.read(settings.akeneo_mapping or mapping.DEFAULT)
    client = await stack.enter_async_context(Client(_login(settings)))
    secrets = (settings.akeneo_events_secret, settings.akeneo_events_secret_before)
    routes: Callable[[Poller], list[web.RouteDef]] | None = None
    if settings.akeneo_events_secret:
        routes = lambda poller: hooks.routes(secrets, poller.hints.hint)  # noqa: E731
    target = AkeneoTarget(client, file.write, library) if file.write else None
    return Connector(Akeneo(client, file), settings.akeneo_poll_s, settings.akeneo_full_s, routes, target)


def _login(settings: PimSettings) -> Login:
    return Login(
        settings.akeneo_url.rstrip("/"),
        settings.akeneo_client_id,
        settings.akeneo_secret,
        settings.akeneo_user,
        settings.akeneo_password,
    )
