"""Webhooks over real PostgreSQL to a real receiver that refuses, is slow, is away and comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from runtime import webhook_secret
from runtime.database import Database
from runtime.deadletter import DeadLetters
from runtime.memory_broker import MemoryBroker, MemoryConsumer, MemoryProducer
from runtime.memory_store import MemoryBucket
from runtime.projection import Projection
from runtime.publisher import Outgoing, Publisher
from runtime.records import Draft, Records, facet_draft
from runtime.refill import empty
from schemas.decision import Fact
from schemas.envelope import Event
from schemas.facet import Facet
from schemas.readiness import ReadinessChanged
from schemas.recall import KIND as RECALL
from schemas.topics import READINESS
from schemas.webhook import EVENTS, KIND, STATUS, TARGET
from services.webhooks.config import WebhooksSettings
from services.webhooks.ddl import SCHEMA, ddl
from services.webhooks.handler import Deps
from services.webhooks.mail import Mailer, by_scheme
from services.webhooks.mail_line import enrol
from services.webhooks.post import Poster
from services.webhooks.projector import TOPICS, apply, concerns
from services.webhooks.sender import Sender
from services.webhooks.turning import Turning
from tests.fakes.receiver import Receiver, receiving
from tests.integration.catalog_stage import ASSETS, PLACES, facet, key_of, media, until

pytestmark = pytest.mark.broker
ADMIN, OWN, OTHER = "admin", "ab12ab12ab12", "cd34cd34cd34"
FIRST, SECOND = ASSETS[:2]
START = datetime(2026, 11, 23, 12, tzinfo=UTC)


class World:
    """Broker and archive, which outlive the service."""

    def __init__(self, database: Database) -> None:
        self.database, self.broker, self.library = database, MemoryBroker(), MemoryBucket("library")
        self.records = Records(self.library, Publisher(MemoryProducer(self.broker), "test"))
        self.minutes = 0

    async def say(self, record: Any) -> None:
        """As other services do: archived, then published; each a minute after the one before."""
        self.minutes += 1
        now = {"written": START + timedelta(minutes=self.minutes)}

        def make(revision: int) -> Any:
            return record.model_copy(update={"revision": revision, **now})

        topic, folder = PLACES[type(record)]
        place = f"{folder}/{key_of(record)}.json"
        draft: Any = (
            facet_draft(make) if isinstance(record, Facet) else Draft(topic, key_of(record), place, type(record), make)
        )
        await self.records.write(draft)

    async def news(self, change: ReadinessChanged) -> None:
        """A verdict that changed: said, and no record."""
        await self.records._publisher.publish(Outgoing(READINESS, change.key, change))

    async def live(self, asset: str, version: int | None, state: str = "ready") -> None:
        """That version is live."""
        await self.say(facet(asset, "head", {"live": version, "newest": version or 1, "state": state}))

    async def endpoint(self, url: str, own: str = OWN, **more: Any) -> None:
        """A person's word of an endpoint."""
        fields = {"url": url, "events": list(EVENTS[:6]), "made": START.isoformat(), **more}
        await self.say(Fact(kind=KIND, id=own, revision=1, fields=fields, written=START))

    async def waiting(self, own: str = OWN) -> int:
        """How much is due."""
        async with self.database.reading() as connection:
            return int(await connection.fetchval("SELECT count(*) FROM webhooks.due WHERE endpoint = $1", own))

    def told(self, own: str = OWN) -> list[dict[str, Any]]:
        """What the service said of how the endpoint is, oldest first."""
        records = [record for record in self.broker.records("deliveries") if record.key]
        wanted = f"{TARGET}{own}/{STATUS}{own}".encode()
        return [Event.model_validate_json(record.value or b"").data for record in records if record.key == wanted]

    @asynccontextmanager
    async def service(
        self,
        wait: Callable[[int], float] = lambda _: 0.05,
        slow_s: float = 2,
        mail: WebhooksSettings = WebhooksSettings(),  # noqa: B008 - nothing is set in it
    ) -> AsyncIterator[None]:
        """The service, as `__main__` wires it."""
        web = Poster(private=True, patience_s=slow_s)
        post = by_scheme(web, Mailer(mail))
        await enrol(self.database, active=bool(mail.smtp_host))
        deps = Deps(self.database, self.records, post, ADMIN, "https://m.example.com", "https://p.example.com", wait)
        consumer = MemoryConsumer(self.broker, SCHEMA, [topic.name for topic in TOPICS])
        sender = Sender(deps, filling=lambda: projection.filling(), may=lambda: True)
        dead = DeadLetters(self.records._publisher, SCHEMA)
        projection = Projection(consumer, self.database, SCHEMA, apply, dead, committed=sender.wake, concerns=concerns)
        turning = Turning(self.database, sender.wake)
        tasks = [asyncio.create_task(part.run()) for part in (projection, sender, turning)]
        try:
            yield
        finally:
            for part in (projection, sender, turning):
                part.stop()
            await asyncio.gather(*tasks)
            await web.close()


@pytest.fixture
async def world(postgres: str) -> AsyncIterator[World]:
    database = Database(postgres)
    await database.make(SCHEMA, ddl())
    await empty(database, SCHEMA, ddl())
    yield World(database)
    await database.close()


@pytest.fixture
async def shop() -> AsyncIterator[Receiver]:
    async with receiving(webhook_secret.shown(webhook_secret.secret_of(ADMIN, OWN, 0))) as made:
        yield made


async def taken(shop: Receiver, count: int) -> list[tuple[str, str]]:
    """(type, entity) of what it took, once there are so many."""

    async def reached() -> bool:
        return len(shop.taken) >= count

    await until(reached)
    await asyncio.sleep(0.2)  # and no more
    return [(event["type"], event["data"].get("asset_id") or event["data"]["sku"]) for _, event in shop.taken]


async def test_what_happens_is_told_once_also_after_a_restart_and_in_an_emptied_view(
    world: World, shop: Receiver
) -> None:
    await world.endpoint(shop.url)
    await world.live(FIRST, None)
    async with world.service():
        await world.live(FIRST, 1)
        assert await taken(shop, 1) == [("asset.ready", FIRST)]
        await world.live(FIRST, 2)
        await taken(shop, 2)
        await world.live(FIRST, None, "purged")
        await world.say(media("RED-42", FIRST, SECOND))
        found = await taken(shop, 4)
    assert found[1] == ("asset.replaced", FIRST)
    assert sorted(found[2:]) == [("asset.withdrawn", FIRST), ("product.media.changed", "RED-42")]
    assert (shop.last("RED-42") or {})["data"]["items"][0] == {"asset_id": FIRST, "role": "main"}
    await world.say(facet(FIRST, "head", {"live": None, "newest": 1, "state": "purged", "asks": 1}))
    async with world.service():
        await world.live(SECOND, 1)
        assert len(await taken(shop, 5)) == 5
    await empty(world.database, SCHEMA, ddl())
    async with world.service():
        await world.live(SECOND, 2)
        assert (await taken(shop, 6))[5:] == [("asset.replaced", SECOND)]
    assert len({own for own, _ in shop.taken}) == 6


async def test_what_was_before_the_endpoint_is_sent_only_by_a_replay_under_its_id(world: World, shop: Receiver) -> None:
    await world.live(FIRST, 1)
    await world.say(media("RED-42", FIRST))
    made = (START + timedelta(minutes=5)).isoformat()
    await world.endpoint(shop.url, made=made)
    world.minutes = 10
    async with world.service():
        await world.live(SECOND, 1)
        assert await taken(shop, 1) == [("asset.ready", SECOND)]
        replay = {"asked": "2026-11-23T13:00:00Z", "since": "2026-11-23T12:01:30Z"}
        await world.endpoint(shop.url, made=made, replay=replay)
        assert sorted(await taken(shop, 3))[:2] == [("asset.ready", SECOND)] * 2
        one = {"asked": "2026-11-23T13:01:00Z", "since": "1970-01-01T00:00:00Z", "entity": f"asset/{FIRST}"}
        await world.endpoint(shop.url, made=made, replay=one)
        assert (await taken(shop, 4))[3] == ("asset.ready", FIRST)
    async with world.service():
        assert len(await taken(shop, 4)) == 4
    ids = [own for own, event in shop.taken if event["data"].get("asset_id") == SECOND]
    assert len(ids) == 2 and len(set(ids)) == 1


async def test_one_that_is_away_gets_the_newest_when_it_is_back_and_holds_up_no_other(
    world: World, shop: Receiver
) -> None:
    port = urlsplit(shop.url).port or 0
    other = webhook_secret.shown(webhook_secret.secret_of(ADMIN, OTHER, 0))
    async with receiving(other) as well, world.service():
        await world.endpoint(well.url, OTHER)
        await world.endpoint("http://127.0.0.1:1/hook")  # nobody listens there
        for version in (1, 2):
            await world.live(FIRST, version)
        await world.live(SECOND, 1)
        await until(lambda: _is(lambda: {asset for _, asset in _pairs(well)} == {FIRST, SECOND}))
        await until(lambda: _is(lambda: world.told() and world.told()[-1]["status"] == "failed"))
        assert await world.waiting() == 2 and not shop.taken
        told = world.told()[-1]
        assert told["lag"]["failing_since"] and "127.0.0.1" in told["cause"] and told["cure"]
        await world.endpoint(f"http://127.0.0.1:{port}/hook")
        await until(lambda: _is(lambda: world.told()[-1]["status"] == "done" and len(shop.taken) == 2))
    assert (shop.last(FIRST) or {})["data"]["version"] == 2 and await world.waiting() == 0
    assert world.told()[-1]["lag"]["waiting"] == 0


async def test_what_is_refused_waits_alone_and_keeps_its_id(world: World, shop: Receiver) -> None:
    shop.answers = lambda event: 422 if event["data"].get("asset_id") == FIRST else 200
    await world.endpoint(shop.url)
    async with world.service():
        await world.live(FIRST, 1)
        await until(lambda: _is(lambda: len(shop.tries) >= 2))
        await world.live(SECOND, 1)
        await until(lambda: _is(lambda: shop.last(SECOND) is not None))
        assert shop.last(FIRST) is None
        shop.answers = lambda _: 200
        await until(lambda: _is(lambda: shop.last(FIRST) is not None))
    assert len({own for own, event in shop.tries if event["data"]["asset_id"] == FIRST}) == 1


async def test_slow_answers_redirects_and_errors_are_failures(world: World, shop: Receiver) -> None:
    shop.slow_s, shop.answers = 1, lambda _: 302
    await world.endpoint(shop.url)
    async with world.service(slow_s=0.2):
        await world.live(FIRST, 1)
        await until(lambda: _is(lambda: world.told() and "within" in (world.told()[-1]["cause"] or "")))
        shop.slow_s = 0
        await until(lambda: _is(lambda: "302" in (world.told()[-1]["cause"] or "")))
        shop.answers = lambda _: 200
        await until(lambda: _is(lambda: world.told()[-1]["status"] == "done"))
    assert {event["type"] for _, event in shop.taken} == {"asset.ready"}


async def test_after_days_it_is_given_up_until_somebody_says_so(
    world: World, shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.answers = lambda _: 500
    monkeypatch.setattr("services.webhooks.line.GIVE_UP", timedelta(seconds=0.3))
    monkeypatch.setattr("services.webhooks.line.TRIED_S", 0.0)
    monkeypatch.setattr("services.webhooks.line.LOOK_S", 0.2)
    await world.endpoint(shop.url)
    async with world.service():
        await world.live(FIRST, 1)
        await until(lambda: _is(lambda: world.told() and world.told()[-1]["lag"]["given_up"]))
        tries = len(shop.tries)
        await asyncio.sleep(0.5)
        assert len(shop.tries) == tries
    monkeypatch.setattr("services.webhooks.line.GIVE_UP", timedelta(seconds=0.5))
    async with world.service():
        await asyncio.sleep(0.5)
        assert len(shop.tries) == tries, "given up is kept over a restart"
        shop.answers = lambda _: 200
        world.minutes += 60 * 24 * 3650  # somebody touches it, later than it began to fail
        await world.endpoint(shop.url, enabled=True, events=EVENTS[:3])
        assert (await taken(shop, 1)) == [("asset.ready", FIRST)]


async def test_weeks_in_which_we_were_switched_off_are_none_of_trying(
    world: World, shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.answers = lambda _: 500
    await world.endpoint(shop.url)
    async with world.service():
        await world.live(FIRST, 1)
        await until(lambda: _is(lambda: world.told() and world.told()[-1]["status"] == "failed"))
    monkeypatch.setattr("services.webhooks.line.GIVE_UP", timedelta())  # it fails for longer, when we come back
    shop.answers = lambda _: 200
    async with world.service():
        assert await taken(shop, 1) == [("asset.ready", FIRST)]
        await until(lambda: _is(lambda: world.told()[-1]["status"] == "done"))


async def test_what_it_did_not_ask_for_is_not_sent_nor_while_it_is_disabled(world: World, shop: Receiver) -> None:
    await world.endpoint(shop.url, events=["asset.replaced"])
    async with world.service():
        await world.live(FIRST, 1)
        await world.say(media("RED-42", FIRST))
        await world.live(SECOND, 1)
        await until(lambda: _is(lambda: len(world.told()) > 0))
        await world.live(FIRST, 2)
        assert await taken(shop, 1) == [("asset.replaced", FIRST)]
        await world.endpoint(shop.url, events=["asset.replaced"], enabled=False)
        await world.live(FIRST, 3)
        await asyncio.sleep(0.6)
        await world.live(FIRST, 4)
        await asyncio.sleep(0.6)
        assert len(shop.tries) == 1
        await world.endpoint(shop.url, events=["asset.replaced"])
        assert len(await taken(shop, 2)) == 2
    assert (shop.last(FIRST) or {})["data"]["version"] == 4 and await world.waiting() == 0


async def _is(ask: Callable[[], Any]) -> bool:
    return bool(ask())


def _pairs(shop: Receiver) -> list[tuple[str, str]]:
    return [(event["type"], event["data"].get("asset_id") or event["data"]["sku"]) for _, event in shop.taken]


async def test_time_alone_withdraws_and_a_copy_to_see_to_is_told_and_ticked(world: World, shop: Receiver) -> None:
    await world.endpoint(
        shop.url, events=["asset.ready", "asset.withdrawn", "life.changed", "task.opened", "task.done"]
    )
    recall = {"asset": FIRST, "name": "a.jpg", "what": "pack", "who": "anna", "taken": START.isoformat()}
    task = Fact(
        kind=RECALL, id="t", revision=1, written=START, fields={**recall, "why": "x", "opened": START.isoformat()}
    )

    async def told(*types: str) -> None:
        async def reached() -> bool:
            return {*types} <= {event["type"] for _, event in shop.taken}

        await until(reached)

    async with world.service():
        await world.live(FIRST, 1)
        await told("asset.ready", "life.changed")
        soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        await world.say(facet(FIRST, "head", {"live": 1, "newest": 1, "state": "ready", "available_until": soon}))
        await told("asset.withdrawn")
        await world.say(task)
        await told("task.opened")
        done = {"by": "anna", "at": START.isoformat()}
        await world.say(task.model_copy(update={"fields": {**task.fields, "done": done}}))
        await told("task.done")
    lives = [event["data"]["life"] for _, event in shop.taken if event["type"] == "life.changed"]
    assert lives == ["published", "expired"]
