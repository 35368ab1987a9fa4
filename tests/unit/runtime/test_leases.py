"""The pool of caged children: who gets one and when, and that none is left behind."""

import asyncio
import os
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from runtime.jobs import Cages, ChildDied, Limits, SpawnFailed, WorkFailed
from tests.fakes.caged import (
    HASTY_S,
    PATIENT_S,
    WORK,
    children,
    collect,
    comes,
    ends,
    once,
    running,
    the_next_job_works,
)


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


@pytest.mark.parametrize("how", ["children", "chain", "orphans"])
async def test_too_many_processes_are_killed_and_named(how: str, tmp_path: Path) -> None:
    sleep = Path("/usr/bin/sleep").resolve()
    limits = Limits(seconds=PATIENT_S, processes=8)
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=limits, programs=[sleep])
    await pool.start()
    async with pool.lease() as cage:
        assert await collect(cage, "fork_bomb", how=how, processes=3, seconds=1.2) == [{"forked": 3}]
    async with pool.lease() as cage:
        with pytest.raises(ChildDied, match="more than 8 processes") as died:
            await collect(cage, "fork_bomb", how=how, processes=12, seconds=PATIENT_S)
    await pool.close()
    assert died.value.kind == "processes" and "too many programs" in died.value.refusal().cause


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
