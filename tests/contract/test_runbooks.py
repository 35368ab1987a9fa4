"""Each alert's runbook has commands that there are; `python -m tests.drill` runs them as they are written."""

import shlex

import pytest

from cli.app import COMMANDS, build
from tests.contract.test_prometheus import ALERTS
from tests.drill import runbook, scaled
from tests.drill.faults import FAULTS

WORDS = {"PART": "render", "TOPIC": "asset.ingested.render.dlq", "FILE": "a.jpg", "FOLDER": "autumn", "ID": "3f2a"}


RUNBOOKS = sorted({rule["annotations"]["runbook"] for rule in ALERTS})


@pytest.mark.parametrize("heading", [*RUNBOOKS, "a-new-release"])
def test_its_commands_are_understood(heading: str) -> None:
    lines = runbook.commands(heading)
    assert lines
    for line in lines:
        program, name, *words = shlex.split(runbook.filled(line, WORDS))
        assert program == "./packshot" and name in COMMANDS
        build([name]).parse_args([name, *words])


def test_each_alert_has_its_fault() -> None:
    assert {f"Packshot{name}" for fault in FAULTS for name in fault.alerts} == {rule["alert"] for rule in ALERTS}


def test_a_word_that_nobody_fills_is_found() -> None:
    with pytest.raises(AssertionError, match="FOLDER"):
        runbook.filled("./packshot sweep --confirm-removals FOLDER  # yes", {})
    assert runbook.filled("./packshot logs PART -n 40  # WHAT", {"PART": "render"}) == "./packshot logs render -n 40"


def test_of_a_heading_only_its_own_blocks_count() -> None:
    page = "# A\n## One\n```sh\n# remark\n./packshot status\n```\n### Two, *here*\n```sh\n./packshot down\n```\n"
    assert runbook.commands("one", page) == ["./packshot status"]
    assert runbook.commands("two-here", page) == ["./packshot down"]


def test_another_pace_shortens_windows_and_nothing_else() -> None:
    asked = 'increase(packshot_x{le="60.0"}[1h] offset 15m) > 10 and packshot:late:ratio5m > 0.144'
    told = 'increase(packshot_x{le="60.0"}[60000ms] offset 15000ms) > 10 and fast:late:ratio5m > 0.144'
    assert scaled.query(asked, 60) == told
    assert scaled.shorter("2m", 60) == "2000ms"


def test_a_panel_has_the_colour_of_the_last_bound_that_is_reached() -> None:
    steps: list[tuple[str, float | None]] = [("green", None), ("orange", 1), ("red", 10)]
    assert [scaled.colour(steps, value) for value in (0, 1, 9.9, 10)] == ["green", "orange", "orange", "red"]
