"""One managed part: started when what it needs is up, watched, and started again after a crash."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Literal

from cli.ports import PortTaken
from cli.servers.complaints import complaints
from cli.servers.server import Server
from cli.supervisor.backoff import Backoff
from cli.trouble import Trouble

log = logging.getLogger("packshot.supervisor")
State = Literal["waiting", "starting", "up", "unwell", "crashed", "stopped"]
START_S = 90.0
"""A part that neither answers nor writes a line into its log for so long after its start is started again."""
LONGEST_START_S = 1800.0
"""So is one that only writes. A server that mends what a power cut left would begin anew each time."""
UNWELL_S = 120.0
"""So is one that answered once and then no more for so long."""


@dataclass
class Part:
    """`tick(now, up)` moves it on by at most one step; `now` is a monotonic clock in seconds."""

    server: Server
    after: frozenset[str] = frozenset()
    require_ports: Callable[[], None] = lambda: None
    """Raises PortTaken where somebody else holds one: it would fail to listen, and we would take theirs for ours."""
    stuck: Callable[[], str] = lambda: ""
    """Why a new start helps though it runs; empty when it does not need one."""
    state: State = "waiting"
    restarts: int = 0
    cause: str = ""
    """Why it is not up, for people; empty when it is."""
    taken: bool = False
    """Whether that is because somebody else listens on one of its ports."""
    _backoff: Backoff = field(default_factory=Backoff)
    _since: float = 0.0
    _due: float = 0.0
    _well: float = 0.0
    _log_from: int = 0
    """Where this run's part of the log begins."""
    _log_size: int = 0
    _wrote: float = 0.0
    """When it was last seen that its log had grown."""

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
            self._ended(now)
        elif self.state == "starting":
            self._settle(now)
        else:
            self._watch(now)

    def stop(self) -> None:
        """Stops it for good."""
        self.state, self.cause = "stopped", ""
        self.server.stop()

    def _start(self, now: float) -> None:
        self._since = self._wrote = now
        self._log_from = self._log_size = self._size()
        try:
            self.require_ports()
            self.server.start()
        except (Trouble, OSError) as error:
            self._crashed(now, str(error), taken=isinstance(error, PortTaken))
        else:
            self.cause = self.cause if self.state == "crashed" else ""
            self.state = "starting"
            again = f" again (restart {self.restarts})" if self.restarts else ""
            log.info("started%s", again, extra=self._who())

    def _ended(self, now: float) -> None:
        """A port was free when it was started, and may have been taken before it listened there."""
        how = how_it_ended(self.server.exit_code) + self._complaints()
        self.server.kill()  # what is left of it may still listen
        try:
            self.require_ports()
        except PortTaken as error:
            self._crashed(now, str(error), taken=True)
        else:
            self._crashed(now, how)

    def _settle(self, now: float) -> None:
        if self.server.ready():
            try:
                self.server.prepare()
            except Trouble as error:
                self._crashed(now, str(error))
            else:
                self.state, self.cause, self._well = "up", "", now
        elif now - self._last_word(now) > START_S or now - self._since > LONGEST_START_S:
            self._crashed(now, f"did not answer within {now - self._since:.0f} s{self._complaints()}")

    def _watch(self, now: float) -> None:
        if why := self.stuck():
            self.server.stop()
            self._crashed(now, why)
        elif self.server.ready():
            self.state, self.cause, self._well = "up", "", now
        elif now - self._well > UNWELL_S:
            self._crashed(now, f"did not answer for {UNWELL_S:.0f} s")
        else:
            self.state, self.cause = "unwell", "runs, but does not say that it is ready"

    def _crashed(self, now: float, cause: str, *, taken: bool = False) -> None:
        log.error("crashed: %s", cause, extra=self._who())
        self.server.kill()
        self._backoff = self._backoff.crashed(now - self._since)
        self.restarts += 1
        self.state, self.cause, self._due = "crashed", cause, now + self._backoff.wait_s
        self.taken = taken

    def _last_word(self, now: float) -> float:
        """When its log grew last, or it was started."""
        if (size := self._size()) != self._log_size:
            self._log_size, self._wrote = size, now
        return self._wrote

    def _size(self) -> int:
        return self.server.log.stat().st_size if self.server.log.exists() else 0

    def _complaints(self) -> str:
        found = complaints(self.server.log, self._log_from)
        return f"; its log complains: {chr(10).join(found)}" if found else ""

    def _who(self) -> dict[str, dict[str, str]]:
        return {"fields": {"subject": self.name}}


def how_it_ended(code: int | None) -> str:
    """For people: which signal or exit status."""
    if code is None or code == 0:
        return "ended by itself"
    return f"killed by signal {-code}" if code < 0 else f"ended by itself with exit status {code}"
