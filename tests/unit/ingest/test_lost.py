"""Originals that the store has no more are told, and nothing else is; what is still somewhere is put back."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cli.sweep import mend
from runtime.memory_store import MemoryBucket
from runtime.metrics import REGISTRY
from runtime.objects import ObjectInfo, Stored
from runtime.outage import Unavailable
from schemas.inbox import IngestJob
from services.collector.ending import Ending
from services.ingest import lost, timers
from services.ingest.drift import Drift
from services.ingest.handler import handle
from services.ingest.mend import original_back, record_back
from services.ingest.source import path_of
from services.ingest.timers import Sweeping
from tests.suites.labs import until
from tests.unit.ingest.conftest import Ingest, jpeg, tiff
from tests.unit.ingest.swept import Swept, sweeping


@pytest.fixture
def swept(ingest: Ingest) -> Swept:
    return sweeping(ingest)


def original(body: bytes) -> str:
    return f"originals/{hashlib.sha256(body).hexdigest()}"


def named(drift: Drift) -> list[tuple[str, int | None]]:
    return sorted((one.key, one.there) for one in drift.lost)


async def test_what_is_gone_or_cut_off_is_told_until_it_is_there(swept: Swept) -> None:
    """In a shallow look, too; what is told is the file, and how much of it is left."""
    library = swept.ingest.world.library
    await swept.take("a.jpg", "b.jpg", "c.jpg")
    assert (await swept.sweep.look()).lost == []
    await library.delete(original(jpeg("a.jpg")))
    await library.put(original(jpeg("c.jpg")), b"cut off")
    assert (await swept.sweep.look(deep=False)).lost == []
    drift = await swept.sweep.look()
    assert named(drift) == [("a.jpg", None), ("c.jpg", 7)]
    assert {str(one).partition(",")[0] for one in drift.lost} == {original(jpeg("a.jpg")), original(jpeg("c.jpg"))}
    await library.put(original(jpeg("a.jpg")), jpeg("a.jpg"))
    assert named(await swept.sweep.look(deep=False)) == [("c.jpg", 7)]
    await library.put(original(jpeg("c.jpg")), jpeg("c.jpg"))
    assert await swept.calm()


async def test_older_versions_and_companions_are_looked_for_as_well(swept: Swept) -> None:
    world = swept.ingest.world
    await swept.take("a.jpg")
    await world.inbox.put("a.jpg", jpeg("second"))
    await world.inbox.put("b.jpg", jpeg("proxy"))
    await world.inbox.put("b.dng", tiff("raw"))
    for key in ("a.jpg", "b.jpg", "b.dng"):
        await swept.ingest.job(key)
    for body in (jpeg("a.jpg"), jpeg("proxy")):
        await world.library.delete(original(body))
    assert len((await swept.sweep.look()).lost) == 2


async def test_what_is_refused_or_waits_was_never_kept(swept: Swept) -> None:
    await swept.ingest.world.inbox.put("a.exe", b"MZ")
    await swept.ingest.world.inbox.put("empty.jpg", b"")
    for key in ("a.exe", "empty.jpg"):
        await swept.ingest.job(key)
    assert (await swept.sweep.look()).lost == []


async def test_what_is_written_while_the_store_lists_is_not_lost(swept: Swept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listed before it was written, and known before that: the store itself is asked once more."""
    world = swept.ingest.world
    await swept.take("a.jpg", "b.jpg")
    whole, key = world.library.pages, original(jpeg("b.jpg"))
    await world.library.delete(key)

    async def listed(prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        async for page in whole(prefix):
            yield page
        if prefix == "originals/":
            await world.library.put(key, jpeg("b.jpg"))

    monkeypatch.setattr(world.library, "pages", listed)
    assert (await swept.sweep.look()).lost == []


async def test_what_was_purged_is_not_lost(swept: Swept) -> None:
    """Neither while its name still says so, nor where another record still speaks of bytes that nobody refers to."""
    world = swept.ingest.world
    await swept.take("a.jpg")
    await swept.ingest.job("a.jpg", separate=1)
    asset = (await swept.ingest.source("a.jpg")).asset_id or ""
    refs = await world.library.listing("refs/")
    purge = IngestJob(bucket="inbox", key="a.jpg", asset=asset, purged=True)
    await world.library.delete(original(jpeg("a.jpg")))
    assert len((await swept.sweep.look()).lost) == 1
    await world.say(handle(purge, swept.ingest.deps()))
    for info in refs:
        await world.library.delete(info.key)
    assert (await swept.sweep.look()).lost == []


async def test_the_collector_s_end_of_an_asset_is_no_alarm(swept: Swept) -> None:
    """In the order in which it works: references first, then the bytes; the record may say nothing of it yet."""
    world = swept.ingest.world
    await swept.take("a.jpg")
    asset = (await swept.ingest.source("a.jpg")).asset_id or ""
    await world.library.put(f"purges/{asset}", b"")

    async def forgotten(*_: str) -> None:
        assert (await swept.sweep.look()).lost == []

    await Ending(world.library, world.inbox, forgotten).end(asset)
    await world.library.delete(original(jpeg("a.jpg")))
    assert (await swept.sweep.look()).lost == []


class Paged(MemoryBucket):
    """Gives originals two at a time, and notes what is read."""

    heads: list[str]

    async def pages(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """See `Bucket.pages`."""
        found = await self.listing(prefix)
        for at in range(0, len(found), 2):
            yield found[at : at + 2]

    async def get(self, key: str) -> Stored | None:
        """See `Bucket.get`."""
        assert not key.startswith("originals/"), "no bytes are read"
        return await super().get(key)

    async def head(self, key: str) -> ObjectInfo | None:
        """See `Bucket.head`."""
        self.heads.append(key)
        return await super().head(key)


async def test_page_by_page_only_what_is_missing_is_asked_for(swept: Swept) -> None:
    keys = [f"{number}.jpg" for number in range(9)]
    await swept.take(*keys)
    library = swept.ingest.world.library
    library.__class__ = Paged
    library.heads = []  # type: ignore[attr-defined]
    gone = [original(jpeg(key)) for key in ("0.jpg", "4.jpg", "8.jpg")]
    for key in gone:
        await library.delete(key)
    library.heads.clear()  # type: ignore[attr-defined]
    assert [key for key, _ in named(await swept.sweep.look())] == ["0.jpg", "4.jpg", "8.jpg"]
    assert sorted(library.heads) == sorted(gone)  # type: ignore[attr-defined]


async def test_of_very_many_only_some_are_named_and_the_rest_is_found_when_these_are_back(
    swept: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost, "MOST", 2)
    library = swept.ingest.world.library
    await swept.take("a.jpg", "b.jpg", "c.jpg")
    for info in await library.listing("originals/"):
        await library.delete(info.key)
    first = (await swept.sweep.look()).lost
    assert len(first) == 2
    for one in first:
        await library.put(one.original, jpeg(one.key))
    [rest] = (await swept.sweep.look(deep=False)).lost
    assert rest.key not in {one.key for one in first}


def told(kind: str) -> float | None:
    return REGISTRY.get_sample_value("packshot_drift_standing", {"kind": kind})


async def test_metrics_and_the_log_tell_of_it_and_when_all_were_looked_for(
    swept: Swept, caplog: pytest.LogCaptureFixture
) -> None:
    world, ours = swept.ingest.world, True
    await swept.take("a.jpg")
    await world.library.delete(original(jpeg("a.jpg")))
    run = Sweeping(swept.sweep, world.publisher.publish, 0.001, lambda: ours)
    running = asyncio.create_task(run.run())
    await until(lambda: told("lost") == 1)
    checked = REGISTRY.get_sample_value("packshot_originals_checked_timestamp_seconds") or 0
    assert abs(checked - (await world.library.now()).timestamp()) < 600
    ours = False
    await until(lambda: told("lost") == 0)
    assert REGISTRY.get_sample_value("packshot_originals_checked_timestamp_seconds") == 0
    run.stop()
    await running
    [said] = [one.getMessage() for one in caplog.records if one.name == timers.__name__]
    assert "a.jpg" in said and "is not in the store" in said


@pytest.mark.parametrize("found", ["library", "inbox", ""])
async def test_an_original_is_put_back_from_where_its_very_bytes_are(swept: Swept, tmp_path: Path, found: str) -> None:
    world, body = swept.ingest.world, jpeg("a.jpg")
    await swept.take("a.jpg")
    if found == "library":
        await world.inbox.remove("a.jpg", (await world.inbox.versions("a.jpg"))[0].version_id)
        await world.library.delete(original(body))
    else:
        for info in await world.library.versions(original(body)):
            await world.library.remove(info.key, info.version_id)
    if not found:
        await world.inbox.put("a.jpg", bytes(len(body)))  # another file under the name, of the same size
        await world.inbox.remove("a.jpg", (await world.inbox.versions("a.jpg"))[0].version_id)
    [one] = (await swept.sweep.look()).lost
    told = await original_back(one, world.inbox, world.library, tmp_path)
    assert bool(told) == bool(found) and f"in {found}" in (told or "in ")
    assert len((await swept.sweep.look()).lost) == (0 if found else 1)
    assert list(tmp_path.iterdir()) == []


async def test_a_damaged_record_stands_again_as_it_was(swept: Swept, tmp_path: Path) -> None:
    world, path = swept.ingest.world, path_of("inbox", "a.jpg")
    await swept.take("a.jpg")
    before = await swept.ingest.source("a.jpg")
    for damage in (b"{", b"\xff\x00"):
        await world.library.put(path, damage)
    assert (await swept.sweep.look()).unreadable == [path]
    assert await record_back(path, world.library, tmp_path)
    assert await swept.ingest.source("a.jpg") == before
    assert await swept.calm() and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("body", [b'{"bucket": 7}', None])
async def test_what_a_newer_release_wrote_is_left_and_what_never_was_a_record_stays(
    swept: Swept, tmp_path: Path, body: bytes | None
) -> None:
    library, path = swept.ingest.world.library, path_of("inbox", "b.jpg")
    if body:
        await swept.take("b.jpg")
    await library.put(path, body or b"{")
    assert await record_back(path, library, tmp_path) is None
    stored = await library.get(path)
    assert stored and stored.body == (body or b"{")


class Broken(MemoryBucket):
    """Its disk does not give these versions, nor answers for these keys."""

    damaged: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()

    async def fetch(self, key: str, path: Path, *, version_id: str = "", **more: Any) -> int:
        """See `Bucket.fetch`."""
        if version_id in self.damaged:
            raise Unavailable("S3: status 500")
        return await super().fetch(key, path, version_id=version_id, **more)

    async def versions(self, key: str) -> list[ObjectInfo]:
        """See `Bucket.versions`."""
        if key in self.silent:
            raise Unavailable("S3: status 500")
        return await super().versions(key)


async def test_what_a_broken_disk_does_not_give_keeps_nothing_else_from_being_put_back(
    swept: Swept, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Of a.jpg and a record the last good version, of b.jpg all that the library says."""
    world, record = swept.ingest.world, path_of("inbox", "d.jpg")
    library = world.library
    await swept.take("a.jpg", "b.jpg", "c.jpg", "d.jpg")
    stored = await library.get(record)
    for body in (stored.body if stored else b"", b"{"):
        await library.put(record, body)
    for key in ("a.jpg", "b.jpg", "c.jpg"):
        await library.delete(original(jpeg(key)))
    damaged = [(await library.versions(original(jpeg("a.jpg"))))[0], (await library.versions(record))[-2]]
    library.__class__ = Broken
    assert isinstance(library, Broken)
    library.damaged = frozenset(info.version_id for info in damaged)
    library.silent = frozenset([original(jpeg("b.jpg"))])
    drift = await swept.sweep.look()
    assert (len(drift.lost), drift.unreadable) == (3, [record])
    await mend(drift, world.inbox, library, tmp_path)
    assert named(drift) == [("b.jpg", None)] and drift.unreadable == []
    said = capsys.readouterr().err
    assert f"not mended: {original(jpeg('b.jpg'))}. S3: status 500" in said and "a.jpg in inbox" in said
    assert sum("is of no use: S3: status 500" in one.getMessage() for one in caplog.records) == 2
    assert named(await swept.sweep.look()) == [("b.jpg", None)] and list(tmp_path.iterdir()) == []
