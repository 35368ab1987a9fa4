"""What lies in the dead-letter topics: listed, and sent again, one, some or all, to the group that buried it.

How far each partition was sent again is kept as the committed offset of a group that nobody is in; what was sent again
beyond it, out of turn, in that commit's metadata. What is put away has the same mark, and was not sent.
"""

import asyncio
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from runtime.broker import Headers, Partition, Record
from runtime.deadletter import REPLAY_GROUP
from schemas.topics import Topic, dead_letters

REPLAYED = "dlq.replayed"
"""The group."""
LONGEST = 4000
"""Of the metadata; Kafka keeps 4096 bytes."""
TOPICS: dict[str, Topic] = dict(dead_letters())
"""Dead-letter topic → the topic that its letters came from."""


class NotReplayable(Exception):
    """It must not be sent again, or is not there; cause and cure are sentences."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(f"{cause} {cure}")
        self.cause, self.cure = cause, cure


class Mark(NamedTuple):
    """What of a partition was sent again: all before `until`, and the offsets `beyond`."""

    until: int = 0
    beyond: frozenset[int] = frozenset()

    def has(self, offset: int) -> bool:
        """Whether that one was."""
        return offset < self.until or offset in self.beyond

    def left(self, first: int, end: int) -> int:
        """How many of those from `first` to before `end` were not."""
        start = min(max(first, self.until), end)
        return end - start - sum(start <= one < end for one in self.beyond)

    def with_(self, offset: int) -> "Mark":
        """With that one, too."""
        until, beyond = self.until, self.beyond | {offset}
        while until in beyond:
            until += 1
        return Mark(until, frozenset(one for one in beyond if one >= until))

    def metadata(self) -> str:
        """`beyond`, as the commit keeps it. Raises NotReplayable where it does not fit."""
        text = " ".join(map(str, sorted(self.beyond)))
        if len(text) > LONGEST:
            raise NotReplayable("Too many were sent again or put away out of turn.", "Send again all of this topic.")
        return text

    @classmethod
    def of(cls, offset: int, metadata: str) -> "Mark":
        """As it was committed."""
        return cls(max(offset, 0), frozenset(int(one) for one in metadata.split() if one.isdigit()))


class Letter(NamedTuple):
    """One dead letter. again: it was sent again."""

    record: Record
    again: bool

    def header(self, name: str) -> str:
        """`cause`, `error`, `group`, `trace`, `attempts`, `topic`, `partition`, `offset`; empty where it has none."""
        return dict(self.record.headers).get(f"packshot-dlq-{name}", b"").decode(errors="replace")


class Shelf(Protocol):
    """Where they lie. All of it raises Unavailable."""

    async def read(self, topics: Collection[str], most: int) -> list[Record]:
        """The newest of them, at least `most` where there are as many; 0: all."""
        ...

    async def at(self, place: Partition, offset: int) -> Record | None:
        """The one that lies there."""
        ...

    async def extents(self, topics: Collection[str], since_ms: int = 0) -> Mapping[Partition, tuple[int, int]]:
        """Of each partition the first offset that lies there, and the one after the last.

        since_ms: Unix time by the records' own, milliseconds: what is older does not count.
        """
        ...

    async def marks(self) -> Mapping[Partition, Mark]:
        """What was sent again of each partition; none: nothing."""
        ...

    async def mark(self, place: Partition, mark: Mark) -> None:
        """Keep it."""
        ...

    async def send(self, record: Record, topic: str, partition: int, headers: Headers) -> None:
        """Its key and value to exactly that partition, acknowledged."""
        ...


class Buried:
    """The dead letters of all groups."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._one_at_a_time = asyncio.Lock()

    async def listed(self, topics: Collection[str] = tuple(TOPICS), most: int = 0) -> list[Letter]:
        """By topic and place; of more than `most` (0: all) the newest. Raises Unavailable."""
        records = await self._shelf.read(topics, most)
        marks = await self._shelf.marks() if records else {}
        if most and len(records) > most:
            records = sorted(records, key=lambda r: r.timestamp_ms)[-most:]
        records.sort(key=lambda r: (r.topic, r.partition, r.offset))
        return [Letter(one, marks.get(one.place, Mark()).has(one.offset)) for one in records]

    async def waiting(self) -> int:
        """How many were not sent again, of all topics. Raises Unavailable."""
        return sum((await self.waiting_by_topic()).values())

    async def waiting_by_topic(self, since_ms: int = 0) -> dict[str, int]:
        """The same of each topic that there is, by offsets alone; since_ms: see `Shelf.extents`. Raises Unavailable."""
        extents = await self._shelf.extents(tuple(TOPICS), since_ms)
        marks = await self._shelf.marks() if any(end > first for first, end in extents.values()) else {}
        found = dict.fromkeys(TOPICS, 0)
        for place, ends in extents.items():
            found[place.topic] += marks.get(place, Mark()).left(*ends)
        return found

    async def one(self, topic: str, partition: int, offset: int) -> Letter | None:
        """Of that place. Raises Unavailable."""
        place = Partition(topic, partition)
        if (record := await self._shelf.at(place, offset)) is None:
            return None
        return Letter(record, (await self._shelf.marks()).get(place, Mark()).has(offset))

    async def left(self, topic: str) -> tuple[int, dict[int, int]]:
        """How many of a topic were not sent again, and where each of its partitions ends now. Raises Unavailable."""
        extents = await self._shelf.extents([topic])
        marks = await self._shelf.marks()
        count = sum(marks.get(place, Mark()).left(*ends) for place, ends in extents.items())
        return count, {place.number: end for place, (_, end) in extents.items()}

    async def again(self, some: Sequence[Letter], first: Mapping[Partition, int]) -> None:
        """Send these of a topic again; those that were since are passed over. first: see `first_of`.

        Raises Unavailable, NotReplayable.
        """
        async with self._one_at_a_time:
            marks = await self._shelf.marks()
            rest = [one for one in some if not marks.get(one.record.place, Mark()).has(one.record.offset)]
            _marked(rest, first, marks)
            for letter in rest:
                await self._send(letter, first)

    async def replay(
        self,
        topic: str,
        wanted: Iterable[tuple[int, int]] | None = None,
        most: int = 0,
        *,
        rate: float = 0,
        within_s: float = math.inf,
    ) -> tuple[int, int]:
        """Send those again (partition, offset), or all that were not yet, at most so many; (sent, of how many).

        rate: letters a second, which go before new work as they did at first; 0: as fast as they are taken. within_s:
        for so long; what is left is sent by another call. What another process sent or put away meanwhile is passed
        over. Raises NotReplayable before anything is sent; Unavailable, and what was sent by then is marked.
        """
        began, done = asyncio.get_running_loop().time(), 0
        origin(topic)
        async with self._one_at_a_time:
            letters = await self.listed([topic])
            chosen, first = _chosen(letters, wanted), first_of(letters)
            some = chosen[:most] if most else chosen
            _marked(some, first, await self._shelf.marks())
            for letter in some:
                due = done / rate if rate else 0.0
                if done and due > within_s:
                    break
                await asyncio.sleep(max(0.0, began + due - asyncio.get_running_loop().time()))
                done += await self._send(letter, first)
        return done, len(chosen)

    async def put_away(self, topic: str, wanted: Iterable[tuple[int, int]] | None = None) -> int:
        """Mark those (partition, offset), or all that wait, as done with, and send none; how many waited.

        Raises NotReplayable for what is not there, Unavailable.
        """
        if topic not in TOPICS:
            raise NotReplayable(f"There is no dead-letter topic {topic}.", "See `packshot dlq list`.")
        async with self._one_at_a_time:
            letters = await self.listed([topic])
            chosen = [one for one in _chosen(letters, wanted) if not one.again]
            _marked(chosen, first_of(letters), await self._shelf.marks())
            for place, some in groupby(chosen, key=lambda one: one.record.place):
                marked = _marked(list(some), first_of(letters), await self._shelf.marks())
                await self._shelf.mark(place, marked[place])
        return len(chosen)

    async def _send(self, letter: Letter, first: Mapping[Partition, int]) -> bool:
        """False: it is marked since it was listed. The mark is read anew: other processes write to it as well."""
        marks = await self._shelf.marks()
        if not letter.again and marks.get(letter.record.place, Mark()).has(letter.record.offset):
            return False
        mark = _marked([letter], first, marks)[letter.record.place]
        headers = [one for one in letter.record.headers if not one[0].startswith("packshot-dlq-")]
        headers.append((REPLAY_GROUP, letter.header("group").encode()))
        place = int(letter.header("partition"))  # where its entity's order is kept
        await self._shelf.send(letter.record, origin(letter.record.topic).name, place, headers)
        await self._shelf.mark(letter.record.place, mark)
        return True


def first_of(letters: Sequence[Letter]) -> dict[Partition, int]:
    """Where each partition begins now: what retention took away is neither waiting nor in the way.

    letters: all of a topic, by place.
    """
    first: dict[Partition, int] = {}
    for one in letters:
        first.setdefault(one.record.place, one.record.offset)
    return first


def origin(topic: str) -> Topic:
    """Where its letters are sent again to. Raises NotReplayable."""
    if topic not in TOPICS:
        raise NotReplayable(f"There is no dead-letter topic {topic}.", "See `packshot dlq list`.")
    if (found := TOPICS[topic]).compacted:
        raise NotReplayable(
            f"{found.name} keeps the last record of each key: replaying would put an old one last.",
            "Mend the cause, then `packshot rebuild --from topic`: the archive has every record.",
        )
    return found


def _chosen(letters: Sequence[Letter], wanted: Iterable[tuple[int, int]] | None) -> list[Letter]:
    if wanted is None:
        return [one for one in letters if not one.again]
    there = {(one.record.partition, one.record.offset): one for one in letters}
    places = sorted(set(wanted))
    if gone := [place for place in places if place not in there]:
        raise NotReplayable(f"Nothing lies at partition {gone[0][0]}, offset {gone[0][1]}.", "See what there is.")
    return [there[place] for place in places]


def _marked(
    some: Sequence[Letter], first: Mapping[Partition, int], marks: Mapping[Partition, Mark]
) -> dict[Partition, Mark]:
    """What the marks are once these are done with. Raises NotReplayable where one would not fit."""
    now = dict(marks)
    for one in some:
        place = one.record.place
        before = now.get(place, Mark())
        now[place] = Mark(max(first[place], before.until), before.beyond).with_(one.record.offset)
        now[place].metadata()
    return now
