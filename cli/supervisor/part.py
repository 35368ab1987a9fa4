"""One managed part: started when what it needs is up, watched, and started again after a crash."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from cli.servers.process import tail
from cli.servers.server import Server
from cli.supervisor.backoff import Backoff
from cli.trouble import Trouble

State = Literal["waiting", "starting", "up", "unwell", "crashed", "stopped"]
START_S = 90.0
"""A part that does not answer so long after its start is started again."""
UNWELL_S = 120.0
"""So is one that answered once and then no more for so long."""


@dataclass
class Part:
    """`tick(now, up)` moves it on by at most one step; `now` is a monotonic clock in seconds."""

    server: Server
    after: frozenset[str] = frozenset()
    state: State = "waiting"
    restarts: int = 0
    cause: str = ""
    """Why it is not up, for people; empty when it is."""
    _backoff: Backoff = field(default_factory=Backoff)
    _since: float = 0.0
    _due: float = 0.0
    _well: float = 0.0

    @property
    def name(self) -> str:
        """Of the server or service."""
        return self.server.name

    def tick(self, now: float, up: Collection[str]) -> None:
        """Looks at the part and does what is due. Never raises for what the part does wrong."""
        if self.state == "stopped":
            return
        if self.state in ("waiting", "crashed"):
            missing = sorted(self.after - set(up))
            if missing and self.state == "waiting":
                self.cause = f"waits for {', '.join(missing)}"
            elif missing:
                return
            elif now >= self._due:
                self._start(now)
        elif not self.server.alive():
            self._crashed(now, f"ended by itself; its log ends: {tail(self.server.log, 2)}")
        elif self.state == "starting":
            self._settle(now)
        else:
            self._watch(now)

    def stop(self) -> None:
        """Stops it for good."""
        self.state, self.cause = "stopped", ""
        self.server.stop()

    def _start(self, now: float) -> None:
        self._since = now
        try:
            self.server.start()
        except (Trouble, OSError) as error:
            self._crashed(now, str(error))
        else:
            self.cause = self.cause if self.state == "crashed" else ""
            self.state = "starting"

    def _settle(self, now: float) -> None:
        if self.server.ready():
            try:
                self.server.prepare()
            except Trouble as error:
                self._crashed(now, str(error))
            else:
                self.state, self.cause, self._well = "up", "", now
        elif now - self._since > START_S:
            self._crashed(now, f"did not answer within {START_S:.0f} s; its log ends: {tail(self.server.log, 2)}")

    def _watch(self, now: float) -> None:
        if self.server.ready():
            self.state, self.cause, self._well = "up", "", now
        elif now - self._well > UNWELL_S:
            self._crashed(now, f"did not answer for {UNWELL_S:.0f} s")
        else:
            self.state, self.cause = "unwell", "runs, but does not say that it is ready"

    def _crashed(self, now: float, cause: str) -> None:
        self.server.kill()
        self._backoff = self._backoff.crashed(now - self._since)
        self.restarts += 1
        self.state, self.cause, self._due = "crashed", cause, now + self._backoff.wait_s
