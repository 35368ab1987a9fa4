"""One folder's flood does not hold up the others: what few want overtakes what one wants much of.

A topic is read in its order, so a file that is put behind ten thousand of another folder would wait for all of them.
While a worker is far behind, somebody reads ahead for it, without a group and without a commit, and hands it the first
few records of each folder that it is not busy with; the worker gives them every other slot. When it comes to their
place in the log it passes them over, or does them once more where another member or a later life of it comes there:
handlers are idempotent, and ask what is there rather than trust an order.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol

from runtime.broker import Lost, Partition, Record
from runtime.outage import Unavailable

log = logging.getLogger(__name__)
FAR = 100
"""Records behind from which on somebody looks ahead; so many are done within a minute or two."""
SHARE = 64
"""Records of one folder that overtake in a round."""
MOST = 256
"""Records that are held so at once: bounded memory."""
SOON = 8
"""The same of what takes seconds each."""
AT_ONCE = 500
LOOK_S = 1.0


class Reader(Protocol):
    """Reads partitions from given offsets, in no group."""

    async def start(self, places: Mapping[Partition, int]) -> None:
        """Raises Unavailable."""
        ...

    async def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        """What comes next; empty at time-out. Raises Unavailable."""
        ...

    async def stop(self) -> None:
        """Let go."""
        ...


class Ahead(Protocol):
    """What is asked of a worker."""

    def far_behind(self) -> int:
        """New work between what it has finished and the end of the log."""
        ...

    async def reading(self) -> dict[Partition, int]:
        """Where it reads next, of each of its partitions of new work."""
        ...

    def held(self) -> list[Record]:
        """What it holds of its own reading."""
        ...

    def overtake(self, record: Record) -> bool:
        """Take it before its turn; False where it is not to have it."""
        ...

    @property
    def ahead(self) -> int:
        """How many such it has not finished."""
        ...


class Overtaking:
    """`run` beside a worker. `flow`: whose work a record is; None: it must keep its place."""

    def __init__(
        self, open_reader: Callable[[], Reader], flow: Callable[[Record], str | None], *, far: int = FAR,
        share: int = SHARE, look_s: float = LOOK_S,
    ) -> None:  # fmt: skip
        self._open, self._flow, self._far, self._share, self._look_s = open_reader, flow, far, share, look_s

    async def run(self, worker: Ahead) -> None:
        """Until cancelled. An outage or a rebalance ends a round only: the worker itself waits it out."""
        while True:
            await asyncio.sleep(self._look_s)
            if worker.far_behind() <= self._far:
                continue
            try:
                await self._round(worker)
            except (Unavailable, Lost) as error:
                log.info("nobody reads ahead for now: %s", error)

    async def _round(self, worker: Ahead) -> None:
        """From where the worker reads to the end, and on with what comes; until those left out may have their turn."""
        places, taken, left_out = await worker.reading(), Counter[str](), False
        reader = self._open()
        await reader.start(places)
        try:
            while worker.far_behind() > self._far and (await worker.reading()).keys() == places.keys():
                if worker.ahead >= MOST:
                    await asyncio.sleep(self._look_s)
                    continue
                records = await reader.poll(AT_ONCE, self._look_s)
                left_out |= self._pick(worker, records, taken)
                if not records and left_out and not worker.ahead:
                    return  # the next round begins anew, at those
                await asyncio.sleep(0)
        finally:
            await reader.stop()

    def _pick(self, worker: Ahead, records: list[Record], taken: Counter[str]) -> bool:
        """Hand over what may overtake; True where one was left out that might in another round."""
        busy, left_out = {self._flow(record) for record in worker.held()}, False
        for record in records:
            flow = self._flow(record)
            if flow is None or flow in busy:
                continue
            if taken[flow] >= self._share or worker.ahead >= MOST:
                left_out = True
            elif worker.overtake(record):
                taken[flow] += 1
        return left_out


def folder_of(record: Record) -> str | None:
    """The folder in the inbox of the file that a record of ours speaks of; None where it cannot be read."""
    try:
        data = json.loads(record.value or b"{}")["data"]
        return f"{data['bucket']}/{data['key']}".rpartition("/")[0]
    except (ValueError, KeyError, TypeError):
        return None  # the delivery buries it, in its turn


def successor_of(record: Record) -> str | None:
    """The asset of which a record of ours speaks, where its version follows another; else None: it keeps its place.

    Shops show the version before until nothing of this one is owed.
    """
    try:
        data = json.loads(record.value or b"{}")["data"]
        return str(data["asset_id"]) if int(data["version"]) > 1 else None
    except (ValueError, KeyError, TypeError):
        return None
