"""What a rung has made, as the work tells it: plain files of the cage's folder."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class File:
    """One file: its name in the folder, size in bytes, SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Made:
    """One rendition. file: the one to open first; files: all of them, that one too. Sizes in pixels."""

    format: str
    width: int
    height: int
    file: str
    files: tuple[File, ...]
    seconds: float
    loudness: float | None = None
    notes: tuple[str, ...] = ()
    by_shots: dict[str, Any] | None = None
    """Fields of `schemas.video.ByShots`; a shot's `picture` is a name of `files` here."""

    def as_dict(self) -> dict[str, Any]:
        """As plain values; `bytes` and `sha256` are of all files."""
        first = next(file for file in self.files if file.name == self.file)
        return asdict(self) | {
            "bytes": sum(file.bytes for file in self.files),
            "sha256": first.sha256 if len(self.files) == 1 else digest(self.files),
        }


def file_of(folder: Path, name: str) -> File:
    """A file that lies in the folder."""
    with (folder / name).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return File(name, (folder / name).stat().st_size, sha256)


def digest(files: tuple[File, ...]) -> str:
    """One hash of several files and their names, whatever their order."""
    lines = sorted(f"{file.sha256} {file.name}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
