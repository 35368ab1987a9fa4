"""The schedule breaks every part, and each fault can be told."""

from typing import get_args

import pytest
import pyvips

from cli.breaking.disk import SERVERS
from cli.breaking.pictures import KINDS, POISON, body, kind, picture, poisoned
from cli.breaking.schedule import SCHEDULE, Fault, Kind, drawn
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
    assert body(7) == body(7) != body(11)


def test_pictures_of_one_kind_show_the_same_and_are_other_bytes() -> None:
    assert kind(0) == kind(4) != kind(2) and {kind(seed) for seed in range(KINDS)} == set(range(KINDS))
    assert kind(0, 2) == kind(2) and body(0, 2) != body(2)
    assert body(0) != body(4)
    for seed in (0, 4):
        shown = pyvips.Image.new_from_buffer(body(seed), "")
        assert shown.write_to_memory() == pyvips.Image.new_from_buffer(picture(kind(0)), "").write_to_memory()


def test_a_short_run_draws_by_its_seed_and_in_time_all_come() -> None:
    assert drawn(SCHEDULE, 2, 7) == drawn(SCHEDULE, 2, 7) != drawn(SCHEDULE, 2, 8)
    assert {fault for seed in range(200) for fault in drawn(SCHEDULE, 2, seed)} == set(SCHEDULE)


def test_a_run_that_is_long_enough_takes_all_in_their_order() -> None:
    assert drawn(SCHEDULE, len(SCHEDULE) + 1, 7) == [*SCHEDULE, SCHEDULE[0]]
