"""What a caged child uses just now, read from /proc (some 20 µs a process)."""

import os
from dataclasses import dataclass

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# Fields of /proc/<pid>/stat, counted from the one after the name.
UTIME, STIME, CHILDREN_UTIME, CHILDREN_STIME, RSS = 11, 12, 13, 14, 21


@dataclass(frozen=True)
class Usage:
    """rss_bytes: resident memory; cpu_seconds: user and system time since its start; processes: how many they are."""

    rss_bytes: int = 0
    cpu_seconds: float = 0.0
    processes: int = 0

    def __bool__(self) -> bool:
        return self.rss_bytes > 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.rss_bytes + other.rss_bytes,
            self.cpu_seconds + other.cpu_seconds,
            self.processes + other.processes,
        )


def look(pid: int, *, programs: bool = False) -> Usage:
    """A process, and with `programs` those that it started; empty when it has ended."""
    found, waiting = Usage(), [pid]
    while waiting:  # a loop: processes that each start the next could be deeper than Python recurses
        one = waiting.pop()
        try:
            found += _alone(one)
            waiting += _children(one) if programs else []
        except (FileNotFoundError, ProcessLookupError):  # ended while we looked
            continue
    return found


def _alone(pid: int) -> Usage:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    ticks = sum(int(fields[at]) for at in (UTIME, STIME, CHILDREN_UTIME, CHILDREN_STIME))
    return Usage(int(fields[RSS]) * PAGE, ticks / TICK, 1)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as file:
            found += map(int, file.read().split())
    return found
