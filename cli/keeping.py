"""Copies of a state folder's files that cannot be made again: each a folder of its own, with every file's hash.

What has not changed since the copy before is a hard link to it: each copy is whole, and costs what is new. It is a copy
once its list is there, which is written last.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from cli.copying import Copying, Entry
from cli.home import Home
from cli.trouble import Trouble

LIST = "packshot-backup.json"
KEPT = ("secrets.json", "extras", "models/taught-*", "data/seaweed")
"""Keys, what was taught here, and the store: originals, records, decisions. All else is made from these."""
LEFT = ("data/seaweed/tmp",)
SMALL = 64 * 1024 * 1024
"""So many bytes are copied while the store stands still: within a second."""
ROUNDS = 4
"""Of copying what has come meanwhile, until it is so little."""
Still = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Done:
    """Files and bytes of a copy, bytes that were written for it, and seconds that the store stood still."""

    folder: Path
    files: int
    bytes: int
    written: int
    still_s: float


def files_of(home: Home) -> Iterator[str]:
    """Names of all that is kept, below the home, in order."""
    for pattern in KEPT:
        for top in sorted(home.root.glob(pattern)):
            found = sorted(top.rglob("*")) if top.is_dir() else [top]
            for path in found:
                name = path.relative_to(home.root).as_posix()
                if path.is_file() and not path.is_symlink() and not name.startswith(LEFT):
                    yield name


def keep(home: Home, into: Path, still: Still = nullcontext) -> Done:
    """A new copy in `into`, named by the time. still: nobody writes as long as it is open; nobody may at its end.

    Raises OSError where the disk fails, Trouble where `still` does.
    """
    before = newest(into) if into.is_dir() else None
    folder = into / time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime())
    folder.mkdir(parents=True, mode=0o700)
    copying = Copying(home.root, folder, before, entries(before) if before else {})
    for _ in range(ROUNDS):
        if copying.round(files_of(home)) <= SMALL:
            break
    began = time.monotonic()
    with still():
        copying.round(files_of(home))
    stood = time.monotonic() - began
    copying.settle()
    made = copying.entries
    _write_list(folder, made)
    return Done(folder, len(made), sum(one.bytes for one in made.values()), copying.written, round(stood, 2))


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
