"""The rungs of a local file, in the real cage: what `packshot render` gives for a video, and what it kills."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.home import CHECKOUT
from runtime.jobs import Cages, ChildDied, Limits
from runtime.refusal import Refused
from services.render.video import local
from services.render.video.local import Rungs, rung_channels
from services.render.video.pools import programs
from tests.unit.render.video.conftest import Clip, decoded, quick


def unheard(_rung: str, _share: float) -> None:
    """Nobody looks."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rungs at x264's fastest."""
    rungs = (quick("preview"), quick("storyboard"), quick("hls"), quick("social-1x1"))
    monkeypatch.setattr(local, "load_rungs", lambda: rungs)


@pytest.mark.usefixtures("small")
async def test_all_rungs_of_a_channel(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    told: list[tuple[str, float]] = []
    made = await Rungs("webshop", tmp_path / "scratch").make(
        clip(), tmp_path / "out", lambda rung, share: told.append((rung, share))
    )
    assert [one["preset"] for one in made] == ["preview", "storyboard", "hls"]
    assert all(Path(one["path"]).is_file() and one["bytes"] > 0 and one["ms"] > 0 for one in made)
    decoded(tmp_path / "out" / "preview.mp4")
    decoded(tmp_path / "out" / "hls" / "master.m3u8")
    assert list((tmp_path / "scratch").iterdir()) == []
    assert list(dict.fromkeys(rung for rung, _ in told)) == ["preview", "storyboard", "hls"]
    assert any(0.0 < share <= 1.0 for _, share in told)


@pytest.mark.usefixtures("small")
async def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.mp4").write_text("#EXTM3U\n")
    with pytest.raises(Refused):
        await Rungs("webshop", tmp_path).make(tmp_path / "list.mp4", tmp_path / "out", unheard)


async def test_a_channel_without_rungs_makes_nothing(clip: Clip, tmp_path: Path) -> None:
    assert await Rungs("print", tmp_path).make(clip(), tmp_path / "out", unheard) == []
    assert rung_channels() == ["webshop", "social", "screen"]


async def test_an_encode_that_takes_too_long_is_killed_with_its_program(clip: Clip, tmp_path: Path) -> None:
    long = clip("long.mp4", video="testsrc2=size=640x360:rate=50:duration=20,format=yuv420p", sound=None)
    limits = Limits(seconds=1.0)
    pool = Cages("services.render.video.work:rung", size=1, scratch=tmp_path, limits=limits, programs=programs())
    await pool.start()
    started = time.monotonic()
    slow = quick("web-mp4", speed="slow").model_dump(mode="json")
    async with pool.lease() as cage:
        await asyncio.to_thread((cage.folder / "input").write_bytes, long.read_bytes())
        with pytest.raises(ChildDied, match="over 1 seconds"):
            [value async for value in cage.run({"input": "input", "rung": slow})]
        folder = cage.folder
    await pool.close()
    while _running_in(folder):  # it was killed; a busy machine takes a moment to let go of it
        assert time.monotonic() - started < 30, "a program that hangs is killed, however busy the machine is"
        await asyncio.sleep(0.1)


def test_no_program_outlives_the_process_that_started_it(tmp_path: Path) -> None:
    """A killed worker takes its children with it; so must they."""
    script = """
import os, sys
from pathlib import Path
from services.render.video.limits import Budget
from services.render.video.programs import Run
words = ["ffmpeg", "-v", "quiet", "-re", "-f", "lavfi", "-i", "testsrc", "-f", "null", "-"]
Run(words, Path(sys.argv[1]), Budget(60, 60))
print("begun", flush=True)
os.kill(os.getpid(), 9)
"""
    words = [sys.executable, "-c", script, str(tmp_path)]
    assert subprocess.run(words, cwd=CHECKOUT, stdout=subprocess.PIPE, check=False, timeout=30).stdout == b"begun\n"
    for _ in range(100):
        if not _running_in(tmp_path):
            return
        time.sleep(0.05)
    pytest.fail(f"{_running_in(tmp_path)} runs on")


def _running_in(folder: Path) -> list[tuple[int, str]]:
    """Processes whose working folder is that one: number and name."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in str((process / "cwd").readlink()):
                found.append((int(process.name), (process / "comm").read_text()))
        except OSError:  # ended while we looked
            continue
    return found
