"""The audit's weekly report goes out once, by mail and to endpoints; who was given a finding is told to these."""

from datetime import UTC, datetime
from typing import Any

import pytest

from runtime.refill import empty
from schemas.decision import Fact
from schemas.finding import Assignment
from schemas.report import AuditReport
from services.webhooks.ddl import SCHEMA, ddl
from tests.fakes.mailbox import mailbox
from tests.fakes.receiver import Receiver
from tests.integration.catalog_stage import until
from tests.integration.test_webhooks import World, shop, world
from tests.integration.test_webhooks_shoots import come

__all__ = ["shop", "world"]  # fixtures
pytestmark = pytest.mark.broker


def fact(kind: str, name: str, fields: Any) -> Fact:
    now = datetime.now(UTC)
    return Fact(kind=kind, id=name, revision=1, fields=fields.model_dump(mode="json"), written=now)


def report(day: str) -> Fact:
    to = ["anna@example.com", "ben@example.com"]
    return fact("report", day, AuditReport(day=day, to=to, made=datetime.now(UTC)))


async def taken(shop: Receiver, count: int) -> None:
    """Wait until the endpoint has so many."""

    async def reached() -> bool:
        return len(shop.taken) >= count

    await until(reached)


async def test_a_report_is_told_once_also_from_an_emptied_view(world: World, shop: Receiver) -> None:
    await world.endpoint(shop.url, events=["report.made", "finding.assigned"])
    async with mailbox() as box:
        async with world.service(mail=box.settings):
            await world.say(report("2026-11-30"))
            assert await come(box, 1) == ["Audit: 0 findings, 0 new, 0 mended"]
            assert box.mails[0]["To"] == "anna@example.com, ben@example.com"
            await taken(shop, 1)
        await empty(world.database, SCHEMA, ddl())
        async with world.service(mail=box.settings):
            await world.say(report("2026-12-07"))
            assert len(await come(box, 2)) == 2
            await taken(shop, 2)
        told = [(event["type"], event["data"]["day"]) for _, event in shop.taken]
        assert told == [("report.made", "2026-11-30"), ("report.made", "2026-12-07")]


async def test_who_was_given_a_finding_is_told_and_that_it_was_taken_back(world: World, shop: Receiver) -> None:
    await world.endpoint(shop.url, events=["report.made", "finding.assigned"])
    async with world.service():
        for number, to in enumerate(("anna", ""), 1):
            said = Assignment(to=to, by="admin", rule="blurred", subject="RED/42", of="product", at=datetime.now(UTC))
            await world.say(fact("finding", "blurred/RED/42", said))
            await taken(shop, number)
    told = [(event["type"], event["data"]["to"], event["data"]["subject"]) for _, event in shop.taken]
    assert told == [("finding.assigned", "anna", "RED/42"), ("finding.assigned", "", "RED/42")]
