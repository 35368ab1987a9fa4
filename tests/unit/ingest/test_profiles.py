"""Folder profiles as ingest reads them: within seconds, and on the safe side."""

from runtime.memory_store import MemoryBucket
from schemas.folders import FOLDERS
from services.ingest.profiles import FRESH_S, Profiles
from tests.unit.ingest.conftest import Ingest, jpeg

REVIEW = b"folders:\n  autumn: {approval: review, brand: Luma}\n"


class Desk:
    """Profiles with a clock of ours."""

    def __init__(self) -> None:
        self.library, self.now = MemoryBucket("library"), 0.0
        self.profiles = Profiles(self.library, lambda: self.now)

    async def approval(self, key: str = "autumn/a.jpg") -> str:
        self.now += FRESH_S
        return (await self.profiles.of(key)).approval


async def test_a_change_counts_within_seconds() -> None:
    desk = Desk()
    assert await desk.approval() == "auto"
    await desk.library.put(FOLDERS, REVIEW)
    assert (await desk.profiles.of("autumn/a.jpg")).approval == "auto", "not asked for each file"
    assert await desk.approval() == "review" and await desk.approval("b/a.jpg") == "auto"
    await desk.library.delete(FOLDERS)
    assert await desk.approval() == "auto"


async def test_a_file_that_does_not_hold_changes_nothing() -> None:
    desk = Desk()
    await desk.library.put(FOLDERS, REVIEW)
    assert await desk.approval() == "review"
    await desk.library.put(FOLDERS, b"folders: [")
    assert await desk.approval() == "review" and await desk.approval("b/a.jpg") == "auto"


async def test_without_one_that_holds_everything_waits_for_a_person() -> None:
    desk = Desk()
    await desk.library.put(FOLDERS, b"\xff")
    assert await desk.approval() == await desk.approval("b/a.jpg") == "review"
    await desk.library.put(FOLDERS, REVIEW)
    assert await desk.approval("b/a.jpg") == "auto"


async def test_a_version_keeps_what_held_when_it_was_taken(ingest: Ingest) -> None:
    await ingest.world.library.put(FOLDERS, REVIEW)
    for key, approval in (("autumn/a.jpg", "review"), ("b/a.jpg", "auto")):
        await ingest.world.inbox.put(key, jpeg("a"))
        await ingest.job(key)
        assert (await ingest.file(key)).data["profile"]["approval"] == approval
