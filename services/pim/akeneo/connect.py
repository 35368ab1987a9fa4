"""Akeneo as its settings want it."""

from contextlib import AsyncExitStack
from functools import partial

from aiohttp import web

from runtime.objects import Bucket
from services.pim.akeneo import hooks, mapping
from services.pim.akeneo.client import Client
from services.pim.akeneo.source import Akeneo
from services.pim.akeneo.target import AkeneoTarget
from services.pim.akeneo.tokens import Login
from services.pim.akeneo.topic import EventTopic
from services.pim.config import PimSettings
from services.pim.connector import Connector
from services.pim.poller import Poller


async def connect(settings: PimSettings, library: Bucket, stack: AsyncExitStack) -> Connector | None:
    """See `Connect`."""
    if not settings.akeneo_url:
        return None
    file = mapping.read(settings.akeneo_mapping or mapping.DEFAULT)
    client = await stack.enter_async_context(Client(_login(settings)))
    routes = partial(_routes, settings) if settings.akeneo_events_secret else None
    topic = partial(EventTopic, settings) if settings.akeneo_events_kafka else None
    target = AkeneoTarget(client, file.write, library) if file.write else None
    return Connector(Akeneo(client, file), settings.akeneo_poll_s, settings.akeneo_full_s, routes, topic, target)


def _routes(settings: PimSettings, poller: Poller) -> list[web.RouteDef]:
    secrets = (settings.akeneo_events_secret, settings.akeneo_events_secret_before)
    return hooks.routes(secrets, poller.hear)


def _login(settings: PimSettings) -> Login:
    return Login(
        settings.akeneo_url.rstrip("/"),
        settings.akeneo_client_id,
        settings.akeneo_secret,
        settings.akeneo_user,
        settings.akeneo_password,
    )
