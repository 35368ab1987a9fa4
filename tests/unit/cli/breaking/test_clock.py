"""A clock that jumps, for one process: our modules and the S3 client's see it, and nothing else changes."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.breaking.clock import STEPS, Datetime, Jumping
from cli.home import CHECKOUT

SEEN = """
import time
from datetime import UTC
from importlib import import_module
from cli.breaking import clock
arrivals, minio = import_module("services.ingest.arrivals"), import_module("minio.time")
import_module("services.ingest.__main__")
clock.jump(lambda: 86400.0)
found = arrivals.datetime.now(UTC)
print(found.isoformat(), minio.utcnow().isoformat(), time.time(), isinstance(found, arrivals.datetime))
"""


def test_it_jumps_ahead_and_then_back() -> None:
    steady = 100.0
    clock = Jumping(true=lambda: 5000.0, steady=lambda: steady)
    found = []
    for since, _ahead in STEPS:
        steady = 100.0 + since
        found.append(clock() - 5000.0)
    assert found == [0.0, 3600.0, -3600.0]


def test_it_may_be_wrong_by_the_same_all_the_time() -> None:
    clock = Jumping([(0.0, -86400.0)], true=lambda: 90000.0)
    assert clock() == clock() == 3600.0


def test_all_else_of_a_time_is_the_real_ones() -> None:
    instead: Any = Datetime(lambda: 0.0)
    assert instead.now(UTC) == datetime(1970, 1, 1, tzinfo=UTC) and isinstance(instead.now(UTC), datetime)
    assert isinstance(datetime.now(UTC), instead) and not isinstance("now", instead)
    assert instead.fromisoformat("2026-01-01T00:00:00Z") - instead(2025, 12, 31, tzinfo=UTC) == timedelta(days=1)


def test_a_service_and_its_s3_client_see_it() -> None:
    done = subprocess.run([sys.executable, "-c", SEEN], cwd=CHECKOUT, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["1970-01-02T00:00:00+00:00", "1970-01-02T00:00:00+00:00", "86400.0", "True"], (
        done.stderr
    )
