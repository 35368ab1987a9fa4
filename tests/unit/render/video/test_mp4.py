"""Real encodes of short clips: they play, are upright, plain in colour, loud enough, and show the subject."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
import pyvips

from services.render.video.mp4 import PADDED
from tests.unit.render.video.conftest import Clip, Make, decoded, ffmpeg, loudness, probed, still

GREY = "color=c=0x808080:size=480x270:rate=10:duration=3"


def made_file(made: dict[str, Any]) -> Path:
    return Path(made["folder"], made["made"]["file"])


def colour_at(image: pyvips.Image, x: float, y: float) -> list[float]:
    """Mean of a few pixels around a place given in shares."""
    left, top = int(x * image.width) - 2, int(y * image.height) - 2
    part = image.crop(left, top, 5, 5)
    return [part[band].avg() for band in range(3)]


def test_the_web_file_plays_while_it_loads(clip: Clip, make: Make) -> None:
    made = make(clip(), "web-mp4")
    path = made_file(made)
    decoded(path)
    assert probed(path, "stream=codec_name,width,height,pix_fmt") == ["h264,320,180,yuv420p", "aac"]
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert (made["made"]["width"], made["made"]["height"]) == (320, 180)
    assert made["made"]["bytes"] == len(data) and made["made"]["sha256"] == hashlib.sha256(data).hexdigest()
    assert made["progress"] and made["progress"][-1] > 0.9


def test_the_same_twice_is_the_same_bytes(clip: Clip, make: Make) -> None:
    assert make(clip(), "web-mp4")["made"]["sha256"] == make(clip(), "web-mp4")["made"]["sha256"]


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("quiet", "sine=frequency=440:duration=4,volume=-25dB"),
        ("loud", "sine=frequency=440:duration=4,volume=17dB"),
        ("clicks", "aevalsrc='0.02*sin(440*2*PI*t)+0.95*lt(mod(t,2),0.02)*sin(900*2*PI*t)':s=48000:d=6"),
    ],
)
def test_sound_becomes_as_loud_as_it_shall_be(name: str, sound: str, clip: Clip, make: Make) -> None:
    made = make(clip(f"{name}.mp4", sound=sound), "web-mp4")
    assert loudness(made_file(made)) == pytest.approx(-14.0, abs=1.0)
    assert made["made"]["loudness"] == pytest.approx(loudness(made_file(made)), abs=0.3)


def test_silence_is_not_made_loud(clip: Clip, make: Make) -> None:
    made = make(clip("silent.mp4", sound="anullsrc=duration=3"), "web-mp4")
    assert made["made"]["loudness"] is None and "aac" in probed(made_file(made), "stream=codec_name")


def test_without_sound(clip: Clip, make: Make) -> None:
    made = make(clip("mute.mp4", sound=None), "web-mp4")
    assert probed(made_file(made), "stream=codec_name") == ["h264"]


def test_a_film_that_was_saved_small_does_not_grow(clip: Clip, make: Make) -> None:
    grain = "testsrc=size=320x180:rate=25:duration=4,noise=alls=30:allf=t,format=yuv420p"
    small = clip("small.mp4", video=grain, sound=None, out="-c:v libx264 -preset fast -crf 33")
    made = make(small, "web-mp4", speed="fast")
    assert made["made"]["bytes"] <= small.stat().st_size
    better = clip("better.mp4", video=grain, sound=None, out="-c:v libx265 -x265-params log-level=error -crf 33")
    assert make(better, "web-mp4", speed="fast")["made"]["bytes"] > better.stat().st_size


def test_a_turned_phone_clip_stands_upright(clip: Clip, make: Make) -> None:
    top_red = f"{GREY},drawbox=x=0:y=0:w=iw:h=40:color=red:t=fill,format=yuv420p"
    flat = clip("flat.mp4", video=top_red, sound=None)
    ffmpeg("-i", flat.name, "-c", "copy", "-metadata:s:v", "rotate=90", "turned.mp4", folder=flat.parent)
    made = make(flat.parent / "turned.mp4", "web-mp4")
    assert made["video"]["rotation"] in (90, 270)
    assert probed(made_file(made), "stream=width,height") == ["270,480"]
    image = still(made_file(made))
    edges = [colour_at(image, 0.05, 0.5)[0], colour_at(image, 0.95, 0.5)[0]]
    assert max(edges) > 200 and min(edges) < 150  # the red bar lies at a side now


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_hdr_looks_as_its_sdr_did(transfer: str, clip: Clip, make: Make) -> None:
    bars = "smptebars=size=320x180:rate=10:duration=1"
    chain = (
        f"{bars},scale=out_color_matrix=bt709,format=yuv444p,setparams=color_primaries=bt709:color_trc=bt709:"
        "colorspace=bt709:range=tv,zscale=t=linear:npl=203,format=gbrpf32le,"
        f"zscale=t={transfer}:p=bt2020:m=bt2020nc:r=limited:npl=203,format=yuv420p10le"
    )
    out = f"-c:v libx265 -x265-params log-level=error -preset ultrafast -color_trc {transfer} -color_primaries bt2020"
    hdr = clip(f"{transfer}.mp4", video=chain, sound=None, out=f"{out} -colorspace bt2020nc -crf 10")
    made = make(hdr, "web-mp4")
    assert made["video"]["hdr"] in ("PQ", "HLG")
    assert probed(made_file(made), "stream=pix_fmt,color_space,color_transfer") == ["yuv420p,bt709,bt709"]
    image = still(made_file(made), 0.3)
    wanted = [(190, 190, 190), (192, 190, 0), (0, 190, 189), (0, 188, 0), (190, 0, 191), (191, 0, 0), (0, 0, 191)]
    for number, colour in enumerate(wanted):
        found = colour_at(image, (number + 0.5) / 7, 0.3)
        assert all(abs(f - w) < 35 for f, w in zip(found, colour, strict=True)), (number, found)


@pytest.mark.parametrize("x", [0.04, 0.78])
@pytest.mark.parametrize(("name", "shape"), [("social-1x1", (270, 270)), ("social-9x16", (150, 270))])
def test_a_ratio_crop_keeps_the_subject(x: float, name: str, shape: tuple[int, int], clip: Clip, make: Make) -> None:
    subject = (
        f"drawbox=x={x}*iw:y=90:w=80:h=90:color=red:t=fill,drawbox=x={x}*iw+20:y=110:w=30:h=30:color=yellow:t=fill"
    )
    made = make(clip(f"subject-{x}.mp4", video=f"{GREY},{subject},format=yuv420p", sound=None), name)
    assert probed(made_file(made), "stream=width,height") == [f"{shape[0]},{shape[1]}"]
    red = _red_columns(still(made_file(made)))
    assert red == pytest.approx(80, abs=4)  # all of it, uncut


def test_a_subject_that_moves_off_the_middle_is_kept_from_first_to_last(clip: Clip, make: Make) -> None:
    box = "color=c=red:size=80x90:rate=10:duration=3[box]"
    walks = f"{GREY},format=yuv444p[grey];{box};[grey][box]overlay=x='320+20*t':y=100,format=yuv420p"
    made = make(clip("walks.mp4", video=walks, sound=None), "social-9x16")
    assert made["made"]["notes"] == ()
    for second in (0.0, 1.5, 2.8):
        assert _red_columns(still(made_file(made), second)) == pytest.approx(80, abs=4)


def test_what_is_everywhere_is_padded_not_cut(clip: Clip, make: Make) -> None:
    over = "overlay=x='if(lt(t,1.5),5,W-65)':y=100"
    box = "color=c=red:size=60x60:rate=10:duration=3[box]"
    moving = f"{GREY},format=yuv444p[grey];{box};[grey][box]{over}"
    made = make(clip("moving.mp4", video=f"{moving},format=yuv420p", sound=None), "social-9x16")
    assert made["made"]["notes"] == (PADDED,)
    width, height = made["made"]["width"], made["made"]["height"]
    assert width / height == pytest.approx(9 / 16, abs=0.01) and width <= 480
    assert colour_at(still(made_file(made)), 0.5, 0.05) == pytest.approx([128, 128, 128], abs=8)  # as the background


def test_a_persons_point_is_kept_in_view(clip: Clip, make: Make) -> None:
    subject = "drawbox=x=10:y=90:w=80:h=90:color=red:t=fill"
    file = clip("left.mp4", video=f"{GREY},{subject},format=yuv420p", sound=None)
    made = make(file, "social-9x16", focal={"x": 0.95, "y": 0.5})
    assert _red_columns(still(made_file(made))) == 0


def test_screens_are_exact_and_silent(clip: Clip, make: Make) -> None:
    made = make(clip(), "screen-portrait", width=540, height=960)
    assert probed(made_file(made), "stream=codec_name,width,height") == ["h264,540,960"]
    image = still(made_file(made))
    assert colour_at(image, 0.5, 0.1) == pytest.approx([0, 0, 0], abs=8)
    assert image.crop(110, 390, 320, 180).deviate() > 20  # the picture, at its own size, in the middle


def test_the_preview_is_short_small_and_silent(clip: Clip, make: Make) -> None:
    made = make(clip(), "preview", seconds=1)
    path = made_file(made)
    decoded(path)
    assert probed(path, "stream=codec_name") == ["h264"]
    assert float(probed(path, "format=duration")[0]) == pytest.approx(1.0, abs=0.15)


def test_nothing_of_places_and_makers_goes_on(clip: Clip, make: Make) -> None:
    told = "-metadata location=+32.0929+034.8620/ -metadata make=Acme -metadata title=Secret"
    out = f"-c:v libx264 -preset ultrafast {told}"
    file = clip("told.mp4", sound=None, out=f"{out} -metadata creation_time=2019-07-24T08:25:57Z")
    assert b"Secret" in file.read_bytes()
    made = make(file, "web-mp4")
    assert made["video"]["located"]
    data = made_file(made).read_bytes()
    assert not [word for word in (b"Secret", b"Acme", b"+32.09", b"Lavf") if word in data]


def _red_columns(image: pyvips.Image) -> int:
    """How many columns of the picture show clear red."""
    red = (image[0] > 150) & (image[2] < 90)
    columns, _rows = red.project()
    return int((columns > 255 * 20).avg() / 255 * image.width + 0.5)
