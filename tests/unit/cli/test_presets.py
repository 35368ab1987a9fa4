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
