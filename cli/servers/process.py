"""A child process with a log file: started in a session of its own, ended with its parent, stopped in bounded time."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cli.trouble import Trouble

# The death signal follows the *thread* that forked. One thread that lives as long as we do forks them all, so that
# a start from a short-lived worker thread does not end the server with that thread.
_FORKER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")


class Process:
    """start/stop of one program. Not for use from two threads at once."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._child: subprocess.Popen[bytes] | None = None

    def spawn(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path | None = None,
        death: str = "TERM",
        switch: Sequence[str] = (),
    ) -> None:
        """Starts `command`; `death` is the signal it gets when this process dies, however that happens.

        `switch` is a command prefix that changes the user, or the network.
        """
        if self.alive():
            return
        # `setpriv` sets the death signal in the child itself: code between fork and exec is not safe with threads.
        # After the change of user, which would clear it.
        argv = [*switch, program("setpriv"), "--pdeathsig", death, "--", *command]
        self.log.parent.mkdir(parents=True, exist_ok=True)

        def fork() -> subprocess.Popen[bytes]:
            with self.log.open("ab") as out:
                return subprocess.Popen(
                    argv, env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                    start_new_session=True,
                )  # fmt: skip

        self._child = _FORKER.submit(fork).result()

    @property
    def pid(self) -> int | None:
        """Of the running child, else None."""
        return self._child.pid if self._child and self.alive() else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs or before the first start; negative is the signal that ended it."""
        return self._child.poll() if self._child else None

    def alive(self) -> bool:
        """Whether the child runs."""
        return self._child is not None and self._child.poll() is None

    def signal(self, number: int) -> None:
        """Sends a signal when it runs; nothing otherwise."""
        if self._child and self.alive():
            self._child.send_signal(number)

    def stop(self, patience: float, number: int) -> None:
        """Asks with signal `number`; after `patience` seconds the whole session is killed. Returns when it is gone."""
        child = self._child
        if child is None:
            return
        self.signal(number)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            child.wait()


def program(name: str, cure: str = "Install it, or run `packshot setup`.") -> str:
    """The path of a program. Raises Trouble when it is not installed."""
    found = shutil.which(name)
    if not found:
        raise Trouble(f"The program `{name}` is missing.", cure)
    return found


def plain_environment(**more: str) -> dict[str, str]:
    """What a server needs of our environment; none of our settings or secrets go to it by accident."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "JAVA_HOME") if name in os.environ}
    return kept | more


def tail(log: Path, lines: int = 3) -> str:
    """The last lines of a log, for messages."""
    if not log.exists():
        return ""
    with log.open("rb") as source:
        source.seek(max(0, log.stat().st_size - 8192))
        return "\n".join(source.read().decode(errors="replace").splitlines()[-lines:])
