"""Objects that are taken over: young ones stay as they are, older ones are written again, missing ones are told."""

from datetime import timedelta

import pytest

from runtime.memory_store import MemoryBucket
from runtime.reuse import all_taken_over, taken_over


@pytest.mark.parametrize(("age", "versions"), [(timedelta(hours=23), 1), (timedelta(hours=25), 2)])
async def test_only_what_is_over_a_day_old_is_written_again(age: timedelta, versions: int) -> None:
    library = MemoryBucket("library")
    library.ahead = -age
    await library.put("originals/a", b"bytes")
    library.ahead = timedelta()
    assert await taken_over(library, "originals/a")
    assert len(await library.versions("originals/a")) == versions


async def test_what_is_gone_cannot_be_taken_over() -> None:
    library = MemoryBucket("library")
    await library.put("renditions/a", b"bytes")
    assert await all_taken_over(library, ["renditions/a"])
    assert not await all_taken_over(library, ["renditions/a", "renditions/b"])
