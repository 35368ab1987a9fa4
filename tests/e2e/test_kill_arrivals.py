"""SIGKILL of ingest at the steps of companions, lists, retention, moves and purges: `test_kill` has another story."""

import asyncio
import signal
import time
from pathlib import Path

import pytest

from runtime.steps import KILL_AT
from schemas.file import FileFacet
from schemas.inbox import IngestJob
from services.ingest.intake import job_event
from services.ingest.source import load
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture, sha256
from tests.e2e.test_masters import as_tiff
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(240)]
DESCRIBING = ("ingest.part-known", "ingest.list-known", "ingest.list-read", "ingest.described")
RETIRING = ("ingest.retire-known", "ingest.retire-said", "ingest.retired")
MOVING = ("ingest.adopting", "ingest.moved-away", "ingest.adopted")
PURGING = ("ingest.parted",)
STEPS = (*DESCRIBING, *RETIRING, *MOVING, *PURGING)
RETENTION = {"sweep_s": 1, "sweep_grace_s": 0, "retention_days": 3 / 86400}


async def told(seen: Watch, prefix: str, key: str, version: int, wanted: FileFacet) -> None:
    """Wait until the `file` facet says so."""

    def missing() -> list[str]:
        facet = seen.facet(seen.assets(prefix).get(key, ""), version, "file")
        file = FileFacet.model_validate(facet["data"]) if facet else None
        found = file and (file.sha256, file.sidecar, [one.sha256 for one in file.companions], file.retired)
        sought = (wanted.sha256, wanted.sidecar, [one.sha256 for one in wanted.companions], wanted.retired)
        return [] if found == sought else [f"{key} version {version}: {found}, not {sought}"]

    await seen.until(missing)


@pytest.mark.parametrize("step", [*DESCRIBING, *RETIRING])
async def test_killed(pipeline: Pipeline, prefix: str, tmp_path: Path, step: str) -> None:
    """A JPEG; a list that speaks of it; its master; then both leave the inbox, where it is retention that dies."""
    await pipeline.run(*ALL)
    jpeg = picture(int(prefix[1:], 16) % 2**31)
    jpg, tif, master = f"{prefix}/a.jpg", f"{prefix}/a.tif", as_tiff(jpeg)
    settings = RETENTION if step in RETIRING else {}
    member = pipeline.member("ingest")
    await asyncio.to_thread(member.stop)
    async with pipeline.watch() as seen:
        member.start(**settings, **{KILL_AT.removeprefix("PACKSHOT_").lower(): f"{step}:{tmp_path / 'killed'}"})
        rebirth = asyncio.create_task(pipeline.dead(member, 90))
        rebirth.add_done_callback(lambda _: member.start(**settings))
        await pipeline.drop([(jpg, jpeg)])
        await seen.until(lambda: [] if seen.state(jpg) == "complete" else [f"{jpg} is {seen.state(jpg)}"])
        asset = seen.assets(prefix)[jpg]
        if step in RETIRING:
            await told(seen, prefix, jpg, 1, FileFacet.model_validate(await _file(seen, asset, 1) | {"retired": [jpg]}))
        else:
            await pipeline.drop([(f"{prefix}/list.csv", b"file,title\na.jpg,Seen from the left\n")])
            await pipeline.drop([(tif, master)])
            said = {"sidecar": {"title": "Seen from the left"}, "sha256": sha256(master), "retired": []}
            companions = [{"key": jpg, "sha256": sha256(jpeg)}]
            wanted = FileFacet.model_validate(await _file(seen, asset, 1) | said | {"companions": companions})
            await told(seen, prefix, tif, 2, wanted)
            await seen.until(lambda: [] if seen.head(asset).get("live") == 2 else [f"head is {seen.head(asset)}"])
        assert await rebirth == -signal.SIGKILL
        await pipeline.ready(member)
        await seen.quiet(0.5)
        assert not seen.dead
    if step in RETIRING:
        started = time.monotonic()
        while not (source := (await load(pipeline.library, pipeline.inbox.name, jpg))[0]).gone:
            assert time.monotonic() - started < 30, f"{jpg} is not noted as gone\n{pipeline.complaint()}"
            await asyncio.sleep(0.1)
        assert source.asset_id == asset
        assert await pipeline.inbox.versions(jpg) == []
        assert await pipeline.library.head(f"originals/{sha256(jpeg)}")
        assert not source.taken_away, "what retention took out is not judged as removed"


async def _file(seen: Watch, asset: str, version: int) -> dict[str, object]:
    facet = seen.facet(asset, version, "file")
    assert facet is not None
    return dict(facet["data"])


@pytest.mark.parametrize("step", MOVING)
async def test_killed_while_a_file_is_moved(pipeline: Pipeline, prefix: str, tmp_path: Path, step: str) -> None:
    await pipeline.run(*ALL)
    body = picture(int(prefix[1:], 16) % 2**31)
    old, new = f"{prefix}/old.jpg", f"{prefix}/new.jpg"
    member, settings = pipeline.member("ingest"), {"sweep_s": 1, "sweep_grace_s": 0}
    await asyncio.to_thread(member.stop)
    async with pipeline.watch() as seen:
        member.start(**settings, **{KILL_AT.removeprefix("PACKSHOT_").lower(): f"{step}:{tmp_path / 'killed'}"})
        rebirth = asyncio.create_task(pipeline.dead(member, 90))
        rebirth.add_done_callback(lambda _: member.start(**settings))
        await pipeline.drop([(old, body)])
        await seen.until(lambda: [] if seen.state(old) == "complete" else [f"{old} is {seen.state(old)}"])
        asset = seen.assets(prefix)[old]
        await pipeline.inbox.delete(old)
        await pipeline.drop([(new, body)])

        def missing() -> list[str]:
            facet = seen.facet(asset, 1, "file") or {"data": {}}
            return [] if facet["data"].get("key") == new else [f"{asset} is called {facet['data'].get('key')}"]

        await seen.until(missing)
        assert await rebirth == -signal.SIGKILL
        await pipeline.ready(member)
        await seen.quiet(0.5)
        assert (await load(pipeline.library, pipeline.inbox.name, new))[0].asset_id == asset
        assert not seen.dead


@pytest.mark.parametrize("step", PURGING)
async def test_killed_while_a_name_parts_from_its_asset(
    pipeline: Pipeline, prefix: str, tmp_path: Path, step: str
) -> None:
    await pipeline.run(*ALL)
    seed = int(prefix[1:], 16) % 2**31
    key, member = f"{prefix}/a.jpg", pipeline.member("ingest")
    await asyncio.to_thread(member.stop)
    async with pipeline.watch() as seen:
        member.start(**{KILL_AT.removeprefix("PACKSHOT_").lower(): f"{step}:{tmp_path / 'killed'}"})
        rebirth = asyncio.create_task(pipeline.dead(member, 90))
        rebirth.add_done_callback(lambda _: member.start())
        await pipeline.drop([(key, picture(seed))])
        await seen.until(lambda: [] if seen.state(key) == "complete" else [f"{key} is {seen.state(key)}"])
        asset = seen.assets(prefix)[key]
        async with pipeline.voice("curator") as (publisher, _):
            await publisher.publish(job_event(IngestJob(bucket="inbox", key=key, purged=True, asset=asset), prefix))
        assert await rebirth == -signal.SIGKILL
        await pipeline.ready(member)
        await pipeline.drop([(key, picture(seed + 1))])
        await seen.until(lambda: [] if seen.assets(prefix)[key] != asset else [f"{key} is still of {asset}"])
        await seen.quiet(0.5)
        assert not seen.dead
