"""A fence around "read, compute, write": what was computed on older reading never goes over a newer record.

A process may be suspended between its reading and its writing, for so long that others take over its partitions and
write what they know later. So a handler whose record is a function of what it reads (rows, facets) does this:

    seen = await look(library, path)      # first: what the archive holds of the record that I shall write
    …                                     # then: read all that it is made from, and compute
    yield replace(draft, seen=seen)       # last: written over exactly that, or not at all

Where the archive holds something else by then, the write raises Outdated, and `Delivery` runs the handler anew, with
fresh reads and at once; it costs no attempt. Whatever a handler remembers from one message to the next it has to drop
before such a yield, and to drop after a time of silence (`Watch`): it may have been out meanwhile.

One case is left: others read later, too, and found that what stands is still right; so nothing in the archive tells of
them. Therefore a write that ends more than LEASE_S after its look is computed once more.
"""

import math
import time
from dataclasses import dataclass, field

from runtime.objects import Bucket, Stored

LEASE_S = 3.0
"""Nobody takes over within it: Kafka's shortest session time-out is 6 s, less a heartbeat's distance of 1.5 s."""


class Outdated(Exception):
    """The archive holds something else than was looked at, or the look is too long ago: read and compute anew."""


def clock() -> float:
    """Seconds that also pass while the process, or the machine, is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass
class Seen:
    """What the archive held of one record, and when. `Records` keeps it up to date with what it writes itself."""

    stored: Stored | None
    at: float = field(default_factory=clock)

    def without_lease(self) -> "Seen":
        """For what must go over nothing newer, but would cost too much to be computed twice for its lateness alone."""
        return Seen(self.stored, math.inf)

    @property
    def late(self) -> bool:
        """Whether somebody else may have taken over since."""
        return clock() - self.at > LEASE_S


async def look(library: Bucket, path: str) -> Seen:
    """Look at the record before reading what it is made from; one small GET. Raises Unavailable."""
    at = clock()
    return Seen(await library.get(path), at)


class Watch:
    """Tells whether a process was awake and at work all the time since it last asked."""

    def __init__(self) -> None:
        self._at = clock()

    def silent(self) -> bool:
        """True when the last call is more than LEASE_S ago, whether by idleness or by suspension."""
        before, self._at = self._at, clock()
        return self._at - before > LEASE_S
