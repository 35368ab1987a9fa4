"""The cage where the machine gives less: in a container without namespaces it holds, without its floor none starts."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pyvips

ROOT = Path(__file__).parents[3]
FILTERED = (sys.executable, "-m", "tests.work.filtered")


def filtered(denied: str, *program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FILTERED, denied, *program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def tried(denied: str, folder: Path, foreign: Path) -> dict[str, Any]:
    done = filtered(denied, sys.executable, "-m", "tests.work.caged_here", str(folder), str(foreign))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    path = tmp_path / "another customer's"
    path.write_text("secret")
    return path


def test_the_cage_holds_as_in_a_container(tmp_path: Path, foreign: Path) -> None:
    (tmp_path / "cages").mkdir()
    found = tried("namespaces", tmp_path / "cages", foreign)
    assert found["outside"] == {"unshare": errno.EPERM, "mount": errno.EPERM}  # the filter is on
    assert found["render"]["seccomp"] and found["render"]["landlock"] > 0 and found["render"]["missing"] == []
    assert [one.get("errno") for one in found["read"]] == [errno.EACCES]
    assert [one.get("errno") for one in found["write"]] == [errno.EACCES]
    assert {one.get("errno") for one in found["network"]} == {errno.EPERM}
    assert "done" in found["own"][0]
    assert not foreign.with_name(f"{foreign.name}.new").exists()


def test_without_its_floor_no_worker_starts(tmp_path: Path, foreign: Path) -> None:
    (tmp_path / "cages").mkdir()
    found = tried("landlock", tmp_path / "cages", foreign)
    assert "missing: landlock" in found["refused"]
    assert found["told"] == {"landlock": 1, "seccomp": 0}
    assert "read" not in found


def test_without_its_floor_the_command_opens_nothing(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(pyvips.Image.black(8, 8).pngsave_buffer())
    done = filtered("landlock", sys.executable, "-m", "cli", "render", str(picture), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "landlock" in done.stderr and "packshot doctor" in done.stderr
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
