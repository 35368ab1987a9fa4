"""One entity to one endpoint: make the event, sign, send, note that it has it."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from runtime import metrics
from runtime.database import Database
from runtime.outage import Unavailable, ride_out
from runtime.records import Draft, Records
from runtime.steps import step
from schemas.delivery import Delivery, Place
from schemas.topics import DELIVERIES
from schemas.webhook import TARGET, Endpoint
from services.webhooks import queue
from services.webhooks.event import Due, Event, event_of
from services.webhooks.sign import headers, secrets_of

log = logging.getLogger(__name__)
Post = Callable[[str, dict[str, str], bytes], Awaitable[str | None]]
LONGEST_WAIT_S = 600.0


@dataclass(frozen=True)
class Deps:
    """What a handler needs."""

    database: Database
    records: Records
    post: Post
    admin_key: str
    public_url: str
    page_url: str
    wait: Callable[[int], float]
    """Seconds after the n-th failure (1, 2, …)."""


@dataclass(frozen=True)
class Outcome:
    """How sending ended. Neither taken nor a cause: there was nothing to say."""

    taken: bool = False
    cause: str | None = None


def growing(failures: int) -> float:
    """1, 2, 4 … seconds; from the tenth on ten minutes: so late at most it is found that an endpoint is back."""
    return float(min(LONGEST_WAIT_S, 2 ** min(failures - 1, 20)))


async def handle(own: str, endpoint: Endpoint, due: Due, deps: Deps) -> Outcome:
    """Send it, and note that it was taken, or put it off. Raises Unavailable, before anything is sent."""
    try:
        event = event_of(due, deps.public_url, deps.page_url)
        if event is None or event.type not in endpoint.events:
            await queue.drop(deps.database, own, due)
            return Outcome()
        now = datetime.now(UTC)
        signed = headers(event.id, event.body, secrets_of(deps.admin_key, own, endpoint, now), now)
        cause = await deps.post(endpoint.url, signed, event.body)
    except Unavailable:
        raise
    except Exception as error:  # an error of our own with one entity must not hold up the others
        log.error("webhook %s: %s cannot be sent: %s", own, due.entity, error, exc_info=error)
        event, cause = None, f"An error of our own: {error!r}"
    metrics.WEBHOOKS.labels(own, "failed" if cause else "sent").inc()
    if cause or event is None:
        await queue.put_off(deps.database, own, due.entity, deps.wait(due.tries + 1))
        return Outcome(cause=cause)
    step("webhook.sent")
    await _note(own, endpoint, due, event, deps)
    return Outcome(taken=True)


async def _note(own: str, endpoint: Endpoint, due: Due, event: Event, deps: Deps) -> None:
    """Sent is sent: an outage of ours is waited out, and only a crash here sends it again (under the same id)."""
    place = Place(content=due.content, value=str(due.shown) if due.shown is not None else None)
    now, replay = datetime.now(UTC), endpoint.replay.asked if endpoint.replay else None

    def make(revision: int) -> Delivery:
        return Delivery(
            target=TARGET + own,
            entity=due.entity,
            revision=revision,
            status="done",
            places={event.type: place},
            replay=replay,
            written=now,
        )

    record = await ride_out(lambda: deps.records.write(delivery_draft(make)))
    await ride_out(lambda: queue.delivered(deps.database, record))


def delivery_draft(make: Callable[[int], Delivery]) -> Draft[Delivery]:
    """Keyed and placed as PIM write-back's are."""
    probe = make(1)
    path = f"deliveries/{probe.target}/{quote(probe.entity, safe='')}.json"
    return Draft(DELIVERIES, probe.key, path, Delivery, make)
