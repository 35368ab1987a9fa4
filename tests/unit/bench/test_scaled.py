"""What the bench of scaling tries and counts, on made-up times and metrics."""

import os
import subprocess
from pathlib import Path

import pytest

from bench.load.members import Member, apart, dealt, finished, held
from bench.load.scaled import Row, Turn, rate, table, turns
from cli.supervisor.service import Service
from tests.unit.bench.test_hosts import until

TOPIC = "asset.ingested"


def member(shares: int, *, joined: bool = True) -> list[str]:
    """What one says that was dealt so many partitions."""
    lag = [f'packshot_consumer_lag{{group="render",partition="{n}",topic="{TOPIC}"}} 0.0' for n in range(shares)]
    return [*lag, 'packshot_kafka_silent_seconds{group="render"} 0.4'] if joined else lag


def test_members_on_one_network_are_not_taken_for_apart() -> None:
    here = Service("render", Path("log"), {"render": 1}, {"PACKSHOT_SPOOL": "spool"})
    with pytest.MonkeyPatch.context() as patch, pytest.raises(AssertionError, match="in one network"):
        patch.setattr(Service, "pid", os.getpid())
        apart([Member(here)])


def test_who_is_held_stands_still_until_the_block_ends() -> None:
    def state() -> str:
        return Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0]

    child = subprocess.Popen(["sleep", "60"])
    one = Member(Service("render", Path("log"), {"render": 1}, {"PACKSHOT_SPOOL": "spool"}))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Service, "pid", child.pid)
            with pytest.raises(ZeroDivisionError), held([one]):
                assert until(lambda: state() == "T")
                raise ZeroDivisionError
            assert until(lambda: state() != "T")
    finally:
        child.kill()
        child.wait()


def test_the_rate_leaves_out_both_ends() -> None:
    slow_start = [0.0, 50.0] + [100 + n / 2 for n in range(9)]
    assert rate(slow_start) == pytest.approx(2.0)
    with pytest.raises(AssertionError, match="too few"):
        rate([1.0])


def test_workers_never_get_fewer_from_turn_to_turn() -> None:
    found = turns([4, 1], [2, 1])
    assert found == [Turn(1, False), Turn(1, True), Turn(2, True), Turn(4, False)]


def test_the_table_says_who_idled_and_compares_with_its_first_row() -> None:
    rows = [Row(1, Turn(1, False), 1, 2.0, 1.5), Row(1, Turn(2, True), 1, 3.0, 1.75)]
    told = table("render", rows).splitlines()
    assert told[2] == "| 1 | 1 | 1 | 1.50 | 2.00 | 1.00 |"
    assert told[3] == "| 1 | 2, each on a host of its own | 1 | 1.75 | 3.00 | 1.50 |"


@pytest.mark.parametrize(
    ("shares", "partitions", "all_dealt"),
    [((12,), 12, True), ((6, 6), 12, True), ((1, 0), 1, True), ((12, 0), 12, False), ((6, 5), 12, False)],
)
def test_partitions_are_dealt_once_all_are_and_all_have_some_that_can(
    shares: tuple[int, ...], partitions: int, all_dealt: bool
) -> None:
    assert dealt([member(share) for share in shares], "render", TOPIC, partitions) is all_dealt


def test_a_member_that_has_not_joined_yet_is_waited_for() -> None:
    assert not dealt([member(1), member(0, joined=False)], "render", TOPIC, 1)


def test_only_what_was_done_counts_as_work() -> None:
    lines = [
        f'packshot_messages_total{{outcome="done",topic="{TOPIC}"}} 7.0',
        f'packshot_messages_total{{outcome="skipped",topic="{TOPIC}"}} 5.0',
        'packshot_messages_total{outcome="done",topic="asset.rerun"} 3.0',
    ]
    assert finished(lines, TOPIC) == 7
    assert finished(lines[1:], TOPIC) == 0
