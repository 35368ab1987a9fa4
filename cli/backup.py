"""copy what cannot be made again: the store (originals, records, decisions), keys, what was taught

Everything stands still meanwhile: `packshot down` first. Each copy is a folder of its own below FOLDER, whole, with a
hash of every file; what has not changed since the copy before is a hard link to it and costs nothing. Kafka and
PostgreSQL are not in it: `packshot restore` makes them from the store. Put FOLDER on another disk.

examples:
  packshot down && packshot backup /mnt/backup && packshot up
  packshot backup /mnt/backup --check          read the last copy again and compare every hash
"""

import argparse
import json
import time
from pathlib import Path

from cli import home as homes
from cli import keeping
from cli.say import say
from cli.supervisor import status_file
from cli.trouble import Trouble

NAME = "backup"


def add(parser: argparse.ArgumentParser) -> None:
    """FOLDER [--check] [--json]."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where copies are kept")
    parser.add_argument("--check", action="store_true", help="only compare the last copy with its list")
    parser.add_argument("--json", action="store_true", help="print what was done as one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when the copy is whole."""
    started = time.monotonic()
    if args.check:
        return check(args.folder)
    home = homes.current()
    if status_file.supervisor_pid(home):
        raise Trouble("Everything runs, and would write while it is copied.", "`packshot down` first, `up` afterwards.")
    if not (home.root / "secrets.json").exists():
        raise Trouble(f"There is nothing to keep in {home.root}.", "Name the state folder by PACKSHOT_HOME.")
    try:
        done = keeping.keep(home, args.folder.resolve())
    except OSError as error:
        raise Trouble(f"The copy could not be made: {error}.", "Free some room, or name a folder elsewhere.") from error
    seconds = round(time.monotonic() - started, 1)
    size, new = f"{done.bytes / 1e6:.0f} MB", f"{done.written / 1e6:.0f}"
    say(f"{done.folder}: {done.files} files, {size}, {new} of it new, {seconds} s.")
    if args.json:
        told = {"folder": str(done.folder), "files": done.files, "bytes": done.bytes, "written": done.written}
        print(json.dumps(told | {"seconds": seconds}))
    return 0


def check(folder: Path) -> int:
    """1 where a file is missing or not what it was. Raises Trouble where there is no copy."""
    found = keeping.newest(folder)
    if found is None:
        raise Trouble(f"There is no whole copy in {folder}.", "`packshot backup` makes one.")
    wrong = keeping.damaged(found)
    for name in wrong:
        say(f"{found / name} is damaged or missing.")
    say(f"{found}: {len(keeping.entries(found))} files, {len(wrong)} damaged.")
    return 1 if wrong else 0
