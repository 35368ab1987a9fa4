"""CPU time of running parts with all their children, read from /proc: what the demo's `cpu_seconds` is made of."""

import http.client
import json
import os
from pathlib import Path

from cli.supervisor.service import SERVICES
from cli.supervisor.status_file import PartStatus

_TICK = os.sysconf("SC_CLK_TCK")


def tree_seconds(pid: int) -> float:
    """User and system seconds of a process, its running descendants, and those it has waited for."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        used[int(entry.name)] = sum(map(int, fields[11:15])) / _TICK
    total, waiting = 0.0, [pid]
    while waiting:
        current = waiting.pop()
        total += used.get(current, 0.0)
        waiting += children.get(current, [])
    return total


def work_seconds(part: PartStatus) -> float:
    """What a worker's caged work itself has taken, as its /healthz says; 0 for parts without a cage."""
    host, port = part.address.split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=3)
    try:
        connection.request("GET", "/healthz")
        return float(json.loads(connection.getresponse().read()).get("work_cpu_s", 0.0))
    except (OSError, ValueError, http.client.HTTPException):
        return 0.0  # it is being restarted: status shows that, a sum does not
    finally:
        connection.close()


def measure(parts: list[PartStatus]) -> dict[str, float]:
    """`pixels`, `models`, `services` (all else of ours) and `stack` (Kafka, SeaweedFS, PostgreSQL), seconds so far."""
    trees = {part.name: tree_seconds(part.pid) for part in parts if part.pid}
    work = {part.name: work_seconds(part) for part in parts if part.name in ("render", "tagger")}
    pixels, models = work.get("render", 0.0), work.get("tagger", 0.0)
    ours = sum(seconds for name, seconds in trees.items() if name in SERVICES)
    stack = sum(seconds for name, seconds in trees.items() if name not in SERVICES)
    return {"pixels": pixels, "models": models, "services": ours - pixels - models, "stack": stack}
