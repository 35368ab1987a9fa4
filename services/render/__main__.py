"""Wires render."""

from functools import partial

from runtime.config import load
from runtime.deliver import Step, decoder
from runtime.jobs import Cages
from runtime.limits import Limits as CageLimits
from runtime.originals import weigh
from runtime.process import Process, run
from runtime.worker import Limits
from schemas.asset import AssetIngested
from schemas.topics import ASSET_INGESTED, ASSET_RERUN
from services.render.config import RenderSettings
from services.render.handler import Deps, handle, on_failure
from services.render.presets import DEFAULT, load_presets


async def main() -> None:
    """Run until told to stop."""
    settings = load(RenderSettings)
    slots = settings.slots or 2
    presets = load_presets(settings.presets or DEFAULT)
    async with Process("render", settings) as process:
        limits = CageLimits(seconds=settings.render_seconds, rss_bytes=settings.render_memory)
        cages = Cages("services.render.work:work", size=slots, scratch=process.spool, limits=limits)
        await cages.start()
        process.health.details["work_cpu_s"] = lambda: round(cages.cpu_seconds, 3)
        deps = Deps(process.library, cages, presets)
        step = Step(decoder(AssetIngested), partial(handle, deps=deps), on_failure)
        limits_of_loop = Limits(slots=slots, bulk=frozenset({ASSET_RERUN.name}))
        worker = process.worker("render", {ASSET_INGESTED: step, ASSET_RERUN: step}, limits_of_loop, weigh=weigh)
        await process.run(worker.run())
        await cages.close()


if __name__ == "__main__":
    run(main)
