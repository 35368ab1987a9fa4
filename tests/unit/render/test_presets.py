"""The presets file: ours holds, a wrong one is named with its fault."""

from pathlib import Path

import pytest

from services.render.presets import PresetsError, load_presets

GOOD = "{name: a, width: 10, height: 10, mode: fit, format: jpeg, quality: 80}"


def test_ours_has_the_default_channels() -> None:
    presets = load_presets()
    assert presets.channels == ["thumbnail", "webshop", "mobile", "social", "screen", "print"]
    assert {p.name for p in presets.all if p.wave == "first"} == {"thumbnail", "thumbnail-jpeg", "web", "web-webp"}
    assert 10 <= len(presets.all) <= 14


def test_a_channel_by_its_name() -> None:
    assert [p.name for p in load_presets().of("print").all] == ["print"]
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
