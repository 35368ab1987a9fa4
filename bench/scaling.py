"""How throughput grows with workers: the same queue drained by 1, 2 … of them, one slot each.

    PACKSHOT_MEDIA=… python -m bench.scaling [--workers 1 2 4] [--files 60] [--service render]

On servers of its own, with ingest and so many processes of the service, all members of one group: once each has its
share of the partitions, so many fresh small photographs are put, and what is counted is the time from the twentieth to
the ninetieth percent of their facets, so that neither the beginning, when ingest has the cores too, nor the end is in
it. Only first waves are made. Printed as a table: files a second, and how many times the first row. The topic has the
partitions that `schemas/topics.py` gives it: more workers than these would idle.

On a machine of two cores more than two workers share what two had: the third row says what sharing costs, not what
a third machine brings.
"""

import argparse
import asyncio
import os
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.load.follow import Follower, following
from bench.load.processes import LAG, metrics
from bench.load.putting import Timed
from bench.load.stretches import Stretches
from cli import home as homes
from cli.alone import alone
from cli.connect import settings_of
from cli.own_copy import own_copy
from cli.say import say
from cli.servers.stack import Stack
from cli.supervisor.service import DOORS, Service
from schemas.topics import ASSET_INGESTED

WIDTH = 600
FACETS = {"render": "renditions", "tagger": "tags"}
PATIENCE_S = 600.0
SHIFT = 3000
"""From the default ports."""
BEGIN, END = 0.2, 0.9
"""Of the facets, what is counted."""
FIRST_WAVES = ("thumbnail", "thumbnail-jpeg", "web", "web-webp", "card", "zoom", "mobile-480", "square", "screen")


@contextmanager
def member(stack: Stack, name: str, ordinal: int) -> Iterator[Service]:
    """A process of the service while the block runs, with one slot."""
    settings = {**stack.env(), "PACKSHOT_ORDINAL": str(ordinal), "PACKSHOT_TEACH_S": "0", "PACKSHOT_SLOTS": "1"}
    settings |= {"PACKSHOT_SPOOL": str(stack.home.tmp / f"spool-{ordinal}"), "PACKSHOT_TAG_LATER_SLOTS": "0"}
    ports = {one: free_port() for one in (name, *DOORS.get(name, ()))}
    service = Service(name, stack.home.logs / f"{name}-{ordinal}.log", ports, settings)
    service.start()
    try:
        end = time.monotonic() + PATIENCE_S
        while not service.ready():
            assert service.alive() and time.monotonic() < end, f"{name} does not start: see {service.log}"
            time.sleep(0.1)
        yield service
    finally:
        service.stop()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def joined(services: Sequence[Service], topic: str) -> None:
    """Until each has partitions of the topic, and all have all."""
    end, wanted = time.monotonic() + PATIENCE_S, f'topic="{topic}"'
    while time.monotonic() < end:
        lines = await asyncio.gather(*(asyncio.to_thread(metrics, one.address) for one in services))
        shares = [sum(line.startswith(LAG) and wanted in line for line in one) for one in lines]
        if all(shares) and sum(shares) == ASSET_INGESTED.partitions:
            return
        await asyncio.sleep(0.5)
    raise TimeoutError(f"the partitions of {topic} were never dealt out")


def rate(times: Sequence[float]) -> float:
    """Files a second in the middle of the run."""
    ordered = sorted(times)
    first, last = int((len(ordered) - 1) * BEGIN), int((len(ordered) - 1) * END)
    assert last > first and ordered[last] > ordered[first], f"{len(ordered)} files are too few"
    return (last - first) / (ordered[last] - ordered[first])


def table(service: str, found: Sequence[tuple[int, float]]) -> str:
    """Workers, files a second, times the first row."""
    lines = [f"| workers of {service}, one slot each | files a second | times one |", "|---|---|---|"]
    lines += [f"| {workers} | {pace:.2f} | {pace / found[0][1]:.2f} |" for workers, pace in found]
    return "\n".join(lines)


async def reached(follower: Follower, files: Sequence[Timed], facet: str) -> list[float]:
    """When each had that facet, once all have."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        versions = [follower.version(*one.name) for one in files]
        times = [version.times[facet] for version in versions if version and facet in version.times]
        if len(times) == len(files):
            return times
        await follower.heard(1.0)
    raise TimeoutError(f"{len(files) - len(times)} of {len(files)} files never had {facet}")


async def bench(stack: Stack, media: Path, args: argparse.Namespace) -> list[tuple[int, float]]:
    """(workers, files a second) in turn."""
    found = []
    async with following(settings_of(stack.home)) as follower:
        one = Stretches(stack.home, media, follower)
        try:
            await one.presets(FIRST_WAVES)
            for workers in args.workers:
                with ExitStack() as running:
                    members = [running.enter_context(member(stack, args.service, n)) for n in range(workers)]
                    await joined(members, ASSET_INGESTED.name)
                    files = [await one.put(f"for-{workers}", WIDTH) for _ in range(args.files)]
                    pace = rate(await reached(follower, files, FACETS[args.service]))
                say(f"{workers} of {args.service}: {pace:.2f} files a second   load {os.getloadavg()[0]:.1f}")
                found.append((workers, pace))
        finally:
            one.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4], help="how many, in turn (1 2 4)")
    parser.add_argument("--files", type=int, default=60, help="of each turn (60)")
    parser.add_argument("--service", choices=sorted(FACETS), default="render")
    args = parser.parse_args()
    home = own_copy(homes.current(), "scaling")
    stack = Stack(home.root, shift=SHIFT)
    try:
        with alone():
            stack.start(postgres=False)
        with member(stack, "ingest", 0):
            found = asyncio.run(bench(stack, Path(os.environ["PACKSHOT_MEDIA"]), args))
    finally:
        stack.stop()
    shutil.rmtree(home.root, ignore_errors=True)
    print(table(args.service, found))


if __name__ == "__main__":
    main()
