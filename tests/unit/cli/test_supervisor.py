"""`up` and `down` with every service: found again, doing the main job, mended after a crash, gone without a trace."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvips

from cli import ports, setup_steps
from cli import status as status_command
from cli.home import CHECKOUT, Home, current
from cli.servers.stack import find_jars
from cli.supervisor import lifecycle, status_file
from cli.supervisor.service import present
from cli.supervisor.status_file import PartStatus

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A copy of its own, on spare ports, that is up."""
    with tempfile.TemporaryDirectory(prefix="packshot-test-", ignore_cleanup_errors=True) as folder:
        copy = Home(Path(folder)).make()
        copy.kafka.symlink_to(find_jars(current()))
        ports.load(copy.root / "ports.json", {}, shift=random.randrange(2000, 13000))
        setup_steps.run_missing(copy, print)
        try:
            lifecycle.bring_up(copy, lambda parts: None)
            yield copy
        finally:
            lifecycle.bring_down(copy, lambda parts: None)


def part(home: Home, name: str) -> PartStatus:
    return next(part for part in status_file.read(home) if part.name == name)


def test_all_parts_are_up_and_well(home: Home) -> None:
    parts = status_file.read(home)
    assert {part.name for part in parts} == {"kafka", "postgres", "s3", *present()}
    assert {part.name: status_command.health_of(part) for part in parts} == {part.name: "well" for part in parts}


def test_a_second_up_finds_the_first(home: Home) -> None:
    before = [part.pid for part in status_file.read(home)]
    supervisor = status_file.supervisor_pid(home)
    assert [part.pid for part in lifecycle.bring_up(home, lambda parts: None)] == before
    assert status_file.supervisor_pid(home) == supervisor


def shoot(folder: Path) -> tuple[Path, Path]:
    """Two pictures of a shoe, one of them cut off, and a list that names it."""
    (folder / "shoot").mkdir()
    jpeg = pyvips.Image.gaussnoise(600, 400, sigma=40, mean=128, seed=7).cast("uchar").jpegsave_buffer(Q=85)
    (folder / "shoot" / "SHOE-RED_front.jpg").write_bytes(jpeg)
    (folder / "shoot" / "SHOE-RED_back.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    (folder / "products.csv").write_text("sku,name,color\nSHOE-RED,Shoe,red\n")
    return folder / "shoot", folder / "products.csv"


def test_the_demo_does_the_main_job_and_tells_it_to_scripts(home: Home, tmp_path: Path) -> None:
    folder, products = shoot(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "cli", "demo", str(folder), "--products", str(products), "--exit", "--json"],
        cwd=CHECKOUT, env=os.environ | {"PACKSHOT_HOME": str(home.root)}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["assets"] == {"total": 2, "ready": 1, "refused": 1, "waiting": 0, "failed": 0}
    assert [(one["file"], one["sku"], one["role"]) for one in found["links"]] == [
        ("SHOE-RED_front.jpg", "SHOE-RED", "front")
    ]
    ((cut_off),) = found["refused"]
    assert cut_off["file"] == "SHOE-RED_back.jpg" and "cut off" in cut_off["reason"]
    assert found["renditions"] > 5 and found["tags"]["assets_with_colour"] == 1
    for stage in ("thumbnail", "ready"):
        assert 0 < found["latency_ms"][stage]["p50"] <= found["latency_ms"][stage]["p95"]
    assert set(found["cpu_seconds"]) == {"pixels", "models", "services", "stack"}
    assert found["seconds"] > 0 and found["url"].startswith("http://127.0.0.1:")
    assert status_file.supervisor_pid(home), "what it found running it leaves running"


@pytest.mark.parametrize("name", ["linker", "s3", "kafka"])
def test_a_crashed_part_is_started_again_and_shown(home: Home, name: str) -> None:
    before = part(home, name)
    assert before.pid is not None
    os.kill(before.pid, signal.SIGKILL)
    end = time.monotonic() + 60
    while (now := part(home, name)).state != "up" or now.pid == before.pid:
        assert time.monotonic() < end, now
        time.sleep(0.1)
    assert now.restarts == before.restarts + 1
    lifecycle.bring_up(home, lambda parts: None)


def test_down_leaves_nothing(home: Home) -> None:
    pids = [part.pid for part in status_file.read(home) if part.pid]
    assert lifecycle.bring_down(home, lambda parts: None)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert not lifecycle.bring_down(home, lambda parts: None)
    table = ports.load(home.root / "ports.json", {})
    assert [name for name, port in table.items() if not ports.is_free(port)] == []
