"""The cage's floor, tried from inside: what must not work, and what must still work."""

import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from runtime import confine
from runtime.jobs import Cages, ChildDied, Limits, SpawnFailed

WORK = "tests.work.cage_work:work"
REFUSED = (errno.EACCES, errno.EPERM, errno.EXDEV)


@pytest.fixture
async def cages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cages]:
    monkeypatch.setenv("PACKSHOT_S3_SECRET_KEY", "hunter2")
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(seconds=20))
    await pool.start()
    yield pool
    await pool.close()


async def tried(cages: Cages, act: str, **job: Any) -> list[dict[str, Any]]:
    async with cages.lease() as cage:
        return [value async for value in cage.run({"act": act, **job})]


async def test_everything_is_on_here(cages: Cages) -> None:
    assert cages.report.complete and cages.report.missing == ()
    assert confine.supported()["landlock"] and confine.supported()["seccomp"]


async def test_foreign_files_cannot_be_read(cages: Cages, tmp_path: Path) -> None:
    (tmp_path / "sibling").mkdir()
    (tmp_path / "sibling" / "secret").write_text("another tenant's picture")
    root = Path(confine.__file__).parent.parent
    paths = ["/etc/passwd", "/etc/hostname", str(tmp_path / "sibling" / "secret"), "../../sibling/secret",
             str(root / "pyproject.toml"), f"/proc/{os.getpid()}/environ", "/proc/1/environ"]  # fmt: skip
    assert all(os.path.exists(path) for path in paths if not path.startswith(".."))
    for found in await tried(cages, "read", paths=paths):
        assert found.get("errno") in REFUSED, found


async def test_foreign_folders_cannot_be_listed(cages: Cages, tmp_path: Path) -> None:
    for path in (str(tmp_path), "/", "/etc", "/tmp", "/proc", ".."):  # noqa: S108 - only looked at
        assert (await tried(cages, "listing", path=path))[0].get("errno") in REFUSED, path


async def test_nothing_is_written_outside(cages: Cages, tmp_path: Path) -> None:
    paths = [str(tmp_path / "out"), "../out", "/dev/shm/packshot-test", confine.__file__]  # noqa: S108
    for found in await tried(cages, "write", paths=paths):
        assert found.get("errno") in REFUSED, found
    (own,) = await tried(cages, "write", paths=["own"])
    assert "done" in own
    assert (await tried(cages, "temporary")) == [{"inside": True}]


async def test_no_traps_are_laid_for_the_parent(cages: Cages, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_text("theirs")
    assert all(found.get("errno") in REFUSED for found in await tried(cages, "traps", foreign=str(foreign)))


async def test_files_of_others_stay_as_they_are(cages: Cages, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_text("theirs")
    before = foreign.stat()
    found = {
        name: one.get("errno")
        for value in await tried(cages, "meddle", foreign=str(foreign))
        for name, one in value.items()
    }
    assert set(found.values()) == {errno.EPERM} and len(found) == 9, found
    assert foreign.read_text() == "theirs"
    assert (foreign.stat().st_mode, foreign.stat().st_ctime_ns) == (before.st_mode, before.st_ctime_ns)


async def test_no_network(cages: Cages) -> None:
    found = await tried(cages, "network")
    assert [one.get("errno") for one in found] == [errno.EPERM] * 5


async def test_no_processes_and_no_programs(cages: Cages) -> None:
    found = await tried(cages, "programs")
    assert len(found) == 4
    assert all(one.get("errno") in REFUSED for one in found), found


async def test_no_way_to_others_or_into_the_kernel(cages: Cages) -> None:
    found = await tried(cages, "reach_out", parent=os.getpid())
    assert [one.get("errno") for one in found] == [errno.EPERM] * 7


@pytest.mark.skipif(not confine.supported()["landlock_signals"], reason="Landlock minds signals from ABI 6 on")
async def test_no_way_to_others_for_who_may_start_programs(tmp_path: Path) -> None:
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(), programs=[Path("/usr/bin/env")])
    await pool.start()
    found = await tried(pool, "reach_out", parent=os.getpid())
    await pool.close()
    assert [one.get("errno") for one in found] == [errno.EPERM] * 7


async def test_no_privilege_is_left(cages: Cages) -> None:
    (status,) = await tried(cages, "status")
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    assert int(status["CapEff"], 16) & ~(1 << confine.CAP_DAC_OVERRIDE) == 0
    assert int(status["CapPrm"], 16) == int(status["CapEff"], 16)


async def test_no_secret_is_inherited(cages: Cages) -> None:
    (found,) = await tried(cages, "environment")
    assert not [name for name in found if "PACKSHOT" in name or "KEY" in name]
    assert "hunter2" not in found.values()
    assert found["MALLOC_ARENA_MAX"] == "2" and found["VIPS_CONCURRENCY"] == "1"


async def test_threads_work_and_are_bound_too(cages: Cages) -> None:
    assert await tried(cages, "threads") == [{"errno": errno.EPERM}] * 8


async def test_pixels_are_made_in_the_cage(cages: Cages) -> None:
    import pyvips

    async with cages.lease() as cage:
        pyvips.Image.gaussnoise(640, 480, mean=128).cast("uchar").write_to_file(str(cage.folder / "in.jpg"))
        made = [value async for value in cage.run({"act": "thumbnail", "input": "in.jpg"})]
        assert [one["width"] for one in made] == [64] * 4
        for one in made:
            assert pyvips.Image.new_from_file(str(cage.output(one["file"]))).width == 64


async def test_models_run_in_the_cage(cages: Cages) -> None:
    from onnx import TensorProto, helper

    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 1])
    axes = helper.make_tensor("axes", TensorProto.INT64, [1], [1])
    graph = helper.make_graph([helper.make_node("ReduceSum", ["x", "axes"], ["y"])], "sum", [x], [y], [axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    async with cages.lease() as cage:
        (cage.folder / "model.onnx").write_bytes(model.SerializeToString())
        (found,) = [value async for value in cage.run({"act": "infer", "input": "model.onnx"})]
    assert found["sum"] == [[3.0]]


async def test_what_warming_left_running_is_bound_too(tmp_path: Path) -> None:
    model = tmp_path / "models" / "some.onnx"
    model.parent.mkdir()
    model.write_bytes(b"12345")
    pool = Cages(
        "tests.work.warm_work:work", size=1, scratch=tmp_path, limits=Limits(),
        extra_read=[model.parent], env={"TEST_MODEL": str(model)},
    )  # fmt: skip
    await pool.start()
    async with pool.lease() as cage:
        (found,) = [value async for value in cage.run({})]
    await pool.close()
    assert len(found["threads"]) > 1, "importing onnxruntime starts a thread"
    assert set(map(tuple, found["threads"].values())) == {("1", "2")}
    assert (found["mean"], found["model"]) == (0.0, 5)


async def test_only_the_named_program_is_executed(tmp_path: Path) -> None:
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(), programs=[Path("/usr/bin/env")])
    await pool.start()
    (ran,) = await tried(pool, "program", argv=["/usr/bin/env"])
    (other,) = await tried(pool, "program", argv=["/usr/bin/id"])
    (through,) = await tried(pool, "program", argv=["/usr/bin/env", "/usr/bin/id"])
    (socket, *_) = await tried(pool, "network")
    await pool.close()
    assert "VIPS_CONCURRENCY" in ran["done"]
    assert other.get("errno") == errno.EACCES
    assert through["done"] == "''"
    assert socket.get("errno") == errno.EPERM


async def test_a_second_thread_is_noticed() -> None:
    import threading

    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with pytest.raises(RuntimeError, match="outside the cage"):
            confine.close_files(Path("/nonexistent"), "tests")
    finally:
        stop.set()
        thread.join()


async def test_an_incomplete_cage_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.child.Report.complete", False)
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits())
    with pytest.raises(SpawnFailed, match="not complete"):
        await pool.start()
    assert list(tmp_path.iterdir()) == []


async def test_a_large_file_is_cut_off_and_named(tmp_path: Path) -> None:
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=Limits(file_bytes=4 << 20))
    await pool.start()
    with pytest.raises(ChildDied, match="larger file") as died:
        await tried(pool, "fill_disk")
    await pool.close()
    assert died.value.kind == "disk"
