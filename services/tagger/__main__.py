"""Wires tagger: the first wave, and bulk work and the second wave at low priority in cages of their own."""

import logging
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from runtime.broker import Partition, Record
from runtime.config import load
from runtime.deliver import Saying, Step, decoder
from runtime.originals import weigh
from runtime.overtake import folder_of
from runtime.patient import owing, patient
from runtime.process import Process, run
from runtime.worker import Limits, Worker
from schemas.asset import AssetIngested, LaterWork
from schemas.tags import TAGS, TAGS_LATER, TAGS_SHOTS
from schemas.topics import ASSET_INGESTED, ASSET_LATER, ASSET_RERUN, Topic
from services.tagger import later, shots
from services.tagger.config import TaggerSettings
from services.tagger.handler import handle, on_failure
from services.tagger.later_work import versions
from services.tagger.pools import bulk_cages, first_cages, later_cages, loaded
from services.tagger.rendered import Patience
from services.tagger.taught import service
from services.tagger.taught.again import said_again
from services.tagger.views import Deps

log = logging.getLogger(__name__)


async def main() -> None:
    """Run until told to stop."""
    settings = load(TaggerSettings)
    slots, late = settings.slots or 1, settings.tag_later_slots
    async with Process("tagger", settings) as process:
        cages, more = first_cages(process.spool, slots, settings), later_cages(process.spool, late, settings)
        last = bulk_cages(process.spool, settings)
        pools = (cages, more, last)
        for pool in pools:
            await pool.start()
        process.health.details["work_cpu_s"] = lambda: round(sum(pool.cpu_seconds for pool in pools), 3)
        models = await loaded(cages, settings.models_folder)
        for complaint in models.broken:
            log.warning(complaint)
        process.health.details["left_out"] = lambda: models.broken
        deps = Deps(process.library, cages, models, partial(said_again, process.library, models))
        step = Step(decoder(AssetIngested), partial(handle, deps=deps), on_failure)
        pictured = Step(decoder(LaterWork), partial(handle, deps=deps), on_failure)
        again = replace(step, handle=partial(handle, deps=replace(deps, cages=last)))
        steps: dict[Topic, Step[Any]] = {ASSET_INGESTED: step, ASSET_RERUN: again, ASSET_LATER: pictured}
        limits = Limits(slots=slots, bulk=frozenset({ASSET_RERUN.name}))
        ready = Patience(process.library)
        worker = process.worker("tagger", steps, limits, weigh=weigh, concerns=_ours, ready=ready, flow=folder_of)
        dear = replace(deps, cages=more, models=versions(settings.models_folder), again=None)
        workers = [worker, *_second(process, deps, dear, worker, late)]
        teaching = service.parts(process, settings, models, lambda: worker.owns(Partition(ASSET_INGESTED.name, 0)))
        await process.run(*(one.run() for one in workers), *teaching)
        for pool in pools:
            await pool.close()


def _ours(record: Record) -> bool:
    """Of `asset.later` only what tags wait for: pictures of what is not plain."""
    return record.topic != ASSET_LATER.name or owing(TAGS)(record)


def _second(process: Process, cheap: Deps, dear: Deps, first: Worker, slots: int) -> list[Worker]:
    """The second wave's worker, or none where it is left to other machines. Films' shots it tags by the first's cages,
    where the models are loaded.
    """

    async def both(event: LaterWork) -> Saying:
        for wave in (shots.handle(event, cheap), later.handle(event, dear)):
            async with aclosing(wave) as saying:
                async for said in saying:
                    yield said

    made = patient(both, lambda: first.busy)
    step = Step(decoder(LaterWork), made, later.on_failure)
    limits, concerns = Limits(slots=slots), owing(TAGS_LATER, TAGS_SHOTS)
    return [process.worker("tagger-later", {ASSET_LATER: step}, limits, concerns=concerns)] if slots else []


if __name__ == "__main__":
    run(main)
