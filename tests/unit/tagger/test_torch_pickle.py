"""The weights are read, and nothing in their file is run."""

import pickle
from pathlib import Path

import pytest

from services.tagger.models import torch_pickle


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (eval, ("1/0",))  # would raise ZeroDivisionError if it ran


def write(path: Path, *values: object) -> Path:
    path.write_bytes(b"".join(pickle.dumps(value, protocol=2) for value in values))
    return path


def test_a_pickle_that_calls_something_is_refused_before_it_runs(tmp_path: Path) -> None:
    bad = write(tmp_path / "bad.pth", torch_pickle.MAGIC, torch_pickle.PROTOCOL, {"little_endian": True}, Evil())
    with pytest.raises(torch_pickle.BadCheckpoint, match="eval"):
        torch_pickle.read(bad)


def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    (tmp_path / "photo.pth").write_bytes(b"\xff\xd8\xff\xe0 not a pickle")
    with pytest.raises(torch_pickle.BadCheckpoint, match=r"photo\.pth"):
        torch_pickle.read(tmp_path / "photo.pth")


def test_another_magic_is_refused(tmp_path: Path) -> None:
    other = write(tmp_path / "other.pth", 1, torch_pickle.PROTOCOL, {"little_endian": True}, {}, [])
    with pytest.raises(torch_pickle.BadCheckpoint, match="legacy"):
        torch_pickle.read(other)
