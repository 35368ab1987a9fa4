"""A person wants an older version back: ingest makes it the newest again, with a number of its own. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from runtime.publisher import Outgoing
from schemas.curation import RESTORE
from schemas.decision import Decision
from schemas.head import HeadFacet
from schemas.inbox import IngestJob
from schemas.names import stem
from schemas.topics import INGEST_JOBS
from services.curator.heads import Version


class Restore(NamedTuple):
    """Which version, and over which one: it counts while that is the last."""

    version: int
    over: int


def restore_of(fields: Mapping[str, Any]) -> Restore | None:
    """From the curation's fields."""
    said = fields.get(RESTORE)
    return Restore(int(said["version"]), int(said["over"])) if isinstance(said, dict) else None


def outdated(decision: Decision, head: HeadFacet | None) -> str | None:
    """Why one that was decided before the last version came cannot be taken, or None."""
    restore = restore_of(decision.set)
    last = max([head.newest, *head.out]) if head else 0
    if restore is None or last <= restore.over:
        return None
    return f"version {last} has come meanwhile: look at it, then restore version {restore.version} over it"


def restore_jobs(asset_id: str, restore: Restore | None, versions: Mapping[int, Version]) -> list[Outgoing]:
    """What ingest has to do, told with every decision until it is done: then there is a later version."""
    if restore is None or restore.version not in versions or max(versions) != restore.over:
        return []
    first = versions[min(versions)].look
    job = IngestJob(
        bucket=first.bucket,
        key=first.key,
        restore=restore.version,
        over=restore.over,
        asset=asset_id,
        reason="decision",
    )
    return [Outgoing(INGEST_JOBS, f"{job.bucket}/{stem(job.key)}", job, about=("restore", asset_id, *restore))]
