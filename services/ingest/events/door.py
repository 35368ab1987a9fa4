"""`POST /events/s3`: notifications of a store become hints. Answered once Kafka has them, so that none is lost here.

SNS proves itself by its signature, whoever else (EventBridge, a webhook of MinIO or Ceph) by a token.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

import aiohttp
from aiohttp import web

from runtime.outage import Unavailable
from runtime.publisher import Outgoing
from schemas.topics import INBOX_EVENTS
from services.ingest.config import IngestSettings
from services.ingest.events.read import hints_of
from services.ingest.events.sns import Forged, Sns

log = logging.getLogger(__name__)
PATH = "/events/s3"
LARGEST = 512 * 1024
"""SNS and EventBridge send half of it at most."""
FETCH_S = 10
LARGEST_FETCH = 64 * 1024
Publish = Callable[[Outgoing], Awaitable[object]]


class Door:
    """Answers 200 when all hints are on Kafka, 503 when the sender is to come again, else what is wrong."""

    def __init__(self, bucket: str, token: str, sns: Sns, publish: Publish) -> None:
        self._bucket, self._token, self._sns, self._publish = bucket, token, sns, publish

    async def answer(self, request: web.Request) -> web.Response:
        """One notification."""
        body = await request.read()
        try:
            if "x-amz-sns-message-type" in request.headers:
                return await self._of_sns(json.loads(body))
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if not self._token or not hmac.compare_digest(given.encode(), self._token.encode()):
                return _no(401, "This wants `Authorization: Bearer` with the token of PACKSHOT_EVENTS_TOKEN.")
            return await self._tell(body)
        except Forged as error:
            log.warning("a notification was refused: %s", error)
            return _no(403, f"Refused: {error}.")
        except ValueError as error:
            log.warning("a notification was refused: %s", error)
            return _no(400, f"This is no notification that we know: {error}.")
        except Unavailable as error:
            return _no(503, f"Come again: {error}")

    async def _of_sns(self, message: object) -> web.Response:
        if not isinstance(message, dict):
            raise ValueError("it is no JSON object")
        await self._sns.check(message)
        if message["Type"] == "SubscriptionConfirmation":
            await self._sns.confirm(message)
            log.info("subscribed to %s", message["TopicArn"])
            return web.Response()
        return await self._tell(message["Message"]) if message["Type"] == "Notification" else web.Response()

    async def _tell(self, body: bytes | str) -> web.Response:
        hints = [hint for hint in hints_of(body) if hint.bucket == self._bucket]
        said = [Outgoing(INBOX_EVENTS, f"{hint.bucket}/{hint.key}", hint) for hint in hints]
        await asyncio.gather(*map(self._publish, said))
        return web.json_response({"hints": len(said)})


def app(door: Door) -> web.Application:
    """For a server."""
    made = web.Application(client_max_size=LARGEST)
    made.router.add_post(PATH, door.answer)
    return made


async def serve(stack: AsyncExitStack, settings: IngestSettings, publish: Publish) -> None:
    """Until the stack is left; nothing where no token and no topic is set. Raises OSError where the port is taken."""
    if not settings.events_token and not settings.events_topics:
        return
    timeout = aiohttp.ClientTimeout(total=FETCH_S)
    session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout, trust_env=True))
    topics = frozenset(name for part in settings.events_topics.split(",") if (name := part.strip()))
    door = Door(settings.inbox_bucket, settings.events_token, Sns(topics, partial(_fetched, session)), publish)
    runner = web.AppRunner(app(door), access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.events_host, settings.events_port).start()


async def _fetched(session: aiohttp.ClientSession, url: str) -> bytes:
    try:
        async with session.get(url, allow_redirects=False) as answer:
            if answer.status != 200:
                raise Unavailable(f"{url.partition('?')[0]} answers {answer.status}")
            return await answer.content.read(LARGEST_FETCH)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unavailable(f"{url.partition('?')[0]} does not answer: {error!r}") from error


def _no(status: int, why: str) -> web.Response:
    return web.json_response({"detail": why}, status=status)
