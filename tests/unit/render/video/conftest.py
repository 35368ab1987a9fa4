"""Short clips made on the spot by ffmpeg's own sources, and what comes of them."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyvips

from services.render.video.rungs import AnyRung, load_rungs
from services.render.video.work import rung as work

Clip = Callable[..., Path]
Make = Callable[..., dict[str, Any]]


def ffmpeg(*words: str, folder: Path) -> str:
    """Run it; what it says on standard error."""
    done = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostdin", "-y", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """clip(name, video=…, sound=…, out=…) -> the path; the same call twice is made once."""
    folder = tmp_path_factory.mktemp("clips")

    def make(
        name: str = "plain.mp4",
        video: str = "testsrc=size=320x180:rate=10:duration=3,format=yuv420p",
        sound: str | None = "sine=frequency=440:duration=3",
        out: str = "-c:v libx264 -preset ultrafast -c:a aac",
    ) -> Path:
        path = folder / hashlib.sha256(f"{video}{sound}{out}".encode()).hexdigest()[:12] / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            sources = ["-f", "lavfi", "-i", video, *(["-f", "lavfi", "-i", sound] if sound else [])]
            ffmpeg(*sources, *out.split(), name, folder=path.parent)
        return path

    return make


def film_of_four_seconds(folder: Path) -> Path:
    """A real clip where there is one, else one that moves as much, made in the folder."""
    if "PACKSHOT_MEDIA" in os.environ:
        return Path(os.environ["PACKSHOT_MEDIA"], "video", "luma_fence_4s.mp4")
    moving = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=4,format=yuv420p"]
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=4"]
    ffmpeg(*moving, *tone, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "film.mp4", folder=folder)
    return folder / "film.mp4"


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """make(file, "web-mp4", **changed fields) -> the work's last value, with "folder"; raises what the work raises."""

    def run(file: Path, name: str, focal: dict[str, float] | None = None, **changed: Any) -> dict[str, Any]:
        wanted = quick(name, **changed)
        folder = tmp_path / f"{name}-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        shutil.copyfile(file, folder / "input")
        values = list(work({"input": "input", "rung": wanted.model_dump(mode="json"), "focal": focal}, folder))
        shares = [value["progress"] for value in values if "progress" in value]
        assert shares == sorted(shares)
        return {**values[-1], "folder": folder, "progress": shares, "video": values[0]["video"]}

    return run


def quick(name: str, **changed: Any) -> AnyRung:
    """A rung of the built-in file, encoded at x264's fastest."""
    found = next(rung for rung in load_rungs() if rung.name == name)
    fast = {"speed": "ultrafast"} if found.make in ("mp4", "hls") else {}
    return found.model_copy(update={**fast, **changed})


def decoded(path: Path) -> None:
    """Decode all of it; any complaint of ffmpeg fails the test."""
    assert ffmpeg("-v", "warning", "-i", path.name, "-f", "null", "-", folder=path.parent) == ""


def loudness(path: Path) -> float:
    """Integrated loudness in LUFS by ffmpeg's other measure."""
    said = ffmpeg("-i", path.name, "-map", "0:a", "-af", "ebur128", "-f", "null", "-", folder=path.parent)
    return float(said[said.rfind("I:") + 2 :].split()[0])


def probed(path: Path, entries: str) -> list[str]:
    """ffprobe's values for the entries, one a line."""
    words = ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv=p=0", path.name]
    return subprocess.run(words, cwd=path.parent, capture_output=True, text=True, check=True).stdout.split()


def still(path: Path, at: float = 1.0) -> pyvips.Image:
    """The frame of a file of ours at that second, RGB."""
    ffmpeg("-ss", str(at), "-i", path.name, "-frames:v", "1", "-update", "1", "still.png", folder=path.parent)
    return pyvips.Image.pngload(str(path.parent / "still.png")).copy_memory()
