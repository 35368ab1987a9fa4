"""The supervisor: all parts of one home, in the order they need each other."""

import logging
import signal
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import FrameType

from cli import ports as port_table
from cli.home import Home
from cli.servers.server import Server
from cli.servers.stack import Stack
from cli.supervisor import status_file
from cli.supervisor.part import Part
from cli.supervisor.rotate import rotate
from cli.supervisor.service import Service, present

log = logging.getLogger("packshot.supervisor")
TICK_S = 0.25
WATCH_EVERY = 8
"""Ticks between two looks at the parts that are up: 2 s."""


class Supervisor:
    """`run()` returns when it was told to stop and everything has ended."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._told = self._untold = False
        self.stack = Stack(home.root)
        stack = self.stack

        def part(server: Server, after: frozenset[str] = frozenset(), stuck: Callable[[], str] = lambda: "") -> Part:
            file = home.root / "ports.json"
            return Part(server, after, partial(port_table.require_free, stack.ports, server.port_names, file), stuck)

        servers = [part(stack.kafka), part(stack.postgres), part(stack.s3, frozenset({"kafka"}), stuck=stack.s3.stuck)]
        needed = frozenset(part.name for part in servers)
        services = [
            part(Service(name, home.logs / f"{name}.log", stack.ports, stack.env(name)), needed) for name in present()
        ]
        self.parts = [*servers, *services]

    def tell(self, _number: int, _frame: FrameType | None) -> None:
        """Signal handler: end soon."""
        self._told = True

    def run(self) -> None:
        """Until told."""
        signal.signal(signal.SIGTERM, self.tell)
        signal.signal(signal.SIGINT, self.tell)
        turn = 0
        while not self._told:
            self.turn(look_at_all=turn % WATCH_EVERY == 0)
            turn += 1
            time.sleep(TICK_S)
        self.stop()

    def turn(self, look_at_all: bool) -> None:
        """One look: what is up is looked at less often than what is not."""
        up = {part.name for part in self.parts if part.state in ("up", "unwell")}
        for part in self.parts:
            settled = part.state in ("up", "unwell") and part.server.alive()
            if settled and not look_at_all:
                continue
            part.tick(time.monotonic(), up)
        if look_at_all:
            rotate(self._home.logs)
        self._publish()

    def stop(self) -> None:
        """Services first, all at once; then the stores; the broker, to which all report, last."""
        services = [part for part in self.parts if isinstance(part.server, Service)]
        stores = [part for part in self.parts if part not in services and part.name != "kafka"]
        for group in (services, stores, [part for part in self.parts if part.name == "kafka"]):
            _stop_together(group)
            self._publish()

    def _publish(self) -> None:
        """On a full disk the last status stays: the parts are not ended for it."""
        parts = [
            status_file.PartStatus(
                part.name, part.state, part.server.address, part.server.pid, part.restarts, part.cause,
                str(part.server.log), part.taken and part.state == "crashed",
            )
            for part in self.parts
        ]  # fmt: skip
        try:
            status_file.write(self._home, parts)
        except OSError as error:
            if not self._untold:
                log.warning("the status cannot be written: %s", error)
            self._untold = True
        else:
            self._untold = False


def _stop_together(parts: Iterable[Part]) -> None:
    with ThreadPoolExecutor() as pool:
        for ended in [pool.submit(part.stop) for part in parts]:
            ended.result()
