"""How throughput grows with workers, partitions and hosts: the same queue drained by 1, 2 … workers, one slot each.

    PACKSHOT_MEDIA=… python -m bench.scaling [--workers 1 2 4] [--partitions 1 4 12] [--files 60] [--service render]
    PACKSHOT_MEDIA=… python -m bench.scaling --hosts 1 2 4 --away-ms 20          (as root)

On servers of its own, with ingest and so many processes of the service, all members of one group: once each has its
share of the partitions they are held (SIGSTOP), and so many fresh small photographs are put and taken in; then all go
on at once, with nothing else to do on the machine. What is counted is the time from the twentieth to the ninetieth
percent of their facets: neither the beginning nor the end is in it. Only first waves are made. For each of
`--partitions` there are new servers, on which the topic that the service reads is made with so many; workers beyond
them idle. A worker is *at work* where it has finished any of the files; *their cores* is the CPU time of all workers
in a second.

`--hosts` adds rows in which each worker is on a host of its own: a network namespace whose loopback leads to Kafka and
the store and nowhere else, with its own home and scratch folder. That no worker reaches another, nor is reached from
here, is looked at in each run. `--away-ms` is how far away those hosts are, each way: a machine's cores are shared
by all its hosts, waiting is not.

On a machine of two cores more than two workers share what two had: such rows say what sharing costs, not what a third
machine brings.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.load.follow import Follower, following
from bench.load.hosts import host, possible
from bench.load.members import Member, apart, finished, held, joined, member
from bench.load.partitions import servers
from bench.load.putting import Timed
from bench.load.scaled import Row, Turn, rate, table, turns
from bench.load.stretches import Stretches
from cli.connect import settings_of
from cli.cpu import tree_seconds
from cli.say import say
from cli.servers.stack import Stack
from cli.trouble import Trouble
from schemas.topics import ASSET_INGESTED

WIDTH = 600
FACETS = {"render": "renditions", "tagger": "tags"}
PATIENCE_S = 600.0
FIRST_WAVES = ("thumbnail", "thumbnail-jpeg", "web", "web-webp", "card", "zoom", "mobile-480", "square", "screen")


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


@contextmanager
def members(stack: Stack, turn: Turn, args: argparse.Namespace) -> Iterator[list[Member]]:
    """So many while the block runs. Raises AssertionError where those on hosts of their own are not apart."""
    servers = [stack.ports[name] for name in ("kafka", "s3")]
    with ExitStack() as running:
        found = []
        for number in range(turn.workers):
            place = running.enter_context(host(servers, args.away_ms / 1000)) if turn.apart else None
            found.append(running.enter_context(member(stack, args.service, number, place)))
        if turn.apart:
            apart(found)
        yield found


def used(there: Sequence[Member]) -> float:
    """CPU seconds of them and their children so far."""
    return sum(tree_seconds(one.service.pid) for one in there if one.service.pid)


async def row(one: Stretches, stack: Stack, turn: Turn, partitions: int, args: argparse.Namespace) -> Row:
    """Measure one turn."""
    topic, running = ASSET_INGESTED.name, ExitStack()
    try:
        # A link has a loop of its own, which starts and ends in no thread that runs one.
        there = await asyncio.to_thread(running.enter_context, members(stack, turn, args))
        await joined(there, args.service, topic, partitions)
        with held(there):
            files = [await one.put(f"for-{turn.workers}-{turn.apart}", WIDTH) for _ in range(args.files)]
            await reached(one.follower, files, "file")
        began, before = time.monotonic(), used(there)
        pace = rate(await reached(one.follower, files, FACETS[args.service]))
        cores = (used(there) - before) / (time.monotonic() - began)
        at_work = sum(finished(each.told(), topic) > 0 for each in there)
    finally:
        await asyncio.to_thread(running.close)
    found = Row(partitions, turn, at_work, pace, cores)
    say(f"{found}   load {os.getloadavg()[0]:.1f}")
    return found


async def bench(stack: Stack, media: Path, partitions: int, args: argparse.Namespace) -> list[Row]:
    """All turns on these servers."""
    async with following(settings_of(stack.home)) as follower:
        one = Stretches(stack.home, media, follower)
        try:
            await one.presets(FIRST_WAVES)
            return [await row(one, stack, turn, partitions, args) for turn in turns(args.workers, args.hosts)]
        finally:
            one.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4], help="how many, in turn (1 2 4)")
    parser.add_argument("--hosts", type=int, nargs="*", default=[], help="how many hosts of one worker each, in turn")
    parser.add_argument("--away-ms", type=float, default=0.0, help="how far these are from the servers, each way (0)")
    parser.add_argument("--partitions", type=int, nargs="+", default=[ASSET_INGESTED.partitions], help="in turn (12)")
    parser.add_argument("--files", type=int, default=60, help="of each turn (60)")
    parser.add_argument("--service", choices=sorted(FACETS), default="render")
    args = parser.parse_args()
    rows = []
    try:
        if args.hosts:
            possible()  # said at once, not after minutes
        for partitions in args.partitions:
            with servers("scaling", ASSET_INGESTED, partitions) as stack, member(stack, "ingest", 0):
                rows += asyncio.run(bench(stack, Path(os.environ["PACKSHOT_MEDIA"]), partitions, args))
    except Trouble as trouble:
        sys.exit(str(trouble))
    print(table(args.service, rows))


if __name__ == "__main__":
    main()
