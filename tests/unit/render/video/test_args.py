"""Arguments of ffmpeg, without running it."""

from dataclasses import replace

from services.render.video import args
from services.render.video.geometry import Frame, Window
from services.render.video.probe import Probe
from services.render.video.rungs import Mp4, load_rungs

FOUND = Probe(
    demuxer="mov", video=1, audio=0, width=1280, height=720, rotation=0, seconds=5.0, fps="25/1", codec="h264",
    audio_codec="aac", hdr="", matrix="", full_range=False, interlaced=False, located=True, bytes=10**6,
)  # fmt: skip
WEB = next(rung for rung in load_rungs() if rung.name == "web-mp4")


def compiled(found: Probe = FOUND, frame: Frame | None = None) -> list[str]:
    assert isinstance(WEB, Mp4)
    read = args.source(found, 2)
    streams = [args.picture(found, read, frame or Frame(Window(), 640, 360), "25/1"), args.sound(found, read)]
    options = {**args.encoding(WEB, 25.0), **args.rate_bound(WEB.max_kbit), "format": "mp4"}
    return args.compiled(streams, "web-mp4.mp4", 6.0, options)


def after(words: list[str], option: str) -> str:
    return words[words.index(option) + 1]


def graph(words: list[str]) -> str:
    return after(words, "-filter_complex")


def test_the_input_is_one_file_by_a_forced_demuxer() -> None:
    words = compiled()
    before = words[: words.index("-i")]
    assert words.count("-i") == 1 and after(words, "-i") == "input"
    assert after(before, "-f") == "mov" and after(before, "-protocol_whitelist") == "file"
    assert "-codec_whitelist" in before and after(before, "-enable_drefs") == "0"
    assert "-nostdin" in words and words[-1] == "-y"


def test_nothing_of_the_originals_metadata_goes_on() -> None:
    words = compiled()
    assert (after(words, "-map_metadata"), after(words, "-map_chapters")) == ("-1", "-1")
    assert "-sn" in words and "-dn" in words and after(words, "-fflags") == "+bitexact"


def test_only_the_streams_that_were_looked_at() -> None:
    assert "[0:1]" in graph(compiled()) and "[0:0]" in graph(compiled())


def test_the_output_has_an_end() -> None:
    assert after(compiled(), "-t") == "6.000"


def test_colours_are_told_and_kept() -> None:
    assert "in_color_matrix=bt709" in graph(compiled())
    assert "in_color_matrix=bt601" in graph(compiled(replace(FOUND, width=640, height=480)))
    assert "in_color_matrix=bt601" in graph(compiled(replace(FOUND, matrix="smpte170m")))
    assert after(compiled(), "-colorspace") == "bt709"


def test_hdr_is_mapped_small_and_interlaced_is_woven() -> None:
    mapped = graph(compiled(replace(FOUND, hdr="PQ")))
    assert mapped.index("zscale=h=360") < mapped.index("tonemap") and "tin=smpte2084" in mapped
    assert "bwdif" in graph(compiled(replace(FOUND, interlaced=True))) and "bwdif" not in graph(compiled())


def test_crops_and_canvases() -> None:
    words = graph(compiled(frame=Frame(Window(0.25, 0.0, 0.5, 1.0), 320, 360, canvas=(400, 400))))
    assert words.index("crop=") < words.index("scale=") < words.index("pad=")
