"""Copies of a state folder's files that cannot be made again: each a folder of its own, with every file's hash.

What has not changed since the copy before is a hard link to it: each copy is whole, and costs what is new. It is a copy
once its list is there, which is written last.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cli.home import Home
from cli.trouble import Trouble

LIST = "packshot-backup.json"
KEPT = ("secrets.json", "extras", "models/taught-*", "data/seaweed")
"""Keys, what was taught here, and the store: originals, records, decisions. All else is made from these."""
LEFT = ("data/seaweed/tmp",)
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One file: its size, the time of its last change in nanoseconds, and its hash."""

    bytes: int
    changed: int
    sha256: str


@dataclass(frozen=True)
class Done:
    """What was done: files and bytes of the copy, and bytes that were written for it."""

    folder: Path
    files: int
    bytes: int
    written: int


def files_of(home: Home) -> Iterator[str]:
    """Names of all that is kept, below the home, in order."""
    for pattern in KEPT:
        for top in sorted(home.root.glob(pattern)):
            found = sorted(top.rglob("*")) if top.is_dir() else [top]
            for path in found:
                name = path.relative_to(home.root).as_posix()
                if path.is_file() and not path.is_symlink() and not name.startswith(LEFT):
                    yield name


def keep(home: Home, into: Path) -> Done:
    """A new copy in `into`, named by the time. Nothing may run meanwhile. Raises OSError where the disk fails."""
    before = newest(into) if into.is_dir() else None
    known = entries(before) if before else {}
    folder = into / time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime())
    folder.mkdir(parents=True, mode=0o700)
    made: dict[str, Entry] = {}
    written = 0
    for name in files_of(home):
        source, target = home.root / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        about = source.stat()
        old = known.get(name)
        if (
            before
            and old
            and (old.bytes, old.changed) == (about.st_size, about.st_mtime_ns)
            and (before / name).exists()
        ):
            os.link(before / name, target)
            made[name] = old
        else:
            made[name] = Entry(about.st_size, about.st_mtime_ns, _copied(source, target))
            written += about.st_size
    _write_list(folder, made)
    return Done(folder, len(made), sum(one.bytes for one in made.values()), written)


def newest(into: Path) -> Path | None:
    """The last whole copy in that folder, or the folder itself where it is one."""
    if (into / LIST).is_file():
        return into
    return max((path.parent for path in into.glob(f"*/{LIST}")), default=None)


def entries(folder: Path) -> dict[str, Entry]:
    """What its list says. Raises Trouble where that cannot be read."""
    try:
        said = json.loads((folder / LIST).read_text())
        return {name: Entry(**one) for name, one in said["files"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Trouble(
            f"{folder / LIST} cannot be read ({error!r}).", "Take an older copy of the same folder."
        ) from error


def damaged(folder: Path) -> list[str]:
    """Names of files that are missing or not what they were."""
    return [name for name, one in entries(folder).items() if _hash_of(folder / name) != one.sha256]


def put_back(folder: Path, home: Home) -> Path | None:
    """Every file of the copy into the home; what its servers keep now is moved aside, and where is returned."""
    aside = None
    if home.data.is_dir() and any(home.data.iterdir()):
        aside = home.root / f"data.before-{time.strftime('%Y-%m-%dT%H-%M-%SZ', time.gmtime())}"
        home.data.rename(aside)
    home.make()
    for name in entries(folder):
        target = home.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, target)
    return aside


def _copied(source: Path, target: Path) -> str:
    """The hash of what was written, which is on the disk when this returns."""
    digest = hashlib.sha256()
    with source.open("rb") as coming, target.open("xb") as going:
        while block := coming.read(BLOCK):
            digest.update(block)
            going.write(block)
        going.flush()
        os.fsync(going.fileno())
    shutil.copystat(source, target)
    return digest.hexdigest()


def _hash_of(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_list(folder: Path, made: dict[str, Entry]) -> None:
    part = folder / f"{LIST}.new"
    with part.open("w") as out:
        json.dump({"files": {name: vars(one) for name, one in made.items()}}, out, indent=0)
        out.flush()
        os.fsync(out.fileno())
    part.replace(folder / LIST)
