"""`packshot render`: the real command, in the real cage."""

import argparse
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import pyvips

from cli import work_render
from cli.working import ERASE, Working


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


def test_a_folder_stands_for_its_files_and_an_empty_one_is_told(
    tmp_path: Path, scene: pyvips.Image, capsys: pytest.CaptureFixture[str]
) -> None:
    shoot, bare = tmp_path / "shoot", tmp_path / "bare"
    (shoot / "more").mkdir(parents=True)
    bare.mkdir()
    for name in ("b.jpg", "a.jpg", "more/c.jpg", ".hidden.jpg"):
        (shoot / name).write_bytes(bytes(scene.jpegsave_buffer()))
    for name in ("a.xmp", "skus.csv", "Thumbs.db"):
        (shoot / name).write_text("words")
    assert command(str(shoot), str(bare), "--channel", "thumbnail", "--out", str(tmp_path / "made"), "--json") == 1
    made = lines(capsys.readouterr().out)
    assert [(line["file"], line["status"]) for line in made] == [
        (str(shoot / "a.jpg"), "ready"),
        (str(shoot / "b.jpg"), "ready"),
        (str(bare), "failed"),
    ]
    assert "a folder with no picture" in made[2]["reason"]


class Terminal(io.StringIO):
    """Standard error with somebody before it."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.mark.parametrize("watched", [True, False])
def test_progress_is_for_who_watches_and_results_stay_clean(
    watched: bool,
    tmp_path: Path,
    scene: pyvips.Image,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(bytes(scene.jpegsave_buffer()))
    seen = Terminal() if watched else io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    files = [str(tmp_path / "a.jpg"), str(tmp_path / "b.jpg")]
    assert command(*files, "--channel", "thumbnail", "--out", str(tmp_path / "made"), "--json") == 0
    assert [line["file"] for line in lines(capsys.readouterr().out)] == files
    drawn = seen.getvalue()
    if not watched:
        assert drawn == ""
        return
    assert "packshot: 0 of 2 done" in drawn and "packshot: 2 of 2 done" in drawn
    assert "a.jpg: thumbnail" in drawn and "\n" not in drawn and drawn.endswith(ERASE)


def test_of_a_film_the_share_is_told_and_no_line_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Terminal()
    monkeypatch.setattr(sys, "stderr", seen)
    monkeypatch.setenv("COLUMNS", "50")
    working = Working(3)
    working.done()
    working.tell("shoot/spin.mp4", "hls", 0.456)
    assert seen.getvalue().split(ERASE)[-1] == "packshot: 1 of 3 done; spin.mp4: hls 46%"
    working.tell("long" * 20 + ".mp4", "hls", 0.5)
    assert len(seen.getvalue().split(ERASE)[-1]) == 49


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
