"""The pool of caged children: what crosses, who is blamed, and that nothing is left behind."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from runtime import metrics
from runtime.jobs import Cage, Cages, ChildDied, Limits, SpawnFailed, WorkFailed, run_twice
from runtime.refusal import Refused

WORK = "tests.work.cage_work:work"
MIB = 1 << 20


HASTY_S, PATIENT_S = 2.0, 50.0
"""Longest job where its end by time is what is tested, and elsewhere: a busy machine is slow."""


@pytest.fixture
async def cages(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Cages]:
    seconds = HASTY_S if request.node.get_closest_marker("hasty") else PATIENT_S
    limits = Limits(seconds=seconds, address_bytes=1024 * MIB, rss_bytes=300 * MIB)
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=limits)
    await pool.start()
    yield pool
    await pool.close()
    assert list(tmp_path.iterdir()) == []


async def collect(cage: Cage, act: str, **job: Any) -> list[dict[str, Any]]:
    return [value async for value in cage.run({"act": act, **job})]


async def once(cages: Cages, act: str, **job: Any) -> list[dict[str, Any]]:
    async with cages.lease() as cage:
        return await collect(cage, act, **job)


async def the_next_job_works(cages: Cages) -> bool:
    (found,) = await once(cages, "echo", value="fine")
    return bool(found["echo"] == "fine")


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def comes(reached: Callable[[], object], seconds: float = 30.0) -> bool:
    """Whether a condition comes in time."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.02)
    return True


async def ends(pid: int) -> bool:
    return await comes(lambda: not running(pid))


def children() -> set[str]:
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


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
    ("act", "job", "cause"),
    [
        ("die", {"how": "segv"}, "The decoder crashed on this file."),
        pytest.param("loop", {}, "This file takes too long to open.", marks=pytest.mark.hasty),
        ("hog", {"step": 2000 * MIB, "pause": 0}, "This file needs more memory than one may have."),
    ],
)
async def test_two_deaths_are_the_files_fault(cages: Cages, act: str, job: dict[str, Any], cause: str) -> None:
    before = killed()
    with pytest.raises(Refused) as refused:
        await twice(cages, act, **job)
    assert killed() == before + 2
    assert refused.value.cause == cause and refused.value.cure
    assert await the_next_job_works(cages)


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


# Leases


async def test_children_are_recycled(tmp_path: Path) -> None:
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(jobs=3))
    await pool.start()
    pids = [(await once(pool, "echo"))[0]["pid"] for _ in range(7)]
    await pool.close()
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


async def test_a_cancelled_job_is_killed_at_once_and_replaced(cages: Cages) -> None:
    seen = asyncio.Queue[int]()

    async def job() -> None:
        async with cages.lease() as cage:
            async for value in cage.run({"act": "wait", "seconds": 60}):
                seen.put_nowait(value["pid"])

    task = asyncio.create_task(job())
    pid = await seen.get()
    assert running(pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await ends(pid)
    assert await the_next_job_works(cages)


async def test_a_job_left_in_the_middle_is_killed(cages: Cages) -> None:
    async with cages.lease() as cage:
        value = await anext(cage.run({"act": "wait", "seconds": 60}))
    assert await ends(value["pid"])
    assert await the_next_job_works(cages)


async def test_a_child_that_died_while_idle_is_replaced(cages: Cages) -> None:
    (found,) = await once(cages, "echo")
    os.kill(found["pid"], 9)
    assert await ends(found["pid"])
    await asyncio.sleep(0.1)
    assert await the_next_job_works(cages)


async def test_the_folder_is_emptied_after_a_lease(cages: Cages) -> None:
    async with cages.lease() as cage:
        (cage.folder / "input").write_bytes(b"bytes")
        (made,) = await collect(cage, "litter")
        assert cage.output(made["file"]).read_bytes() == b"out"
        folder = cage.folder
    async with cages.lease() as cage:
        assert cage.folder == folder
        assert list(folder.iterdir()) == []


async def test_outputs_are_plain_files_of_the_folder(cages: Cages, tmp_path: Path) -> None:
    (tmp_path / "foreign").write_text("theirs")
    async with cages.lease() as cage:
        (cage.folder / "trap").symlink_to(tmp_path / "foreign")
        (cage.folder / "sub").mkdir()
        for name in ("trap", "sub", "absent", "../../foreign", str(tmp_path / "foreign"), "..", ""):
            with pytest.raises(WorkFailed, match="not a file of"):
                cage.output(name)
    (tmp_path / "foreign").unlink()


async def test_leases_wait_for_each_other_and_run_side_by_side(tmp_path: Path) -> None:
    pool = Cages(WORK, size=2, scratch=tmp_path, limits=Limits())
    await pool.start()
    async with pool.lease() as one, pool.lease() as other:
        third = asyncio.create_task(once(pool, "echo"))
        async with (
            aclosing(one.run({"act": "wait", "seconds": 50})) as first,
            aclosing(other.run({"act": "wait", "seconds": 50})) as second,
        ):
            pids = {(await anext(first))["pid"], (await anext(second))["pid"]}  # both are in mid-job
        await asyncio.sleep(0.2)
        assert len(pids) == 2
        assert not third.done()
    assert (await third)[0]["echo"] is None
    await pool.close()


async def test_a_lazy_pool_starts_a_child_for_who_wants_one_and_no_more_than_its_size(tmp_path: Path) -> None:
    pool, before = Cages(WORK, size=2, scratch=tmp_path, limits=Limits(), lazy=True), children()
    await pool.start()
    assert children() == before
    assert await the_next_job_works(pool)
    assert len(children() - before) == 1
    async with pool.lease(), pool.lease():
        third = asyncio.create_task(once(pool, "echo"))
        await asyncio.sleep(0.2)
        assert len(children() - before) == 2
    assert (await third)[0]["echo"] is None
    await pool.close()


async def test_a_lazy_pool_says_at_the_first_lease_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.jobs.RESPAWN_PAUSES", (0.0,))
    pool = Cages("tests.work.broken_work:work", size=1, scratch=tmp_path, limits=Limits(), lazy=True)
    await pool.start()
    for _ in range(2):  # and is tried again
        with pytest.raises(SpawnFailed, match="the model is not there"):
            await once(pool, "echo")
    await pool.close()


async def test_a_warm_up_that_fails_is_said_at_start(tmp_path: Path) -> None:
    pool = Cages("tests.work.broken_work:work", size=2, scratch=tmp_path, limits=Limits())
    with pytest.raises(SpawnFailed, match="the model is not there"):
        await pool.start()
    assert list(tmp_path.iterdir()) == []


async def test_a_child_that_cannot_be_replaced_is_said_and_tried_again(
    cages: Cages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.jobs.RESPAWN_PAUSES", (0.0,))
    with monkeypatch.context() as broken:
        broken.setattr("runtime.child.sys.executable", "/nonexistent/python")
        with pytest.raises(ChildDied):
            await once(cages, "die", how="abort")
        with pytest.raises(SpawnFailed, match="nonexistent"):
            await once(cages, "echo")
    assert await the_next_job_works(cages)


async def test_a_program_dies_with_its_child(tmp_path: Path) -> None:
    sleep = Path("/usr/bin/sleep").resolve()
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(seconds=HASTY_S), programs=[sleep])
    await pool.start()
    found = []
    async with pool.lease() as cage:
        with pytest.raises(ChildDied, match="seconds"):
            async for value in cage.run({"act": "program_left_running", "argv": [str(sleep), "600"]}):
                found.append(value["pid"])
    await pool.close()
    assert await ends(found[0])


async def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, str(tmp_path)), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    assert running(pid)
    parent.kill()
    await parent.wait()
    assert await ends(pid)


PARENT = """
import asyncio, sys
from pathlib import Path
from runtime.jobs import Cages, Limits

async def main():
    cages = Cages("tests.work.cage_work:work", size=1, scratch=Path(sys.argv[1]), limits=Limits())
    await cages.start()
    async with cages.lease() as cage:
        async for value in cage.run({"act": "wait", "seconds": 60}):
            print(value["pid"], flush=True)

asyncio.run(main())
"""


async def test_cpu_time_of_the_work_is_counted(tmp_path: Path) -> None:
    patient = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(seconds=30))  # a busy machine burns slowly
    await patient.start()
    async with patient.lease() as cage:
        await collect(cage, "burn", seconds=0.3)
        assert 0.25 < cage.last_cpu_seconds < 1.0
        await collect(cage, "wait", seconds=0.3)
        assert cage.last_cpu_seconds < 0.2
    assert 0.25 < patient.cpu_seconds < 1.2
    await patient.close()


async def test_nothing_is_left_behind(tmp_path: Path) -> None:
    before, descriptors = children(), len(os.listdir("/proc/self/fd"))
    pool = Cages(WORK, size=2, scratch=tmp_path, limits=Limits(jobs=4))
    await pool.start()
    open_with_two = len(os.listdir("/proc/self/fd"))
    for number in range(50):
        if number % 10 == 9:
            with pytest.raises(ChildDied):
                await once(pool, "die", how="segv")
        else:
            await once(pool, "litter")
    async with pool.lease(), pool.lease():
        assert len(children() - before) == 2
        assert len(os.listdir("/proc/self/fd")) == open_with_two
        assert len(list(next(tmp_path.iterdir()).iterdir())) == 2
    await pool.close()
    assert await comes(lambda: children() <= before and len(os.listdir("/proc/self/fd")) == descriptors)
    assert list(tmp_path.iterdir()) == []
