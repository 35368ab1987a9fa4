"""The tagger's cages: of the first wave, and of bulk work and the second, which get what nobody else wants."""

from pathlib import Path

from runtime.jobs import Cages
from runtime.limits import GIB, Limits
from services.tagger.config import TaggerSettings
from services.tagger.taught.heads import Versions

LATER_BYTES = 3 * GIB // 2
"""With text and mask loaded a child has reserved 1.24 GB and holds 0.94 of it; the kernel's limit counts the former."""


def first_cages(scratch: Path, size: int, settings: TaggerSettings) -> Cages:
    """What labels, colours, quality and hashes are found in."""
    limits = Limits(seconds=settings.tag_seconds)
    return _cages("services.tagger.work:work", scratch, size, limits, settings)


def bulk_cages(scratch: Path, settings: TaggerSettings) -> Cages:
    """The same for bulk work: one, begun when there is such work, which gets what nobody else wants."""
    limits = Limits(seconds=settings.tag_later_seconds, nice=settings.later_nice)
    return _cages("services.tagger.work:work", scratch, 1, limits, settings, lazy=True)


def later_cages(scratch: Path, size: int, settings: TaggerSettings) -> Cages:
    """What codes and text are found in. A child that grows over LATER_BYTES is ended: that step is a problem then."""
    limits = Limits(seconds=settings.tag_later_seconds, rss_bytes=LATER_BYTES, nice=settings.later_nice)
    return _cages("services.tagger.later_work:work", scratch, size, limits, settings, lazy=True)


async def loaded(cages: Cages, folder: Path) -> Versions:
    """The models as the children have loaded them, and why others are left out. Raises what a lease and a job may."""
    async with cages.lease() as cage:
        (said,) = [value async for value in cage.run({"versions": True})]
    return Versions(folder, said["models"], said["broken"])


def _cages(
    work: str, scratch: Path, size: int, limits: Limits, settings: TaggerSettings, *, lazy: bool = False
) -> Cages:
    models = settings.models_folder
    env = {"PACKSHOT_MODELS": str(models)}
    return Cages(work, size=size, scratch=scratch, limits=limits, extra_read=[models], env=env, lazy=lazy)
