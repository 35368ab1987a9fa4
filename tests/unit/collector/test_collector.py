"""Collector: what is deleted, what never is, and what happens to those who come back meanwhile."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from runtime.memory_store import MemoryBucket
from schemas.decision import Decision
from schemas.facet import UNVERSIONED, Facet, facet_object
from services.collector.ending import Ending
from services.collector.handler import Collector
from services.curator.history import decided
from tests.fakes.steps import Killed, Steps, install

KEEP, AT = timedelta(days=7), "2026-11-23T09:00:00Z"
ASSET, OTHER = "6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f", "7f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"
RECIPE, STALE = "3f2a9c0d11e2a4b7", "aaaa9c0d11e2a4b7"


class Library:
    """A library bucket with a clock, and what was written on the log."""

    def __init__(self) -> None:
        self.bucket, self.inbox = MemoryBucket("library"), MemoryBucket("inbox")
        self.tombstones: list[str] = []
        self.collector = self.born()

    def born(self) -> Collector:
        """A new life."""
        return Collector(self.bucket, Ending(self.bucket, self.inbox, self._tombstone), KEEP)

    async def _tombstone(self, topic: str, key: str, partition_key: str) -> None:
        assert key.startswith(partition_key)
        self.tombstones.append(f"{topic} {key}")

    def later(self, days: float) -> None:
        """Time passes."""
        self.bucket.ahead += timedelta(days=days)

    async def add(self, asset: str, content: bytes, *recipes: str) -> str:
        """As ingest and render leave an asset."""
        sha256 = hashlib.sha256(content).hexdigest()
        await self.inbox.put(f"{asset}.jpg", content)
        (there,) = (await self.inbox.versions(f"{asset}.jpg"))[-1:]
        about = {"bucket": "inbox", "key": there.key, "version_id": there.version_id, "arrived": AT, "sha256": sha256}
        await self.say(asset, "file", about)
        await self.bucket.put(f"originals/{sha256}", content)
        await self.bucket.put(f"refs/{sha256}/{asset}/1", b"")
        for recipe in recipes:
            await self.bucket.put(f"renditions/{sha256}/{recipe}.webp", content)
        named = [{"key": f"renditions/{sha256}/{recipe}.webp"} for recipe in recipes]
        await self.say(asset, "renditions", {"renditions": named})
        return sha256

    async def say(self, asset: str, name: str, data: Mapping[str, object]) -> None:
        """A facet in the archive."""
        version = 0 if name in UNVERSIONED else 1
        at = await self.bucket.now()
        facet = Facet(
            asset_id=asset, version=version, facet=name, revision=1, status="done", written=at, data=dict(data)
        )
        await self.bucket.put(facet_object(asset, version, name), facet.model_dump_json().encode())

    async def keys(self) -> set[str]:
        """All that is there, whatever version."""
        return {info.key for info in await self.bucket.history("")}


async def test_what_is_referred_to_stays_for_ever() -> None:
    library = Library()
    await library.add(ASSET, b"photo", RECIPE)
    before = await library.bucket.history("")
    library.later(365)
    await library.collector.collect()
    assert await library.bucket.history("") == before


async def test_an_original_that_somebody_else_deleted_can_be_put_back_as_long_as_it_is_wanted() -> None:
    """Once it was put back, what is older goes, as ever; and once nobody refers to it, all of it."""
    library = Library()
    sha256 = await library.add(ASSET, b"photo")
    original = f"originals/{sha256}"
    await library.bucket.delete(original)
    for _ in range(2):
        library.later(30)
        await library.collector.collect()
        assert len(await library.bucket.versions(original)) == 2
    await library.bucket.put(original, b"photo")
    library.later(8)
    await library.collector.collect()
    assert [info.deleted for info in await library.bucket.versions(original)] == [False]
    await library.bucket.delete(original)
    await library.bucket.put(f"purges/{ASSET}", b"")
    for _ in range(2):
        library.later(8)
        await library.collector.collect()
    assert await library.bucket.versions(original) == []


async def test_the_versions_before_one_that_is_cut_off_stay_as_long_as_it_is_wanted() -> None:
    """Also where what is cut off was written again (`renew`), and until it is put back."""
    library = Library()
    original = f"originals/{await library.add(ASSET, b'photo', RECIPE)}"
    await library.bucket.renew(original)
    library.later(1)
    await library.bucket.put(original, b"cut")
    await library.bucket.renew(original)
    library.later(60)
    await library.collector.collect()
    assert [info.size for info in await library.bucket.versions(original)] == [5, 5, 3]
    await library.bucket.put(original, b"photo")
    library.later(60)
    await library.collector.collect()
    assert [info.size for info in await library.bucket.versions(original)] == [3, 5]
    await library.bucket.put(f"purges/{ASSET}", b"")
    for _ in range(2):
        library.later(8)
        await library.collector.collect()
    assert not await library.bucket.versions(original)


async def test_bytes_that_nothing_refers_to_go_after_seven_days() -> None:
    library = Library()
    await library.bucket.put("originals/" + "0" * 64, b"ingest died before its reference")
    library.later(6.9)
    await library.collector.collect()
    assert await library.keys()
    library.later(0.2)
    await library.collector.collect()
    assert await library.keys() == set()


async def test_a_rendition_that_no_preset_wants_any_more_goes_and_the_others_stay() -> None:
    library = Library()
    sha256 = await library.add(ASSET, b"photo", RECIPE, STALE)
    await library.say(ASSET, "renditions", {"renditions": [{"key": f"renditions/{sha256}/{RECIPE}.webp"}]})
    library.later(8)
    await library.collector.collect()
    assert f"renditions/{sha256}/{STALE}.webp" not in await library.keys()
    assert f"renditions/{sha256}/{RECIPE}.webp" in await library.keys()


@pytest.mark.parametrize("still", [True, False], ids=["set", "taken back since"])
async def test_an_own_file_of_another_asset_is_kept_for_who_uses_it_and_no_longer(still: bool) -> None:
    """As render leaves it: the asset refers to the content of the file that a person has set for one preset."""
    library = Library()
    await library.add(ASSET, b"photo")
    own = await library.add(OTHER, b"by hand")
    await library.bucket.put(f"renditions/{own}/{RECIPE}.webp", b"made of it")
    await library.bucket.put(f"refs/{own}/{ASSET}/1", b"")
    about = {"id": "d1", "entity": f"asset/{ASSET}", "by": "admin", "at": AT}
    note = decided(Decision.model_validate({**about, "set": {"file:card": own, "focal": {"x": 0.5, "y": 0.5}}}))
    await library.bucket.put(note.path, note.body.encode())
    await library.say(ASSET, "curation", {"fields": {"file:card": own} if still else {}})
    await library.say(ASSET, "renditions", {"renditions": [{"key": f"renditions/{own}/{RECIPE}.webp"}]})
    kept = {f"originals/{own}", f"renditions/{own}/{RECIPE}.webp"}
    await library.bucket.put(f"purges/{OTHER}", b"")
    library.later(8)
    for _ in range(2):
        await library.collector.collect()
        assert kept <= await library.keys()
    await library.bucket.put(f"purges/{ASSET}", b"")
    for _ in range(2):
        library.later(8)
        await library.collector.collect()
    assert not kept & await library.keys()


async def test_files_of_one_rendition_are_named_by_any_of_them() -> None:
    library = Library()
    sha256 = await library.add(ASSET, b"film")
    for name in ("master.m3u8", "1.m4s"):
        await library.bucket.put(f"renditions/{sha256}/{RECIPE}/{name}", b"part")
    await library.say(
        ASSET, "renditions.video.hls", {"renditions": [{"key": f"renditions/{sha256}/{RECIPE}/master.m3u8"}]}
    )
    library.later(8)
    await library.collector.collect()
    assert f"renditions/{sha256}/{RECIPE}/1.m4s" in await library.keys()


async def test_superseded_records_go_seven_days_after_they_were_superseded() -> None:
    library = Library()
    await library.bucket.put("sources/0a.json", b"first")
    library.later(100)
    await library.bucket.put("sources/0a.json", b"second")
    await library.collector.collect()
    assert len(await library.bucket.versions("sources/0a.json")) == 2
    library.later(8)
    await library.collector.collect()
    assert len(await library.bucket.versions("sources/0a.json")) == 1
    stored = await library.bucket.get("sources/0a.json")
    assert stored is not None
    assert stored.body == b"second"


async def test_history_is_never_touched() -> None:
    library = Library()
    await library.bucket.put("history/asset/x/1-decision.json", b"one")
    await library.bucket.delete("history/asset/x/1-decision.json")
    library.later(1000)
    await library.collector.collect()
    assert len(await library.bucket.versions("history/asset/x/1-decision.json")) == 2


async def test_a_purged_asset_ends_after_seven_days_and_its_twin_keeps_the_bytes() -> None:
    library = Library()
    sha256 = await library.add(ASSET, b"photo", RECIPE)
    await library.add(OTHER, b"photo", RECIPE)
    await library.bucket.put(f"purges/{ASSET}", b"")
    library.later(100)  # the bytes are old when the purge comes, and stay until its time is over
    await library.bucket.renew(f"purges/{ASSET}")
    library.later(6)
    before = await library.keys()
    await library.collector.collect()
    assert await library.keys() == before
    assert not library.tombstones
    library.later(2)
    await library.collector.collect()
    assert library.tombstones == [f"asset.metadata {ASSET}/1/{name}" for name in ("file", "renditions")]
    left = await library.keys()
    assert {f"originals/{sha256}", f"renditions/{sha256}/{RECIPE}.webp", f"refs/{sha256}/{OTHER}/1"} <= left
    assert not [key for key in left if ASSET in key]


async def test_what_is_deleted_for_good_leaves_a_proof() -> None:
    library = Library()
    sha256 = await library.add(ASSET, b"photo", RECIPE)
    await library.say(ASSET, "head", {"state": "purged", "newest": 1})
    await library.bucket.put(f"purges/{ASSET}", b"")
    library.later(8)
    await library.collector.collect()
    library.later(8)
    await library.collector.collect()
    (key,) = await library.keys()
    stored = await library.bucket.get(key)
    assert stored and key.startswith(f"history/asset/{ASSET}/") and key.endswith("-ended.json")
    told = json.loads(stored.body)
    assert (told["originals"], told["key"], told["records"]) == ([sha256], f"{ASSET}.jpg", 3)


async def test_the_file_of_a_purged_asset_leaves_the_inbox_that_of_a_merged_one_stays() -> None:
    library = Library()
    for asset, state in ((ASSET, "purged"), (OTHER, "merged")):
        await library.add(asset, b"photo", RECIPE)
        await library.say(asset, "head", {"state": state, "newest": 1})
        await library.bucket.put(f"purges/{asset}", b"")
    await library.inbox.put(f"{ASSET}.jpg", b"what came under its name since")
    library.later(8)
    await library.collector.collect()
    assert len(await library.inbox.versions(f"{ASSET}.jpg")) == 1
    assert await library.inbox.head(f"{OTHER}.jpg")


@pytest.mark.parametrize(("state", "stays"), [("complete", True), ("merged", False)])
async def test_a_purge_leaves_the_file_of_an_edition_that_was_split_again(state: str, stays: bool) -> None:
    library = Library()
    await library.add(OTHER, b"second")
    stored = await library.bucket.get(facet_object(OTHER, 1, "file"))
    assert stored is not None
    file = Facet.model_validate_json(stored.body)
    await library.say(OTHER, "head", {"newest": 1, "state": state})
    await library.say(ASSET, "file", {**file.data, "taken_from": OTHER})
    await library.say(ASSET, "head", {"newest": 1, "state": "purged"})
    await library.bucket.put(f"purges/{ASSET}", b"")
    library.later(8)
    await library.collector.collect()
    assert bool(await library.inbox.versions(f"{OTHER}.jpg")) == stays


async def test_a_purge_taken_back_or_held_while_a_round_runs_ends_nothing() -> None:
    library = Library()
    for asset in (ASSET, OTHER):
        await library.add(asset, asset.encode(), RECIPE)
        await library.bucket.put(f"purges/{asset}", b"")
    library.later(8)
    ending = library.collector._ending
    first = ending.end

    async def end(asset: str) -> None:
        await library.bucket.delete(f"purges/{OTHER}")
        await first(asset)

    ending.end = end  # type: ignore[method-assign]
    assert (await library.collector.collect()).ended == [ASSET]
    assert [key for key in await library.keys() if key.startswith(f"facets/{OTHER}/")]


async def test_the_last_owner_of_bytes_takes_them_along() -> None:
    library = Library()
    await library.add(ASSET, b"photo", RECIPE)
    await library.bucket.put(f"purges/{ASSET}", b"")
    library.later(8)
    await library.collector.collect()
    library.later(8)
    await library.collector.collect()
    assert await library.keys() == set()


async def test_a_legal_hold_wins_over_a_purge() -> None:
    library = Library()
    sha256 = await library.add(ASSET, b"photo", RECIPE)
    await library.say(ASSET, "curation", {"fields": {"hold": "court order 7"}})
    await library.bucket.put(f"purges/{ASSET}", b"")
    library.later(100)
    await library.collector.collect()
    assert {f"originals/{sha256}", f"renditions/{sha256}/{RECIPE}.webp"} <= await library.keys()
    assert not library.tombstones


async def test_a_look_changes_nothing() -> None:
    library = Library()
    await library.bucket.put("originals/" + "0" * 64, b"nobody's")
    library.later(8)
    found = await library.collector.collect(dry=True)
    assert (found.objects, found.bytes) == ({"originals": 1}, 8)
    assert await library.keys()


async def test_who_comes_back_while_a_round_runs_loses_nothing() -> None:
    """Whoever reuses an object over a day old writes it again; the round removes the versions that it saw."""
    library = Library()
    sha256 = await library.add(ASSET, b"photo", RECIPE)
    await library.bucket.put(f"purges/{ASSET}", b"")
    library.later(8)
    listing = library.bucket.history

    async def late(prefix: str) -> list[object]:
        found = await listing(prefix)
        await library.bucket.renew(f"originals/{sha256}")
        await library.bucket.put(f"refs/{sha256}/{OTHER}/1", b"")
        return list(found)

    library.bucket.history = late  # type: ignore[method-assign, assignment]
    await library.collector.collect()
    library.bucket.history = listing  # type: ignore[method-assign]
    await library.collector.collect()
    stored = await library.bucket.get(f"originals/{sha256}")
    assert stored is not None
    assert stored.body == b"photo"


STEPS = [f"collector.{name}" for name in ("references-forgotten", "tombstoned", "ended", "read", "removed")]


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_every_step_the_next_round_ends_alike(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    library = Library()
    sha256 = await library.add(ASSET, b"photo", RECIPE)
    await library.add(OTHER, b"other photo", RECIPE)
    await library.bucket.put(f"purges/{ASSET}", b"")
    library.later(8)
    steps.kill_at(step, 1)
    with pytest.raises(Killed):
        await library.collector.collect()
    for _ in range(3):
        await library.born().collect()
    left = await library.keys()
    assert not [key for key in left if ASSET in key or sha256 in key]
    assert len([key for key in left if OTHER in key]) == 3
    assert set(library.tombstones) == {f"asset.metadata {ASSET}/1/{name}" for name in ("file", "renditions")}
