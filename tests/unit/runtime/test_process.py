"""The end of a process: who was told to stop may finish, who cannot is cancelled, and no error is lost."""

import asyncio
import logging
import math
import shutil
from pathlib import Path

import pytest

from runtime import metrics, process
from runtime.config import Settings
from runtime.health import respond
from runtime.verdict import CageIncomplete
from tests.suites.labs import until


async def wait_for_ever() -> None:
    """As during an outage."""
    await asyncio.Event().wait()


async def fail() -> None:
    raise ValueError("broken")


async def test_who_does_not_stop_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LEAVE_S", 0.05)
    finished, stuck = asyncio.create_task(asyncio.sleep(0)), asyncio.create_task(wait_for_ever())
    await process.ended([], [finished, stuck])
    assert stuck.cancelled() and finished.done()


@pytest.mark.parametrize("late", [True, False])
async def test_the_error_of_whoever_ended_is_raised(late: bool) -> None:
    task = asyncio.create_task(fail())
    if not late:
        await asyncio.wait([task])
    with pytest.raises(ValueError, match="broken"):
        await process.ended([] if late else [task], [task] if late else [])


async def test_who_was_cancelled_before_is_no_error() -> None:
    task = asyncio.create_task(wait_for_ever())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await process.ended([task], [])


async def test_a_process_that_is_told_to_end_ends_though_a_part_cannot(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in an outage, which is waited out for ever."""
    monkeypatch.setattr(process, "LEAVE_S", 0.05)
    service = process.Process("test", Settings(kafka="127.0.0.1:1", spool=tmp_path))
    running = asyncio.create_task(service.run(wait_for_ever()))
    await asyncio.sleep(0.05)
    service.stop()
    await asyncio.wait_for(running, 5)
    await service._producer.stop()  # it was made, and never started


async def test_a_process_tells_of_misspelt_settings_and_of_room_on_the_servers_disks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setenv("PACKSHOT_S3_SECUR", "true")
    (tmp_path / "data" / "kafka").mkdir(parents=True)
    service = process.Process("test", Settings(kafka="127.0.0.1:1", spool=tmp_path, home=tmp_path))
    assert "PACKSHOT_S3_SECURE is meant" in capsys.readouterr().err
    room = metrics.REGISTRY.get_sample_value("packshot_disk_free_bytes", {"disk": "kafka"})
    assert room == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.5)
    (tmp_path / "data" / "kafka").rmdir()  # gone: no number, and all other metrics are told
    assert math.isnan(metrics.REGISTRY.get_sample_value("packshot_disk_free_bytes", {"disk": "kafka"}) or 0)
    await service._producer.stop()


async def test_who_may_open_nothing_here_tells_why_before_it_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    service, why = process.Process("test", Settings(spool=tmp_path)), CageIncomplete("missing: landlock")
    for call in ("start", "stop"):
        monkeypatch.setattr(service._producer, call, lambda: asyncio.sleep(0))

    async def main() -> None:
        async with service:
            raise why

    running = asyncio.create_task(main())
    await until(lambda: service.health.problems() == ["cage: missing: landlock"])
    assert [respond(service.health, path)[0] for path in ("/metrics", "/healthz", "/readyz")] == [200, 503, 503]
    assert not running.done()
    service.stop()
    with pytest.raises(CageIncomplete):
        await running
