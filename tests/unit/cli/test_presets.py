"""`packshot presets` where no server answers, and without a file."""

import socket
from pathlib import Path

import pytest

from cli import app


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An address where nobody listens, which this command takes for the store's."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = str(held.getsockname()[1])
    monkeypatch.setenv("PACKSHOT_HOME", str(tmp_path))
    monkeypatch.setenv("PACKSHOT_S3_PORT", port)
    return f"127.0.0.1:{port}"


@pytest.mark.parametrize("action", ["diff", "apply"])
def test_without_a_file_and_without_a_server(action: str, nobody: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["presets", action]) == 1
    assert capsys.readouterr().err == f"packshot: S3 at http://{nobody} does not answer.\nCure: {app.AWAY}\n"


def test_check_says_each_fault_with_its_cure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("channels: {shop: [{name: a, widht: 9, height: 9, mode: fit, format: jpeg, quality: 400}]}")
    assert app.main(["presets", "check", str(file)]) == 1
    place = "mine.yaml, channel shop, preset a:"
    assert capsys.readouterr().err.splitlines()[:3] == [
        f"packshot: {place} width is missing. Give a whole number from 1 to 8192.",
        f"{place} quality is 400. Give a whole number from 1 to 100.",
        f"{place} there is no field widht. Did you mean width?",
    ]


def test_a_file_that_is_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(b"\xff\xd8\xff")
    assert app.main(["presets", "check", str(file)]) == 1
    assert "mine.yaml is no text in UTF-8." in capsys.readouterr().err
