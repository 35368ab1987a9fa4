"""Archived records: revisions never go back, whoever races or dies in between; the archive decides."""

import asyncio
from collections.abc import Callable

import pytest

from runtime import records as under_test
from runtime.memory_broker import MemoryProducer
from runtime.outage import Unavailable
from runtime.publisher import Publisher, TooLarge
from runtime.records import Records
from schemas.facet import Facet
from schemas.topics import MAX_RECORD_BYTES
from tests.suites.archives import Place, draft


class Killed(BaseException):
    """Stands for SIGKILL at a step."""


def dying_at(name: str) -> Callable[[str], None]:
    """A step that ends the process at that point."""

    def step(reached: str) -> None:
        if reached == name:
            raise Killed

    return step


async def test_new_content_is_a_new_revision_and_the_same_keeps_it(place: Place, asset: str) -> None:
    writer = place.writer()
    for content in ("a", "a", "b", "a"):
        await writer.write(draft(content, asset))
    assert place.said() == [(1, "a"), (1, "a"), (2, "b"), (3, "a")]


async def test_what_can_never_be_said_is_not_archived(place: Place, asset: str) -> None:
    writer = place.writer()
    await writer.write(draft("a", asset))
    with pytest.raises(TooLarge):
        await writer.write(draft("a" * MAX_RECORD_BYTES, asset))
    await writer.write(draft("b", asset))
    assert place.said() == [(1, "a"), (2, "b")]


async def test_a_crash_between_archive_and_topic_is_made_good(
    place: Place, asset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(under_test, "step", dying_at("records.archived"))
        with pytest.raises(Killed):
            await place.writer().write(draft("a", asset))
    assert place.said() == []
    record = await place.writer().write(draft("a", asset))
    assert record.revision == 1
    assert place.said() == [(1, "a")]


async def test_a_crash_before_the_second_look_is_made_good(
    place: Place, asset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(under_test, "step", dying_at("records.published"))
        with pytest.raises(Killed):
            await place.writer().write(draft("a", asset))
    await place.writer().write(draft("b", asset))
    await place.writer().write(draft("b", asset))
    assert place.said() == [(1, "a"), (2, "b"), (2, "b")]


async def test_a_late_publisher_repeats_the_higher_archived_revision(place: Place, asset: str) -> None:
    """One writer archives revision 1 and is slow; another writes and says 2; the slow one then says 1 and sees 2."""
    slow_may_go, archived = asyncio.Event(), asyncio.Event()

    class Slow(MemoryProducer):
        async def send(self, topic: str, **more: object) -> tuple[int, int]:
            archived.set()
            await slow_may_go.wait()
            return await super().send(topic, **more)  # type: ignore[arg-type]

    slow = Records(place.library, Publisher(Slow(place.broker), "test"))
    late = asyncio.create_task(slow.write(draft("a", asset)))
    await archived.wait()
    await place.writer().write(draft("b", asset))
    slow_may_go.set()
    record = await late
    assert (record.revision, record.data) == (2, {"is": "b"})
    assert place.said() == [(2, "b"), (1, "a"), (2, "b")]


async def test_writers_that_race_end_with_the_highest_revision_last(place: Place, asset: str) -> None:
    await asyncio.gather(*(place.writer().write(draft(f"writer {n}", asset)) for n in range(5)))
    stored = await place.library.get(f"facets/{asset}/1/tags.json")
    assert stored is not None
    archived = Facet.model_validate_json(stored.body)
    assert archived.revision == 5
    assert place.said()[-1] == (5, archived.data["is"])
    contents: dict[int, set[str]] = {}
    for revision, content in place.said():
        contents.setdefault(revision, set()).add(content)
    assert all(len(found) == 1 for found in contents.values())  # a revision means one thing


async def test_an_outage_of_the_broker_leaves_the_archive_and_is_made_good(place: Place, asset: str) -> None:
    writer = place.writer()
    place.broker.down = True
    with pytest.raises(Unavailable):
        await writer.write(draft("a", asset))
    place.broker.down = False
    await writer.write(draft("a", asset))
    assert place.said() == [(1, "a")]
