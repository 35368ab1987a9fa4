"""Wires tagger."""

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
from services.tagger.config import TaggerSettings
from services.tagger.handler import Deps, handle, on_failure
from services.tagger.models import registry


async def main() -> None:
    """Run until told to stop."""
    settings = load(TaggerSettings)
    slots = settings.slots or 1
    models = settings.models_folder
    async with Process("tagger", settings) as process:
        cages = Cages(
            "services.tagger.work:work",
            size=slots,
            scratch=process.spool,
            limits=CageLimits(seconds=settings.tag_seconds),
            extra_read=[models],
            env={"PACKSHOT_MODELS": str(models)},
        )
        await cages.start()
        process.health.details["work_cpu_s"] = lambda: round(cages.cpu_seconds, 3)
        deps = Deps(process.library, cages, registry.load(models).versions)
        step = Step(decoder(AssetIngested), partial(handle, deps=deps), on_failure)
        limits = Limits(slots=slots, bulk=frozenset({ASSET_RERUN.name}))
        worker = process.worker("tagger", {ASSET_INGESTED: step, ASSET_RERUN: step}, limits, weigh=weigh)
        await process.run(worker.run())
        await cages.close()


if __name__ == "__main__":
    run(main)
