"""`packshot trace`: which asset is meant, and what is printed of it."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from cli import trace
from cli.home import Home
from cli.trouble import Trouble

ONE, TWO = "9efdbe18-6d30-56bc-9012-69b5cb8b272e", "1efdbe18-6d30-56bc-9012-69b5cb8b272e"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy with two assets of one file name, and a line of render's log about the first."""
    found = Home(tmp_path)
    found.logs.mkdir()
    line = {"time": "2026-11-29T14:00:33+00:00", "level": "warning", "message": "try 1 of 3 failed", "subject": ONE}
    (found.logs / "render.log").write_text(json.dumps(line) + "\n", encoding="utf-8")
    monkeypatch.setattr("cli.home.current", lambda: found)
    monkeypatch.setattr(trace, "ask", answer)
    return found


def answer(_home: Home, _method: str, path: str) -> Any:
    keys = {ONE: "autumn/a.jpg", TWO: "spring/a.jpg"}
    if path.startswith("v1/assets?"):
        return {"items": [{"id": own, "key": key} for own, key in keys.items()]}
    if path.startswith("v1/dead-letters"):
        return {"items": [letter(keys[TWO], f"/assets/{TWO}"), letter("spring/never.jpg", None)]}
    own = path.removeprefix("v1/assets/")
    history = [{"at": "2026-11-29T14:00:31+00:00", "what": "Version 1 arrived", "by": "", "why": ""}]
    plain = {"state": "ready", "live": 1, "newest": 1, "cause": None, "cure": None, "versions": []}
    return {"id": own, "key": keys[own], "arrived": "2026-11-29T14:00:31+00:00", "history": history, **plain}


def letter(about: str, page: str | None) -> dict[str, Any]:
    where = {"topic": "ingest.jobs.ingest.dlq", "partition": 3, "offset": 7, "about": about, "page": page}
    why = {"buried": "2026-11-29T14:00:32+00:00", "cause": "KeyError: 'width'", "group": "ingest", "attempts": 3}
    return {**where, **why, "again": False, "replayable": True}


def run(asset: str, *, as_json: bool = False) -> int:
    return trace.run(argparse.Namespace(asset=asset, json=as_json))


@pytest.mark.parametrize("meant", [ONE, "autumn/a.jpg", "mn/a.jpg"])
def test_an_asset_is_named_by_id_or_by_its_file(meant: str, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(meant) == 0
    first, *story = capsys.readouterr().out.splitlines()
    assert first == f"autumn/a.jpg  {ONE}"
    assert [line[20:] for line in story[:2]] == [
        "   +0.0 s   Version 1 arrived",
        "   +2.0 s ! try 1 of 3 failed  [render]",
    ]
    assert story[2] == "Now: ready, version 1 is live."


def test_a_name_of_two_is_asked_back(home: Home) -> None:
    with pytest.raises(Trouble, match=r"2 assets end in 'a.jpg':\n.*autumn/a.jpg\n.*spring/a.jpg"):
        run("a.jpg")


def test_an_unknown_name_says_what_to_do(home: Home) -> None:
    with pytest.raises(Trouble, match=r"No asset is named 'b\.jpg'"):
        run("b.jpg")


def test_for_scripts(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(ONE, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["key"], told["state"]) == ("autumn/a.jpg", "ready")
    assert [(one["by"], one["trouble"]) for one in told["story"]] == [("", False), ("render", True)]
    assert told["dead_letters"] == []


def test_a_dead_letter_of_the_asset_is_in_its_story(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(TWO) == 0
    told = capsys.readouterr().out
    assert "! given up after 3 tries, a dead letter: KeyError: 'width'  [ingest]" in told
    assert "`packshot dlq show ingest.jobs.ingest.dlq 3 7`" in told


def test_a_file_that_became_no_asset_has_its_dead_letter_told(home: Home) -> None:
    with pytest.raises(Trouble, match=r"'never\.jpg' became no asset: ingest gave it up") as raised:
        run("never.jpg")
    assert "`packshot dlq show ingest.jobs.ingest.dlq 3 7`" in raised.value.cure
