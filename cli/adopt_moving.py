"""Moving in: files through the inbox as a photographer would drop them, lists that describe them, and decisions.

Everything may be done twice: what lies in the inbox or was taken from it is not copied again, lists and decisions have
names that follow from what they say. So who was interrupted says the same command again.
"""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cli.adopt_mapping import FACTS
from cli.adopt_rows import Move
from runtime.objects import Bucket, ObjectInfo
from runtime.outage import ride_out
from runtime.publisher import Outgoing
from schemas.decision import Decision
from schemas.envelope import event_id
from schemas.topics import DECISIONS
from services.ingest.source import Source, load

AT_ONCE = 4
A_LIST = 5000
"""Rows of one list; a folder may have many."""
ASKED_S = 2.0
PATIENCE_S = 600.0
"""So long nothing may be taken before we go: the rest is decided when the command is said again."""
Put = Callable[[str, Path, Mapping[str, str]], Awaitable[None]]
Publish = Callable[[Outgoing], Awaitable[object]]


@dataclass(frozen=True)
class Places:
    """From where to where. `prefix`: before the keys of moves; `under`: the folder of the inbox; `put`: into it, with
    what is known of the file."""

    source: Bucket
    prefix: str
    inbox: Bucket
    library: Bucket
    under: str
    put: Put

    def key(self, move: Move) -> str:
        """In the inbox."""
        return f"{self.under}/{move.key}".lstrip("/")


async def copied(moves: Sequence[Move], places: Places) -> AsyncIterator[tuple[Move, bool]]:
    """Each when it is there, and whether it had to be copied. Raises Unavailable, Missing."""
    there = {info.key: info for info in await places.source.listing(places.prefix)}
    gate = asyncio.Semaphore(AT_ONCE)
    with tempfile.TemporaryDirectory(prefix="packshot-adopt-") as folder:

        async def one(number: int, move: Move) -> tuple[Move, bool]:
            async with gate:
                return move, await _copy(move, there[places.prefix + move.key], places, Path(folder) / str(number))

        tasks = [asyncio.create_task(one(number, move)) for number, move in enumerate(moves)]
        try:
            for task in asyncio.as_completed(tasks):
                yield await task
        finally:
            for left in tasks:
                left.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _copy(move: Move, info: ObjectInfo, places: Places, path: Path) -> bool:
    key = places.key(move)
    if await _is_there(key, info, places):
        return False
    try:
        await ride_out(lambda: places.source.fetch(info.key, path), patience_s=60)
        await ride_out(lambda: places.put(key, path, move.meta), patience_s=60)
    finally:
        path.unlink(missing_ok=True)
    return True


async def _is_there(key: str, info: ObjectInfo, places: Places) -> bool:
    """In the inbox with the same bytes, as far as a listing tells; or taken, and out of the inbox by retention."""
    found = await places.inbox.head(key)
    if found is not None:
        whole = "-" not in found.etag + info.etag  # an upload in parts has an etag of its parts
        return found.size == info.size and (not whole or found.etag == info.etag)
    source, _ = await load(places.library, places.inbox.name, key)
    return source.newest is not None and source.newest.file.bytes == info.size


def lists(moves: Sequence[Move]) -> dict[str, bytes]:
    """Name → a list that says what is known of these files."""
    told = [move for move in moves if move.facts]
    found = {}
    for number, start in enumerate(range(0, len(told), A_LIST), 1):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(["file", *FACTS])
        writer.writerows(
            [move.key, *(move.facts.get(name, "") for name in FACTS)] for move in told[start : start + A_LIST]
        )
        found[f"moved-in-{number}.csv"] = text.getvalue().encode()
    return found


async def describe(moves: Sequence[Move], places: Places) -> None:
    """Put the lists into the folder; one that stands there as it is stays."""
    for name, body in lists(moves).items():
        key = f"{places.under}/{name}".lstrip("/")
        stored = await places.inbox.get(key)
        if stored is None or stored.body != body:
            await places.inbox.put(key, body, content_type="text/csv")


async def decided(
    moves: Sequence[Move], places: Places, publish: Publish, by: str, patience_s: float = PATIENCE_S
) -> AsyncIterator[Move]:
    """Each whose decision was said, once ingest has taken its file. Ends early where nothing is taken any more."""
    waiting = {move.key: move for move in moves if move.said}
    end = asyncio.get_running_loop().time() + patience_s
    while waiting:
        for move in list(waiting.values()):
            source = await _owner(places, places.key(move))
            if source.newest is not None and source.newest.refused:
                del waiting[move.key]
            elif source.asset_id is not None and source.newest is not None:
                decision = decision_of(move, source.asset_id, source.newest.number, by)
                await publish(Outgoing(DECISIONS, decision.entity, decision, (decision.id,), source.asset_id))
                del waiting[move.key]
                end = asyncio.get_running_loop().time() + patience_s
                yield move
        if asyncio.get_running_loop().time() > end:
            return
        await asyncio.sleep(ASKED_S if waiting else 0)


async def _owner(places: Places, key: str) -> Source:
    """The record that owns its asset: a picture may be one with its master."""
    source, _ = await load(places.library, places.inbox.name, key)
    return (await load(places.library, places.inbox.name, source.part_of))[0] if source.part_of else source


def decision_of(move: Move, asset_id: str, version: int, by: str) -> Decision:
    """The same for the same words: saying it again changes nothing, not even what people decided after it."""
    said = move.said
    own = event_id("adopt", asset_id, *(f"{name}={said[name]}" for name in sorted(said)))
    return Decision(
        id=own, entity=f"asset/{asset_id}", set=said, on_version=version, by=by, why="moved in", at=datetime.now(UTC)
    )
