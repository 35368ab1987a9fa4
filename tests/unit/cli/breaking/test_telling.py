"""What is told of a run: a share of the quiet pace, the slowest recovery, and everything that is wrong."""

from cli.breaking.losing import Loss
from cli.breaking.report import WRONG, Broken, Report
from cli.breaking.telling import table, told


def report(**more: object) -> Report:
    found = Report(1, files_a_minute={"quiet": 50.0, "chaos": 40.0}, view_lines=7)
    found.broken = [Broken(0, "kill kafka", 3.0, 9.5), Broken(30, "full scratch", skipped="only root may")]
    for name, value in more.items():
        setattr(found, name, value)
    return found


def test_a_run_without_a_fault_says_so_in_numbers() -> None:
    found = told(report())
    assert (found["share"], found["slowest_s"], found["examples"]) == (0.8, 9.5, {})
    assert all(found[name] == 0 for name in WRONG) and report().faultless


def test_what_never_came_back_is_no_number() -> None:
    assert told(report(broken=[Broken(0, "kill kafka", 3.0, None)]))["slowest_s"] is None
    assert told(report(files_a_minute={"quiet": 0.0}))["share"] is None


def test_each_wrong_thing_is_counted_and_shown() -> None:
    for name, words in WRONG.items():
        found = report(**{name: ["chaos/a.jpg is it"]})
        assert not found.faultless and told(found)[name] == 1
        assert f"{words}:\n  chaos/a.jpg is it" in table(found) and f"{words}: 1 (none)" in table(found)


def test_people_read_of_each_fault() -> None:
    lines = table(report()).splitlines()
    assert "all up after 3.0 s, a new file finished after 9.5 s" in lines[0] and "skipped: only root may" in lines[1]
    assert "passed, told only  pace under faults, of the quiet run's: 80% (at least 60%)" in lines
    assert table(report(seed=7)).splitlines()[-1] == "Faults were drawn; the same again: --seed 7"


def test_a_loss_that_came_back_otherwise_is_wrong() -> None:
    assert report(losses=[Loss("kafka", 3.0, 20.0)]).faultless
    for one in (Loss("kafka", differs=["gone: originals/a"]), Loss("kafka", sent=["1 webhooks"])):
        found = report(losses=[one])
        assert not found.faultless and (one.differs + one.sent)[0] in table(found)
