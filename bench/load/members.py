"""Members of a service's group, here or on hosts of their own, and what each says of its share of the work."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.load.hosts import Host, interfaces, networks, reached
from bench.load.processes import LAG, metrics
from cli.servers.stack import Stack
from cli.supervisor.service import DOORS, Service

PATIENCE_S = 600.0
PLACE_S = 300
"""So long a member may stand still: Kafka keeps its place."""
JOINED = "packshot_kafka_silent_seconds"
"""Told of a group from the first share on that a member was dealt, be it an empty one."""
MESSAGES = "packshot_messages_total"


@dataclass(frozen=True)
class Member:
    """One process. host: None where it is on this one."""

    service: Service
    host: Host | None = None

    def ready(self) -> bool:
        """Asked where it runs: nobody else reaches it."""
        return self.host.inside(self.service.ready) if self.host else self.service.ready()

    def told(self) -> list[str]:
        """The lines of its /metrics."""
        address = self.service.address
        return self.host.inside(metrics, address) if self.host else metrics(address)


@contextmanager
def member(stack: Stack, name: str, ordinal: int, host: Host | None = None) -> Iterator[Member]:
    """One that runs while the block does, with one slot, and a home and scratch folder of its own."""
    home = stack.home.tmp / f"{name}-{ordinal}"
    settings = {**stack.env(), "PACKSHOT_HOME": str(home), "PACKSHOT_SPOOL": str(home / "spool")}
    settings |= {"PACKSHOT_ORDINAL": str(ordinal), "PACKSHOT_SLOTS": "1"}
    settings |= {"PACKSHOT_TEACH_S": "0", "PACKSHOT_TAG_LATER_SLOTS": "0", "PACKSHOT_SESSION_TIMEOUT_S": str(PLACE_S)}
    ports = {one: free_port() for one in (name, *DOORS.get(name, ()))}
    log = stack.home.logs / f"{name}-{ordinal}.log"
    one = Member(Service(name, log, ports, settings, switch=host.switch if host else ()), host)
    one.service.start()
    try:
        end = time.monotonic() + PATIENCE_S
        while not one.ready():
            assert one.service.alive() and time.monotonic() < end, f"{name} does not start: see {log}"
            time.sleep(0.1)
        yield one
    finally:
        one.service.stop()


@contextmanager
def held(members: Sequence[Member]) -> Iterator[None]:
    """While the block runs they stand still, and keep their places in the group; then all begin at once."""
    for one in members:
        _signal(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in members:
            _signal(one, signal.SIGCONT)


def _signal(one: Member, number: int) -> None:
    if one.service.pid:
        os.kill(one.service.pid, number)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def apart(members: Sequence[Member]) -> None:
    """Raises AssertionError where one can be reached from here or from another's host, or has a way out."""
    pids = [one.service.pid or 0 for one in members]
    assert len({*networks(pids), *networks(["self"])}) == len(pids) + 1, "two are in one network"
    for one in members:
        port = int(one.service.address.rpartition(":")[2])
        others = [other.host for other in members if other.host and other is not one]
        assert one.host and one.host.inside(reached, port), f"{port} is not reached on its own host"
        assert not reached(port), f"{port} is reached from here"
        assert not any(host.inside(reached, port) for host in others), f"{port} is reached from another host"
        assert one.host.inside(interfaces) == ["lo"], "there is a way out"


async def joined(members: Sequence[Member], group: str, topic: str, partitions: int) -> None:
    """Until all are in the group and all partitions of the topic are dealt out, to as many as there are for."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        told = await asyncio.gather(*(asyncio.to_thread(one.told) for one in members))
        if dealt(told, group, topic, partitions):
            return
        await asyncio.sleep(0.5)
    raise TimeoutError(f"the partitions of {topic} were never dealt out")


def dealt(told: Sequence[Sequence[str]], group: str, topic: str, partitions: int) -> bool:
    """Whether the members' metrics say so. Pure."""
    shares = [sum(line.startswith(LAG) and f'topic="{topic}"' in line for line in one) for one in told]
    there = all(any(line.startswith(f'{JOINED}{{group="{group}"}}') for line in one) for one in told)
    return there and sum(shares) == partitions and sum(map(bool, shares)) == min(partitions, len(shares))


def finished(told: Iterable[str], topic: str) -> int:
    """Messages of the topic that a member has done, by its metrics. Pure."""
    done = f'{MESSAGES}{{outcome="done",topic="{topic}"}} '
    return sum(int(float(line.removeprefix(done))) for line in told if line.startswith(done))
