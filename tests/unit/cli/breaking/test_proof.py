"""The proof finds what is planted, and nothing where all is well: else a run without faults would say nothing."""

import hashlib
from typing import Any

import pytest

from cli.breaking import proof
from cli.breaking.ledger import Ledger
from cli.breaking.load import Dropped
from cli.breaking.pictures import POISON
from runtime.memory_store import MemoryBucket
from schemas.facet import Facet
from schemas.file import FileFacet
from services.ingest.source import Source, Taken, save

NOW = "2026-11-29T14:00:00Z"
ASSET = "10000000-0000-5000-8000-000000000000"


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class Copy:
    """A copy of Packshot after a run: files that were dropped, and what is kept of them."""

    def __init__(self) -> None:
        self.inbox, self.library = MemoryBucket("inbox"), MemoryBucket("library")
        self.ledger = Ledger("nowhere", "chaos/")
        self.files: list[Dropped] = []

    async def drop(self, key: str, *bodies: bytes, seed: int = 1, kept: list[bytes] | None = None) -> None:
        """All is well with it; `kept`: what became versions, where that is not what was sent."""
        self.files.append(Dropped(key, seed, [(sha(body), len(body)) for body in bodies]))
        versions = []
        for number, body in enumerate(bodies if kept is None else kept, 1):
            file = FileFacet(sha256=sha(body), bytes=len(body), bucket="inbox", key=key, arrived=NOW)  # type: ignore[arg-type]
            versions.append(Taken(number=number, file=file))
            await self.library.put(f"originals/{sha(body)}", body)
        await save(self.library, Source(bucket="inbox", key=key, asset_id=ASSET, versions=versions), None)
        self.ledger.asset_of[key] = f"asset of {key}"
        self.say(key, "head", {"state": "complete", "newest": len(bodies)}, version=0)

    def say(self, key: str, facet: str, data: dict[str, Any], *, version: int) -> None:
        asset = self.ledger.asset_of[key]
        name = f"{asset}/{version}/{facet}" if version else f"{asset}/{facet}"
        self.ledger.last["asset.metadata"][name] = {"data": data}

    async def lost(self) -> list[str]:
        return await proof.lost(self.inbox, self.library, self.files)

    async def doubled(self) -> list[str]:
        return await proof.doubled(self.inbox, self.library, self.files, self.ledger)


@pytest.fixture
async def copy() -> Copy:
    found = Copy()
    await found.drop("chaos/a.jpg", b"one", b"two")
    return found


async def test_a_run_without_faults_has_nothing_wrong(copy: Copy) -> None:
    assert await copy.lost() == []
    assert await copy.doubled() == []
    assert proof.unfinished(copy.files, copy.ledger) == []


async def test_bytes_that_are_gone_or_others_are_lost(copy: Copy) -> None:
    await copy.library.put(f"originals/{sha(b'one')}", b"other bytes")
    assert await copy.lost() == [f"chaos/a.jpg: {sha(b'one')[:12]} is not in the library"]


async def test_an_upload_that_was_never_taken_is_lost(copy: Copy) -> None:
    await copy.drop("chaos/b.jpg", b"three", b"four", kept=[b"four"])
    assert await copy.lost() == [f"chaos/b.jpg: {sha(b'three')[:12]} was never taken"]


async def test_one_upload_that_became_two_versions_is_doubled(copy: Copy) -> None:
    await copy.drop("chaos/b.jpg", b"three", kept=[b"three", b"three"])
    assert await copy.doubled() == ["chaos/b.jpg: 1 uploads became 2 versions"]


async def test_two_names_of_one_asset_are_doubled(copy: Copy) -> None:
    await copy.drop("chaos/b.jpg", b"three")
    copy.ledger.asset_of["chaos/b.jpg"] = copy.ledger.asset_of["chaos/a.jpg"]
    assert await copy.doubled() == ["chaos/b.jpg and chaos/a.jpg are one asset"]


async def test_poison_must_be_refused_and_pictures_complete(copy: Copy) -> None:
    await copy.drop("chaos/b.jpg", b"cut", seed=POISON - 1)
    copy.say("chaos/a.jpg", "head", {"state": "refused", "newest": 2}, version=0)
    told = ["chaos/a.jpg is refused, not complete", "chaos/b.jpg is complete, not refused"]
    assert proof.unfinished(copy.files, copy.ledger) == told


async def test_a_fact_that_went_back_is_stale(copy: Copy) -> None:
    copy.ledger.back.append("asset.metadata x: revision 1 came after 2")
    assert await proof.stale(copy.library, copy.files, copy.ledger) == copy.ledger.back


async def test_an_archive_that_the_topic_does_not_know_is_stale(copy: Copy) -> None:
    asset = copy.ledger.asset_of["chaos/a.jpg"] = ASSET
    facet = Facet.model_validate(
        {"asset_id": asset, "version": 1, "facet": "tags", "revision": 1, "status": "done", "written": NOW}
    )
    await copy.library.put(f"facets/{asset}/1/tags.json", facet.model_dump_json().encode())
    told = await proof.stale(copy.library, copy.files, copy.ledger)
    assert told == [f"facets/{asset}/1/tags.json: the archive and the topic differ"]
