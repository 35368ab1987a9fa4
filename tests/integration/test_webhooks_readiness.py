"""A verdict that changed is told to endpoints that ask for it, with what was and what is in the way."""

from datetime import UTC, date, datetime

import pytest

from schemas.readiness import ReadinessChanged, Reason, State
from tests.fakes.receiver import Receiver
from tests.integration.catalog_stage import until
from tests.integration.test_webhooks import World, shop, world

__all__ = ["shop", "world"]  # fixtures
pytestmark = pytest.mark.broker


def changed(before: State, after: State | None, sku: str = "RED/42") -> ReadinessChanged:
    return ReadinessChanged(
        sku=sku,
        channel="amazon",
        before=before,
        after=after,
        since=date(2026, 1, 1),
        reasons=[Reason(slot="main", rule="least", cause="main: no picture.")] if after == "blocked" else [],
        changed=datetime.now(UTC),
    )


async def test_each_change_is_told_once(world: World, shop: Receiver) -> None:
    await world.endpoint(shop.url)
    async with world.service():
        blocked = changed("ready", "blocked")
        await world.news(blocked)
        await until(lambda: _count(shop, 1))
        await world.news(blocked)  # said again
        await world.news(changed("blocked", "ready", "OTHER"))
        await until(lambda: _count(shop, 2))
        await world.news(changed("blocked", None))
        await until(lambda: _count(shop, 3))
    told = [(event["type"], event["data"]["sku"], event["data"]["after"]) for _, event in shop.taken]
    assert [one[0] for one in told] == ["readiness.changed"] * 3
    assert [one[1:] for one in told] == [("RED/42", "blocked"), ("OTHER", "ready"), ("RED/42", None)]
    data = shop.taken[0][1]["data"]
    assert (data["before"], data["reasons"][0]["rule"]) == ("ready", "least")
    assert data["url"] == "https://p.example.com/products/RED/42"


async def _count(shop: Receiver, count: int) -> bool:
    return len(shop.taken) >= count
