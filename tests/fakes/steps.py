"""Death at a named step, inside one process: what a SIGKILL leaves in the buckets and on the topics is the same."""

import sys
from collections.abc import Callable

import pytest

from runtime import steps


class Killed(BaseException):
    """The process ends here; no handler of ours may catch it."""


class Steps:
    """Notes the steps that are reached, in order, and kills the one that is armed."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.killed = False
        self._at: tuple[str, int] | None = None

    def kill_at(self, name: str, time: int) -> None:
        """Die when the step is reached for the `time`-th time from now on; then never again."""
        self.reached.clear()
        self.killed = False
        self._at = (name, time)

    def __call__(self, name: str) -> None:
        """In place of `runtime.steps.step`."""
        self.reached.append(name)
        if self._at == (name, self.reached.count(name)):
            self._at, self.killed = None, True
            raise Killed(name)


def install(monkeypatch: pytest.MonkeyPatch, hook: Callable[[str], None]) -> None:
    """Put the hook wherever a module holds `step`."""
    original = steps.step
    for module in list(sys.modules.values()):
        if getattr(module, "step", None) is original:
            monkeypatch.setattr(module, "step", hook)
