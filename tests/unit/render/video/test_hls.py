"""A real ladder of a short clip: every step decodes, all change at the same times, the master tells measured rates."""

import re
from pathlib import Path

import pytest

from services.render.video.hls import read_playlist
from tests.unit.render.video.conftest import Clip, Make, decoded, loudness, probed

Ladder = tuple[Path, dict[str, object]]
STEPS = [{"height": 180, "kbit": 300}, {"height": 120, "kbit": 200}, {"height": 60, "kbit": 100}]


@pytest.fixture
def ladder(clip: Clip, make: Make) -> Ladder:
    moving = "testsrc2=size=320x180:rate=24000/1001:duration=5,format=yuv420p"
    file = clip("moving24.mp4", video=moving, sound="sine=frequency=440:duration=5")
    steps = [{"height": 240, "kbit": 400}, *STEPS]
    made = make(file, "hls", ladder=_steps(steps), segment_seconds=2.0)
    return Path(made["folder"]), made["made"]


def _steps(steps: list[dict[str, int]]) -> tuple[object, ...]:
    from services.render.video.rungs import Step

    return tuple(Step.model_validate(step) for step in steps)


def test_every_step_decodes_and_none_is_enlarged(ladder: Ladder) -> None:
    folder, made = ladder
    decoded(folder / "master.m3u8")
    for name, size in (("180p", "320,180"), ("120p", "212,120"), ("60p", "106,60")):
        decoded(folder / f"{name}.m3u8")
        assert size in probed(folder / f"{name}.m3u8", "stream=width,height")
    assert not (folder / "240p.m3u8").exists()
    assert (made["width"], made["height"]) == (320, 180)


def test_key_frames_stand_at_the_same_times(ladder: Ladder) -> None:
    folder, _ = ladder
    lengths = {
        name: [re.findall(r"#EXTINF:([\d.]+)", (folder / f"{name}.m3u8").read_text())]
        for name in ("180p", "120p", "60p")
    }
    assert lengths["180p"] == lengths["120p"] == lengths["60p"] and len(lengths["180p"][0]) == 3
    keys = [
        [line for line in probed(folder / f"{name}.m4s", "packet=pts_time,flags") if "K" in line]
        for name in ("180p", "120p", "60p")
    ]
    assert keys[0] == keys[1] == keys[2] and len(keys[0]) == 3


def test_the_master_playlist(ladder: Ladder) -> None:
    folder, _ = ladder
    text = (folder / "master.m3u8").read_text()
    rates = [int(rate) for rate in re.findall(r",AVERAGE-BANDWIDTH=(\d+)", text)]
    assert rates == sorted(rates, reverse=True) and len(set(rates)) == 3
    assert text.count('AUDIO="sound"') == 3 and text.count("TYPE=AUDIO") == 1 and "FRAME-RATE=23.976" in text
    assert re.findall(r'CODECS="(avc1\.[0-9a-f]{6}),mp4a\.40\.2"', text)
    named = [line for line in text.splitlines() if not line.startswith("#")]
    assert named == ["180p.m3u8", "120p.m3u8", "60p.m3u8"]
    own = read_playlist((folder / "180p.m3u8").read_text())
    real = 8 * (folder / "180p.m4s").stat().st_size / own.seconds
    assert own.mean == pytest.approx(real, rel=0.05) and own.peak >= own.mean


def test_no_highest_rate_is_below_the_mean() -> None:
    parts = ((4.0, 1_800_000), (0.042, 120_000))  # seconds, bytes: a film of one segment and a last picture
    lines = (f"#EXTINF:{seconds},\n#EXT-X-BYTERANGE:{size}@0\n" for seconds, size in parts)
    found = read_playlist("".join(lines))
    assert found.peak == found.mean > 8 * 1_800_000 / 4


def test_all_files_are_told_and_no_others_named(ladder: Ladder) -> None:
    folder, made = ladder
    files = made["files"]
    assert isinstance(files, tuple)
    names = {file["name"] for file in files}
    steps = {"180p", "120p", "60p", "sound"}
    assert names == {"master.m3u8", *(f"{step}.{ending}" for step in steps for ending in ("m3u8", "m4s"))}
    for name in names:
        if name.endswith("m3u8"):
            lines = (folder / name).read_text().splitlines()
            assert {line for line in lines if line and not line.startswith("#")} <= names


def test_its_sound_is_as_loud_as_it_shall_be(ladder: Ladder) -> None:
    folder, _ = ladder
    assert loudness(folder / "sound.m4s") == pytest.approx(-14.0, abs=1.0)


def test_without_sound(clip: Clip, make: Make) -> None:
    made = make(clip("mute.mp4", sound=None), "hls", ladder=_steps(STEPS))
    folder = Path(made["folder"])
    decoded(folder / "master.m3u8")
    assert "AUDIO" not in (folder / "master.m3u8").read_text() and made["made"]["loudness"] is None
