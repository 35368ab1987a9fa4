"""Files that try: each is refused with a reason, in the real cage, and nothing foreign is read."""

import asyncio
import struct
import subprocess
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runtime.jobs import Cages, Limits, run_twice
from runtime.refusal import Refused
from services.render.facts import Facts
from services.render.presets import load_presets
from services.render.recipe import resolve
from services.render.video.pools import poster_cages, programs
from services.render.video.probe import check_frames, probe
from tests.fakes.hostile import scripts
from tests.unit.render.video.conftest import Clip, Make


@pytest.fixture
async def posters(tmp_path: Path) -> AsyncIterator[Cages]:
    (tmp_path / "scratch").mkdir()
    pool = poster_cages(tmp_path / "scratch")
    await pool.start()
    yield pool
    await pool.close()


async def rendered(pool: Cages, data: bytes) -> list[dict[str, Any]]:
    async def fill(folder: Path) -> None:
        (folder / "input").write_bytes(data)

    job = {"input": "input", "recipes": [resolve(load_presets().named("thumbnail"), Facts()).model_dump(mode="json")]}
    return [value async for _cage, value in run_twice(pool, fill, job)]


async def test_in_the_cage_good_ones_pass_and_scripts_are_refused(posters: Cages, clip: Clip, tmp_path: Path) -> None:
    secret = clip("secret.mp4")
    for script in scripts(secret):
        with pytest.raises(Refused):
            await rendered(posters, script)
    assert len(await rendered(posters, secret.read_bytes())) == 3


async def test_what_is_broken_is_refused_in_ten_seconds_of_cpu(posters: Cages, clip: Clip) -> None:
    """Of the child and its programs: the clock would blame a file for a busy machine."""
    out = "-c:v libx264 -preset ultrafast -crf 10 -g 10 -movflags +faststart"
    data = clip("large.mp4", video="testsrc2=size=1280x720:rate=30:duration=4,format=yuv420p", sound=None, out=out)
    good = data.read_bytes()
    start = good.index(b"mdat") + 4
    broken = [good[: len(good) * share // 10] for share in (2, 6)]
    broken += [good[:start] + (fill * len(good))[: len(good) - start] for fill in (b"\x00", b"\xff", b"GIF89a")]
    for number, film in enumerate([*broken, *scripts(data)]):
        before = posters.cpu_seconds
        with pytest.raises(Refused):
            await rendered(posters, film)
        assert posters.cpu_seconds - before < 10, number


async def test_even_a_playlist_that_got_through_reads_nothing_foreign(clip: Clip, tmp_path: Path) -> None:
    """What the table refuses, forced past it: the cage alone holds. Fails without it."""
    secret = clip("secret.ts")
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{secret}\n#EXT-X-ENDLIST\n"
    words = ["-hide_banner", "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-allowed_extensions", "ALL"]
    words += ["-f", "hls", "-i", "input", "-map", "0:v", "-f", "framemd5", "-"]
    (tmp_path / "input").write_text(playlist)
    asked = partial(subprocess.run, ["ffmpeg", *words], cwd=tmp_path, capture_output=True, text=True, check=True)
    outside = (await asyncio.to_thread(asked)).stdout
    assert outside.count("\n0,") == 30  # the test means something
    pool = Cages("tests.work.cage_work:work", size=1, scratch=tmp_path, limits=Limits(), programs=programs())
    await pool.start()
    async with pool.lease() as cage:
        (cage.folder / "input").write_text(playlist)
        (ran,) = [value async for value in cage.run({"act": "program", "argv": [str(programs()[0]), *words]})]
        (cage.folder / "own.ts").write_bytes(secret.read_bytes())
        (cage.folder / "input").write_text(playlist.replace(str(secret), str(cage.folder / "own.ts")))
        (own,) = [value async for value in cage.run({"act": "program", "argv": [str(programs()[0]), *words]})]
    await pool.close()
    assert ran["done"].count("\\n0,") == 0, ran
    assert own["done"].count("\\n0,") == 30, own


def test_a_reference_to_another_file_is_not_followed(clip: Clip, tmp_path: Path) -> None:
    """A QuickTime file whose samples lie, as it says, in another file."""
    secret = clip("plain.mov", sound=None, out="-c:v mjpeg")
    hostile = tmp_path / "input"
    hostile.write_bytes(_refer(secret.read_bytes(), secret))
    words = ["-enable_drefs", "1", "-use_absolute_path", "1", "-f", "mov", "-i", "input", "-f", "framemd5", "-"]
    followed = ["ffmpeg", "-hide_banner", "-nostdin", "-v", "quiet", *words]
    assert subprocess.run(followed, cwd=tmp_path, capture_output=True, check=True).stdout.count(b"\n0,") == 30
    with pytest.raises(Refused) as refusal:
        check_frames(hostile, probe(hostile))
    assert refusal.value.cure.endswith(".")


def test_a_change_of_size_in_mid_stream_is_refused(clip: Clip, tmp_path: Path, make: Make) -> None:
    out = "-c:v libx264 -preset ultrafast -g 5"
    parts = [
        clip(f"part-{size}.ts", video=f"testsrc=size={size}:rate=10:duration=1,format=yuv420p", sound=None, out=out)
        for size in ("320x180", "640x480")
    ]
    path = tmp_path / "input"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    with pytest.raises(Refused, match="frame size in mid-stream"):
        check_frames(path, probe(path))
    for rung in ("web-mp4", "hls", "storyboard"):
        with pytest.raises(Refused, match="frame size in mid-stream"):
            make(path, rung)


def test_a_cut_off_file_is_refused(clip: Clip, tmp_path: Path) -> None:
    out = "-c:v libx264 -preset ultrafast -crf 10 -g 10 -movflags +faststart"
    data = clip("fast.mp4", sound=None, out=out).read_bytes()
    path = tmp_path / "input"
    path.write_bytes(data[: len(data) * 6 // 10])
    with pytest.raises(Refused, match="cut off"):
        check_frames(path, probe(path))


@pytest.mark.parametrize("fill", [b"\x00", b"\xff", b"GIF89a"])
def test_noise_behind_a_good_header_is_refused(fill: bytes, clip: Clip, tmp_path: Path) -> None:
    data = clip("fast.mp4", sound=None, out="-c:v libx264 -preset ultrafast -movflags +faststart").read_bytes()
    start = data.index(b"mdat") + 4
    path = tmp_path / "input"
    path.write_bytes(data[:start] + (fill * len(data))[: len(data) - start])
    with pytest.raises(Refused):
        check_frames(path, probe(path))


def _refer(data: bytes, path: Path) -> bytes:
    """The same QuickTime file, its data reference an alias to `path`, and its own samples wiped."""
    alias = _alias(path)
    entry = struct.pack(">I4sI", 12 + len(alias), b"alis", 0) + alias
    at = data.index(b"dref") - 4
    old = int.from_bytes(data[at : at + 4], "big")
    dref = struct.pack(">I4sII", 16 + len(entry), b"dref", 0, 1) + entry
    grown = len(dref) - old
    out = bytearray(data[:at] + dref + data[at + old :])
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        place = data.index(box) - 4 if box != b"minf" else data.rindex(b"minf", 0, at) - 4
        size = int.from_bytes(out[place : place + 4], "big") + grown
        out[place : place + 4] = size.to_bytes(4, "big")
    start = data.index(b"mdat") + 4
    end = start + int.from_bytes(data[start - 8 : start - 4], "big") - 8
    out[start:end] = bytes(end - start)
    return bytes(out)


def _alias(path: Path) -> bytes:
    """A Macintosh alias record: 150 bytes that say little, then the absolute path (type 2)."""
    text = str(path).encode()
    return bytes(150) + struct.pack(">HH", 2, len(text)) + text + bytes(len(text) % 2) + struct.pack(">hH", -1, 0)
