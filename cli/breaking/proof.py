"""What must hold once everything has come to an end, whatever was broken. Each check returns what is wrong."""

import asyncio
import hashlib
from collections.abc import Sequence

from cli.breaking.ledger import FINAL, Ledger
from cli.breaking.load import Dropped
from cli.breaking.pictures import poisoned
from runtime.objects import Bucket
from runtime.records import content
from schemas.facet import Facet
from services.ingest.source import load

AT_ONCE = 16


async def lost(inbox: Bucket, library: Bucket, files: Sequence[Dropped]) -> list[str]:
    """Uploaded bytes that are not in the library byte for byte (refused ones: in the inbox)."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(file: Dropped) -> list[str]:
        async with gate:
            source, _ = await load(library, inbox.name, file.key)
            taken = {version.file.sha256: version for version in source.versions}
            wrong = []
            for sha256, _size in file.sent:
                kept = taken.get(sha256)
                if kept is None:
                    wrong.append(f"{file.key}: {sha256[:12]} was never taken")
                elif not await _there(library, f"originals/{sha256}", sha256) and not (
                    kept.refused and await _there(inbox, file.key, sha256)
                ):
                    wrong.append(f"{file.key}: {sha256[:12]} is not in the library")
            return wrong

    return [wrong for found in await asyncio.gather(*map(one, files)) for wrong in found]


async def _there(bucket: Bucket, key: str, sha256: str) -> bool:
    stored = await bucket.get(key)
    return stored is not None and hashlib.sha256(stored.body).hexdigest() == sha256


async def doubled(inbox: Bucket, library: Bucket, files: Sequence[Dropped], ledger: Ledger) -> list[str]:
    """Bytes that became more than one version, and names that share an asset."""
    wrong: list[str] = []
    owner: dict[str, str] = {}
    for file in files:
        source, _ = await load(library, inbox.name, file.key)
        taken = [version.file.sha256 for version in source.versions]
        if len(taken) > len(file.sent):
            wrong.append(f"{file.key}: {len(file.sent)} uploads became {len(taken)} versions")
        asset = ledger.asset_of.get(file.key, file.key)
        if other := owner.get(asset):
            wrong.append(f"{file.key} and {other} are one asset")
        owner[asset] = file.key
    return wrong


def unfinished(files: Sequence[Dropped], ledger: Ledger) -> list[str]:
    """Assets that are in no final state, or in a wrong one."""
    wrong = []
    for file in files:
        state = ledger.head(file.key).get("state", "absent")
        wanted = "refused" if poisoned(file.seed) and len(file.sent) == 1 else "complete"
        if state not in FINAL or state != wanted:
            wrong.append(f"{file.key} is {state}, not {wanted}")
    return wrong


async def stale(library: Bucket, files: Sequence[Dropped], ledger: Ledger) -> list[str]:
    """Facts that went back, and facts of which the last on the topic is not the archived one."""
    wrong = list(ledger.back)
    for file in files:
        asset = ledger.asset_of.get(file.key)
        for info in await library.listing(f"facets/{asset}/"):
            stored = await library.get(info.key)
            kept = Facet.model_validate_json(stored.body) if stored else None
            said = ledger.last["asset.metadata"].get(info.key.removeprefix("facets/").removesuffix(".json"))
            told = Facet.model_validate(said) if said else None
            if kept and (told is None or (kept.revision, content(kept)) != (told.revision, content(told))):
                wrong.append(f"{info.key}: the archive and the topic differ")
    return wrong
