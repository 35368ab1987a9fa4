"""copy what cannot be made again: the store (originals, records, decisions), keys, what was taught

Everything may run meanwhile: the store stands still for a moment at the end, while what came last is copied, and all
who ask it wait so long. Each copy is a folder of its own below FOLDER, whole, with a hash of every file; what has not
changed since the copy before is a hard link to it and costs nothing. Kafka and PostgreSQL are not in it: `packshot
restore` makes them from the store. Put FOLDER on another disk.

examples:
  packshot backup /mnt/backup
  packshot backup /mnt/backup --check          read the last copy again and compare every hash
"""

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

from cli import home as homes
from cli import keeping
from cli.say import say
from cli.stillness import still
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
    if not (home.root / "secrets.json").exists():
        raise Trouble(f"There is nothing to keep in {home.root}.", "Name the state folder by PACKSHOT_HOME.")
    try:
        done = keeping.keep(home, args.folder.resolve(), lambda: still(home))
    except OSError as error:
        raise Trouble(f"The copy could not be made: {error}.", "Free some room, or name a folder elsewhere.") from error
    seconds = round(time.monotonic() - started, 1)
    size, new = f"{done.bytes / 1e6:.0f} MB", f"{done.written / 1e6:.0f}"
    stood = f"; the store stood still for {done.still_s} s" if status_file.supervisor_pid(home) else ""
    say(f"{done.folder}: {done.files} files, {size}, {new} of it new, {seconds} s{stood}.")
    if args.json:
        told = asdict(done) | {"folder": str(done.folder), "seconds": seconds}
        print(json.dumps(told))
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
