"""`packshot teach FOLDER`: whatever the folder holds, a sentence says what to do, and what can be taught is taught."""

import json
import shutil
from pathlib import Path

import pytest
import pyvips

from cli import app
from cli.teach import found_in
from cli.trouble import Trouble


def draw(path: Path, colour: list[int], number: int) -> None:
    """A plain picture with a disc of that colour somewhere."""
    x, y = pyvips.Image.xyz(160, 120).bandsplit()
    disc = (x - 50 - 5 * number) ** 2 + (y - 60) ** 2 < (25 + 2 * number) ** 2
    disc.ifthenelse(colour, [245, 245, 245]).cast("uchar").copy(interpretation="srgb").write_to_file(str(path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for tag, colour in {"red disc": [200, 20, 30], "blue disc": [20, 40, 200]}.items():
        (tmp_path / "words" / tag).mkdir(parents=True)
        for number in range(5):
            draw(tmp_path / "words" / tag / f"{number}.{'tif' if number == 4 else 'jpg'}", colour, number)
    return tmp_path / "words"


def test_a_folder_is_taught_and_told(
    folder: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With all that may lie about in such a folder."""
    shutil.copytree(models, tmp_path / "models")
    monkeypatch.setenv("PACKSHOT_MODELS", str(tmp_path / "models"))
    (folder / "red disc" / "broken.jpg").write_bytes((folder / "red disc" / "0.jpg").read_bytes()[:300])
    (folder / "blue disc" / "notes.txt").write_text("no picture")
    (folder / "blue disc" / ".DS_Store").write_bytes(b"x")
    (folder / "loose.jpg").write_bytes(b"x")
    (folder / "nothing").mkdir()
    (folder / "single").mkdir()
    draw(folder / "single" / "only.jpg", [20, 200, 20], 1)
    assert app.main(["teach", str(folder), "--json"]) == 0
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert set(result) == {"tags", "examples", "top1", "top3", "seconds"}
    assert (result["tags"], result["examples"]) == (2, 10) and result["top1"] >= 0.9
    for name in ("broken.jpg", "notes.txt", "loose.jpg", "nothing", "single"):
        assert name in said.err
    assert ".DS_Store" not in said.err
    archive = folder / "shoot.zip"
    archive.write_bytes(b"PK\x03\x04" + bytes(60))
    files = [str(folder / "red disc" / "3.jpg"), str(archive), str(folder / "red disc" / "4.tif")]
    assert app.main(["tag", *files, "--json"]) == 0
    jpeg, refused, tiff = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert jpeg.keys() == tiff.keys() == refused.keys() - {"reason"}  # a script need not ask first
    assert [jpeg["file"], refused["file"], tiff["file"]] == files and "Unpack it" in refused["reason"]
    for found in (jpeg, tiff):
        assert (found["labels"][0]["label"], found["labels"][0]["source"]) == ("red disc", "taught")
    assert (tiff["quality"]["width"], tiff["quality"]["height"]) == (160, 120)  # of the original


@pytest.mark.parametrize("what", ["absent", "a file", "empty", "loose files only"])
def test_a_folder_without_tags_says_how_it_should_look(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "words"
    if what == "a file":
        folder.write_bytes(b"")
    elif what != "absent":
        folder.mkdir()
    if what == "loose files only":
        (folder / "one.jpg").write_bytes(b"x")
    with pytest.raises(Trouble, match="sub-folder"):
        found_in(folder)


def test_one_tag_is_not_enough(
    folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(folder / "red disc")
    monkeypatch.setenv("PACKSHOT_MODELS", str(models))
    assert app.main(["teach", str(folder)]) == 1
    assert "two are the least" in capsys.readouterr().err
    assert not list(models.glob("taught*"))
