"""Object storage: the same promises of the twin in memory and of SeaweedFS."""

import asyncio
import hashlib
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import urllib3

from cli.servers.stack import Stack
from runtime.config import Settings
from runtime.memory_store import MemoryBucket
from runtime.metadata import Told
from runtime.minio_store import SMALL
from runtime.objects import Bucket, Exists, Missing
from runtime.outage import Unavailable
from runtime.room import Room
from runtime.s3_store import Store
from tests.suites.inboxes import Inbox
from tests.suites.labs import fresh

REAL = [pytest.param(name, marks=pytest.mark.broker) for name in ("inbox", "library")]
"""The two are spoken to by different clients."""


@pytest.fixture(params=[pytest.param("memory"), *REAL])
async def bucket(request: pytest.FixtureRequest) -> AsyncIterator[Bucket]:
    """A versioned bucket."""
    if request.param == "memory":
        yield MemoryBucket("inbox")
        return
    store = Store(request.getfixturevalue("s3"))
    try:
        yield store.bucket(request.param)
    finally:
        store.close()


ODD = ["folder with space/ümlaut “quoted” + plus", "100%/a%2Fb", "#?&=:@~,;", "double//slash", "no\u00a0break"]


@pytest.mark.parametrize("name", ODD)
async def test_a_small_object_comes_back_whole(bucket: Bucket, name: str) -> None:
    folder = fresh("odd")
    key = f"{folder}/{name}"
    etag = await bucket.put(key, b"bytes", content_type="text/plain")
    stored, head = await bucket.get(key), await bucket.head(key)
    assert stored is not None
    assert head is not None
    assert (stored.body, stored.etag) == (b"bytes", etag)
    assert (head.key, head.size, head.etag, head.deleted) == (key, 5, etag, False)
    assert [(info.size, info.etag) for info in await bucket.listing(f"{folder}/")] == [(5, etag)]
    assert abs((await bucket.now() - head.modified).total_seconds()) < 5


@pytest.fixture(params=[pytest.param("memory"), pytest.param("inbox", marks=pytest.mark.broker)])
def inbox(request: pytest.FixtureRequest) -> Iterator[Inbox]:
    """Where people drop files."""
    if request.param == "memory":
        yield Inbox(MemoryBucket("inbox"))
        return
    store = Store(request.getfixturevalue("s3"))
    yield Inbox(store.bucket("inbox"), store.client)
    store.close()


async def test_what_an_uploader_wrote_about_an_object_comes_with_it(inbox: Inbox, tmp_path: Path) -> None:
    key, found = fresh("told"), list[Told]()
    await inbox.drop(key, metadata={"SKU": "TRAINER-RED"})
    await inbox.bucket.fetch(key, tmp_path / "x", told=found.append)
    await inbox.drop(key, metadata={"sku": "TRAINER-RED", "title": "Größe 42"})
    await inbox.bucket.fetch(key, tmp_path / "x", told=found.append)
    assert found == [Told({"sku": "TRAINER-RED"}), Told({"sku": "TRAINER-RED", "title": "Größe 42"})]


async def test_the_tags_of_the_version_come_with_it(inbox: Inbox, tmp_path: Path) -> None:
    """SeaweedFS 4.48 and AWS say in the answer to GET how many there are; where there are none nothing is asked."""
    key, found = fresh("tagged"), list[Told]()
    first = await inbox.drop(key)
    await inbox.drop(key, tags={"sku": "TRAINER-RED", "Größe": "42 + 1"})
    await inbox.bucket.fetch(key, tmp_path / "x", told=found.append)
    with inbox.no_more_questions():
        await inbox.bucket.fetch(key, tmp_path / "x", told=found.append, version_id=first)
    assert found == [Told(tags={"sku": "TRAINER-RED", "Größe": "42 + 1"}), Told()]


async def test_an_empty_object_is_there(bucket: Bucket, tmp_path: Path) -> None:
    key = fresh("empty")
    etag = await bucket.put(key, b"")
    stored, head = await bucket.get(key), await bucket.head(key)
    assert stored is not None
    assert head is not None
    assert (stored.body, head.size, head.etag) == (b"", 0, etag)
    assert await bucket.fetch(key, tmp_path / "x") == 0
    assert (tmp_path / "x").read_bytes() == b""


@pytest.mark.parametrize("name", ["plain", "double//slash"])
async def test_a_part_is_read_without_the_rest(bucket: Bucket, name: str) -> None:
    key, body = f"{fresh('part')}/{name}", bytes(range(256)) * 4
    await bucket.put(key, body)
    for part in (range(1), range(300, 700), range(1023, 1024), range(1024)):
        assert await bucket.read(key, part) == body[part.start : part.stop]
    assert await bucket.read(key, range(1000, 9000)) == body[1000:]
    await bucket.delete(key)
    with pytest.raises(Missing):
        await bucket.read(key, range(1))


async def test_what_is_not_there_is_none_or_missing(bucket: Bucket, tmp_path: Path) -> None:
    key = fresh("nothing")
    assert await bucket.get(key) is None
    assert await bucket.head(key) is None
    assert await bucket.versions(key) == []
    assert await bucket.listing(key) == []
    with pytest.raises(Missing):
        await bucket.fetch(key, tmp_path / "x")
    await bucket.delete(key)


async def test_versions_are_listed_oldest_first_even_within_one_second(bucket: Bucket, tmp_path: Path) -> None:
    key = fresh("versions")
    for n in range(12):
        await bucket.put(key, f"content {n}".encode())
    found = await bucket.versions(key)
    for n, info in enumerate(found):
        await bucket.fetch(key, tmp_path / "spool", version_id=info.version_id)
        assert (tmp_path / "spool").read_text() == f"content {n}"
    assert len(found) == len({info.version_id for info in found}) == 12
    assert [info.modified for info in found] == sorted(info.modified for info in found)


async def test_versions_are_those_of_exactly_this_key(bucket: Bucket) -> None:
    key = fresh("photo")
    for other in (key, f"{key}-2.jpg", f"{key}.jpg", f"{key}/inside"):
        await bucket.put(other, b"x")
    assert [info.key for info in await bucket.versions(key)] == [key]
    assert {info.key for info in await bucket.listing(key)} == {key, f"{key}-2.jpg", f"{key}.jpg", f"{key}/inside"}
    for prefix in (key, f"{key}/"):
        assert [info async for page in bucket.pages(prefix) for info in page] == await bucket.listing(prefix)


async def test_a_deleted_object_leaves_a_marker_and_its_versions(bucket: Bucket, tmp_path: Path) -> None:
    key = fresh("deleted")
    await bucket.put(key, b"one")
    await bucket.delete(key)
    assert await bucket.get(key) is None
    assert await bucket.head(key) is None
    assert await bucket.listing(key) == []
    first, marker = await bucket.versions(key)
    assert (first.deleted, marker.deleted) == (False, True)
    with pytest.raises(Missing):
        await bucket.fetch(key, tmp_path / "x", version_id=marker.version_id)
    assert await bucket.fetch(key, tmp_path / "x", version_id=first.version_id) == 3
    await bucket.put(key, b"two", new=True)
    assert [info.deleted for info in await bucket.versions(key)] == [False, True, False]


async def test_history_lists_all_versions_under_a_prefix(bucket: Bucket) -> None:
    prefix = fresh("history")
    for name in ("b", "a", "b"):
        await bucket.put(f"{prefix}/{name}", name.encode())
    await bucket.delete(f"{prefix}/a")
    found = await bucket.history(f"{prefix}/")
    assert [(info.key.rpartition("/")[2], info.deleted) for info in found] == [
        ("a", False), ("a", True), ("b", False), ("b", False)
    ]  # fmt: skip
    pages = [page async for page in bucket.histories(f"{prefix}/")]
    assert [info for page in pages for info in page] == found
    keys = [key for page in pages for key in {info.key for info in page}]
    assert len(keys) == len(set(keys)), "all versions of a key are in one page"


async def test_one_version_is_removed_for_ever_and_the_others_stay(bucket: Bucket, tmp_path: Path) -> None:
    key = fresh("remove")
    for body in (b"old", b"new"):
        await bucket.put(key, body)
    old, new = await bucket.versions(key)
    await bucket.remove(key, old.version_id)
    await bucket.remove(key, old.version_id)  # again: no error
    assert [info.version_id for info in await bucket.versions(key)] == [new.version_id]
    with pytest.raises(Missing):
        await bucket.fetch(key, tmp_path / "x", version_id=old.version_id)
    stored = await bucket.get(key)
    assert stored is not None
    assert stored.body == b"new"


async def test_a_renewed_object_is_a_young_version_of_the_same_bytes(bucket: Bucket) -> None:
    key = fresh("renew")
    etag = await bucket.put(key, b"the same", content_type="image/webp")
    (before,) = await bucket.versions(key)
    assert await bucket.renew(key)
    before_again, after = await bucket.versions(key)
    assert before_again.version_id == before.version_id != after.version_id
    await bucket.remove(key, before.version_id)
    stored, head = await bucket.get(key), await bucket.head(key)
    assert stored is not None
    assert head is not None
    assert (stored.body, head.etag) == (b"the same", etag)
    assert not await bucket.renew(fresh("nothing"))


async def test_a_fetch_hashes_what_it_spools_and_can_insist_on_an_etag(bucket: Bucket, tmp_path: Path) -> None:
    key, body = fresh("spooled"), bytes(range(256)) * 4096
    etag = await bucket.put(key, body)
    digest = hashlib.sha256()
    assert await bucket.fetch(key, tmp_path / "spool", if_match=etag, seen=digest.update) == len(body)
    assert digest.hexdigest() == hashlib.sha256(body).hexdigest()
    assert (tmp_path / "spool").read_bytes() == body
    await bucket.put(key, b"other")
    with pytest.raises(Exists):
        await bucket.fetch(key, tmp_path / "spool", if_match=etag)
    with pytest.raises(Missing):
        await bucket.fetch(key, tmp_path / "spool", version_id="0" * 32)


async def test_a_large_file_goes_and_comes_in_parts(bucket: Bucket, tmp_path: Path) -> None:
    block = hashlib.sha256(b"seed").digest() * 32768
    source, key = tmp_path / "large", fresh("large")
    source.write_bytes(block * (SMALL // len(block) + 5))
    await bucket.put_file(key, source, content_type="image/tiff")
    digest = hashlib.sha256()
    assert await bucket.fetch(key, tmp_path / "back", seen=digest.update) == source.stat().st_size
    assert digest.hexdigest() == hashlib.sha256(source.read_bytes()).hexdigest()
    (info,) = await bucket.versions(key)
    assert info.size == source.stat().st_size


async def test_conditions_are_kept(bucket: Bucket) -> None:
    key = fresh("conditions")
    with pytest.raises(Exists):
        await bucket.put(key, b"x", if_match="0" * 32)
    first = await bucket.put(key, b"one", new=True)
    with pytest.raises(Exists):
        await bucket.put(key, b"two", new=True)
    second = await bucket.put(key, b"two", if_match=first)
    with pytest.raises(Exists):
        await bucket.put(key, b"three", if_match=first)
    stored = await bucket.get(key)
    assert stored is not None
    assert (stored.body, stored.etag) == (b"two", second)


@pytest.fixture(params=[pytest.param("memory"), *REAL])
async def writers(request: pytest.FixtureRequest) -> AsyncIterator[list[Bucket]]:
    """One bucket, seen by six processes."""
    if request.param == "memory":
        yield [MemoryBucket("inbox")] * 6
        return
    stores = [Store(request.getfixturevalue("s3")) for _ in range(6)]
    try:
        yield [store.bucket(request.param) for store in stores]
    finally:
        for store in stores:
            store.close()


async def test_of_six_writers_at_once_one_wins(writers: list[Bucket]) -> None:
    """20 rounds, each first with If-None-Match and then with If-Match: all archived records rest on this."""

    async def race(key: str, if_match: str | None) -> str:
        bodies = [f"writer {n} of {key} over {if_match}".encode() for n in range(6)]
        calls = [
            bucket.put(key, body, if_match=if_match, new=if_match is None)
            for bucket, body in zip(writers, bodies, strict=True)
        ]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(answer) for answer in answers} == {str, Exists}
        (winner,) = [n for n, answer in enumerate(answers) if isinstance(answer, str)]
        stored = await writers[0].get(key)
        assert stored is not None
        assert stored.body == bodies[winner]
        assert stored.etag == answers[winner]
        return stored.etag

    async def round_of(key: str) -> None:
        await race(key, await race(key, None))
        assert len(await writers[0].versions(key)) == 2

    # The rounds go side by side: SeaweedFS lets those that lose a race for a key wait for its lock by the second.
    await asyncio.gather(*(round_of(fresh("race")) for _ in range(20)))


async def test_versions_and_markers_of_one_second_keep_their_order(bucket: Bucket) -> None:
    key = fresh("flicker")
    for n in range(3):
        await bucket.put(key, f"{n}".encode())
        await bucket.delete(key)
    assert [info.deleted for info in await bucket.versions(key)] == [False, True] * 3


async def test_null_versions_are_listed_beside_the_others(tmp_path: Path) -> None:
    """As the SFTP and WebDAV doors leave them: replaced in place, readable as version `null`."""
    bucket, key = MemoryBucket("inbox"), "door"
    await bucket.put_plain(key, b"first")
    await bucket.put_plain(key, b"second")
    await bucket.put(key, b"third")
    assert [info.version_id == "null" for info in await bucket.versions(key)] == [True, False]
    await bucket.fetch(key, tmp_path / "x", version_id="null")
    assert (tmp_path / "x").read_bytes() == b"second"


@pytest.mark.broker
async def test_a_door_leaves_null_versions(stack: Stack, s3: Settings, tmp_path: Path) -> None:
    """WebDAV of SeaweedFS writes in place; what came through S3 before and after is kept."""
    store, key = Store(s3), fresh("door")
    bucket = store.bucket("inbox")
    url = f"http://127.0.0.1:{stack.ports['webdav']}/{key}"
    await bucket.put(key, b"by S3, first")
    await asyncio.sleep(1.1)
    for body in (b"by the door", b"by the door again"):
        answer = await asyncio.to_thread(urllib3.request, "PUT", url, body=body)
        assert answer.status < 300
    await asyncio.sleep(1.1)
    await bucket.put(key, b"by S3, last")
    found = await bucket.versions(key)
    texts = []
    for info in found:
        await bucket.fetch(key, tmp_path / "x", version_id=info.version_id)
        texts.append((tmp_path / "x").read_bytes())
    store.close()
    assert texts == [b"by S3, first", b"by the door again", b"by S3, last"]
    assert [info.version_id == "null" for info in found] == [False, True, False]


@pytest.fixture
def stalled() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("name", ["inbox", "library"])
@pytest.mark.parametrize("call", ["get", "put", "head", "versions", "now", "fetch", "delete", "listing"])
async def test_a_stalled_server_is_an_outage_within_the_time_outs(
    stalled: str, call: str, name: str, tmp_path: Path
) -> None:
    store = Store(Settings(s3_endpoint=stalled, s3_access_key="a", s3_secret_key="b", s3_read_s=0.5))
    bucket, began = store.bucket(name), time.monotonic()
    arguments = {"put": ("k", b""), "fetch": ("k", tmp_path / "x"), "now": (), "listing": ("k/",)}.get(call, ("k",))
    with pytest.raises(Unavailable):
        await getattr(bucket, call)(*arguments)
    assert time.monotonic() - began < 3
    store.close()


@pytest.mark.parametrize("name", ["inbox", "library"])
async def test_a_refused_connection_is_an_outage(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    store = Store(Settings(s3_endpoint=f"127.0.0.1:{port}", s3_access_key="a", s3_secret_key="b"))
    with pytest.raises(Unavailable):
        await store.bucket(name).get("k")
    store.close()


@pytest.mark.broker
@pytest.mark.parametrize("name", ["inbox", "library"])
async def test_wrong_keys_are_named_as_such(s3: Settings, name: str) -> None:
    store = Store(s3.model_copy(update={"s3_secret_key": "wrong"}))
    with pytest.raises(Unavailable, match="check its name and keys"):
        await store.bucket(name).get("k")
    store.close()


@pytest.mark.broker
@pytest.mark.parametrize("name_of", ["", "library_bucket"])
@pytest.mark.parametrize("call", ["get", "listing", "versions", "now"])
async def test_a_bucket_that_is_not_there_is_no_empty_one(s3: Settings, call: str, name_of: str) -> None:
    name = "never-made"
    store = Store(s3.model_copy(update={name_of: name})) if name_of else Store(s3)
    with pytest.raises(Unavailable, match="check its name and keys"):
        await getattr(store.bucket(name), call)(*{"now": (), "listing": ("facets/a/",)}.get(call, ("k",)))
    with pytest.raises(Unavailable, match="check its name and keys"):
        await anext(store.bucket(name).pages("facets/a/"))
    store.close()


@pytest.mark.broker
async def test_a_fetch_that_finds_no_room_waits_as_in_an_outage(s3: Settings, tmp_path: Path) -> None:
    store, key = Store(s3, Room(tmp_path, 1000)), fresh("room")
    try:
        bucket = store.bucket("library")
        await bucket.put(key, bytes(600))
        assert await bucket.fetch(key, tmp_path / "one") == 600
        with pytest.raises(Unavailable, match="no room for 600 bytes"):
            await bucket.fetch(key, tmp_path / "two")
        (tmp_path / "one").unlink()
        assert await bucket.fetch(key, tmp_path / "two") == 600
    finally:
        store.close()
