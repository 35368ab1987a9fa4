"""The presets file: ours holds, a wrong one is named with its fault."""

from pathlib import Path

import pytest

from services.render.presets import PresetsError, load_presets

LATER = ["web-avif", "animation", "mobile-avif", "marketplace", "print-cmyk"]
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


def test_a_ratio_gives_the_other_side_and_densities_give_presets(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    one = "{name: a, width: 100, ratio: '4:5', dpr: [1, 1.5, 2], mode: fill, format: jpeg, quality: 80}"
    file.write_text(f"channels: {{x: [{one}]}}")
    found = [(p.name, p.width, p.height) for p in load_presets(file).all]
    assert found == [("a", 100, 125), ("a-1-5x", 150, 188), ("a-2x", 200, 250)]
