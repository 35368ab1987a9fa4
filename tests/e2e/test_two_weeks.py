"""Two weeks switched off, and on again: nobody is told or sent anything twice, and what nobody had read is done.

The services' first life is two weeks ago by their clock, so all that they wrote is as old to Kafka and to themselves.
"""

import asyncio
import time
from pathlib import Path

import pytest

from cli.breaking.pim import Pim
from cli.breaking.pim_door import pim_with
from cli.breaking.receiver import Receiver, receiving
from tests.e2e.copies import copy, listen
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Data, Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(400)]
SERVICES = (*ALL, "catalog", "webhooks")
AGO_S = 14 * 24 * 3600.0


async def test_two_weeks_switched_off_send_nothing_twice(pipeline: Pipeline, prefix: str, tmp_path: Path) -> None:
    sku, late = f"{prefix.upper()}-A", f"{prefix.upper()}-B"
    async with copy(pipeline.stack.home.models) as own:
        with receiving() as receiver, pim_with([sku]) as pim:
            said = pim.settings(tmp_path)
            settings: dict[str, object] = {name.removeprefix("PACKSHOT_").lower(): said[name] for name in said}
            settings |= {"webhook_private": True, "sweep_s": 2, "shoot_quiet_s": 2}
            asset, then = await _first_life(own, prefix, sku, pim, receiver, settings)
            await own.run()
            await _products_of_then(own, late)
            await asyncio.to_thread(own.stack.stop)
            await asyncio.to_thread(own.stack.start)
            told, written = _told(receiver), list(pim.writes)
            async with own.watch() as seen:
                await _second_life(own, prefix, late, seen, settings)
                of_then = [one for one in seen.history if one.key.startswith(asset) or sku in one.key]
            # A record that stands may be published again as it is: that is how none is lost in a crash.
            assert [one for one in of_then if one.data != then[one.topic].get(one.key)] == []
            assert _told(receiver).items() > told.items(), "of then nothing, of what is new something"
            assert pim.writes == written and pim.twice() == []


async def _first_life(
    own: Pipeline, prefix: str, sku: str, pim: Pim, receiver: Receiver, settings: dict[str, object]
) -> tuple[str, dict[str, dict[str, Data]]]:
    """All of it is done. Returns the asset, and what was said last: topic → key → data."""
    for name in SERVICES:
        own.member(name).run = ["cli.breaking.clock", name, str(-AGO_S)]
    key = f"{prefix}/{sku}_front.jpg"
    async with own.watch() as seen:
        await own.run(*SERVICES, **settings)
        await asyncio.to_thread(listen, own, receiver.url)
        await own.drop([(key, picture(93))])
        await seen.settle([key])
        await seen.until(lambda: [] if pim.writes and seen.last["shoots"] else ["the PIM's picture, or the shoot"])
        await seen.until(lambda: [] if receiver.messages >= 3 else ["webhooks of asset, product and shoot"])
        await seen.quiet(3)
        assert not seen.dead
        return seen.assets(prefix)[key], dict(seen.last)


async def _products_of_then(own: Pipeline, sku: str) -> None:
    """A list that came just before everything was switched off: pim did not get to it."""
    true = time.time
    time.time = lambda: true() - AGO_S
    try:
        await own.products(sku)
    finally:
        time.time = true


async def _second_life(own: Pipeline, prefix: str, late: str, seen: Watch, settings: dict[str, object]) -> None:
    for name in SERVICES:
        own.member(name).run = [f"services.{name}"]
    new = f"{prefix}-b/{late}_front.jpg"
    await own.run(*SERVICES, **settings)
    await own.drop([(new, picture(94))])
    await seen.settle([new])
    await seen.until(lambda: [] if seen.media(late) else [f"the media of {late}, whose list was never read"])
    await seen.quiet(5)
    assert not seen.dead


def _told(receiver: Receiver) -> dict[str, int]:
    """How often, by event and what it is of."""
    return {about: len(said) for about, said in receiver.said.items()}
