"""`packshot test`: what could not be done is no failure, and is said where it is read."""

import argparse
from collections.abc import Sequence

import pytest

from cli import test as command


@pytest.mark.parametrize(
    ("ended", "status", "undone", "failed"),
    [(0, 0, False, False), (command.NOT_DONE, 0, True, False), (1, 1, False, True)],
)
@pytest.mark.parametrize("lint", [True, False])
def test_its_last_word_is_what_was_not_done(
    ended: int,
    status: int,
    undone: bool,
    failed: bool,
    lint: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def python(arguments: Sequence[str]) -> int:
        print(" ".join(arguments))
        return ended if "deploy.flaws" in arguments else 0

    monkeypatch.setattr(command, "_python", python)
    monkeypatch.setattr(command, "_bring_gltf_tools", lambda: None)
    asked = argparse.Namespace(lint=lint, tests_only=False, pytest=["tests/unit"])
    assert command.run(asked) == status
    said = capsys.readouterr().err.splitlines()
    assert ("NOT DONE: known flaws" in "".join(said[-1:]), "checks failed: known flaws" in "".join(said)) == (
        undone,
        failed,
    )
