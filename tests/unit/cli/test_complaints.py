"""Which lines of a log complain."""

from pathlib import Path

import pytest

from cli.servers.complaints import complaints


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ('{"level": "info", "message": "tags done"}', []),
        ('{"level": "warning", "message": "waiting for a server"}', ["waiting for a server"]),
        ('{"level": "error", "mess', []),
        ("ValueError: no such thing", ["ValueError: no such thing"]),
        ("[2026-11-25 04:00:00,000] INFO Kafka started", []),
        ("[2026-11-25 04:00:00,000] ERROR Disk error", ["[2026-11-25 04:00:00,000] ERROR Disk error"]),
        ("2026-11-25 04:00:00 UTC [1] LOG:  database system is ready", []),
        ("2026-11-25 04:00:00 UTC [1] FATAL:  no space", ["2026-11-25 04:00:00 UTC [1] FATAL:  no space"]),
        ("I1125 04:00:00.0 1 filer.go:1] started", []),
        ("E1125 04:00:00.0 1 filer.go:1] lost", ["E1125 04:00:00.0 1 filer.go:1] lost"]),
    ],
)
def test_warnings_and_errors_only(tmp_path: Path, line: str, kept: list[str]) -> None:
    (tmp_path / "x.log").write_text(f"{line}\n\n")
    assert complaints(tmp_path / "x.log") == kept


def test_only_of_this_run_and_the_last_ones(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    assert complaints(log) == []
    log.write_text("before\na\nb\nc\n")
    assert complaints(log, start=7) == ["b", "c"]
    log.write_text("cut\n")  # rotated: it is shorter than where we began
    assert complaints(log, start=7) == ["cut"]


def test_a_long_log_is_read_from_a_whole_line(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text('{"level": "info", "message": "well"}\n' * 4000)
    assert complaints(log) == []
