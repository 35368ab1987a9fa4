"""`packshot tag`: a line a file, both waves in one answer."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import pyvips

from cli.work_tag import _for_people, _together, _with_shots


def test_what_the_second_wave_did_not_find_stays() -> None:
    first = {"colours": [{"name": "red"}], "composition": {"kind": "packshot", "people": False}, "models": {"a": "1"}}
    second: dict[str, Any] = {"colours": [], "composition": {}, "text": [], "models": {"text": "2"}}
    models = {"a": "1", "text": "2"}
    assert _together(first, second) == {**first, "text": [], "problems": [], "models": models}


def test_what_it_found_stands_above() -> None:
    first = {"colours": [{"name": "brown"}], "composition": {"kind": "lifestyle", "people": True}}
    second = {"colours": [{"name": "red"}], "composition": {"kind": "packshot", "box": [0.1, 0.2, 0.3, 0.4]}}
    together = _together(first, second)
    assert together["colours"] == [{"name": "red"}]
    assert together["composition"] == {"kind": "packshot", "people": True, "box": [0.1, 0.2, 0.3, 0.4]}


def test_problems_of_both_waves_are_told() -> None:
    one, other = {"step": "mood", "cause": "torn"}, {"step": "text", "cause": "too large"}
    first, second = ({"composition": {}, "problems": [problem]} for problem in (one, other))
    assert _together(first, second)["problems"] == [one, other]


def test_words_and_people_of_any_shot_are_the_films() -> None:
    composed = {"kind": "lifestyle", "people": False, "faces": 0}
    poster = {"labels": [{"label": "bag", "confidence": 0.6}], "composition": composed}
    seen = {"labels": [{"label": "bag", "confidence": 0.9}, {"label": "belt"}], "composition": {"people": True}}
    film = {"silent": True, "shots": []}
    whole = _with_shots(poster, {"film": film, "tags": seen})
    assert [one["label"] for one in whole["labels"]] == ["bag", "belt"] and whole["film"] == film
    assert whole["composition"] == {"kind": "lifestyle", "people": True, "faces": 0}
    assert _with_shots(poster, {"film": film, "tags": {}})["composition"]["people"] is False


@pytest.mark.timeout(120)
def test_a_line_a_file_under_the_name_that_was_given(models: Path, tmp_path: Path) -> None:
    white = pyvips.Image.black(400, 300, bands=3).linear(1, 255, uchar=True)
    red = white.copy(interpretation="srgb").draw_rect([200, 20, 30], 100, 80, 200, 140, fill=True)
    red.jpegsave(str(tmp_path / "red.jpg"))
    (tmp_path / "text.jpg").write_text("no picture")
    (here := tmp_path / "models").mkdir()
    for file in models.iterdir():
        (here / file.name).hardlink_to(file)
    (here / "mood.json").write_text("{}")
    names = ["./red.jpg", "gone.jpg", "text.jpg"]
    checkout = Path(__file__).parents[3]
    ended = subprocess.run(
        [sys.executable, "-m", "cli", "tag", *names, "--json"],
        cwd=tmp_path, env={**os.environ, "PACKSHOT_MODELS": str(here), "PYTHONPATH": str(checkout)},
        capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["ready", "failed", "refused"], ended.stderr
    assert [one["step"] for one in lines[0]["problems"]] == ["mood"]
    assert lines[0]["models"]["imagenet-lite2"] and lines[0]["models"]["text"]
    assert [line["file"] for line in lines] == names
    assert "the model of mood.json is left out: mood.json: name is missing" in ended.stderr
    assert lines[0]["colours"][0]["name"] == "red"
    promised = {"file", "status", "labels", "colours", "text", "barcodes", "quality", "hash"}
    promised |= {"alt", "caption", "provenance", "likeness"}
    assert all(promised <= line.keys() for line in lines)
    assert ended.returncode == 1


@pytest.mark.timeout(120)
@pytest.mark.parametrize("cards", [True, False])
def test_without_a_model_that_works_the_cure_is_said_and_the_rest_is_found(
    models: Path, tmp_path: Path, *, cards: bool
) -> None:
    (here := tmp_path / "models").mkdir()
    for card in models.glob("*.json") if cards else ():
        (here / card.name).write_bytes(card.read_bytes())  # without its graph
    pyvips.Image.black(60, 40, bands=3).copy(interpretation="srgb").jpegsave(str(tmp_path / "a.jpg"))
    ended = subprocess.run(
        [sys.executable, "-m", "cli", "tag", str(tmp_path / "a.jpg"), "--json"],
        env={**os.environ, "PACKSHOT_MODELS": str(here)}, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    found = json.loads(ended.stdout)
    assert found["status"] == "ready" and found["colours"] and found["hash"] and found["quality"]
    assert found["labels"] == [] and "people" not in found["composition"]
    assert {"labels", "people"} <= {one["step"] for one in found["problems"]}
    assert f"no model in {here} can be used: run `packshot setup`" in ended.stderr
    assert "memory" not in ended.stderr and "Traceback" not in ended.stderr
    assert ended.returncode == 1


@pytest.mark.timeout(200)
def test_told_to_end_it_leaves_nothing_behind(models: Path, tmp_path: Path) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    files = [str(tmp_path / f"{number}.jpg") for number in range(300)]  # more than it does before it is told
    for number, file in enumerate(files):
        pyvips.Image.black(40 + number, 30).jpegsave(file)
    env = {**os.environ, "PACKSHOT_MODELS": str(models), "TMPDIR": str(scratch)}
    with subprocess.Popen([sys.executable, "-m", "cli", "tag", *files], env=env, stdout=subprocess.DEVNULL) as tagging:
        while not list(scratch.glob("packshot-tag-*")):
            assert tagging.poll() is None
            time.sleep(0.02)
        tagging.terminate()
        assert tagging.wait(150) != 0  # a child that is loading its models is waited for
    assert list(scratch.glob("packshot-tag-*")) == []


def test_people_read_what_is_seen_beside_the_labels() -> None:
    ready = {"file": "a.jpg", "status": "ready", "labels": [], "colours": [], "barcodes": [], "problems": []}
    composed = {
        "kind": "lifestyle",
        "background": "scene",
        "view": "front",
        "box": [0.1, 0.2, 0.5, 0.6],
        "cut_off": ["left"],
        "people": True,
    }
    seen = {"composition": {**composed, "faces": 2}, "text": [{"text": "ACME"}], "language": "en"}
    quality = {"quality": {"score": 80}, "film": {"shots": [{}, {}]}}
    first, *lines = _for_people({**ready, **seen, **quality}).splitlines()
    assert "scene background · quality 80" in first
    assert "not judged: It is a page" in _for_people(
        {**ready, **seen, "quality": {"left_out": {"cast": "It is a page."}}}
    )
    assert lines == [
        "  lifestyle · front · at 10% 20%, 50% × 60% · cut off left · 2 faces",
        "  text (en): ACME",
        "  2 shots",
    ]
