"""The sweep as its settings want it: the service's own, and that of the command line."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from runtime.groups import committed, idle, reach
from runtime.objects import Bucket
from schemas.topics import ASSET_INGESTED
from services.ingest.config import IngestSettings
from services.ingest.heard import Heard
from services.ingest.ledger import Ledger
from services.ingest.removals import Guard
from services.ingest.sweep import Sweep
from services.ingest.waiting import Patience


def sweep_of(settings: IngestSettings, inbox: Bucket, library: Bucket, folder: Path | None = None) -> Sweep:
    """Wire it; nothing is asked yet. `folder`: where its ledger may lie."""
    return Sweep(
        inbox,
        library,
        partial(committed, settings, topic=ASSET_INGESTED.name),
        Guard(settings.removal_share, settings.removal_least),
        Patience(settings.sweep_grace_s, settings.empty_s),
        timedelta(days=settings.retention_days) if settings.retention_days else None,
        partial(idle, settings),
        Heard(partial(reach, settings)),
        Ledger(folder),
    )
