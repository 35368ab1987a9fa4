"""`packshot chaos`, its short form: a copy of its own is broken under load, and nothing is lost.

Each day's runs draw two faults of all that there are: the same that day, so that who mends one can run it again.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from cli.breaking.report import WRONG
from cli.breaking.schedule import SCHEDULE, drawn
from cli.home import CHECKOUT

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(1200)]


def test_a_minute_of_chaos() -> None:
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"}
    seed = str(datetime.now(UTC).toordinal())
    command = [sys.executable, "-P", "-m", "cli", "chaos", "--minutes", "1", "--quiet", "10", "--seed", seed, "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=1100)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert [one["fault"] for one in told["broken"]] == list(map(str, drawn(SCHEDULE, 2, told["seed"])))
    assert told["files"] > 20 and told["view_lines"] > told["files"] and told["pim"]["writes"] > 0
    assert not any(told[name] for name in WRONG)
    assert {one["name"] for one in told["checks"] if one["counts"] and one["held"]} == set(WRONG.values())
