"""The schedule breaks every part, and each fault can be told."""

from typing import get_args

import pytest

from cli.breaking.disk import SERVERS
from cli.breaking.pictures import POISON, body, poisoned
from cli.breaking.schedule import SCHEDULE, Fault, Kind
from cli.servers.links import NAMES
from cli.supervisor.service import SERVICES


def test_every_part_is_killed() -> None:
    killed = {fault.part for fault in SCHEDULE if fault.kind == "kill"}
    assert killed == {*SERVICES, "kafka", "s3", "postgres"}


def test_all_three_servers_hang_once() -> None:
    assert {fault.part for fault in SCHEDULE if fault.kind == "pause"} >= {"kafka", "s3", "postgres"}


@pytest.mark.parametrize("kind", ["slow", "cut"])
def test_the_network_to_all_three_servers_is_broken(kind: str) -> None:
    assert {fault.part for fault in SCHEDULE if fault.kind == kind} == set(NAMES)


def test_every_disk_is_full_once() -> None:
    assert {fault.part for fault in SCHEDULE if fault.kind == "full"} == {"scratch", *SERVERS}


def test_every_kind_of_fault_is_done() -> None:
    assert {fault.kind for fault in SCHEDULE} == set(get_args(Kind))


def test_a_fault_in_words() -> None:
    assert [str(Fault("kill", "render")), str(Fault("pause", "s3", 10)), str(Fault("hints"))] == [
        "kill render",
        "pause s3 for 10 s",
        "hints",
    ]


def test_one_in_a_hundred_is_broken_and_the_same_seed_gives_the_same_bytes() -> None:
    assert [seed for seed in range(2 * POISON) if poisoned(seed)] == [POISON - 1, 2 * POISON - 1]
    assert body(7) == body(7) != body(13)
