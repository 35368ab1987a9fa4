"""Uploads in parts: against a twin, and against the real store."""

import hashlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import urllib3
from fastapi import FastAPI

from runtime.config import Settings
from runtime.minio_store import client_of
from runtime.s3_store import Store
from services.catalog.inbound.parts import KEPT, LEAST_BYTES, InboxParts, NoUpload, clean, part_bytes
from tests.fakes.parts import MemoryParts
from tests.integration.catalog_client import KEY
from tests.integration.catalog_stage import Stage
from tests.integration.test_catalog_keys import key

pytestmark = pytest.mark.broker
URL = "/v1/multipart-uploads"
BIG = LEAST_BYTES + 5


@pytest.fixture
def parts(app: FastAPI) -> MemoryParts:
    made = MemoryParts()
    object.__setattr__(app.state.deps, "parts", made)
    return made


@pytest.mark.parametrize(
    ("size", "length"),
    [(1, LEAST_BYTES), (LEAST_BYTES * 1000, LEAST_BYTES), (1 << 40, 1049 << 20), (17 << 30, 18 << 20)],
)
def test_a_file_has_a_thousand_parts_at_most(size: int, length: int) -> None:
    assert part_bytes(size) == length and -(-size // length) <= 1000


async def test_a_file_is_sent_in_parts_after_a_break(client: httpx.AsyncClient, parts: MemoryParts) -> None:
    body = os.urandom(BIG)
    begun = (await client.post(URL, json={"key": "a/film.mp4", "bytes": BIG}, headers=KEY)).json()
    assert (begun["parts"], begun["part_bytes"]) == (2, LEAST_BYTES)
    at, of = f"{URL}/{begun['upload']}", {"key": "a/film.mp4"}
    signed = await client.post(f"{at}/parts", params=of, json={"numbers": [1, 2]}, headers=KEY)
    assert [one["number"] for one in signed.json()] == [1, 2] and "partNumber=2" in signed.json()[1]["url"]
    parts.put("a/film.mp4", begun["upload"], 2, body[LEAST_BYTES:])
    early = await client.post(f"{at}/completion", params=of, json={"bytes": BIG}, headers=KEY)
    assert early.status_code == 409 and "parts 1 " in early.json()["detail"]
    listed = (await client.get(at, params=of, headers=KEY)).json()
    assert [(one["number"], one["bytes"]) for one in listed] == [(2, 5)]
    parts.put("a/film.mp4", begun["upload"], 1, body[:100])
    assert (await client.post(f"{at}/completion", params=of, json={"bytes": BIG}, headers=KEY)).status_code == 409
    parts.put("a/film.mp4", begun["upload"], 1, body[:LEAST_BYTES])
    parts.put("a/film.mp4", begun["upload"], 2, b"other")
    which = await client.post(f"{at}/completion", params=of, json={"bytes": BIG}, headers=KEY)
    assert which.status_code == 409 and "part 2 before" in which.json()["detail"]
    etags = {"2": f'"{hashlib.md5(body[LEAST_BYTES:]).hexdigest()}"'}  # noqa: S324 - as stores do
    done = await client.post(f"{at}/completion", params=of, json={"bytes": BIG, "etags": etags}, headers=KEY)
    assert done.status_code == 200 and parts.files == {"a/film.mp4": body}
    assert (await client.get(at, params=of, headers=KEY)).status_code == 404


async def test_one_is_given_up(client: httpx.AsyncClient, parts: MemoryParts) -> None:
    begun = (await client.post(URL, json={"key": "film.mp4", "bytes": 5}, headers=KEY)).json()
    at = f"{URL}/{begun['upload']}"
    assert (await client.delete(at, params={"key": "other.mp4"}, headers=KEY)).status_code == 404
    assert (await client.delete(at, params={"key": "film.mp4"}, headers=KEY)).status_code == 202
    answer = await client.delete(at, params={"key": "film.mp4"}, headers=KEY)
    assert answer.status_code == 404 and "Begin it again" in answer.json()["detail"]
    signed = await client.post(f"{at}/parts", params={"key": "film.mp4"}, json={"numbers": [1]}, headers=KEY)
    assert signed.status_code == 404


async def test_who_may_not_upload_there_gets_no_part(
    client: httpx.AsyncClient, parts: MemoryParts, stage: Stage
) -> None:
    upload = await parts.begin("winter/film.mp4")
    own = await key(stage, "editor", folders=["autumn"])
    viewer = await key(stage, "viewer")
    of = {"params": {"key": "winter/film.mp4"}}
    asked = (
        ("POST", URL, {"json": {"key": "winter/film.mp4", "bytes": 5}}),
        ("GET", f"{URL}/{upload}", of),
        ("POST", f"{URL}/{upload}/parts", {**of, "json": {"numbers": [1]}}),
        ("POST", f"{URL}/{upload}/completion", {**of, "json": {"bytes": 5}}),
        ("DELETE", f"{URL}/{upload}", of),
    )
    for method, path, how in asked:
        for headers in (own, viewer):
            assert (await client.request(method, path, headers=headers, **how)).status_code == 403, (method, path)
    for name in ("../x", "a//b", "x\\y", ""):
        assert (await client.post(URL, json={"key": name, "bytes": 5}, headers=KEY)).status_code == 422, name


@pytest.fixture
async def inbox(s3: Settings) -> AsyncIterator[InboxParts]:
    yield InboxParts(client_of(s3), client_of(s3), s3.inbox_bucket)


def send(url: str, body: bytes) -> int:
    return urllib3.PoolManager().request("PUT", url, body=body).status


async def test_on_the_real_store(inbox: InboxParts, s3: Settings) -> None:
    name = f"multipart/ümlaut {os.urandom(4).hex()}.bin"
    body = os.urandom(BIG)
    upload = await inbox.begin(name)
    assert await inbox.there(name, upload) == []
    assert send(await inbox.url(name, upload, 2), body[LEAST_BYTES:]) == 200
    assert send(await inbox.url(name, upload, 1), b"broken off") == 200
    assert send(await inbox.url(name, upload, 1), body[:LEAST_BYTES]) == 200, "sent again"
    parts = [one for one in await inbox.there(name, upload) if one.bytes != len(b"broken off")]
    assert [(one.number, one.bytes) for one in parts] == [(1, LEAST_BYTES), (2, 5)]
    assert any((one.key, one.upload) == (name, upload) for one in await inbox.unfinished())
    await inbox.complete(name, upload, parts)
    store = Store(s3)
    try:
        bucket = store.bucket(s3.inbox_bucket)
        versions = await bucket.versions(name)
        assert [(one.size, bool(one.version_id)) for one in versions] == [(BIG, True)]
        stored = await bucket.get(name)
        assert stored and hashlib.sha256(stored.body).digest() == hashlib.sha256(body).digest()
    finally:
        store.close()
    with pytest.raises(NoUpload):
        await inbox.there(name, upload)


async def test_what_nobody_finishes_is_cleaned_up_after_a_day(inbox: InboxParts) -> None:
    name = f"multipart/left {os.urandom(4).hex()}.bin"
    upload = await inbox.begin(name)
    assert send(await inbox.url(name, upload, 1), b"half") == 200
    now = datetime.now(UTC)
    await clean(inbox, now + KEPT - timedelta(minutes=5))
    assert len(await inbox.there(name, upload)) == 1
    assert await clean(inbox, now + KEPT + timedelta(minutes=5)) >= 1
    with pytest.raises(NoUpload):
        await inbox.there(name, upload)
