"""`packshot render`: the real command, in the real cage."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
import pyvips

from cli import work_render


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    work_render.add(parser)
    return work_render.run(parser.parse_args(list(words)))


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_many_files_one_line_each_in_order(
    tmp_path: Path, scene: pyvips.Image, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other").mkdir()
    first, second, third = tmp_path / "a[page=2].jpg", tmp_path / "guide.pdf", tmp_path / "other" / "a[page=2].jpg"
    for file in (first, third):
        file.write_bytes(bytes(scene.jpegsave_buffer()))
    second.write_bytes(b"%PDF-1.7\n")
    files = [str(first), str(second), str(third)]
    assert command(*files, "--channel", "webshop", "--out", str(tmp_path / "made"), "--json") == 0
    made = lines(capsys.readouterr().out)
    assert [line["file"] for line in made] == files
    assert [(line["status"], line["kind"]) for line in made] == [
        ("ready", "image"),
        ("refused", "document"),
        ("ready", "image"),
    ]
    assert "begins like a PDF" in made[1]["reason"] and made[1]["renditions"] == []
    paths = [Path(rendition["path"]) for line in made for rendition in line["renditions"]]
    assert len(set(paths)) == len(paths) == 10 and all(path.is_file() for path in paths)
    assert made[0].keys() == {"file", "status", "reason", "kind", "renditions"}
    assert made[0]["renditions"][0].keys() == {"preset", "path", "format", "width", "height", "bytes", "ms"}
    for rendition in made[0]["renditions"]:
        assert rendition["bytes"] == Path(rendition["path"]).stat().st_size


def test_a_file_that_is_not_there_is_told_and_the_others_are_made(
    tmp_path: Path, scene: pyvips.Image, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jpg").write_bytes(bytes(scene.jpegsave_buffer()))
    files = [str(tmp_path / "nothing.jpg"), str(tmp_path / "a.jpg")]
    assert command(*files, "--channel", "thumbnail", "--out", str(tmp_path / "made"), "--json") == 1
    made = lines(capsys.readouterr().out)
    assert [line["status"] for line in made] == ["failed", "ready"]
    assert (made[0]["file"], made[0]["reason"]) == (files[0], "There is no such file.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([__file__, "--out", "made", "--channel", "tv"], "There are: all, thumbnail"),
        ([__file__], "--out"),
    ],
)
def test_wrong_usage_ends_with_2(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command(*words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
