"""Two nights become a report."""

from datetime import UTC, datetime

from services.catalog.audits.assigned import Given
from services.catalog.audits.nights import MOST
from services.catalog.audits.report import report
from services.catalog.audits.rules import load_rules

RULES = load_rules()
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
NOW = {"no-main": ["MUG", "CUP"], "blurred": ["a", "b"], "small": [], "burnt-out": ["a"], "cast": []}
BEFORE = {"no-main": ["MUG"], "blurred": ["b", "c", "d"], "cast": ["a"]}
GIVEN = [
    Given("blurred", "b", {"to": "anna"}),
    Given("blurred", "c", {"to": "anna"}),
    Given("no-main", "CUP", {"to": ""}),
]


def test_what_is_new_what_is_mended_and_who_looks_after_it() -> None:
    names = {"MUG": "Mug", "CUP": "Cup"}
    made = report(
        "2026-11-30", "2026-11-23", NOW, BEFORE, {}, RULES, GIVEN, {"a": ["MUG"], "b": ["MUG", "CUP"]}, names, NOON
    )
    weeks = {one.rule: (one.count, one.new, one.closed, one.assigned) for one in made.rules}
    # `small` found nothing, `burnt-out` is off by default, `cast` was mended altogether.
    assert weeks == {"no-main": (2, 1, 0, 0), "blurred": (2, 1, 2, 1), "cast": (0, 0, 1, 0)}
    assert [one.rule for one in made.rules] == ["no-main", "blurred", "cast"]
    assert [(one.sku, one.name, one.errors, one.findings) for one in made.worst] == [
        ("MUG", "Mug", 1, 3), ("CUP", "Cup", 1, 2),
    ]  # fmt: skip
    assert made.people == {"anna": 1}
    assert (made.total("count"), made.total("new"), made.total("closed")) == (4, 2, 3)


def test_without_a_night_before_nothing_is_new() -> None:
    made = report("2026-11-30", "", NOW, {}, {}, RULES, [], {}, {}, NOON)
    assert made.total("new") == 0 and made.total("count") == 4


def test_of_a_night_that_is_full_or_of_a_rule_that_failed_the_count_is_told_alone() -> None:
    full = [f"a{n:05d}" for n in range(MOST)]
    now = {"no-main": full, "blurred": ["a"], "cast": ["a"]}
    before = {"no-main": ["x"], "blurred": full, "unlinked": ["y"]}
    counts = {"no-main": MOST + 7, "blurred": 3, "cast": 1, "unlinked": 4}
    made = report("2026-11-30", "2026-11-23", now, before, counts, RULES, [], {}, {}, NOON)
    weeks = {one.rule: (one.count, one.new, one.closed, one.compared) for one in made.rules}
    assert weeks == {
        "no-main": (MOST + 7, 0, 0, False),  # full now
        "blurred": (1, 0, 0, False),  # full then
        "cast": (1, 0, 0, False),  # not asked then
        "unlinked": (4, 0, 0, False),  # not asked now
    }
