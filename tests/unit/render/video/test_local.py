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
from services.render.video.local import Rungs
from services.render.video.pools import programs
from services.render.video.rungs import AnyRung
from tests.unit.render.video.conftest import Clip, decoded, quick


def unheard(_rung: str, _share: float) -> None:
    """Nobody looks."""


async def test_all_rungs(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    told: list[tuple[str, float]] = []
    films = Rungs((quick("preview"), quick("storyboard"), quick("hls")), tmp_path / "scratch")
    tell = lambda rung, share: told.append((rung, share))  # noqa: E731
    made = [one async for one in films.make(clip(), tmp_path / "out", tell)]
    assert [one["preset"] for one in made] == ["preview", "storyboard", "hls"]
    assert all(Path(one["path"]).is_file() and one["bytes"] > 0 and one["ms"] > 0 for one in made)
    decoded(tmp_path / "out" / "preview.mp4")
    decoded(tmp_path / "out" / "hls" / "master.m3u8")
    assert list((tmp_path / "scratch").iterdir()) == []
    assert list(dict.fromkeys(rung for rung, _ in told)) == ["preview", "storyboard", "hls"]
    assert any(0.0 < share <= 1.0 for _, share in told)


async def test_a_rung_that_is_refused_costs_itself_only(
    clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def render_rung(_cages: Cages, _file: Path, rung: AnyRung, _folder: Path, _tell: object) -> dict[str, str]:
        if rung.name == "hls":
            raise Refused("This video takes too long.", "Export it shorter.")
        return {"preset": rung.name}

    monkeypatch.setattr(local, "render_rung", render_rung)
    films = Rungs((quick("hls"), quick("preview")), tmp_path)
    made = [one async for one in films.make(clip(), tmp_path / "out", unheard)]
    assert made == [
        {"preset": "hls", "reason": "This video takes too long. Export it shorter."},
        {"preset": "preview"},
    ]


async def test_without_rungs_nothing_is_started(clip: Clip, tmp_path: Path) -> None:
    assert [one async for one in Rungs((), tmp_path / "none").make(clip(), tmp_path / "out", unheard)] == []


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
