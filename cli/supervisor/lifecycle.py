"""Bringing everything up and down from the command line: used by `up`, `down` and the demo."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cli import ports as port_table
from cli.alone import alone
from cli.home import CHECKOUT, Home
from cli.ports import PortTaken
from cli.say import say
from cli.servers.process import tail
from cli.supervisor import status_file
from cli.supervisor.service import SERVICES, present
from cli.supervisor.status_file import PartStatus
from cli.trouble import Trouble

FREE_MB = 1500
"""SeaweedFS stops taking writes while a gigabyte is left."""

TRIES = 3
"""So often ports are chosen and all is started before we give up: another program may take one in between."""
Progress = Callable[[list[PartStatus]], None]


def bring_up(home: Home, progress: Progress, seconds: float = 120.0) -> list[PartStatus]:
    """Starts the supervisor where none runs, and returns when every part is up.

    `progress` gets the parts each time one has changed. Raises Trouble when a part crashes again and again, or is
    not up in time; the supervisor goes on trying all the same.
    """
    if status_file.supervisor_pid(home) is not None:
        return _until_up(home, progress, seconds)
    with alone():
        for _ in range(TRIES - 1):
            _start_supervisor(home)
            try:
                return _until_up(home, progress, seconds, move=True)
            except PortTaken as error:
                say(f"{error.cause} All begins again, on other ports …")
                bring_down(home, lambda _: None)
        _start_supervisor(home)
        return _until_up(home, progress, seconds)


def _until_up(home: Home, progress: Progress, seconds: float, *, move: bool = False) -> list[PartStatus]:
    """move: raises PortTaken as soon as somebody else has a part's port."""
    end = time.monotonic() + seconds
    shown: list[PartStatus] = []
    while True:
        parts = status_file.read(home)
        if parts != shown:
            progress(parts)
            shown = parts
        if parts and all(part.state == "up" for part in parts):
            return parts
        if move and (lost := next((part for part in parts if part.taken), None)):
            raise PortTaken(f"Another program took a port of {lost.name} before it listened there.", lost.cause)
        _raise_if_hopeless(home, parts, time.monotonic() > end)
        time.sleep(0.1)


def bring_down(home: Home, progress: Progress, seconds: float = 90.0) -> bool:
    """Ends the supervisor and all its parts. False when nothing ran. Raises Trouble when it does not end."""
    pid = status_file.supervisor_pid(home)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + seconds
    parts: list[PartStatus] = []
    while status_file.supervisor_pid(home) is not None:
        parts = status_file.read(home) or parts
        progress(parts)
        if time.monotonic() > end:
            raise Trouble(f"The supervisor (process {pid}) does not end.", f"See {_log(home)}; then `kill -9 {pid}`.")
        time.sleep(0.1)
    progress([replace(part, state="stopped", cause="") for part in parts])  # the last went with the supervisor
    return True


def page_address(home: Home) -> str:
    """URL of the page and the API."""
    return f"http://127.0.0.1:{port_table.load(home.root / 'ports.json', os.environ)['http']}/"


def _start_supervisor(home: Home) -> None:
    home.make()
    free = shutil.disk_usage(home.root).free // 1_000_000
    if free < FREE_MB:
        raise Trouble(
            f"Only {free} MB are free where {home.root} is; {FREE_MB} MB are needed.",
            "Free some disk, or set PACKSHOT_HOME to a folder on a larger one.",
        )
    file = home.root / "ports.json"
    first = not file.exists()
    table = port_table.load(file, os.environ)
    if first and (moved := port_table.elsewhere(table, os.environ)):
        say(f"taken by other programs, so these listen elsewhere (kept in {file}): {', '.join(moved)}")
    unused = set(SERVICES) - set(present())
    _wait_free(table, [name for name in table if name not in unused], file)
    env = dict(os.environ) | {"PACKSHOT_HOME": str(home.root), "PYTHONPATH": str(CHECKOUT)}
    with _log(home).open("ab") as out:
        subprocess.Popen(
            [sys.executable, "-P", "-m", "cli.supervisor"],
            env=env, cwd="/", stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    end = time.monotonic() + 20
    while status_file.supervisor_pid(home) is None:
        if time.monotonic() > end:
            raise Trouble(f"The supervisor ended at start: {tail(_log(home))}", f"See {_log(home)}.")
        time.sleep(0.05)


def _wait_free(table: dict[str, int], names: list[str], file: Path) -> None:
    """What a killed supervisor left behind ends within seconds: a port that stays taken is somebody else's, and we
    move. Raises Trouble when the port is one that a setting names."""
    end = time.monotonic() + 6
    while not all(port_table.is_free(table[name]) for name in names):
        if time.monotonic() > end:
            break
        time.sleep(0.2)
    for name, (old, new) in port_table.move_taken(file, os.environ, names).items():
        say(f"port {old} ({name}) is taken by another program: {new} from now on (kept in {file}).")
    port_table.require_free(port_table.load(file, os.environ), names, file)


def _raise_if_hopeless(home: Home, parts: list[PartStatus], late: bool) -> None:
    if status_file.supervisor_pid(home) is None:
        raise Trouble(f"The supervisor ended: {tail(_log(home))}", f"See {_log(home)}.")
    for part in parts:
        if part.state != "up" and (part.restarts >= 3 or late):
            raise Trouble(f"{part.name} is {part.state}: {part.cause}", f"See `packshot logs {part.name}`.")
    if late:
        raise Trouble("The supervisor says nothing.", f"See {_log(home)}; present services: {present()}.")


def _log(home: Home) -> Path:
    return home.logs / "supervisor.log"
