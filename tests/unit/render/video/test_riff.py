"""AVIs: whole ones are taken however their frames are counted, cut ones are refused."""

import struct
from pathlib import Path

import pytest

from runtime.refusal import Refused
from services.render.video.probe import check_frames, probe
from services.render.video.riff import missing
from tests.unit.render.video.conftest import Clip


def short(clip: Clip) -> Path:
    """Half a second whose encoder announces a frame more than it writes."""
    video = "testsrc=size=320x180:rate=24000/1001:duration=0.5,format=yuv420p"
    return clip("short.avi", video=video, sound="sine=frequency=440:duration=1", out="-c:v mpeg4 -c:a mp3")


def test_a_frame_that_was_announced_and_is_empty_is_not_missing(clip: Clip) -> None:
    check_frames(short(clip), probe(short(clip)))


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_one_that_was_cut_off_is_refused(share: float, clip: Clip, tmp_path: Path) -> None:
    cut, whole = tmp_path / "cut.avi", clip("plain.avi", out="-c:v mpeg4 -c:a mp3").read_bytes()
    cut.write_bytes(whole[: round(len(whole) * share)])
    with pytest.raises(Refused, match="cut off"):
        check_frames(cut, probe(cut))


def avi(*movis: bytes) -> bytes:
    """A large one in several parts: a header and frames, then frames."""
    parts = [b"LIST" + struct.pack("<I", len(body) + 4) + b"movi" + body for body in movis]
    parts[0] = b"LIST" + struct.pack("<I", 7) + b"hdrlabc\0" + parts[0]  # odd, and made even
    return b"".join(b"RIFF" + struct.pack("<I", len(part) + 4) + b"AVI " + part for part in parts)


def test_all_parts_of_a_large_one_count(tmp_path: Path) -> None:
    path = tmp_path / "large.avi"
    body = avi(b"f" * 1000, b"g" * 1000)
    path.write_bytes(body + b"what a recorder left behind")
    assert missing(path) == 0
    path.write_bytes(body[:-502])
    assert missing(path) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("body", [b"", b"RIFF", avi(b"")[:40], b"RIFF" + b"\0" * 200])
def test_one_that_tells_nothing_lacks_nothing(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.avi"
    path.write_bytes(body)
    assert missing(path) == 0
