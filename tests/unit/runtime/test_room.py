"""Scratch disk: bounded, one folder a process, and nothing of the dead is left."""

import subprocess
import sys
from pathlib import Path

import pytest

from runtime.outage import Unavailable
from runtime.room import Room, held
from runtime.scratch import InUse, claim
from services.ingest.config import IngestSettings


def test_what_lies_there_and_what_is_coming_counts(tmp_path: Path) -> None:
    room = Room(tmp_path, 100)
    (tmp_path / "cage").mkdir()
    (tmp_path / "cage" / "output").write_bytes(bytes(40))
    with room.take(tmp_path / "a", 30), room.take(tmp_path / "b", 30):
        (tmp_path / "a").write_bytes(bytes(20))  # counted once, as announced
        with pytest.raises(Unavailable, match="PACKSHOT_SCRATCH_BYTES"), room.take(tmp_path / "c", 1):
            raise AssertionError
    with room.take(tmp_path / "c", 40):
        pass
    assert held(tmp_path) == 60


def test_room_comes_back_when_others_are_done(tmp_path: Path) -> None:
    room, big = Room(tmp_path, 100), tmp_path / "big"
    big.write_bytes(bytes(100))
    with pytest.raises(Unavailable), room.take(tmp_path / "next", 1):
        raise AssertionError
    big.unlink()
    with room.take(tmp_path / "next", 100):
        pass


def test_the_largest_file_must_fit() -> None:
    with pytest.raises(ValueError, match="PACKSHOT_SCRATCH_BYTES"):
        IngestSettings(max_bytes=11, scratch_bytes=10)
    assert IngestSettings(max_bytes=10, scratch_bytes=10).max_bytes == 10


LIVING = """
import sys
from pathlib import Path
from runtime.scratch import claim
folder, lock = claim(Path(sys.argv[1]), sys.argv[2])
(folder / "left").mkdir(mode=0)
print("ready", flush=True)
sys.stdin.read()
"""


def test_folders_of_the_dead_are_removed_and_those_of_the_living_are_not(tmp_path: Path) -> None:
    def process(name: str) -> subprocess.Popen[bytes]:
        started = subprocess.Popen(
            [sys.executable, "-c", LIVING, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        assert started.stdout
        assert started.stdout.readline() == b"ready\n"
        return started

    dead, living = process("render-0"), process("render-1")
    try:
        dead.kill()
        dead.wait()
        assert (tmp_path / "render-0" / "left").exists()
        folder, lock = claim(tmp_path, "tagger-0")
        assert not (tmp_path / "render-0").exists()
        assert (tmp_path / "render-1" / "left").exists()
        with pytest.raises(InUse, match="PACKSHOT_ORDINAL"):
            claim(tmp_path, "render-1")
        (folder / "mine").touch()
        lock.close()
        again, lock = claim(tmp_path, "tagger-0")
        assert list(again.iterdir()) == []
        lock.close()
    finally:
        living.kill()
        living.wait()
