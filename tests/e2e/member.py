"""One service as a real child process that a test may kill at any time."""

import http.client
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.home import CHECKOUT
from cli.servers.process import Process, plain_environment, tail


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def variables_of(settings: Mapping[str, object]) -> dict[str, str]:
    """`sweep_s=2` is PACKSHOT_SWEEP_S."""
    return {f"PACKSHOT_{name.upper()}": str(value) for name, value in settings.items()}


class Member:
    """`python -m services.NAME` with an ordinal. One that was killed is started again with `start`."""

    def __init__(self, service: str, ordinal: int, logs: Path, settings: Mapping[str, str]) -> None:
        self.name, self.service, self.ordinal = f"{service}-{ordinal}", service, ordinal
        self.log = logs / f"{self.name}.log"
        self.given: dict[str, object] = {}
        """The settings of its last start."""
        self.run = [f"services.{service}"]
        """Module and arguments."""
        self.port = free_port()
        self.http_port = free_port()
        self._common = dict(settings)
        self._process = Process(self.name, self.log)

    def start(self, **settings: object) -> None:
        """Start it with these settings; returns at once."""
        self.given = settings
        own = {
            "PACKSHOT_ORDINAL": str(self.ordinal),
            "PACKSHOT_METRICS_PORT": str(self.port),
            "PACKSHOT_HTTP_PORT": str(self.http_port),
            "PACKSHOT_PUBLIC_PORT": str(self.http_port),
        }
        env = plain_environment(
            PYTHONPATH=str(CHECKOUT), PYTHONUNBUFFERED="1", HOME=os.environ.get("HOME", "/"),
            **{**self._common, **own, **variables_of(settings)},
        )  # fmt: skip
        self._process.spawn([sys.executable, "-P", "-m", *self.run], env=env, cwd=CHECKOUT)

    def ready(self) -> bool:
        """Whether /readyz says so."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.alive()

    @property
    def pid(self) -> int | None:
        """Of the process while it runs."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; -9 after SIGKILL."""
        return self._process.exit_code

    def kill(self) -> None:
        """SIGKILL, and nothing else: its caged children must notice by themselves."""
        self._process.signal(signal.SIGKILL)

    def suspend(self) -> None:
        """SIGSTOP: it stands still, and answers nobody."""
        self._process.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT: it goes on where it was suspended, and knows nothing of the time between."""
        self._process.signal(signal.SIGCONT)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL after 20 s."""
        self._process.stop(20, signal.SIGTERM)

    def last_words(self) -> str:
        """The end of its log."""
        return tail(self.log, 4)
