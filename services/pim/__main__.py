"""Wires pim: events of PIMs become products; where an Akeneo is named, it is asked for them."""

from contextlib import AsyncExitStack
from functools import partial

from runtime.broker import Partition
from runtime.config import load
from runtime.deliver import Step
from runtime.process import Process, run
from runtime.worker import Limits, Worker
from schemas.topics import PIM_EVENTS
from services.pim.akeneo.connect import client_of, mapping_of
from services.pim.akeneo.source import Akeneo
from services.pim.config import PimSettings
from services.pim.handler import decode, handle
from services.pim.poller import Poller


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
            poller = _poller(process, settings, worker, Akeneo(client, mapping))
            parts.append(poller.run())
        await process.run(*parts)


def _poller(process: Process, settings: PimSettings, worker: Worker, source: Akeneo) -> Poller:
    """One process asks: the one that has the first partition of what is said."""
    first = Partition(PIM_EVENTS.name, 0)
    poller = Poller(
        source,
        process.library,
        process.publisher.publish,
        lambda: worker.owns(first),
        settings.akeneo_poll_s,
        settings.akeneo_full_s,
    )
    process.on_stop(poller.stop)
    process.health.details[source.system] = poller.problem
    return poller


if __name__ == "__main__":
    run(main)
