"""The pool of caged children: what crosses, and who is blamed."""

import asyncio
import errno
import os
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from runtime import metrics, room
from runtime.jobs import Cages, ChildDied, Limits, WorkFailed, run_twice
from runtime.outage import Unavailable
from runtime.refusal import Refused
from tests.fakes.caged import (
    HASTY_S,
    MIB,
    WORK,
    collect,
    once,
    the_next_job_works,
)

# What crosses


async def test_values_come_one_by_one(cages: Cages) -> None:
    async with cages.lease() as cage, aclosing(cage.run({"act": "wait", "seconds": 1.0})) as values:
        await anext(values)
        first = time.monotonic()
        assert await anext(values) == {"slept": 1.0}
        assert time.monotonic() - first > 0.3, "the first value must not wait for the second"
        assert [rest async for rest in values] == []


async def test_a_large_value_crosses(cages: Cages) -> None:
    (found,) = await once(cages, "big", size=5 * MIB)
    assert found["text"] == "ä" * (5 * MIB)


async def test_a_large_job_crosses(cages: Cages) -> None:
    (found,) = await once(cages, "echo", value="x" * (5 * MIB))
    assert len(found["echo"]) == 5 * MIB


async def test_what_libraries_print_does_not_disturb(cages: Cages) -> None:
    assert await once(cages, "noise") == [{"after": "noise"}]
    assert await the_next_job_works(cages)


async def test_a_refusal_crosses_with_its_cure(cages: Cages) -> None:
    async with cages.lease() as cage:
        with pytest.raises(Refused) as refused:
            await collect(cage, "refuse")
        assert (refused.value.cause, refused.value.cure) == ("The picture is cut off.", "Export it again.")
        assert await collect(cage, "echo"), "the same child goes on"


async def test_who_gets_what_nobody_wants_may_wait_for_it_and_not_work_on_for_ever(tmp_path: Path) -> None:
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(seconds=1, nice=1))
    await pool.start()
    try:
        assert (await once(pool, "wait", seconds=2.5))[-1] == {"slept": 2.5}
        with pytest.raises(ChildDied, match="over 1 seconds"):
            await once(pool, "loop")
    finally:
        await pool.close()


async def test_our_own_error_crosses_with_its_place(cages: Cages) -> None:
    with pytest.raises(WorkFailed, match="no such preset") as failed:
        await once(cages, "fail")
    assert failed.value.type == "LookupError"
    assert "cage_work.py" in failed.value.traceback
    with pytest.raises(WorkFailed, match="not JSON serializable"):
        await once(cages, "not_json")
    assert await the_next_job_works(cages)


# Limits and crashes


@pytest.mark.hasty
async def test_an_endless_loop_is_killed_and_named(cages: Cages) -> None:
    with pytest.raises(ChildDied, match="over 2 seconds") as died:
        await once(cages, "loop")
    assert died.value.kind == "time"
    assert cages.cpu_seconds > 0.1, "what it burnt until then counts"
    assert await the_next_job_works(cages)


@pytest.mark.hasty
async def test_our_own_slowness_is_not_the_files(cages: Cages) -> None:
    async with cages.lease() as cage:
        async for value in cage.run({"act": "wait", "seconds": 0.1}):
            if "pid" in value:
                await asyncio.sleep(HASTY_S + 0.6)  # an upload that takes longer than the job may
        assert value == {"slept": 0.1}


async def test_a_slow_memory_hog_is_killed_and_named(tmp_path: Path) -> None:
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(seconds=30, rss_bytes=200 * MIB))
    await pool.start()
    with pytest.raises(ChildDied, match="resident memory over") as died:
        await once(pool, "hog", step=20 * MIB, pause=0.03, shared=True)
    assert died.value.kind == "memory"
    assert await the_next_job_works(pool)
    await pool.close()


async def test_what_fills_the_disk_is_killed_and_named(tmp_path: Path) -> None:
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(seconds=60, made_bytes=3 * MIB))
    await pool.start()
    assert await once(pool, "fill", files=2, bytes=MIB, pause=0.4) == [{"filled": 2}]
    with pytest.raises(ChildDied, match="wrote more than") as died:
        await once(pool, "fill", files=200, bytes=MIB, pause=0.1)
    assert died.value.kind == "disk"
    assert await the_next_job_works(pool)
    await pool.close()


@pytest.mark.parametrize("step", [20 * MIB, 290 * MIB, 2000 * MIB])
async def test_a_quick_memory_hog_is_stopped_by_the_kernel(cages: Cages, step: int) -> None:
    """Between two looks of the parent; `cages` allow 300 MiB."""
    held: list[int] = []
    with pytest.raises(ChildDied, match="wanted more memory than") as died:
        async with cages.lease() as cage:
            async for value in cage.run({"act": "hog", "step": step, "pause": 0}):
                held.append(value["held"])
    assert died.value.kind == "memory"
    assert max(held, default=0) <= 300 * MIB
    assert await the_next_job_works(cages)


@pytest.mark.parametrize(("how", "reason"), [("abort", "SIGABRT"), ("segv", "SIGSEGV"), ("3", "exit code 3")])
async def test_a_crash_is_named(cages: Cages, how: str, reason: str) -> None:
    with pytest.raises(ChildDied, match=reason) as died:
        await once(cages, "die", how=how)
    assert "assertion failed in the decoder" in died.value.stderr
    assert await the_next_job_works(cages)


@pytest.mark.parametrize("saying", ["huge", "garbage", "list", "deep", "empty", "ending"])
async def test_a_child_that_lies_is_killed(cages: Cages, saying: str) -> None:
    with pytest.raises(ChildDied, match="nonsense") as died:
        await once(cages, "nonsense", saying=saying)
    assert died.value.kind == "protocol"
    assert await the_next_job_works(cages)


async def test_a_signal_to_stop_the_service_does_not_end_a_job(cages: Cages) -> None:
    async with cages.lease() as cage:
        async for value in cage.run({"act": "wait", "seconds": 0.2}):
            if "pid" in value:
                os.kill(value["pid"], 15)
                os.kill(value["pid"], 2)
        assert value == {"slept": 0.2}


# Twice


async def nothing(folder: Path) -> None:
    (folder / "input").write_text("spooled")


def killed() -> float:
    """By all causes together, as the metric has it."""
    return sum(
        one.value for one in next(iter(metrics.CHILDREN_KILLED.collect())).samples if one.name.endswith("_total")
    )


async def twice(cages: Cages, act: str, **job: Any) -> list[dict[str, Any]]:
    async with aclosing(run_twice(cages, nothing, {"act": act, **job})) as values:
        return [value async for _, value in values]


@pytest.mark.parametrize(
    ("act", "job", "kind", "cause"),
    [
        ("die", {"how": "segv"}, "crash", "The decoder crashed on this file."),
        pytest.param("loop", {}, "time", "This file takes too long to open.", marks=pytest.mark.hasty),
        ("hog", {"step": 2000 * MIB, "pause": 0}, "memory", "This file needs more memory than one may have."),
    ],
)
async def test_two_deaths_are_the_files_fault(
    cages: Cages, act: str, job: dict[str, Any], kind: str, cause: str
) -> None:
    before = killed()
    with pytest.raises(Refused) as refused:
        await twice(cages, act, **job)
    assert killed() == before + 2
    assert (refused.value.kind, refused.value.cause) == (kind, cause) and refused.value.cure
    assert await the_next_job_works(cages)


@pytest.mark.parametrize(("act", "job"), [("refuse", {}), ("fail", {}), ("die", {"how": "segv"})])
async def test_on_a_full_disk_nobody_is_to_blame(
    cages: Cages, monkeypatch: pytest.MonkeyPatch, act: str, job: dict[str, Any]
) -> None:
    with monkeypatch.context() as full:
        full.setattr(room, "LEAST_FREE", 1 << 70)
        with pytest.raises(Unavailable, match="is full: free some space"):
            await twice(cages, act, **job)
    assert await the_next_job_works(cages)


async def test_nor_is_it_where_the_input_does_not_go_onto_it(cages: Cages, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_room(_folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def run() -> None:
        async with aclosing(run_twice(cages, no_room, {"act": "echo"})) as values:
            assert [value async for value in values]

    with pytest.raises(OSError):
        await run()
    monkeypatch.setattr(room, "LEAST_FREE", 1 << 70)
    with pytest.raises(Unavailable):
        await run()


async def test_the_second_try_has_a_fresh_child_and_its_input_again(cages: Cages) -> None:
    await once(cages, "spoil", how="heap")
    with pytest.raises(ChildDied):
        await once(cages, "die_if_spoilt", how="heap")
    await once(cages, "spoil", how="heap")
    assert await twice(cages, "die_if_spoilt", how="heap") == [{"text": "spooled"}]


async def test_a_fresh_child_is_given_on_demand(cages: Cages) -> None:
    (first,) = await once(cages, "echo")
    async with cages.lease(fresh=True) as cage:
        (second,) = await collect(cage, "echo")
    assert first["pid"] != second["pid"]
    assert cage.jobs == 1


async def test_refusals_and_our_errors_are_not_tried_twice(cages: Cages) -> None:
    with pytest.raises(Refused, match="cut off"):
        await twice(cages, "refuse")
    with pytest.raises(WorkFailed):
        await twice(cages, "fail")
    async with cages.lease() as cage:
        assert cage.jobs == 2
