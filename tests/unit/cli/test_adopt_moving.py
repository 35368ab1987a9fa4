"""Moving in: resumed where it broke off, said twice without harm, decided by the person who moves."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from cli.adopt_moving import Places, copied, decided, describe
from cli.adopt_rows import Move
from runtime.memory_store import MemoryBucket
from runtime.objects import Missing
from schemas.decision import Decision
from schemas.file import FileFacet
from schemas.topics import DECISIONS
from services.curator.fold import Folded, fold
from services.ingest.lists import read
from services.ingest.source import Source, Taken, load, save
from tests.fakes.world import World

MOVES = (
    Move("a/1.jpg", 2, {"sku": "A-1", "title": "Größe, 1"}, {"expires": "2999-12-31"}, ("red",), (0.25, 0.5)),
    Move("a/2.jpg", 3, {"sku": "A-2"}, {}, ("blue",)),
    Move("a/3.jpg"),
)


class Old:
    """The other library's bucket, and ours."""

    def __init__(self) -> None:
        self.world = World()
        self.source = MemoryBucket("old")
        self.put_keys: list[str] = []
        self.fail_at = ""
        self.places = Places(self.source, "dam/", self.world.inbox, self.world.library, "moved", self._put)

    async def begin(self) -> "Old":
        for move in MOVES:
            await self.source.put(f"dam/{move.key}", move.key.encode())
        return self

    async def _put(self, key: str, path: Path, meta: Mapping[str, str]) -> None:
        if key == self.fail_at:
            raise Missing(key)
        self.put_keys.append(key)
        self.world.inbox.metadata[key] = dict(meta)
        await self.world.inbox.put_file(key, path, content_type="image/jpeg")

    async def move(self) -> list[bool]:
        found = {move.key: new async for move, new in copied(MOVES, self.places)}
        await describe(MOVES, self.places)
        return [found[move.key] for move in MOVES]

    async def taken(self, key: str, *, cause: str | None = None, part_of: str | None = None) -> None:
        """Ingest has taken that file."""
        _, etag = await load(self.world.library, "inbox", key)
        file = FileFacet.model_validate(
            {"bytes": len(key), "bucket": "inbox", "key": key, "arrived": "2026-11-29T00:00Z"}
        )
        versions = [] if part_of else [Taken(number=1, file=file, cause=cause)]
        asset = None if part_of else f"asset of {key}"
        known = Source(bucket="inbox", key=key, asset_id=asset, versions=versions, part_of=part_of)
        await save(self.world.library, known, etag)

    async def decide(self, patience_s: float = 0.0) -> list[Decision]:
        publish = self.world.publisher.publish
        async for _ in decided(MOVES, self.places, publish, "ann", patience_s):
            pass
        return self.world.said(DECISIONS, Decision)


@pytest.fixture
async def old() -> Old:
    return await Old().begin()


async def test_files_arrive_with_what_is_known_of_them(old: Old, tmp_path: Path) -> None:
    assert await old.move() == [True, True, True]
    stored = await old.world.inbox.get("moved/a/1.jpg")
    assert stored and stored.body == b"a/1.jpg"
    assert old.world.inbox.metadata["moved/a/1.jpg"] == {"expires": "2999-12-31"}
    listed = await old.world.inbox.get("moved/moved-in-1.csv")
    assert listed
    told = read(listed.body)
    assert {name: fields for name, (_, fields) in told.rows.items()} == {
        "a/1.jpg": {"sku": ["A-1"], "title": "Größe, 1"},
        "a/2.jpg": {"sku": ["A-2"]},
    }
    assert told.problems == []


async def test_who_was_interrupted_goes_on_where_it_was(old: Old) -> None:
    old.fail_at = "moved/a/2.jpg"
    with pytest.raises(Missing):
        await old.move()
    before, old.fail_at = set(old.put_keys), ""
    await old.move()
    assert sorted(old.put_keys) == ["moved/a/1.jpg", "moved/a/2.jpg", "moved/a/3.jpg"] and "moved/a/2.jpg" not in before
    versions = len(await old.world.inbox.versions("moved/moved-in-1.csv"))
    assert await old.move() == [False, False, False]
    assert len(await old.world.inbox.versions("moved/moved-in-1.csv")) == versions


async def test_what_has_changed_there_is_copied_again_and_what_retention_took_is_not(old: Old) -> None:
    await old.move()
    await old.source.put("dam/a/1.jpg", b"A/1.jpg")
    await old.taken("moved/a/2.jpg")
    source, etag = await load(old.world.library, "inbox", "moved/a/2.jpg")
    taken = source.versions[0].model_copy(update={"file": source.versions[0].file.model_copy(update={"bytes": 7})})
    await save(old.world.library, source.with_(versions=[taken]), etag)
    await old.world.inbox.delete("moved/a/2.jpg")
    assert await old.move() == [True, False, False]


async def test_tags_focal_points_and_the_end_of_rights_are_decisions_of_who_moves(old: Old) -> None:
    await old.taken("moved/a/1.jpg")
    await old.taken("moved/a/2.jpg", cause="The picture is cut off.")
    (decision,) = await old.decide()
    assert decision.entity == "asset/asset of moved/a/1.jpg" and decision.by == "ann" and decision.on_version == 1
    assert decision.set == {
        "tag:red": "confirmed",
        "focal": {"x": 0.25, "y": 0.5},
        "available_until": "3000-01-01T00:00:00+00:00",
    }


async def test_a_decision_said_again_changes_nothing_that_people_decided_since(old: Old) -> None:
    await old.taken("moved/a/1.jpg")
    await old.taken("moved/a/2.jpg")
    (first,) = [one for one in await old.decide() if one.entity == "asset/asset of moved/a/1.jpg"]
    later = first.model_copy(update={"id": "another", "set": {"tag:red": "rejected"}})
    _, again = [one for one in await old.decide() if one.entity == first.entity]
    folded = fold(fold(fold(Folded(), first), later), again)
    assert folded.fields["tag:red"] == "rejected"


async def test_a_file_that_comes_late_is_waited_for(old: Old) -> None:
    await old.taken("moved/a/1.jpg")
    waiting = asyncio.create_task(old.decide(patience_s=10))
    await asyncio.sleep(0.1)
    await old.taken("moved/a/2.jpg", part_of="moved/a/2.tif")  # one picture with its master
    await old.taken("moved/a/2.tif")
    found = await asyncio.wait_for(waiting, 8)
    assert {one.entity for one in found} == {"asset/asset of moved/a/1.jpg", "asset/asset of moved/a/2.tif"}


async def test_where_nothing_is_taken_any_more_it_ends(old: Old) -> None:
    assert await asyncio.wait_for(old.decide(), 8) == []
