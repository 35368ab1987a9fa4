"""Every arrival is taken: versions, order, duplicates, refusals. Each job is told of nothing but a key."""

import hashlib
from datetime import timedelta

import pytest

from runtime.objects import Missing
from runtime.outage import Unavailable
from schemas.file import FileFacet
from services.ingest.take import MOST_FIELDS
from tests.unit.ingest.conftest import Ingest, jpeg
from tests.unit.ingest.stores import Meddled, meddled

A, B = jpeg("a"), jpeg("b")


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


async def test_a_first_file(ingest: Ingest) -> None:
    await ingest.world.inbox.put("shoot/a.jpg", A)
    await ingest.job("shoot/a.jpg")
    (event,) = ingest.announced
    assert (event.version, event.sha256, event.bytes, event.key) == (1, sha(A), len(A), "shoot/a.jpg")
    assert (event.media_type, event.kind, event.bucket) == ("image/jpeg", "image", "inbox")
    original = await ingest.world.library.get(f"originals/{sha(A)}")
    assert original is not None
    assert original.body == A
    assert await ingest.world.library.get(f"refs/{sha(A)}/{event.asset_id}/1") is not None
    facet = ingest.world.last()[f"{event.asset_id}/1/file"]
    assert facet == await ingest.file("shoot/a.jpg")
    assert facet.status == "done"
    assert FileFacet.model_validate(facet.data).embedded == {"length": len(A)}


async def test_what_the_uploader_wrote_is_kept_within_bounds(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", A)
    written = {"sku": "TRAINER-RED", "empty": " ", "long": "x" * 5000}
    (dropped,) = await ingest.world.inbox.versions("a.jpg")
    ingest.world.inbox.metadata["a.jpg"] = written
    ingest.world.inbox.tags["a.jpg", dropped.version_id] = written | {str(number): "y" for number in range(100)}
    await ingest.job("a.jpg")
    facet = await ingest.file("a.jpg")
    found = FileFacet.model_validate(facet.data)
    assert found.metadata == {"sku": "TRAINER-RED", "long": "x" * 500}
    assert len(found.tags) == MOST_FIELDS


async def test_two_puts_before_ingest_looks_are_two_versions(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.world.inbox.put("a.jpg", B)
    await ingest.job("a.jpg")
    assert [(e.version, e.sha256) for e in ingest.announced] == [(1, sha(A)), (2, sha(B))]
    assert len({e.asset_id for e in ingest.announced}) == 1


async def test_a_b_a_are_three_versions(ingest: Ingest) -> None:
    for body in (A, B, A):
        await ingest.world.inbox.put("a.jpg", body)
        await ingest.job("a.jpg")
    assert [(e.version, e.sha256) for e in ingest.announced] == [(1, sha(A)), (2, sha(B)), (3, sha(A))]
    assert len(await ingest.world.library.versions(f"originals/{sha(A)}")) == 1


async def test_the_same_bytes_again_are_no_new_version(ingest: Ingest) -> None:
    for _ in range(2):
        await ingest.world.inbox.put("a.jpg", A)
        await ingest.job("a.jpg")
    assert len(ingest.announced) == 1
    assert await ingest.hashes("a.jpg") == [sha(A)]


async def test_the_same_bytes_under_another_name(ingest: Ingest) -> None:
    for key in ("a.jpg", "b.jpg"):
        await ingest.world.inbox.put(key, A)
        await ingest.job(key)
    one, other = ingest.announced
    assert one.asset_id != other.asset_id
    assert one.sha256 == other.sha256
    assert {event.key: event.first for event in (one, other)} == {"a.jpg": True, "b.jpg": False}
    assert len(await ingest.world.library.versions(f"originals/{sha(A)}")) == 1
    refs = {info.key for info in await ingest.world.library.listing(f"refs/{sha(A)}/")}
    assert refs == {f"refs/{sha(A)}/{event.asset_id}/1" for event in (one, other)}


async def test_doubled_late_and_odd_hints_change_nothing(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.job("a.jpg")
    before = await ingest.world.state()
    for key in ("a.jpg", "a.jpg", "nothing-there.jpg", ".DS_Store", "a.jpg.part", "nothing.xmp"):
        await ingest.job(key)
    assert await ingest.world.state() == before
    assert len(ingest.announced) == 1


async def test_jobs_for_other_buckets_are_nothing(ingest: Ingest) -> None:
    await ingest.world.library.put("a.jpg", A)
    await ingest.job("a.jpg", bucket="library")
    assert ingest.announced == []
    assert [info.key for info in await ingest.world.library.listing("")] == ["a.jpg"]


async def test_jobs_in_any_order_take_the_versions_in_theirs(ingest: Ingest) -> None:
    """Three hints for two names, the later PUT told first: the store's order counts."""
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.world.inbox.put("b.jpg", A)
    await ingest.world.inbox.put("a.jpg", B)
    for key in ("a.jpg", "b.jpg", "a.jpg"):
        await ingest.job(key)
    assert await ingest.hashes("a.jpg") == [sha(A), sha(B)]
    assert await ingest.hashes("b.jpg") == [sha(A)]
    assert len(ingest.announced) == 3


async def test_more_versions_than_are_remembered_are_not_taken_twice(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.ingest.source.REMEMBERED", 2)
    for number in range(5):
        await ingest.world.inbox.put("a.jpg", jpeg(str(number)))
        await ingest.job("a.jpg")
    await ingest.job("a.jpg")
    assert len(ingest.announced) == 5


async def test_marks_of_versions_that_are_listed_no_more_are_forgotten(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.ingest.source.REMEMBERED", 2)
    for number in range(6):
        await ingest.world.inbox.put_plain("a.jpg", jpeg(str(number)))
        ingest.world.later(10)
        await ingest.job("a.jpg")
    assert len(ingest.announced) == 6
    assert len((await ingest.source("a.jpg")).seen) == 2


async def test_refused_bytes_say_why_and_are_not_kept(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.eps", b"%!PS-Adobe")
    await ingest.job("a.eps")
    facet = await ingest.file("a.eps")
    assert facet.status == "refused"
    assert "PostScript" in (facet.cause or "")
    assert "PDF" in (facet.cure or "")
    assert ingest.announced == []
    assert await ingest.world.library.listing("originals/") == []
    assert await ingest.world.inbox.head("a.eps") is not None


async def test_the_cage_may_refuse_too_and_the_next_version_is_taken(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", jpeg("crash"))
    await ingest.job("a.jpg")
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.job("a.jpg")
    assert (await ingest.file("a.jpg", 1)).cause == "The decoder crashed on this file."
    assert (await ingest.file("a.jpg", 2)).status == "done"
    assert [event.version for event in ingest.announced] == [2]


async def test_too_large_is_refused_unread(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", jpeg("x" * 2000))

    async def read(_: Meddled) -> None:
        raise AssertionError("it was read")

    await ingest.job("a.jpg", inbox=meddled(ingest.world.inbox, before_fetch=read))
    facet = await ingest.file("a.jpg")
    assert facet.status == "refused"
    assert "PACKSHOT_MAX_BYTES" in (facet.cure or "")
    assert facet.data["bytes"] == 2004
    assert ingest.announced == []


async def test_too_large_again_unchanged_is_no_new_version(ingest: Ingest) -> None:
    for letter in "xxy":
        await ingest.world.inbox.put("a.jpg", jpeg(letter * 2000))
        await ingest.job("a.jpg")
    assert [taken.number for taken in (await ingest.source("a.jpg")).versions] == [1, 2]


async def test_an_empty_file_is_waited_for_then_refused(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", b"")
    await ingest.job("a.jpg")
    ((hint, seconds),) = ingest.asked
    assert (hint.key, hint.reason) == ("a.jpg", "timer")
    assert 0 < seconds <= 60
    assert (await ingest.source("a.jpg")).versions == []
    ingest.world.later(601)
    await ingest.job("a.jpg")
    facet = await ingest.file("a.jpg")
    assert facet.status == "refused"
    assert "empty" in (facet.cause or "")


async def test_an_empty_file_that_was_filled_is_one_version_for_ever(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", b"")
    await ingest.world.inbox.put("a.jpg", A)
    for _ in range(3):
        await ingest.job("a.jpg")
        ingest.world.later(1000)
    assert await ingest.hashes("a.jpg") == [sha(A)]
    assert ingest.asked == []


async def test_a_file_that_was_emptied_and_removed_is_nothing(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", b"")
    await ingest.world.inbox.delete("a.jpg")
    ingest.world.later(1000)
    await ingest.job("a.jpg")
    assert (await ingest.source("a.jpg")).asset_id is None


async def test_a_plain_file_stands_still_first(ingest: Ingest) -> None:
    """SFTP and WebDAV grow a file in place."""
    for body in (A, A + b"more"):
        await ingest.world.inbox.put_plain("a.jpg", body)
        ingest.world.later(4)
        await ingest.job("a.jpg")
    assert ingest.announced == []
    assert all(0 < seconds < 5 for _, seconds in ingest.asked)
    ingest.world.later(2)
    await ingest.job("a.jpg")
    assert [event.sha256 for event in ingest.announced] == [sha(A + b"more")]


async def test_a_plain_file_replaced_while_it_is_read_is_read_again(ingest: Ingest) -> None:
    await ingest.world.inbox.put_plain("a.jpg", A)
    ingest.world.later(10)

    async def replace(bucket: Meddled) -> None:
        await bucket.put_plain("a.jpg", B)

    with pytest.raises(Unavailable, match=r"replaced while it was read"):
        await ingest.job("a.jpg", inbox=meddled(ingest.world.inbox, before_fetch=replace))
    assert await ingest.world.library.listing("") == []
    ingest.world.later(10)
    await ingest.job("a.jpg")
    assert [event.sha256 for event in ingest.announced] == [sha(B)]


async def test_a_version_deleted_while_it_is_read_loses_nothing_else(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", A)

    async def vanish(bucket: Meddled) -> None:
        raise Missing("a.jpg")

    await ingest.job("a.jpg", inbox=meddled(ingest.world.inbox, before_fetch=vanish))
    assert ingest.announced == []
    await ingest.world.inbox.put("a.jpg", B)
    await ingest.job("a.jpg")
    assert [(event.version, event.sha256) for event in ingest.announced] == [(1, sha(B))]


async def test_an_outage_in_mid_job_costs_nothing(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.world.inbox.put("a.jpg", B)
    ingest.world.broker.down = True
    with pytest.raises(Unavailable):
        await ingest.job("a.jpg")
    ingest.world.broker.down = False
    await ingest.job("a.jpg")
    assert [event.version for event in ingest.announced] == [1, 2]


async def test_a_zombie_of_the_partition_cannot_overwrite(ingest: Ingest) -> None:
    """The former owner still works on a source that the new one has written."""
    await ingest.world.inbox.put("a.jpg", A)

    async def overtake(_: Meddled) -> None:
        await ingest.job("a.jpg")

    with pytest.raises(Unavailable, match=r"another process"):
        await ingest.job("a.jpg", inbox=meddled(ingest.world.inbox, before_fetch=overtake))
    await ingest.job("a.jpg")
    assert len(ingest.announced_ids) == 1
    assert await ingest.hashes("a.jpg") == [sha(A)]


async def test_announcing_again_is_the_same_event(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.job("a.jpg")
    before = (await ingest.source("a.jpg")).versions[0].announced
    await ingest.job("a.jpg", task="announce", version=1)
    after = (await ingest.source("a.jpg")).versions[0].announced
    assert len(ingest.announced) == 2
    assert len(ingest.announced_ids) == 1
    assert before is not None
    assert after == (before[0], before[1] + 1)


async def test_announcing_what_is_not_there_is_nothing(ingest: Ingest) -> None:
    await ingest.job("a.jpg", task="announce", version=1)
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.job("a.jpg", task="announce", version=7)
    assert [event.version for event in ingest.announced] == [1]


async def test_gone_is_noted_only_when_seen(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.job("a.jpg")
    await ingest.job("a.jpg", task="removed")
    assert (await ingest.source("a.jpg")).gone is None
    await ingest.world.inbox.delete("a.jpg")
    before = {info.key for info in await ingest.world.library.listing("")}
    await ingest.job("a.jpg", task="removed")
    gone = (await ingest.source("a.jpg")).gone
    assert gone is not None
    assert {info.key for info in await ingest.world.library.listing("")} == before
    assert (await ingest.file("a.jpg", 1)).data["removed"] == ["a.jpg"]
    await ingest.job("a.jpg", task="removed")
    assert (await ingest.source("a.jpg")).gone == gone
    assert (await ingest.file("a.jpg", 1)).revision == 2, "said once"


@pytest.mark.parametrize(("body", "versions"), [(A, 1), (B, 2)])
async def test_what_comes_back_keeps_its_asset(ingest: Ingest, body: bytes, versions: int) -> None:
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.job("a.jpg")
    await ingest.world.inbox.delete("a.jpg")
    await ingest.job("a.jpg", task="removed")
    await ingest.world.inbox.put("a.jpg", body)
    await ingest.job("a.jpg")
    assert (await ingest.source("a.jpg")).gone is None
    assert (await ingest.file("a.jpg", versions)).data["removed"] == []
    assert len({event.asset_id for event in ingest.announced}) == 1
    assert len(await ingest.hashes("a.jpg")) == versions


async def test_a_deletion_that_is_taken_back(ingest: Ingest) -> None:
    """The delete marker is removed: there is nothing new to take, and yet the file is back."""
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.job("a.jpg")
    kept = meddled(ingest.world.inbox)
    await ingest.world.inbox.delete("a.jpg")
    await ingest.job("a.jpg", task="removed")
    assert (await ingest.source("a.jpg")).gone is not None
    await ingest.job("a.jpg", inbox=kept)
    assert (await ingest.source("a.jpg")).gone is None
    assert (await ingest.file("a.jpg", 1)).data["removed"] == []
    assert {(event.asset_id, event.version) for event in ingest.announced} == {(ingest.announced[0].asset_id, 1)}


async def test_an_asset_id_is_a_function_of_the_first_arrival(ingest: Ingest) -> None:
    """A crash before anything was known begins the same asset again; two names never share one."""
    await ingest.world.inbox.put("a.jpg", A)
    await ingest.job("a.jpg")
    first = (await ingest.source("a.jpg")).asset_id
    ingest.world.library = type(ingest.world.library)("library")
    ingest.world.__post_init__()
    ingest.world.later(timedelta(days=1).total_seconds())
    await ingest.job("a.jpg")
    assert (await ingest.source("a.jpg")).asset_id == first
