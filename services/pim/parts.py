"""The parts of the process that a connector brings: who asks its PIM, who hears it, who brings it pictures."""

from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

from runtime.broker import Partition
from runtime.deliver import Step, decoder
from runtime.process import Process
from runtime.worker import Limits
from schemas.facet import Facet
from schemas.product import ProductMedia
from schemas.topics import ASSET_METADATA, PRODUCT_MEDIA
from services.pim.connector import Connector
from services.pim.poller import Poller
from services.pim.refusals import Refuse
from services.pim.target import Target
from services.pim.waiting import Waiting, asset_changed, concerns
from services.pim.writeback import Deps, Notice, write_back

SLOTS = 16
"""Products delivered at once: most wait for one request that takes all of them."""
Part = Coroutine[Any, Any, None]


def asking(process: Process, connector: Connector, owns: Callable[[], bool], refuse: Refuse) -> Poller:
    """Who asks. `owns`: whether this process is the one that does."""
    source = connector.source
    poller = Poller(
        source,
        process.library,
        process.publisher.publish,
        owns,
        connector.every_s,
        connector.full_s,
        Notice(source.system, process.library) if connector.target else None,
        refuse,
    )
    process.on_stop(poller.stop)
    process.health.details[source.system] = poller.problem
    return poller


def parts_of(process: Process, connector: Connector, poller: Poller, refuse: Refuse) -> Iterator[Part]:
    """What runs for it."""
    yield poller.run()
    if connector.topic is not None:
        topic = connector.topic(poller, refuse)
        process.on_stop(topic.stop)
        process.health.details[f"{connector.source.system} events"] = topic.problem
        yield topic.run()
    if connector.target is not None:
        yield from _writing(process, connector.target)


def _writing(process: Process, target: Target) -> Iterator[Part]:
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
    yield worker.run()
    yield waiting.run()
