"""Wires pim: events of PIMs become products; where an Akeneo is named, it is asked for them and gets pictures back."""

from collections.abc import Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from aiohttp import web

from runtime.broker import Partition
from runtime.config import load
from runtime.deliver import Step, decoder
from runtime.process import Process, run
from runtime.worker import Limits, Worker
from schemas.facet import Facet
from schemas.product import ProductMedia
from schemas.topics import ASSET_METADATA, PIM_EVENTS, PRODUCT_MEDIA
from services.pim.akeneo import hooks
from services.pim.akeneo.connect import client_of, mapping_of
from services.pim.akeneo.source import Akeneo
from services.pim.akeneo.target import AkeneoTarget
from services.pim.config import PimSettings
from services.pim.handler import decode, handle
from services.pim.poller import Poller
from services.pim.waiting import Waiting, asset_changed, concerns
from services.pim.writeback import Deps, Notice, write_back

SLOTS = 16
"""Products delivered at once: most wait for one request that takes all of them."""


async def main() -> None:
    """Run until told to stop."""
    settings = load(PimSettings)
    mapping = mapping_of(settings)  # a slip in it is told before anything runs
    async with Process("pim", settings) as process, AsyncExitStack() as stack:
        step = Step(decode, partial(handle, library=process.library))
        worker = process.worker("pim", {PIM_EVENTS: step}, Limits(slots=settings.slots or 8, ahead=8))
        parts = [worker.run()]
        if settings.akeneo_url:
            client = await stack.enter_async_context(client_of(settings))
            poller = _asking(process, settings, worker, Akeneo(client, mapping))
            parts.append(poller.run())
            if settings.akeneo_events_secret:
                secrets = (settings.akeneo_events_secret, settings.akeneo_events_secret_before)
                await _receiving(stack, settings, hooks.app(secrets, poller.hints.hint))
            if mapping.write:
                parts += _writing(process, AkeneoTarget(client, mapping.write, process.library))
        await process.run(*parts)


def _asking(process: Process, settings: PimSettings, worker: Worker, source: Akeneo) -> Poller:
    """One process asks: the one that has the first partition of what is said."""
    first = Partition(PIM_EVENTS.name, 0)
    poller = Poller(
        source,
        process.library,
        process.publisher.publish,
        lambda: worker.owns(first),
        settings.akeneo_poll_s,
        settings.akeneo_full_s,
        Notice(source.system, process.library),
    )
    process.on_stop(poller.stop)
    process.health.details[source.system] = poller.problem
    return poller


async def _receiving(stack: AsyncExitStack, settings: PimSettings, app: web.Application) -> None:
    """Webhooks, while the process runs."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.hooks_host, settings.hooks_port).start()


def _writing(process: Process, target: AkeneoTarget) -> list[Coroutine[Any, Any, None]]:
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
