"""One of our services as a child process, with the same methods as a server."""

import http.client
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.home import CHECKOUT
from cli.servers.process import Process, plain_environment

SERVICES = ("ingest", "render", "tagger", "linker", "pim", "curator", "catalog", "delivery", "webhooks", "collector")
DOORS = {"ingest": ("events",), "catalog": ("http",), "delivery": ("public",), "pim": ("hooks",)}
"""Where a service listens beside its health."""
SELDOM = {"events", "hooks"}
"""Only where a setting wants it: another program on that port must not keep the service away."""


def present() -> list[str]:
    """The services that can be started."""
    return [name for name in SERVICES if (CHECKOUT / "services" / name / "__main__.py").exists()]


class Service:
    """`python -m services.NAME`; it says itself, at /healthz, that it has started and is well."""

    def __init__(
        self,
        name: str,
        log: Path,
        ports: Mapping[str, int],
        settings: Mapping[str, str],
        run: Sequence[str] = (),
        switch: Sequence[str] = (),
    ) -> None:
        """run: a module and its arguments, in place of the service's own; switch: see `Process.spawn`."""
        self._run, self._switch = [*run] or [f"services.{name}"], switch
        self.name = name
        self.address = f"127.0.0.1:{ports[name]}"
        self.port_names: tuple[str, ...] = (name, *(door for door in DOORS.get(name, ()) if door not in SELDOM))
        self.log = log
        self._port = ports[name]
        self._process = Process(name, log)
        # What the user set (slots, log level) reaches the service; where the servers are, we know better.
        chosen = {key: value for key, value in os.environ.items() if key.startswith("PACKSHOT_")}
        self._settings = chosen | dict(settings) | {"PACKSHOT_METRICS_PORT": str(self._port)}
        # A service empties its scratch folder at start: no two may share one.
        self._settings["PACKSHOT_SPOOL"] = str(Path(settings["PACKSHOT_SPOOL"]) / name)
        if name == "catalog":  # its status page asks the others
            self._settings["PACKSHOT_MEMBERS"] = ",".join(f"{one}=127.0.0.1:{ports[one]}" for one in SERVICES)
        for door in DOORS.get(name, ()):
            self._settings[f"PACKSHOT_{door.upper()}_PORT"] = str(ports[door])

    def start(self) -> None:
        """Starts it; returns at once."""
        home = os.environ.get("HOME", "/")
        env = plain_environment(PYTHONPATH=str(CHECKOUT), PYTHONUNBUFFERED="1", HOME=home, **self._settings)
        self._process.spawn([sys.executable, "-P", "-m", *self._run], env=env, cwd=CHECKOUT, switch=self._switch)

    def ready(self) -> bool:
        """Whether it works. Not /readyz: a view may fill for minutes, and must not be killed for it."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            return answer.status == 200 and bool(json.loads(answer.read())["started"])
        except (OSError, ValueError, KeyError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def prepare(self) -> None:
        """Nothing: the servers were made ready for it."""

    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process.alive()

    @property
    def exit_code(self) -> int | None:
        """See `Process`."""
        return self._process.exit_code

    @property
    def pid(self) -> int | None:
        """Of the service; its caged children are below it."""
        return self._process.pid

    def stop(self, patience: float = 20.0) -> None:
        """SIGTERM lets it finish or kill its children and leave its group; killed after `patience` seconds."""
        self._process.stop(patience, signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, with its children."""
        self._process.stop(0, signal.SIGKILL)
