"""Wires render: the first wave, and bulk work, the second wave and the rungs of videos at low priority."""

from dataclasses import replace
from typing import Any

from runtime.config import load
from runtime.deliver import Step, decoder
from runtime.limits import Limits as CageLimits
from runtime.originals import weigh
from runtime.overtake import SOON, folder_of, successor_of
from runtime.patient import owing, patient
from runtime.process import Process, run
from runtime.worker import Limits
from schemas.asset import AssetIngested, LaterWork
from schemas.rendition import LATER
from schemas.topics import ASSET_INGESTED, ASSET_LATER, ASSET_RERUN, Topic
from services.render import later
from services.render.batch import Deps
from services.render.concerns import concerns
from services.render.config import RenderSettings
from services.render.handler import handle, on_failure
from services.render.pools import pools
from services.render.presets import Presets
from services.render.shelf import Shelf, fresh
from services.render.video.wire import films


async def main() -> None:
    """Run until told to stop."""
    settings = load(RenderSettings)
    slots = settings.slots or 2
    async with Process("render", settings) as process:
        shelf = Shelf(process.library, settings.presets)
        caged = CageLimits(seconds=settings.render_seconds, rss_bytes=settings.render_memory)
        quiet = CageLimits(seconds=settings.later_seconds, rss_bytes=settings.render_memory, nice=settings.later_nice)
        async with (
            pools(process.spool, slots, caged) as made,
            pools(process.spool, settings.later_slots, quiet) as made_later,
            films(process, settings) as moving,
        ):
            process.health.details["work_cpu_s"] = lambda: round(made.cpu_seconds + made_later.cpu_seconds, 3)
            deps = Deps(process.library, made.by_kind, Presets(all=()), made.missing, moving.rungs)
            quietly = replace(deps, pools=made_later.by_kind, missing=made_later.missing)
            first = Step(decoder(AssetIngested), fresh(handle, deps, shelf.presets), on_failure)
            again = Step(decoder(AssetIngested), fresh(handle, quietly, shelf.presets), on_failure)
            limits = Limits(slots=slots, bulk=frozenset({ASSET_RERUN.name}), bulk_slots=settings.later_slots)
            steps: dict[Topic, Step[Any]] = {ASSET_INGESTED: first, ASSET_RERUN: again}
            worker = process.worker("render", steps, limits, weigh=weigh, concerns=concerns, flow=folder_of)
            made_late = patient(fresh(later.handle, quietly, shelf.presets), lambda: worker.busy)
            second = Step(decoder(LaterWork), made_late, later.on_failure)
            late_limits = Limits(slots=settings.later_slots)
            late = process.worker(
                *("render-later", {ASSET_LATER: second}, late_limits),
                concerns=owing(LATER), flow=successor_of, far=SOON,
            )  # fmt: skip
            await process.run(*(each.run() for each in (worker, late, *moving.workers)))


if __name__ == "__main__":
    run(main)
