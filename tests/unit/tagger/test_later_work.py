"""The second wave's steps on one picture."""

from pathlib import Path
from typing import Any

import pytest

from runtime.refusal import Refused
from services.tagger import later_work
from services.tagger.later_work import Step
from services.tagger.look import Look


def run(path: Path, *steps: str) -> list[dict[str, Any]]:
    return list(later_work.work({"input": path.name, "steps": list(steps)}, path.parent))


def test_only_the_steps_that_are_asked_for(packshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = tuple(Step(name, "1", lambda look, name=name: {name: look.width}) for name in ("one", "two"))  # type: ignore[misc]
    monkeypatch.setattr(later_work, "STEPS", steps)
    assert run(packshot, "two") == [{"opened": [1600, 1200]}, {"step": "two", "found": {"two": 1600}}]


def test_a_step_that_stumbles_says_why_and_the_next_goes_on(packshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(_look: Look) -> dict[str, Any]:
        raise FileNotFoundError("det.onnx is missing: run `packshot setup`")

    def sees(look: Look) -> dict[str, Any]:
        return {"before": sorted(look.found)}

    steps = (Step("one", "1", lambda _: {}), Step("two", "1", stumbles), Step("three", "1", sees))
    monkeypatch.setattr(later_work, "STEPS", steps)
    _, _, problem, last = run(packshot, "one", "two", "three")
    assert problem == {"step": "two", "problem": "det.onnx is missing: run `packshot setup`"}
    assert last["found"] == {"before": ["one"]}


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(Refused):
        run(tmp_path / "a.jpg", "barcodes")


def test_a_look_decodes_each_size_once_and_never_enlarges(packshot: Path) -> None:
    look = Look(packshot)
    assert look.at_most(400) is look.at_most(400)
    assert (look.at_most(400).width, look.at_most(9000).width) == (400, 1600)
