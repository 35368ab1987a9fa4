"""The limit of dead letters: a bad deploy stops, single bad files do not."""

import pytest

from runtime.broker import Partition, Record
from runtime.deadletter import REPLAY_GROUP, DeadLetterLimit, TooManyDeadLetters, meant_for

HERE, THERE = Partition("t", 0), Partition("t", 1)


def test_a_run_of_dead_letters_is_stopped() -> None:
    limit = DeadLetterLimit(consecutive=3)
    for dead in (True, True, False, True, True):
        limit.count(HERE, dead)
    with pytest.raises(TooManyDeadLetters, match="t/0"):
        limit.count(HERE, dead=True)


def test_partitions_are_counted_apart() -> None:
    limit = DeadLetterLimit(consecutive=3)
    for place in (HERE, THERE) * 2:
        limit.count(place, dead=True)


def test_too_large_a_share_is_stopped_once_there_is_enough_to_judge() -> None:
    limit = DeadLetterLimit(consecutive=10, ratio=0.5, window=10)
    for dead in [True, False] * 5:
        limit.count(HERE, dead)  # what went well stops nothing, whatever the share
    with pytest.raises(TooManyDeadLetters):
        limit.count(HERE, dead=True)


def test_a_smaller_share_goes_on() -> None:
    limit = DeadLetterLimit(consecutive=10, ratio=0.5, window=10)
    for number in range(200):
        limit.count(HERE, dead=number % 3 == 0)


@pytest.mark.parametrize(("named", "meant"), [(None, True), (b"mine", True), (b"other", False), (b"\xff", False)])
def test_a_replayed_record_names_its_group(named: bytes | None, meant: bool) -> None:
    headers = [(REPLAY_GROUP, named)] if named is not None else []
    assert meant_for(Record("t", 0, 0, None, b"", headers), "mine") is meant
