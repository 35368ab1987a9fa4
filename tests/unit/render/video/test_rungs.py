"""The rungs file and its recipes."""

from pathlib import Path

import pytest

from services.render.facts import Focal
from services.render.video.recipe import MEDIA, resolve
from services.render.video.rungs import RungsError, load_rungs, of_channel
from tests.unit.render.video.conftest import quick

WANTED = {
    "preview", "web-mp4", "storyboard", "shots", "hls", "social-16x9", "social-1x1", "social-9x16",
    "screen-1080", "screen-portrait", "screen-4k",
}  # fmt: skip


def test_the_built_in_file_has_them_all() -> None:
    rungs = load_rungs()
    assert {rung.name for rung in rungs} == WANTED
    assert {rung.name for rung in of_channel(rungs, "screen")} == {"screen-1080", "screen-portrait", "screen-4k"}
    assert of_channel(rungs, "all") == rungs and of_channel(rungs, "print") == ()
    screens = [rung for rung in of_channel(rungs, "screen") if rung.make == "mp4"]
    assert {(rung.width, rung.height) for rung in screens} == {(1920, 1080), (1080, 1920), (3840, 2160)}
    assert all(rung.sound_kbit == 0 and rung.mode == "pad" for rung in screens)


def test_a_recipe_is_what_changes_a_byte() -> None:
    web = quick("web-mp4")
    assert resolve(web).hash == resolve(web.model_copy(update={"channel": "other"})).hash
    changed = [web.model_copy(update=change) for change in ({"crf": 23}, {"threads": 4}, {"max_kbit": 1})]
    assert len({resolve(rung).hash for rung in (web, *changed)}) == 4


def test_a_focal_point_counts_where_something_is_cropped() -> None:
    focal = Focal(x=0.2, y=0.5)
    assert resolve(quick("web-mp4"), focal).hash == resolve(quick("web-mp4")).hash
    assert resolve(quick("social-1x1"), focal).hash != resolve(quick("social-1x1")).hash


@pytest.mark.parametrize(
    "text",
    [
        "video: {webshop: [{name: a, make: mp4, width: 640, height: 361}]}",
        "video: {webshop: [{name: a, make: tape}]}",
        "video: {webshop: [{name: a, make: hls, ladder: [{height: 240, kbit: 400}, {height: 480, kbit: 900}]}]}",
        "video: {a: [{name: a, make: storyboard}], b: [{name: a, make: storyboard}]}",
        "presets: []",
        "{",
    ],
)
def test_a_wrong_file_says_so(text: str, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(RungsError, match=r"own\.yaml"):
        load_rungs(path)


def test_each_fault_is_a_plain_line(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "video: {webshop: [{name: a, make: mp4, width: 640, height: 361, crf: 60, sped: slow}, {name: b, make: tape}, "
        "{name: c, make: hls, ladder: [{height: 8, kbit: 400, k: 1}]}, "
        "{name: d, make: storyboard, least_seconds: 0}]}"
    )
    with pytest.raises(RungsError) as caught:
        load_rungs(path)
    place = "own.yaml, channel webshop, rung"
    assert str(caught.value).splitlines() == [
        f"{place} a: crf is 60. Give a whole number from 10 to 40.",
        f"{place} a: height is 361. Give a whole number from 16 to 3840, a multiple of 2.",
        f"{place} a: there is no field sped. Did you mean speed?",
        f'{place} b: make is "tape". Give mp4, hls, storyboard, shots.',
        f"{place} c: ladder.0.height is 8. It should be greater than or equal to 16.",
        f"{place} c: there is no field ladder.0.k. Remove it.",
        f"{place} d: least_seconds is 0. Give a number above 0.",
    ]


def test_every_file_has_a_media_type() -> None:
    assert MEDIA.keys() == {"mp4", "m4s", "m3u8", "vtt", "jpg"}
