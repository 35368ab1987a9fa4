"""A shoot that has settled is told once: to endpoints, and by mail to the owner of its folder."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from runtime.refill import empty
from schemas.shoot import Shoot, ShootCounts
from services.webhooks.ddl import SCHEMA, ddl
from tests.fakes.mailbox import Mailbox, mailbox
from tests.fakes.receiver import Receiver
from tests.fakes.steps import Killed, Steps, install
from tests.integration.catalog_stage import until
from tests.integration.test_webhooks import World, shop, world

__all__ = ["shop", "world"]  # fixtures
pytestmark = pytest.mark.broker


def shoot(content: str, folder: str = "autumn", ready: int = 2, age: timedelta = timedelta()) -> Shoot:
    now = datetime.now(UTC)
    return Shoot(
        folder=folder,
        revision=1,
        content=content,
        files=ready + 1,
        linked=ready,
        counts=ShootCounts(ready=ready, refused=1),
        owner="anna@example.com",
        report=f"{folder}/packshot-report.csv",
        changed=now - age,
        written=now,
    )


async def come(box: Mailbox, count: int) -> list[str]:
    """Subjects of the mails, once there are so many."""

    async def reached() -> bool:
        return len(box.mails) >= count

    await until(reached)
    await asyncio.sleep(0.3)  # and no more
    return [mail["Subject"] for mail in box.mails]


async def test_each_settled_state_is_told_once(world: World, shop: Receiver) -> None:
    await world.endpoint(shop.url)
    async with mailbox() as box:
        async with world.service(mail=box.settings):
            await world.say(shoot("a"))
            assert await come(box, 1) == ["autumn: 2 ready, 1 refused"]
            await world.say(shoot("a"))  # said again
            await world.say(shoot("b", ready=3))
            assert await come(box, 2) == ["autumn: 2 ready, 1 refused", "autumn: 3 ready, 1 refused"]
        await empty(world.database, SCHEMA, ddl())
        async with world.service(mail=box.settings):
            await world.say(shoot("c", folder="winter"))
            assert len(await come(box, 3)) == 3
        told = [(event["type"], event["data"]["folder"]) for _, event in shop.taken]
        assert told == [("shoot.settled", "autumn")] * 2 + [("shoot.settled", "winter")]
        assert shop.taken[0][1]["data"]["url"] == "https://p.example.com/shoots/autumn"


async def test_what_settled_long_before_mails_were_on_is_no_news(world: World) -> None:
    async with world.service():
        await world.say(shoot("a", age=timedelta(days=9)))
        await world.say(shoot("b", folder="winter"))
    async with mailbox() as box, world.service(mail=box.settings):
        assert await come(box, 1) == ["winter: 2 ready, 1 refused"]


async def test_a_server_that_was_away_gets_the_newest(world: World) -> None:
    async with mailbox() as box:
        box.refuses = "451 later"
        async with world.service(mail=box.settings):
            await world.say(shoot("a"))
            await asyncio.sleep(0.3)
            await world.say(shoot("b", ready=3))
            await asyncio.sleep(0.3)
            box.refuses = ""
            assert await come(box, 1) == ["autumn: 3 ready, 1 refused"]


async def test_killed_after_the_server_has_it_the_same_mail_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    async with mailbox() as box:
        steps.kill_at("webhook.sent", 1)
        with pytest.raises(Killed):
            async with world.service(mail=box.settings):
                await world.say(shoot("a"))
                await come(box, 1)
        async with world.service(mail=box.settings):
            await come(box, 2)
        assert len({mail["Message-ID"] for mail in box.mails}) == 1
