"""The presets file: ours holds, a wrong one is named with its fault."""

from pathlib import Path

import pytest
import yaml

from services.render.presets import PresetsError, load_presets, read_presets

LATER = ["web-avif", "animation", "mobile-480-jpeg", "mobile-avif", "marketplace", "print-cmyk"]
GOOD = "{name: a, width: 10, height: 10, mode: fit, format: jpeg, quality: 80}"


def test_ours_has_the_default_channels() -> None:
    presets = load_presets()
    assert presets.channels == [
        "thumbnail",
        "webshop",
        "mobile",
        "social",
        "marketplace",
        "document",
        "screen",
        "print",
    ]
    assert {p.name for p in presets.all if p.wave == "first"} == {"thumbnail", "thumbnail-jpeg", "web", "web-webp"}
    assert [p.name for p in presets.all if p.wave == "later"] == LATER
    assert 10 <= len(presets.all) - len(LATER) <= 14


def test_a_channel_by_its_name() -> None:
    assert [p.name for p in load_presets().of("print").all] == ["print", "print-cmyk"]
    assert load_presets().of("all") == load_presets()
    with pytest.raises(PresetsError, match=r"no channel 'tv'.*webshop"):
        load_presets().of("tv")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f"channels: {{x: [{GOOD}, {GOOD}]}}", "two presets are named 'a'"),
        (f"channels: {{x: [{GOOD.replace('name: a', 'name: original')}]}}", "call the file itself 'original'"),
        ("channels: {x: [{name: a}]}", "width"),
        (f"channels: {{x: [{GOOD[:-1]}, colour: red}}]}}", "colour"),
        (f"channels: {{x: [{GOOD.replace('fit', 'pad')}]}}", "needs a background"),
        (f"channels: {{x: [{GOOD[:-1]}, gravity: attention}}]}}", "mode fill only"),
        (f"channels: {{x: [{GOOD[:-1]}, target: 70}}]}}", "either a quality or a target"),
        (f"channels: {{x: [{GOOD.replace(', quality: 80', '')}]}}", "either a quality or a target"),
        (f"channels: {{x: [{GOOD.replace('jpeg', 'png')}]}}", "png loses nothing"),
        (f"channels: {{x: [{GOOD[:-1]}, animated: true}}]}}", "jpeg does not move"),
        (f"channels: {{x: [{GOOD[:-1]}, colours: cmyk}}]}}", "cmyk is for tiff"),
        (f"channels: {{x: [{GOOD[:-1]}, margin: 0.1}}]}}", "mode pad only"),
        (f"channels: {{x: [{GOOD[:-1]}, ratio: '4:5'}}]}}", "either the width or the height"),
        ("channels: [", "not a presets file"),
        ("{}", "not a presets file"),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(PresetsError, match=word) as caught:
        load_presets(file)
    assert "mine.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("quality: 400", "quality is 400. Give a whole number from 1 to 100."),
        ("quality: best", 'quality is "best". Give a whole number from 1 to 100.'),
        ("mode: fitt", 'mode is "fitt". Give fit, fill or pad.'),
        ("format: bmp", 'format is "bmp". Give jpeg, webp, avif, png, tiff or gif.'),
        ("colours: rgb", 'colours is "rgb". Give srgb or cmyk.'),
        ("qualty: 80", "there is no field qualty. Did you mean quality?"),
        ("zzz: 80", "there is no field zzz. There are: name, channel,"),
        ("max_bytes: 3", "max_bytes is 3. Give a whole number from 1000 upwards."),
        ("margin: 2", "margin is 2. Give a number from 0 to 0.4."),
        ("trim: maybe", 'trim is "maybe". Give true or false.'),
        ("background: white", 'background is "white". Give six hex digits in small letters, in quotes: "#ffffff".'),
        ("width: null", "width is null. Give a whole number from 1 to 8192."),
        ("ratio: 4:5", 'ratio is 245. Give width and height with a colon, in quotes: "4:5".'),
        ("dpr: 2", "dpr is 2. Give a list of densities up to 8: [1, 2]."),
        ("mode: pad", "mode pad needs a background, e.g. '#ffffff'."),
    ],
)
def test_a_fault_is_said_in_one_plain_line(fields: str, said: str) -> None:
    whole = yaml.safe_load(GOOD) | yaml.safe_load(f"{{{fields}}}")
    with pytest.raises(PresetsError) as caught:
        read_presets("mine.yaml", yaml.safe_dump({"channels": {"shop": [whole]}}))
    assert str(caught.value).startswith(f"mine.yaml, channel shop, preset a: {said}")
    assert "\n" not in str(caught.value) and "pydantic" not in str(caught.value)


def test_all_faults_of_a_file_are_told_a_line_each() -> None:
    bad = GOOD.replace("80", "400").replace("fit", "fitt")
    nameless = GOOD.replace("name: a, ", "")
    with pytest.raises(PresetsError) as caught:
        read_presets("mine.yaml", f"channels: {{shop: [{bad}], app: [{GOOD}, {nameless}]}}")
    assert str(caught.value).splitlines() == [
        'mine.yaml, channel shop, preset a: mode is "fitt". Give fit, fill or pad.',
        "mine.yaml, channel shop, preset a: quality is 400. Give a whole number from 1 to 100.",
        "mine.yaml, channel app, preset no. 2: name is missing. "
        "Give small letters and digits, with single hyphens between.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channels:\n  shop: [", "mine.yaml is not a presets file: line 2"),
        ("chanels: {}", "mine.yaml is not a presets file: it has no `channels:`"),
        ("channels: {shop: {name: a}}", "mine.yaml, channel shop: this is no list of presets."),
        ("channels: {shop: }", "mine.yaml, channel shop: this is no list of presets."),
    ],
)
def test_a_file_of_another_shape(text: str, said: str) -> None:
    with pytest.raises(PresetsError) as caught:
        read_presets("mine.yaml", text)
    assert str(caught.value).startswith(said) and "\n" not in str(caught.value)


def test_a_ratio_gives_the_other_side_and_densities_give_presets(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    one = "{name: a, width: 100, ratio: '4:5', dpr: [1, 1.5, 2], mode: fill, format: jpeg, quality: 80}"
    file.write_text(f"channels: {{x: [{one}]}}")
    found = [(p.name, p.width, p.height) for p in load_presets(file).all]
    assert found == [("a", 100, 125), ("a-1-5x", 150, 188), ("a-2x", 200, 250)]
