"""What each process of a copy holds just now, read from /proc: memory, descriptors, threads, and its children's."""

import os
import urllib.request
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from cli.cpu import tree_seconds
from cli.home import Home
from cli.supervisor import status_file
from cli.supervisor.service import SERVICES
from runtime.room import held

PAGE = os.sysconf("SC_PAGE_SIZE")
# Fields of /proc/<pid>/stat, counted from the one after the name.
PARENT, THREADS, RSS = 1, 17, 21
LAG = "packshot_consumer_lag{"


@dataclass(frozen=True)
class Held:
    """One part's main process, and all below it together (`kids`). Bytes of resident memory; `cpu_s` of all."""

    pid: int
    rss: int
    fds: int
    threads: int
    kids: int
    kids_rss: int
    kids_fds: int
    cpu_s: float


def look(home: Home) -> dict[str, dict[str, float]]:
    """Part → `Held`, of the supervisor and all parts that run."""
    tree = _tree()
    pids = [(part.name, part.pid) for part in status_file.read(home)]
    pids.append(("supervisor", status_file.supervisor_pid(home)))
    found = {name: _held(pid, tree if name != "supervisor" else {}) for name, pid in pids if pid in tree}
    return {name: asdict(one) for name, one in found.items() if one}


def scratch(home: Home) -> dict[str, int]:
    """Part → bytes in its scratch folder."""
    spool = home.tmp / "spool"
    return {folder.name: held(folder) for folder in sorted(spool.iterdir())} if spool.is_dir() else {}


def lags(home: Home) -> dict[str, int]:
    """`group topic` → messages behind, as the services' own /metrics say. A service that is silent has none."""
    found: dict[str, int] = {}
    for part in status_file.read(home):
        if part.name in SERVICES:
            for name, count in behind(metrics(part.address)).items():
                found[name] = found.get(name, 0) + count
    return found


def behind(lines: Iterable[str]) -> dict[str, int]:
    """The same of one service's lines."""
    found: dict[str, int] = {}
    for line in lines:
        if line.startswith(LAG):
            labels, _, value = line.rpartition(" ")
            told = dict(pair.split("=", 1) for pair in labels[len(LAG) : -1].split(","))
            name = f"{told['group']} {told['topic']}".replace('"', "")
            found[name] = found.get(name, 0) + int(float(value))
    return found


def metrics(address: str) -> list[str]:
    """The lines of a service's /metrics; none where it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as answer:
            return str(answer.read().decode()).splitlines()
    except OSError:
        return []  # it is being started


def _tree() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[PARENT]), []).append(int(entry.name))
            children.setdefault(int(entry.name), [])
    return children


def _held(pid: int, tree: dict[int, list[int]]) -> Held | None:
    own = _stat(pid)
    if own is None:
        return None
    below, waiting = list[int](), list(tree.get(pid, []))
    while waiting:
        below.append(one := waiting.pop())
        waiting += tree.get(one, [])
    kids = [(fields, _fds(one)) for one in below if (fields := _stat(one))]
    return Held(
        pid,
        int(own[RSS]) * PAGE,
        _fds(pid),
        int(own[THREADS]),
        len(kids),
        sum(int(fields[RSS]) for fields, _ in kids) * PAGE,
        sum(fds for _, fds in kids),
        round(tree_seconds(pid), 2) if tree else 0.0,
    )


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None  # it ended while we looked


def _fds(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0  # ended; or, without being root, a server of another user
