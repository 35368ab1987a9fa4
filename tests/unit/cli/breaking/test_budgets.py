"""What a run is held to: everything that is wrong, always; the times, where the run was long enough to tell."""

import pytest

from cli.breaking.budgets import LONG_MIN, PACE, RECOVERY_S, Check, checks, held
from cli.breaking.losing import Loss
from cli.breaking.report import WRONG, Broken, Report


def report(minutes: float = LONG_MIN, pace: float = PACE, late_s: float | None = RECOVERY_S) -> Report:
    finished = None if late_s is None else 10.0 + late_s
    broken = [
        Broken(0, "hints", 1.0, 9.0),
        Broken(30, "kill kafka", 3.0, finished),
    ]
    return Report(minutes, files_a_minute={"quiet": 100.0, "chaos": 100 * pace}, quiet_file_s=10.0, broken=broken)


def times(found: Report) -> list[Check]:
    return checks(found)[-2:]


def test_a_run_that_keeps_all_passes() -> None:
    found = checks(report())
    assert held(found) and [one.verdict for one in found] == ["passed"] * (len(WRONG) + 2)


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_thing_fails_however_short_the_run(name: str) -> None:
    found = report(1)
    setattr(found, name, ["it"])
    assert not held(checks(found))
    assert [one.name for one in checks(found) if not one.held] == [WRONG[name]]


def test_a_fault_that_was_skipped_is_none_that_was_stood() -> None:
    found = report()
    found.broken.append(Broken(60, "full s3", skipped="only root may"))
    assert [(one.found, one.verdict) for one in checks(found) if not one.held] == [("full s3", "FAILED")]
    found.minutes = 1
    assert held(checks(found)), "told only"


def test_a_server_that_did_not_come_back_as_it_was_fails() -> None:
    assert held(checks(Report(0, losses=[Loss("kafka")])))
    assert not held(checks(Report(0, losses=[Loss("kafka", differs=["gone: a"])])))


@pytest.mark.parametrize(
    ("found", "verdicts", "told"),
    [
        (report(pace=0.59), ["FAILED", "passed"], "30 s (kill kafka); 0 of 2 too late"),
        (report(late_s=30.5), ["passed", "FAILED"], "30 s (kill kafka); 1 of 2 too late"),
        (report(late_s=None), ["passed", "FAILED"], "over a minute (kill kafka); 1 of 2 too late"),
        (Report(10, broken=[Broken(0, "hints", 1.0, 9.0)]), ["not known", "not known"], "not known"),
    ],
)
def test_a_long_run_fails_by_its_times(found: Report, verdicts: list[str], told: str) -> None:
    assert [one.verdict for one in times(found)] == verdicts and times(found)[1].found == told
    assert not held(checks(found))


def test_a_short_run_only_tells_its_times() -> None:
    found = report(1, 0.1, None)
    assert [one.verdict for one in times(found)] == ["FAILED, told only"] * 2
    assert held(checks(found))
