"""Wires pim: events of PIMs become products; the PIMs that are named are asked for them and get pictures back."""

from contextlib import AsyncExitStack
from functools import partial

from runtime.broker import Partition
from runtime.bundling import Bundling
from runtime.config import load
from runtime.deliver import Step, decoder
from runtime.process import Process, run
from runtime.worker import Limits
from schemas.product import PRODUCTS, PimHint
from schemas.topics import PIM_EVENTS, PIM_HINTS, PIM_PRODUCTS
from services.pim import receiving
from services.pim.config import PimSettings
from services.pim.connectors import connected
from services.pim.handler import decode, handle
from services.pim.hints import Hints, hinted
from services.pim.parts import asking, parts_of
from services.pim.refusals import Refusals

AT_ONCE = 4096
"""Products taken at once: those that are new are archived together, and all share requests to the broker."""


async def main() -> None:
    """Run until told to stop."""
    settings, refusals, asked = load(PimSettings), Refusals(), dict[str, Hints]()
    async with Process("pim", settings) as process, AsyncExitStack() as stack:
        bundling = Bundling(process.library, PIM_PRODUCTS.name, PRODUCTS, lambda: worker.numbers(PIM_EVENTS.name))
        process.records.bundling = bundling
        steps = {
            PIM_EVENTS: Step(decode, partial(handle, library=process.library, bundling=bundling)),
            PIM_HINTS: Step(decoder(PimHint), partial(hinted, asked=asked)),
        }
        limits = Limits(slots=settings.slots or AT_ONCE, ahead=1)
        worker = process.worker("pim", steps, limits, dealt=bundling.forget)
        parts, routes, hints = [worker.run()], [], Partition(PIM_HINTS.name, 0)
        for connector in await connected(settings, process.library, stack):
            poller = asking(process, connector, lambda: worker.owns(hints), refusals)
            asked[connector.source.system] = poller.hints
            parts += parts_of(process, connector, poller, refusals)
            routes += connector.routes(poller) if connector.routes else []
        process.health.details["refused"] = refusals.report
        process.health.details["receives"] = lambda: bool(routes)
        if routes:
            await receiving.serve(stack, routes, settings.hooks_host, settings.hooks_port, refusals)
        await process.run(*parts)


if __name__ == "__main__":
    run(main)
