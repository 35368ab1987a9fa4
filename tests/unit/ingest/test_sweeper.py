"""The sweep of the command line is that of the service: the same settings, wired in one place."""

from datetime import timedelta
from pathlib import Path

import pytest

from cli.connect import settings_as
from cli.home import Home
from runtime.memory_store import MemoryBucket
from services.ingest.config import IngestSettings
from services.ingest.removals import Guard
from services.ingest.sweeper import sweep_of
from services.ingest.waiting import Patience


def test_settings_reach_the_sweep(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wanted = {"REMOVAL_SHARE": "0.5", "REMOVAL_LEAST": "3", "SWEEP_GRACE_S": "7", "EMPTY_S": "8", "RETENTION_DAYS": "9"}
    for name, value in wanted.items():
        monkeypatch.setenv(f"PACKSHOT_{name}", value)
    settings = settings_as(IngestSettings, Home(tmp_path))
    sweep = sweep_of(settings, MemoryBucket("inbox"), MemoryBucket("library"))
    assert (sweep._guard, sweep._grace, sweep._keep) == (Guard(0.5, 3), Patience(7, 8), timedelta(days=9))
