"""What each worker asks before it works: is the version still wanted, was it done before, was a twin of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from runtime.fence import Seen, clock, look
from runtime.objects import Bucket
from runtime.records import Draft, facet_draft
from runtime.refusal import Refused
from schemas.asset import AssetIngested
from schemas.facet import Facet, Status, facet_object
from schemas.file import FileFacet
from schemas.head import HeadFacet

TWINS_ASKED = 5


@dataclass(frozen=True)
class Standing:
    """Where an asset stands in the archive: its newest version by `file` facets, and all facet objects. at: when."""

    newest: int
    objects: frozenset[str]
    at: float


async def standing(library: Bucket, asset_id: str) -> Standing:
    """One listing."""
    at = clock()
    return standing_by((info.key for info in await library.listing(f"facets/{asset_id}/")), at)


def standing_by(keys: Iterable[str], at: float) -> Standing:
    """From the facet objects of one asset, listed at `at`."""
    objects = frozenset(keys)
    numbers = [int(key.split("/")[2]) for key in objects if key.endswith("/file.json")]
    return Standing(max(numbers, default=0), objects, at)


async def seen_of(library: Bucket, event: AssetIngested, name: str, found: Standing) -> Seen:
    """The fence around a facet of that version, to be asked for before what it is made from is read.

    Costs a GET only where the listing has it. Raises Unavailable.
    """
    path = facet_object(event.asset_id, event.version, name)
    return await look(library, path) if path in found.objects else Seen(None, found.at)


async def is_wanted(library: Bucket, event: AssetIngested, found: Standing) -> bool:
    """The live version and the newest neither refused nor out are wanted; work for others would be thrown away."""
    if not found.newest:
        return False  # nobody knows it: it was purged, and has ended
    if event.version in await versions_out(library, event.asset_id, found.objects):
        return False
    for newer in range(event.version + 1, found.newest + 1):
        if not await is_refused(library, event.asset_id, newer, found.objects):
            break
    else:
        return True
    head = await read_facet(library, event.asset_id, 0, "head")
    return head is not None and HeadFacet.model_validate(head.data).live == event.version


async def is_refused(
    library: Bucket, asset_id: str, version: int, objects: Collection[str], by: Sequence[str] = ("file", "renditions")
) -> bool:
    """Whether ingest or render will not take that version, or a person put it out. `objects`: facets that are there."""
    for name in by:
        if facet_object(asset_id, version, name) in objects:
            facet = await read_facet(library, asset_id, version, name)
            if facet is not None and facet.status == "refused":
                return True
    return version in await versions_out(library, asset_id, objects)


async def versions_out(library: Bucket, asset_id: str, objects: Collection[str]) -> list[int]:
    """Versions that a person discarded or made a picture of their own."""
    if facet_object(asset_id, 0, "head") not in objects:
        return []
    head = await read_facet(library, asset_id, 0, "head")
    return HeadFacet.model_validate(head.data).out if head else []


async def read_facet(library: Bucket, asset_id: str, version: int, facet: str) -> Facet | None:
    """The archived record, or None."""
    stored = await library.get(facet_object(asset_id, version, facet))
    return Facet.model_validate_json(stored.body) if stored else None


async def made_before(library: Bucket, event: AssetIngested, facet: str, found: Standing) -> list[Facet]:
    """Done facets of these bytes: this version's own, else those of other assets. Nothing is made twice."""
    if facet_object(event.asset_id, event.version, facet) in found.objects:
        own = await read_facet(library, event.asset_id, event.version, facet)
        if own and own.status == "done":
            return [own]
    return [] if event.first else await _twins(library, event, facet)


async def _twins(library: Bucket, event: AssetIngested, facet: str) -> list[Facet]:
    refs = [info.key.split("/") for info in await library.listing(f"refs/{event.sha256}/")]
    others = [
        (asset, int(version))
        for _, _, asset, version in refs
        if (asset, int(version)) != (event.asset_id, event.version)
    ]
    found = []
    for asset, version in others[:TWINS_ASKED]:
        twin = await read_facet(library, asset, version, facet)
        if twin is not None and twin.status == "done" and await _is_of(library, twin, event.sha256):
            found.append(twin)
    return found


async def _is_of(library: Bucket, twin: Facet, sha256: str) -> bool:
    """Whether it was made from these bytes: a version also refers to its companions', and those are not its own."""
    file = await read_facet(library, twin.asset_id, twin.version, "file")
    return file is not None and file.data.get("sha256") == sha256


def announced(asset_id: str, version: int, file: FileFacet) -> AssetIngested | None:
    """The event that starts all work on that version, from its `file` facet; None for what was not taken."""
    if file.sha256 is None or file.kind is None:
        return None
    return AssetIngested(
        asset_id=asset_id,
        version=version,
        sha256=file.sha256,
        bytes=file.bytes,
        media_type=file.media_type,
        kind=file.kind,
        bucket=file.bucket,
        key=file.key,
        arrived=file.arrived,
        proxy=_proxy(file),
    )


def _proxy(file: FileFacet) -> str | None:
    """The JPEG to work from where the master's format is refused."""
    if file.media_type == "image/jpeg":
        return None
    return next((one.sha256 for one in file.companions if one.media_type == "image/jpeg" and one.sha256), None)


def facet(
    event: AssetIngested,
    name: str,
    data: dict[str, Any],
    *,
    status: Status = "done",
    cause: str | None = None,
    cure: str | None = None,
    owes: list[str] | None = None,
    seen: Seen | None = None,
) -> Draft[Facet]:
    """A facet of that version, to be yielded. seen: its fence, from `seen_of`."""
    now = datetime.now(UTC)

    def make(revision: int) -> Facet:
        return Facet(
            asset_id=event.asset_id,
            version=event.version,
            facet=name,
            revision=revision,
            status=status,
            cause=cause,
            cure=cure,
            owes=owes or [],
            written=now,
            data=data,
        )

    return facet_draft(make, seen)


def refused(event: AssetIngested, name: str, refusal: Refused, seen: Seen) -> Draft[Facet]:
    """The file is at fault. What is slow to refuse is not opened once more because it took its time."""
    about = {"sha256": event.sha256}
    fence = seen.without_lease()
    return facet(event, name, about, status="refused", cause=refusal.cause, cure=refusal.cure, seen=fence)


def failed(event: AssetIngested, name: str, error: BaseException) -> Draft[Facet]:
    """We are at fault; said before the message is buried, so that nothing waits for it.

    What was done before stays done: a repetition that failed, or a process that was out meanwhile, takes nothing back.
    """
    cause = f"Our own error: {type(error).__name__}: {error}"[:500]
    cure = "Nothing is wrong with the file. Try again; if it happens again, tell the operator."
    draft = facet(event, name, {"sha256": event.sha256}, status="failed", cause=cause, cure=cure)

    def kept(standing: Facet | None, revision: int) -> Facet:
        return standing if standing is not None and standing.status == "done" else draft.make(revision)

    return replace(draft, fold=kept)
