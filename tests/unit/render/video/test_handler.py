"""`video.jobs` → a rung: kept and told once, nothing twice, every end told."""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.memory_broker import MemoryBroker, MemoryProducer
from runtime.publisher import Publisher
from runtime.refusal import Refused
from runtime.verdict import ChildDied
from schemas.asset import AssetIngested, LaterWork
from schemas.facet import Facet
from schemas.tags import TAGS_SHOTS
from schemas.topics import ASSET_LATER, ASSET_METADATA, VIDEO_JOBS
from schemas.video import VideoFacet, VideoJob, VideoProgress
from services.render.video import wire
from services.render.video.handler import VideoDeps, handle, on_failure
from services.render.video.plan import rung_jobs, rung_names
from services.render.video.recipe import resolve
from services.render.video.rungs import AnyRung, load_rungs
from tests.fakes.cages import FakeCages
from tests.fakes.steps import Killed, Steps, install
from tests.fakes.versions import ingested
from tests.fakes.world import World


class Studio:
    """The worker in a world; its encoder writes words. `deaths`: so often a child dies. `fault`: is raised instead."""

    def __init__(self, world: World, scratch: Path) -> None:
        self.world, self.rungs = world, load_rungs()
        self.made: list[str] = []
        self.heard: list[VideoProgress] = []
        self.deaths = 0
        self.fault: Exception | None = None
        self.suffix = b""
        self._cages = FakeCages(self.work, scratch)

    def work(self, job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
        yield {"video": {"width": 1280}}
        yield {"progress": 0.5, "eta_s": 3.0}
        if self.deaths:
            self.deaths -= 1
            raise ChildDied("time", "over 5 seconds")
        if self.fault is not None:
            raise self.fault
        name = job["rung"]["name"]
        self.made.append(name)
        sets = {"hls": ["master.m3u8", "720p.m4s"], "shots": ["shots.vtt", "shot-1.jpg"]}
        names = sets.get(job["rung"]["make"], [f"{name}.mp4"])
        for file in names:
            (folder / file).write_bytes((folder / job["input"]).read_bytes() + file.encode() + self.suffix)
        files = [{"name": file, "bytes": 1, "sha256": "0" * 64} for file in names]
        made = {"file": names[0], "files": files, "width": 1280, "height": 720, "seconds": 3.0, "loudness": -14.2}
        if name == "shots":
            parts = [{"start": 0.0, "end": 2.0, "picture": "shot-1.jpg"}, {"start": 2.0, "end": 3.0, "picture": None}]
            made["by_shots"] = {"shots": parts, "black": [], "frozen": None, "silent": True}
        yield {"made": made, "ms": 12.0}

    async def job(self, job: VideoJob) -> None:
        await self.world.say(handle(job, VideoDeps(self.world.library, self._cages, self.rungs, self.hear)))

    async def hear(self, progress: VideoProgress) -> None:
        self.heard.append(progress)

    async def facet(self, job: VideoJob) -> Facet:
        found = await self.world.facet(job.asset.asset_id, job.asset.version, job.facet)
        assert found is not None
        return found

    def told(self) -> list[tuple[str, str, int]]:
        said = self.world.said(ASSET_METADATA, Facet)
        return [(f.facet, f.status, f.revision) for f in said if f.facet != "file"]

    def changed(self, name: str, **fields: object) -> None:
        self.rungs = tuple(r.model_copy(update=fields) if r.name == name else r for r in self.rungs)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(World(), tmp_path)


async def video(studio: Studio, name: str = "a") -> AssetIngested:
    return await ingested(studio.world, name, body=b"film", kind="video")


async def test_a_rung_is_kept_and_told(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="web-mp4")
    await studio.job(job)
    data = VideoFacet.model_validate((await studio.facet(job)).data)
    (one,) = data.renditions
    stored = await studio.world.library.get(one.key)
    assert stored is not None and hashlib.sha256(stored.body).hexdigest() == one.sha256
    assert one.key == f"renditions/{job.asset.sha256}/{resolve(studio.rungs[1]).hash}.mp4"
    assert (one.preset, one.channel, one.bytes, one.width) == ("web-mp4", "webshop", len(stored.body), 1280)
    assert (one.ms, one.saved_original) == (12.0, job.asset.bytes - one.bytes)
    assert (data.seconds, data.loudness, data.cpu_ms, data.files) == (3.0, -14.2, 250.0, [])
    assert studio.told() == [("renditions.video.web-mp4", "done", 1)]


async def test_whoever_looks_on_is_told_how_far_it_is(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="web-mp4")
    await studio.job(job)
    (told,) = studio.heard
    assert (told.asset_id, told.version, told.rung) == (job.asset.asset_id, job.asset.version, "web-mp4")
    assert (told.share, told.eta_s) == (0.5, 3.0)


async def test_who_cannot_be_told_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE_S", 0.05)

    class Away(MemoryProducer):
        async def send(self, *_: Any, **__: Any) -> tuple[int, int]:
            await asyncio.sleep(60)
            raise AssertionError("nobody waits so long")

    publisher = Publisher(Away(MemoryBroker()), "render")
    await wire.tell(publisher, VideoProgress(asset_id="a", version=1, rung="hls", share=0.5))


async def test_a_ladder_is_one_rendition_of_several_files(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="hls")
    await studio.job(job)
    data = VideoFacet.model_validate((await studio.facet(job)).data)
    prefix = data.renditions[0].key.removesuffix("master.m3u8")
    assert prefix.startswith(f"renditions/{job.asset.sha256}/{data.renditions[0].recipe}/")
    assert {file.key for file in data.files} == {prefix + "master.m3u8", prefix + "720p.m4s"}
    for file in data.files:
        stored = await studio.world.library.get(file.key)
        assert stored is not None and hashlib.sha256(stored.body).hexdigest() == file.sha256
    assert data.renditions[0].bytes == sum(file.bytes for file in data.files)
    assert {file.media_type for file in data.files} == {"application/vnd.apple.mpegurl", "video/iso.segment"}


async def test_said_again_it_is_told_again_and_not_made_again(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="web-mp4")
    for _ in range(3):
        await studio.job(job)
    assert studio.made == ["web-mp4"] and studio.told() == [("renditions.video.web-mp4", "done", 1)] * 3


async def test_a_twins_rung_is_used_again(studio: Studio) -> None:
    await studio.job(VideoJob(asset=await video(studio, "a"), rung="hls"))
    twin = VideoJob(asset=await video(studio, "b"), rung="hls")
    await studio.job(twin)
    assert studio.made == ["hls"]
    assert len(VideoFacet.model_validate((await studio.facet(twin)).data).files) == 2


async def test_a_changed_rung_is_made_again_under_another_key(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="web-mp4")
    await studio.job(job)
    first = VideoFacet.model_validate((await studio.facet(job)).data).renditions[0].key
    studio.changed("web-mp4", crf=30)
    await studio.job(job)
    assert studio.made == ["web-mp4", "web-mp4"]
    assert VideoFacet.model_validate((await studio.facet(job)).data).renditions[0].key != first
    assert await studio.world.library.get(first) is not None


async def test_a_key_never_gets_other_bytes(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="web-mp4")
    await studio.job(job)
    kept = VideoFacet.model_validate((await studio.facet(job)).data).renditions[0]
    await studio.world.library.delete(f"facets/{job.asset.asset_id}/1/{job.facet}.json")
    studio.suffix = b"another build of the encoder"
    await studio.job(job)
    stored = await studio.world.library.get(kept.key)
    assert stored is not None and hashlib.sha256(stored.body).hexdigest() == kept.sha256
    assert VideoFacet.model_validate((await studio.facet(job)).data).renditions[0] == kept


async def test_other_bytes_of_a_ladder_are_another_set(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="hls")
    await studio.job(job)
    first = VideoFacet.model_validate((await studio.facet(job)).data).files
    await studio.world.library.delete(f"facets/{job.asset.asset_id}/1/{job.facet}.json")
    studio.suffix = b"another build"
    await studio.job(job)
    second = VideoFacet.model_validate((await studio.facet(job)).data).files
    assert not {file.key for file in first} & {file.key for file in second}


async def test_an_unknown_rung_and_an_unwanted_version_end_quietly(studio: Studio) -> None:
    event = await video(studio)
    await studio.job(VideoJob(asset=event, rung="of-another-year"))
    newer = await ingested(studio.world, "a", version=2, body=b"new film", kind="video")
    await studio.job(VideoJob(asset=event, rung="web-mp4"))
    assert studio.made == [] and studio.told() == []
    await studio.job(VideoJob(asset=newer, rung="web-mp4"))
    assert studio.made == ["web-mp4"]


async def test_a_refusal_is_told_with_its_cure(studio: Studio) -> None:
    studio.fault = Refused("The video cannot be decoded.", "Export it again.")
    job = VideoJob(asset=await video(studio), rung="web-mp4")
    await studio.job(job)
    facet = await studio.facet(job)
    assert (facet.status, facet.cause, facet.cure) == ("refused", "The video cannot be decoded.", "Export it again.")


async def test_one_death_is_tried_again_two_are_the_files_fault(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="web-mp4")
    studio.deaths = 1
    await studio.job(job)
    assert (await studio.facet(job)).status == "done"
    studio.changed("web-mp4", crf=30)
    studio.deaths = 2
    await studio.job(job)
    assert (await studio.facet(job)).status == "refused"


async def test_our_own_failure_is_told_before_it_is_buried(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="web-mp4")
    await studio.world.say(on_failure(job, RuntimeError("no disk")))
    facet = await studio.facet(job)
    assert facet.status == "failed" and "no disk" in (facet.cause or "")


@pytest.mark.parametrize("rung", ["web-mp4", "hls"])
@pytest.mark.parametrize("at", ["records.archived", "records.published", "video.file-kept", "video.kept", "video.said"])
async def test_killed_at_every_step(at: str, rung: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    quiet, studio = Studio(World(), tmp_path), Studio(World(), tmp_path)
    await quiet.job(VideoJob(asset=await video(quiet), rung=rung))
    job = VideoJob(asset=await video(studio), rung=rung)
    steps.kill_at(at, 1)
    with pytest.raises(Killed):
        await studio.job(job)
    await studio.job(job)
    assert await studio.world.state() == await quiet.world.state()


async def test_the_jobs_of_a_video(studio: Studio) -> None:
    event, count = await video(studio), len(rung_names())
    for _ in range(2):
        for out in rung_jobs(event):
            await studio.world.emit(out)
    events = studio.world.events(VIDEO_JOBS)
    assert len(events) == 2 * count and len({one.id for one in events}) == count
    jobs = [VideoJob.model_validate(one.data) for one in events[:count]]
    assert [job.facet for job in jobs] == rung_names() and all(job.asset == event for job in jobs)
    changed: tuple[AnyRung, ...] = tuple(rung.model_copy(update={"threads": 1}) for rung in load_rungs())
    for out in rung_jobs(event, changed):
        await studio.world.emit(out)
    assert len({one.id for one in studio.world.events(VIDEO_JOBS)}) == 2 * count


async def test_key_frames_are_sent_on_to_be_tagged(studio: Studio) -> None:
    job = VideoJob(asset=await video(studio), rung="shots")
    for _ in range(2):
        await studio.job(job)
    facet = await studio.facet(job)
    told = VideoFacet.model_validate(facet.data)
    assert facet.owes == [TAGS_SHOTS] and studio.made == ["shots"]
    assert told.by_shots is not None and told.by_shots.silent and told.by_shots.shots[1].picture is None
    events = studio.world.events(ASSET_LATER)
    assert len(events) == 2 and len({one.id for one in events}) == 1  # said again, it is the same event
    work = LaterWork.model_validate(events[0].data)
    (frame,) = work.pictures
    assert (work.owes, frame.start, frame.end, frame.key) == ([TAGS_SHOTS], 0.0, 2.0, told.by_shots.shots[0].picture)
    assert frame.key.endswith("/shot-1.jpg") and await studio.world.library.get(frame.key) is not None
