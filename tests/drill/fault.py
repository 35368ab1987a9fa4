"""What a fault is, and what it is seen by."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from tests.drill.copy import Copy

Words = Mapping[str, str]
"""What the runbook calls PART, TOPIC, FILE … → what it is here."""


@dataclass(frozen=True)
class Fault:
    """`bring`: brings it about on entry; its exit is what mends the cause outside, before the runbook's commands.

    alerts: those that it is for, the first has the runbook; also: those that may fire, too. panel: of the overview;
    page: the line of the page *Status* that is not well. quick: short enough for each run of all tests.
    """

    name: str
    bring: Callable[[Copy], AbstractAsyncContextManager[Words]]
    alerts: tuple[str, ...]
    also: tuple[str, ...] = ()
    panel: str = ""
    page: str = ""
    quick: bool = False
