"""Assets that end: purged by a person, or merged into the one that their file was moved from.

The mark `purges/<asset>` starts the collector's clock. It is written after the head, and taken back with it: whoever
crashes in between comes to the same asset again.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from runtime.objects import Bucket, Exists
from runtime.publisher import Outgoing
from schemas.curation import HEIR
from schemas.head import ENDED, HeadFacet
from schemas.inbox import IngestJob
from schemas.names import stem
from schemas.topics import INGEST_JOBS
from services.curator.likeness import Look

_ID = re.compile(r"[0-9a-f-]{36}")


def heir_of(fields: Mapping[str, Any]) -> str:
    """The asset that people say goes on with a purged one's photograph; empty where that is no asset's id."""
    said = fields.get(HEIR)
    return said if isinstance(said, str) and _ID.fullmatch(said) else ""


def ended(
    head: HeadFacet,
    versions: Iterable[int],
    *,
    purged: bool,
    heir: str = "",
    merged_into: str | None,
    kept: bool = False,
) -> HeadFacet:
    """The head as it is, or that of an asset that has ended: nothing is live, all versions are out.

    heir: where it was purged, the asset that its addresses lead to. kept: it is an edition of another, and may be split
    again.
    """
    if not purged and merged_into is None:
        return head
    return HeadFacet(
        newest=head.newest,
        state="purged" if purged else "merged",
        out=sorted(versions),
        merged_into=(heir or None) if purged else merged_into,
        kept=kept and not purged,
    )


async def mark(library: Bucket, asset_id: str, head: HeadFacet) -> None:
    """Start or stop the collector's clock. Raises Unavailable."""
    path = f"purges/{asset_id}"
    if head.state not in ENDED or head.kept:
        if await library.head(path):
            await library.delete(path)
        return
    try:
        await library.put(path, b"", new=True)
    except Exists:
        return  # the clock runs since an earlier life


def tell_ingest(asset_id: str, head: HeadFacet, look: Look, before: HeadFacet | None) -> Outgoing | None:
    """What comes under the purged asset's name is another asset; a purge that was taken back gives the name back.

    The same event however often it is said of the same change; None where neither is the case.
    """
    was = before is not None and before.state == "purged"
    if (head.state == "purged") == was or head.state == "merged":
        return None
    job = IngestJob(bucket=look.bucket, key=look.key, purged=not was, asset=asset_id, reason="decision")
    return Outgoing(INGEST_JOBS, f"{job.bucket}/{stem(job.key)}", job, about=("purged", asset_id, not was))
