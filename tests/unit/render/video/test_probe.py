"""What ffprobe says becomes a Probe, or a refusal that says why."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.refusal import Refused
from services.render.video.probe import Probe, probe, read
from tests.unit.render.video.conftest import Clip

VIDEO: dict[str, Any] = {
    "index": 0,
    "codec_type": "video",
    "codec_name": "h264",
    "width": 1920,
    "height": 1080,
    "avg_frame_rate": "30000/1001",
    "duration": "10.0",
}
SOUND = {"index": 1, "codec_type": "audio", "codec_name": "aac"}


def told(*streams: dict[str, Any], size: int = 10**7, **container: Any) -> Probe:
    return read(json.dumps({"streams": list(streams), "format": container}), "mov", size)


def test_a_plain_one() -> None:
    found = told(VIDEO, SOUND)
    assert (found.width, found.height, found.seconds, found.fps, found.audio) == (1920, 1080, 10.0, "30000/1001", 1)
    assert (found.hdr, found.located, found.interlaced, found.rotation) == ("", False, False, 0)


@pytest.mark.parametrize(("turned", "size"), [(-90, (1080, 1920)), (90, (1080, 1920)), (180, (1920, 1080))])
def test_turned_ones_are_upright(turned: int, size: tuple[int, int]) -> None:
    found = told({**VIDEO, "side_data_list": [{"rotation": turned}]})
    assert (found.width, found.height) == size and found.rotation == turned % 360


def test_pixels_become_square_and_nothing_is_enlarged() -> None:
    pal = {**VIDEO, "width": 720, "height": 576}
    assert (told({**pal, "sample_aspect_ratio": "64:45"}).width, told(pal).width) == (720, 720)
    assert told({**pal, "sample_aspect_ratio": "64:45"}).height == 405
    assert told({**pal, "sample_aspect_ratio": "8:9"}).width == 640


@pytest.mark.parametrize(
    ("said", "rate"),
    [
        ("72000/2401", "30/1"),
        ("359/12", "30000/1001"),
        ("0/0", "25/1"),
        ("120/1", "60/1"),
        ("1/10", "1/1"),
        ("15/1", "15/1"),
    ],
)
def test_rates(said: str, rate: str) -> None:
    assert told({**VIDEO, "avg_frame_rate": said}).fps in (rate, "30/1")
    assert said != "72000/2401" or told({**VIDEO, "avg_frame_rate": said}).fps == rate


def test_hdr_places_and_covers() -> None:
    cover = {**VIDEO, "index": 2, "disposition": {"attached_pic": 1}}
    found = told(cover, {**VIDEO, "color_transfer": "smpte2084"}, tags={"com.apple.quicktime.location.ISO6709": "+32"})
    assert (found.hdr, found.located, found.video) == ("PQ", True, 0)
    assert told({**VIDEO, "color_transfer": "arib-std-b67"}).hdr == "HLG"


@pytest.mark.parametrize(
    ("streams", "size", "why"),
    [
        ([SOUND], 10**7, "no video"),
        ([{**VIDEO, "codec_name": "flic"}], 10**7, "codec"),
        ([VIDEO, {**SOUND, "codec_name": "wmav2"}], 10**7, "codec"),
        ([{**VIDEO, "width": 20000, "height": 20}], 10**7, "20000 x 20"),
        ([{**VIDEO, "width": 8, "height": 8}], 10**7, "8 x 8"),
        ([{**VIDEO, "duration": "N/A"}], 10**7, "how long"),
        ([{**VIDEO, "duration": "9000"}], 10**7, "2.5 hours"),
        ([{**VIDEO, "duration": "7000"}], 2000, "cannot hold"),
        ([VIDEO] * 40, 10**7, "40 streams"),
    ],
)
def test_what_passes_a_bound_is_refused(streams: list[dict[str, Any]], size: int, why: str) -> None:
    with pytest.raises(Refused, match=why):
        told(*streams, size=size)


@pytest.mark.parametrize(
    ("name", "out"),
    [
        ("plain.mp4", "-c:v libx264 -preset ultrafast -c:a aac"),
        ("plain.mkv", "-c:v libx264 -preset ultrafast -c:a flac"),
        ("plain.webm", "-c:v libvpx -deadline realtime -c:a libopus"),
        ("plain.avi", "-c:v mpeg4 -c:a mp3"),
        ("plain.ts", "-c:v libx264 -preset ultrafast -c:a aac"),
        ("plain.mpg", "-c:v mpeg2video -r 25 -c:a mp2"),
        ("plain.3gp", "-c:v h263 -s 352x288 -c:a aac"),
        ("plain.mov", "-c:v mjpeg -c:a pcm_s16le"),
    ],
)
def test_every_container_is_read(name: str, out: str, clip: Clip) -> None:
    found = probe(clip(name, out=out))
    assert found.seconds == pytest.approx(3.0, abs=0.6) and found.audio is not None
    assert found.width in (320, 352) and found.rate in (10.0, 25.0)


def test_a_cut_header_is_refused(clip: Clip, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(clip().read_bytes()[:5000])  # its index stands at the end
    with pytest.raises(Refused):
        probe(cut)
