"""Wires pim: events of PIMs become products; the PIMs that are named are asked for them and get pictures back."""

from collections.abc import Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from runtime.broker import Partition
from runtime.config import load
from runtime.deliver import Step, decoder
from runtime.process import Process, run
from runtime.worker import Limits, Worker
from schemas.facet import Facet
from schemas.product import ProductMedia
from schemas.topics import ASSET_METADATA, PIM_EVENTS, PRODUCT_MEDIA
from services.pim import receiving
from services.pim.akeneo.connect import connect as akeneo
from services.pim.config import PimSettings
from services.pim.connector import Connect, Connector
from services.pim.handler import decode, handle
from services.pim.poller import Poller
from services.pim.salsify.connect import connect as salsify
from services.pim.target import Target
from services.pim.waiting import Waiting, asset_changed, concerns
from services.pim.wisepim.connect import connect as wisepim
from services.pim.writeback import Deps, Notice, write_back

CONNECTORS: tuple[Connect, ...] = (akeneo, salsify, wisepim)
SLOTS = 16
"""Products delivered at once: most wait for one request that takes all of them."""


async def main() -> None:
    """Run until told to stop."""
    settings = load(PimSettings)
    async with Process("pim", settings) as process, AsyncExitStack() as stack:
        found = [await connect(settings, process.library, stack) for connect in CONNECTORS]
        connectors = [one for one in found if one is not None]
        step = Step(decode, partial(handle, library=process.library))
        worker = process.worker("pim", {PIM_EVENTS: step}, Limits(slots=settings.slots or 8, ahead=8))
        parts, routes = [worker.run()], []
        for connector in connectors:
            poller = _asking(process, worker, connector)
            parts.append(poller.run())
            routes += connector.routes(poller) if connector.routes else []
            if connector.target is not None:
                parts += _writing(process, connector.target)
        if routes:
            await receiving.serve(stack, routes, settings.hooks_host, settings.hooks_port)
        await process.run(*parts)


def _asking(process: Process, worker: Worker, connector: Connector) -> Poller:
    """One process asks: the one that has the first partition of what is said."""
    first, source = Partition(PIM_EVENTS.name, 0), connector.source
    poller = Poller(
        source,
        process.library,
        process.publisher.publish,
        lambda: worker.owns(first),
        connector.every_s,
        connector.full_s,
        Notice(source.system, process.library) if connector.target else None,
    )
    process.on_stop(poller.stop)
    process.health.details[source.system] = poller.problem
    return poller


def _writing(process: Process, target: Target) -> list[Coroutine[Any, Any, None]]:
    """Pictures back: as media change, and those that had to wait."""
    deps, first = Deps(target, process.library), Partition(PRODUCT_MEDIA.name, 0)
    worker = process.worker(
        "pim-media",
        {
            PRODUCT_MEDIA: Step(decoder(ProductMedia), partial(write_back, deps=deps)),
            ASSET_METADATA: Step(decoder(Facet), partial(asset_changed, deps=deps)),
        },
        Limits(slots=SLOTS, ahead=4, bulk=frozenset({ASSET_METADATA.name})),
        concerns=concerns,
    )
    waiting = Waiting(deps, process.emit, lambda: worker.owns(first))
    process.on_stop(waiting.stop)
    return [worker.run(), waiting.run()]


if __name__ == "__main__":
    run(main)
