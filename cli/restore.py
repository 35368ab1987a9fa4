"""put a copy of `packshot backup` back: the store and the keys from it, Kafka's topics from the store

Every hash is compared first: a copy that is damaged is not put back. What the servers keep now is moved aside, not
deleted. PostgreSQL fills itself when everything runs again. Nobody outside is told anything twice. Lost is what came
after the copy, and decisions of its last moments that nobody had folded: drop those files again.

examples:
  packshot down && packshot restore /mnt/backup && packshot up        the last copy
  packshot restore /mnt/backup/2026-11-29T18-00-00Z                   this one
  PACKSHOT_HOME=/srv/packshot packshot restore /mnt/backup            on a new machine, after `packshot setup`
"""

import argparse
import time
from pathlib import Path

from cli import home as homes
from cli import keeping, topics
from cli.say import say
from cli.supervisor import status_file
from cli.trouble import Trouble

NAME = "restore"


def add(parser: argparse.ArgumentParser) -> None:
    """FOLDER."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="of copies, or one copy")


def run(args: argparse.Namespace) -> int:
    """0 when the topics are filled and `up` goes on."""
    started = time.monotonic()
    home = homes.current()
    if status_file.supervisor_pid(home):
        raise Trouble("Everything runs.", "`packshot down` first.")
    found = keeping.newest(args.folder)
    if found is None:
        raise Trouble(f"There is no whole copy in {args.folder}.", "Name the folder that `packshot backup` was given.")
    if wrong := keeping.damaged(found):
        raise Trouble(
            f"{found} is damaged: {', '.join(wrong[:3])}{' …' if wrong[3:] else ''}.",
            "Nothing was changed. Name an older copy beside it.",
        )
    if aside := keeping.put_back(found, home):
        say(f"what was there is in {aside}: delete it when all is well.")
    topics.restore(home)
    say(f"{found} is back, after {time.monotonic() - started:.0f} s. `packshot up` goes on with it.")
    return 0
