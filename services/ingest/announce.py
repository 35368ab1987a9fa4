"""What ingest says of a version: its `file` facet, and the event that starts all work."""

from datetime import datetime

from runtime.assets import announced
from runtime.publisher import Outgoing
from runtime.records import Draft, facet_draft
from schemas.facet import Facet
from schemas.topics import ASSET_INGESTED
from services.ingest.masters import embedded
from services.ingest.source import Source, Taken


def file_facet(source: Source, taken: Taken, now: datetime) -> Draft[Facet]:
    """The `file` facet, done or refused."""
    said = {
        "sidecar": source.described,
        "embedded": embedded(taken.file),
        "retired": source.out,
        "removed": source.removed,
    }
    file = taken.file.model_copy(update=said)
    asset_id = source.asset_id or ""

    def make(revision: int) -> Facet:
        return Facet(
            asset_id=asset_id,
            version=taken.number,
            facet="file",
            revision=revision,
            status="refused" if taken.refused else "done",
            cause=taken.cause,
            cure=taken.cure,
            written=now,
            data=file.model_dump(mode="json", exclude_none=True),
        )

    return facet_draft(make)


def announcement(source: Source, taken: Taken) -> Outgoing | None:
    """`asset.ingested`, with the same event id however often it is said; None for what was refused."""
    if taken.refused or source.asset_id is None:
        return None
    event = announced(source.asset_id, taken.number, taken.file)
    if event is None:
        return None
    about = (taken.number, event.proxy) if event.proxy else (taken.number,)
    return Outgoing(ASSET_INGESTED, source.asset_id, event.model_copy(update={"first": not taken.known}), about=about)
