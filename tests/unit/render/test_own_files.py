"""`packshot render` with the operator's own presets and rungs, and all that it tells of a file."""

import json
from pathlib import Path
from typing import Any

import pytest
import pyvips

from cli import app
from cli.rendered import Result, say_json, say_plainly
from cli.trouble import Trouble
from cli.work_render import _wanted
from tests.fakes.files import pdf

PRESETS = """
channels:
  tiny:
    - {name: dot, width: 8, height: 8, mode: fit, format: png}
    - {name: film, width: 8, height: 8, mode: fit, format: webp, quality: 50, animated: true}
    - {name: sheet, width: 900, height: 900, mode: pad, background: "#ffffff", format: png}
"""
RUNGS = "video: {tv: [{name: board, make: storyboard, width: 160, columns: 5, rows: 5, pictures: 9}]}"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose presets and rungs are in use."""
    for name, text in (("PRESETS", PRESETS), ("RUNGS", RUNGS)):
        (tmp_path / f"{name}.yaml").write_text(text)
        monkeypatch.setenv(f"PACKSHOT_{name}", str(tmp_path / f"{name}.yaml"))
    return tmp_path


def rendered(folder: Path, *files: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert app.main(["render", *map(str, files), "--out", str(folder / "made"), "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_ones_own_presets_are_made_with_notes_reasons_and_text(
    own: Path, scene: pyvips.Image, capsys: pytest.CaptureFixture[str]
) -> None:
    still, guide = own / "a.webp", own / "guide.pdf"
    still.write_bytes(bytes(scene.webpsave_buffer()))
    guide.write_bytes(pdf([b"0 g BT /F1 24 Tf 20 200 Td (Wash at 30) Tj ET"]))
    picture, document = rendered(own, still, guide, capsys=capsys)
    assert [one["preset"] for one in picture["renditions"]] == ["dot", "sheet"]
    assert picture["skipped"] == [{"preset": "film", "reason": "The picture does not move."}]
    dot, sheet = picture["renditions"]
    assert "notes" not in dot and "nothing is enlarged" in sheet["notes"][0]
    assert "text" not in picture and document["text"].endswith("guide.pdf/text.txt")
    assert Path(document["text"]).read_text() == "Wash at 30"


def test_a_channel_that_only_films_have(own: Path) -> None:
    wanted = _wanted("tv")
    assert (wanted.presets.all, [rung.name for rung in wanted.rungs]) == ((), ["board"])
    assert len(_wanted("all").presets.all) == 3 and _wanted("tiny").rungs == ()


@pytest.mark.parametrize("name", ["PRESETS", "RUNGS"])
@pytest.mark.parametrize("text", ["- no", None])
def test_a_file_that_does_not_hold_is_told(name: str, text: str | None, own: Path) -> None:
    file = own / f"{name}.yaml"
    file.write_text(text) if text else file.unlink()
    with pytest.raises(Trouble, match=rf"{name}\.yaml .*Mend the file that PACKSHOT_{name} names"):
        _wanted("all")


def test_people_are_told_as_much(capsys: pytest.CaptureFixture[str]) -> None:
    made = {"preset": "card", "path": "made/card.jpg", "format": "jpeg", "width": 9, "height": 9, "bytes": 9, "ms": 1.0}
    skipped = [{"preset": "hls", "reason": "It takes too long."}]
    result = Result("a.mp4", "video", renditions=[{**made, "notes": ["It is small."]}], skipped=skipped, text="t.txt")
    say_plainly(result)
    said = capsys.readouterr().out
    assert "It is small." in said and "not made: It takes too long." in said and "t.txt" in said
    say_json(Result("a.jpg", "image"))
    assert json.loads(capsys.readouterr().out).keys() == {"file", "status", "reason", "kind", "renditions"}
