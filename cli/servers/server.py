"""What the three servers have in common, and waiting for one."""

import time
from pathlib import Path
from typing import Protocol

from cli.servers.process import tail
from cli.trouble import Trouble


class Server(Protocol):
    """One embedded server. All methods block, and are safe to call again."""

    name: str
    address: str
    """host:port that clients use."""
    log: Path
    port_names: tuple[str, ...]
    """The ports it listens on, as named in cli/ports.py."""

    @property
    def pid(self) -> int | None:
        """Of its process while that runs."""

    def start(self) -> None:
        """Starts it; returns before it is ready."""

    def ready(self) -> bool:
        """A real question over the port that clients use."""

    def prepare(self) -> None:
        """What must exist in it before anybody uses it; called once it is ready."""

    def alive(self) -> bool:
        """Whether its process runs."""

    @property
    def exit_code(self) -> int | None:
        """None while it runs or before the first start; negative is the signal that ended it."""

    def stop(self) -> None:
        """A clean stop in bounded time."""

    def kill(self) -> None:
        """SIGKILL."""


def wait_ready(server: Server, seconds: float = 300.0) -> None:
    """Returns when it is ready. Raises Trouble when it ends or takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not server.ready():
        if not server.alive() or time.monotonic() > end:
            how = "did not answer in time" if server.alive() else "ended at start"
            raise Trouble(f"{server.name} {how}. Its log ends:\n{tail(server.log)}", f"See {server.log}.")
        time.sleep(0.1)
