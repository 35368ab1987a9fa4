"""show the log of a part, or of all

examples:
  packshot logs                  the last lines of every part
  packshot logs render           the last lines of one
  packshot logs ingest -n 200 -f 200 lines, then follow until Ctrl-C
  packshot logs tagger --json    as they are written: one JSON object a line, with logger and trace
"""

import argparse
import sys
import time
from pathlib import Path

from cli import home as homes
from cli.log_lines import readable
from cli.servers.process import tail
from cli.trouble import Trouble

NAME = "logs"


def add(parser: argparse.ArgumentParser) -> None:
    """[PART] [-n LINES] [-f] [--json]."""
    parser.add_argument("part", nargs="?", help="kafka, s3, postgres, supervisor or a service; default: all")
    parser.add_argument("-n", "--lines", type=int, default=20, help="how many of the last lines (20)")
    parser.add_argument("-f", "--follow", action="store_true", help="go on as lines are written")
    parser.add_argument("--json", action="store_true", help="the lines as they are written")


def run(args: argparse.Namespace) -> int:
    """0; raises Trouble for a part that has no log."""
    folder = homes.current().logs
    logs = sorted(folder.glob("*.log"))
    if args.part:
        logs = [log for log in logs if log.stem == args.part]
        if not logs:
            known = ", ".join(sorted(log.stem for log in folder.glob("*.log"))) or "none yet"
            raise Trouble(f"There is no log of {args.part!r}.", f"These have one: {known}.")
    for log in logs:
        _print(log.stem, tail(log, args.lines), len(logs) > 1, args.json)
    if args.follow:
        follow(logs, args.json)
    return 0


def follow(logs: list[Path], raw: bool = False) -> None:
    """Prints what is appended, until Ctrl-C. A log that was cut (rotated) goes on from its start."""
    places = {log: log.stat().st_size for log in logs}
    while True:
        for log, place in places.items():
            size = log.stat().st_size
            start = place if place <= size else 0
            if size > start:
                with log.open("rb") as source:
                    source.seek(start)
                    text = source.read(size - start)
                _print(log.stem, text.decode(errors="replace").rstrip("\n"), len(logs) > 1, raw)
            places[log] = size
        time.sleep(0.3)


def _print(name: str, text: str, named: bool, raw: bool) -> None:
    if not text:
        return
    lines = text.splitlines() if raw else [line for said in text.splitlines() for line in readable(said).splitlines()]
    lines = [f"{name:<10} {line}" for line in lines] if named else lines
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
