"""Dead letters are sent again once each, in turn or out of it, to the group that buried them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.broker import Partition
from runtime.buried import Buried, Mark, NotReplayable, first_of
from runtime.memory_broker import MemoryBroker
from tests.fakes.shelf import MemoryShelf

LETTERS = "asset.ingested.render.dlq"
HEADERS = [("ce", b"kept"), ("packshot-dlq-group", b"render"), ("packshot-dlq-partition", b"3")]


def shelf_of(*keys: bytes) -> MemoryShelf:
    """All on one partition, in this order."""
    broker = MemoryBroker()
    for key in keys:
        broker.append(LETTERS, key, b"value of " + key, HEADERS, b"one place")
    return MemoryShelf(broker)


async def places(buried: Buried) -> list[tuple[int, int]]:
    return [(one.record.partition, one.record.offset) for one in await buried.listed()]


async def waiting(buried: Buried) -> list[bytes | None]:
    return [one.record.key for one in await buried.listed() if not one.again]


async def test_one_is_sent_again_out_of_turn_and_the_others_after_it() -> None:
    shelf = shelf_of(b"a", b"b", b"c", b"d")
    buried = Buried(shelf)
    at = await places(buried)
    assert await buried.replay(LETTERS, [at[2]]) == (1, 1)
    assert await waiting(buried) == [b"a", b"b", b"d"] and await buried.waiting() == 3
    assert await buried.replay(LETTERS, most=2) == (2, 3)
    assert await waiting(buried) == [b"d"] and await buried.waiting() == 1
    assert await buried.replay(LETTERS) == (1, 1) and await buried.replay(LETTERS) == (0, 0)
    assert [record.key for record, *_ in shelf.sent] == [b"c", b"a", b"b", b"d"]
    assert {(topic, partition) for _, topic, partition, _ in shelf.sent} == {("asset.ingested", 3)}
    assert [name for name, _ in shelf.sent[0][3]] == ["ce", "packshot-replay-group"]


async def test_a_pace_is_kept_and_what_is_left_is_told_and_sent_later() -> None:
    shelf = shelf_of(b"a", b"b", b"c", b"d")
    buried = Buried(shelf)
    began = asyncio.get_running_loop().time()
    assert await buried.replay(LETTERS, rate=20, most=3) == (3, 4)
    assert asyncio.get_running_loop().time() - began >= 0.1
    assert await buried.replay(LETTERS, await places(buried), rate=0.01, within_s=50) == (1, 4)
    assert await buried.replay(LETTERS, rate=0.01, within_s=50) == (1, 1)
    assert [record.key for record, *_ in shelf.sent] == [b"a", b"b", b"c", b"a", b"d"]


async def test_all_that_wait_are_counted_however_many() -> None:
    many = 600
    assert await Buried(shelf_of(*[b"a"] * many)).waiting() == many
    assert Mark(2, frozenset((3, 7))).left(0, 6) == Mark(2, frozenset((3, 7))).left(2, 6) == 3
    assert (Mark().left(5, 9), Mark(20).left(5, 9)) == (4, 0)  # retention took the first; the topic was made anew


async def test_one_that_was_sent_again_may_be_sent_once_more() -> None:
    shelf = shelf_of(b"a")
    buried = Buried(shelf)
    for _ in range(2):
        assert await buried.replay(LETTERS, await places(buried)) == (1, 1)
    assert len(shelf.sent) == 2


async def test_what_is_put_away_waits_no_more_and_is_not_sent() -> None:
    """One out of turn, then all others; what is buried later waits."""
    shelf = shelf_of(b"a", b"b", b"c")
    buried = Buried(shelf)
    at = await places(buried)
    assert await buried.put_away(LETTERS, [at[1]]) == 1 and await waiting(buried) == [b"a", b"c"]
    assert await buried.put_away(LETTERS, [at[1]]) == 0
    assert await buried.put_away(LETTERS) == 2 and await buried.waiting() == 0
    assert shelf.sent == [] and await buried.replay(LETTERS) == (0, 0)
    shelf._broker.append(LETTERS, b"d", b"later", HEADERS, b"one place")
    assert await waiting(buried) == [b"d"]


class Shared(MemoryShelf):
    """Another process works on it, too: at the first mark of ours, `meanwhile`."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def mark(self, place: Partition, mark: Mark) -> None:
        """See `Shelf.mark`."""
        await super().mark(place, mark)
        if (act := self.meanwhile) is not None:
            self.meanwhile = None
            await act()


@pytest.mark.parametrize("paced", [True, False])
async def test_what_another_process_puts_away_while_letters_are_sent_stays_so_and_is_not_sent(paced: bool) -> None:
    shelf = shelf_of(b"a", b"b", b"c", b"d")
    shelf.__class__ = Shared
    assert isinstance(shelf, Shared)
    buried, other = Buried(shelf), Buried(shelf)
    at = await places(buried)
    shelf.meanwhile = lambda: other.put_away(LETTERS, [at[1], at[3]])
    if paced:
        assert await buried.replay(LETTERS, rate=1000) == (2, 4)
    else:
        letters = await buried.listed()
        await buried.again(letters, first_of(letters))
    assert [record.key for record, *_ in shelf.sent] == [b"a", b"c"] and await buried.waiting() == 0


async def test_what_another_process_sends_while_letters_are_put_away_stays_sent() -> None:
    broker = MemoryBroker()
    for key in range(8):
        broker.append(LETTERS, b"%d" % key, b"1", HEADERS, b"%d" % (key // 2))
    shelf = Shared(broker)
    buried, other = Buried(shelf), Buried(shelf)
    at = await places(buried)
    assert len({partition for partition, _ in at}) > 1
    shelf.meanwhile = lambda: other.replay(LETTERS, [at[-1]])
    assert await buried.put_away(LETTERS, at[:-1]) == 7
    assert len(shelf.sent) == 1 and await buried.waiting() == 0


async def test_a_letter_that_must_not_be_sent_again_can_be_put_away() -> None:
    broker = MemoryBroker()
    broker.append("asset.metadata.catalog.dlq", b"a", b"{}", HEADERS, b"one place")
    assert await Buried(MemoryShelf(broker)).put_away("asset.metadata.catalog.dlq") == 1
    for topic, wanted in (("wrong", None), (LETTERS, [(0, 99)])):
        with pytest.raises(NotReplayable):
            await Buried(MemoryShelf(broker)).put_away(topic, wanted)


@pytest.mark.parametrize(
    ("topic", "wanted", "why"),
    [
        ("wrong", None, "no dead-letter topic"),
        ("asset.metadata.catalog.dlq", None, "an old one last"),
        (LETTERS, [(0, 99)], "Nothing lies at partition 0, offset 99"),
    ],
)
async def test_what_cannot_be_sent_again_is_refused_before_anything_is_sent(
    topic: str, wanted: list[tuple[int, int]] | None, why: str
) -> None:
    shelf = shelf_of(b"a")
    with pytest.raises(NotReplayable, match=why):
        await Buried(shelf).replay(topic, wanted)
    assert not shelf.sent


def test_a_mark_that_would_not_fit_is_refused() -> None:
    mark = Mark(0, frozenset(range(10**9, 10**9 + 1000)))
    with pytest.raises(NotReplayable, match="Send again all"):
        mark.metadata()


@given(st.lists(st.integers(0, 60), max_size=40))
def test_a_mark_says_exactly_what_was_sent_and_survives_its_commit(offsets: list[int]) -> None:
    mark = Mark()
    for offset in offsets:
        mark = mark.with_(offset)
        mark = Mark.of(mark.until, mark.metadata())
    assert {offset for offset in range(62) if mark.has(offset)} == set(offsets)
