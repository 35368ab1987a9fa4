"""What is tried for a table of how throughput grows, in which order, and the table. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

BEGIN, END = 0.2, 0.9
"""Of the facets, what is counted."""


class Turn(NamedTuple):
    """What is tried: so many workers, on hosts of their own or all here."""

    workers: int
    apart: bool


class Row(NamedTuple):
    """What was found. at_work: how many of the workers did anything; pace: files a second; cores: of all workers."""

    partitions: int
    turn: Turn
    at_work: int
    pace: float
    cores: float


def turns(workers: Sequence[int], hosts: Sequence[int]) -> list[Turn]:
    """In an order in which they never get fewer: who leaves keeps its partitions for a while."""
    return sorted([Turn(count, False) for count in workers] + [Turn(count, True) for count in hosts])


def rate(times: Sequence[float]) -> float:
    """Files a second in the middle of the run."""
    ordered = sorted(times)
    first, last = int((len(ordered) - 1) * BEGIN), int((len(ordered) - 1) * END)
    assert last > first and ordered[last] > ordered[first], f"{len(ordered)} files are too few"
    return (last - first) / (ordered[last] - ordered[first])


def table(service: str, rows: Sequence[Row]) -> str:
    """Markdown; the last column compares with the first row."""
    lines = [
        f"| partitions | workers of {service}, a slot each | at work | their cores | files a second | times first |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        where = f", {'each ' * (row.turn.workers > 1)}on a host of its own" if row.turn.apart else ""
        lines.append(
            f"| {row.partitions} | {row.turn.workers}{where} | {row.at_work} "
            f"| {row.cores:.2f} | {row.pace:.2f} | {row.pace / rows[0].pace:.2f} |"
        )
    return "\n".join(lines)
