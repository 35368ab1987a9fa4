"""What people say of other assets' pictures: `edition:<asset>` is confirmed where it is a newer edition of this one's.

Ingest makes it a version of this asset then. Where nobody says so any more, it is split again: that version is out, and
whichever was live before it is live again. Pure.
"""

from collections.abc import Mapping

from runtime.publisher import Outgoing
from schemas.curation import EDITION
from schemas.facet import Facet
from schemas.inbox import IngestJob
from schemas.names import stem
from schemas.topics import INGEST_JOBS
from services.curator.heads import Version

CONFIRMED = "confirmed"


def said_of(fields: Mapping[str, object]) -> dict[str, str]:
    """Asset → what people say of it, from the curation's fields."""
    return {name.removeprefix(EDITION): str(said) for name, said in fields.items() if name.startswith(EDITION)}


def split_again(editions: Mapping[str, str], versions: Mapping[int, Version]) -> set[int]:
    """Versions that came from an asset of which nobody says any more that it is an edition."""
    return {n for n, one in versions.items() if one.taken_from and editions.get(one.taken_from) != CONFIRMED}


def edition_jobs(curation: Facet, editions: Mapping[str, str], versions: Mapping[int, Version]) -> list[Outgoing]:
    """What ingest has to do about it, told with every decision: where it is done, nothing is done again."""
    first = versions[min(versions)].look
    joined = [asset for asset, said in editions.items() if said == CONFIRMED]
    gone = sorted({str(versions[number].taken_from) for number in split_again(editions, versions)})
    return [
        Outgoing(
            INGEST_JOBS,
            f"{first.bucket}/{stem(first.key)}",
            IngestJob(
                bucket=first.bucket,
                key=first.key,
                edition=asset,
                apart=asset in gone,
                asset=curation.asset_id,
                reason="decision",
            ),
            about=("edition", curation.asset_id, asset, curation.revision),
        )
        for asset in (*joined, *gone)
    ]
