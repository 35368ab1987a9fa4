"""The quick calls to S3, against a server that answers as the test wants."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from runtime.config import Settings
from runtime.minio_store import MinioBucket
from runtime.objects import Exists, Missing
from runtime.outage import Unavailable
from runtime.s3_store import QuickBucket, Store, nameable

LISTED = """<?xml version="1.0"?><ListBucketResult><Name>library</Name><Prefix>facets/a/</Prefix>
<KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys>{}</ListBucketResult>"""
ENTRY = """<Contents><Key>{}</Key><LastModified>2026-11-28T12:00:00.000Z</LastModified><ETag>"e"</ETag><Size>3</Size>
<StorageClass>STANDARD</StorageClass></Contents>"""


class Server(ThreadingHTTPServer):
    """Answers every request with `status`, `headers` and `body`; remembers method, path and signature."""

    daemon_threads = True
    status, body, second, cut = 200, b"", b"", 0
    """second: what the next page of a listing holds."""
    """cut: so many bytes of the body are sent; then nothing more comes until `go`. -1: no answer at all."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.signed: list[str] = []
        self.half, self.go = threading.Event(), threading.Event()


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"

    def _do(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path))
        self.server.signed.append(self.headers.get("Authorization", ""))
        if self.server.cut < 0:
            self.close_connection = True
            return
        body = self.server.second if "continuation-token" in self.path else self.server.body
        self.send_response(self.server.status)
        told = {"Content-Length": str(len(body)), "ETag": '"e"', **self.server.headers}
        for name, value in {"Last-Modified": "Sat, 28 Nov 2026 12:00:00 GMT", **told}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.server.cut:
            self.wfile.write(body[: self.server.cut])
            self.wfile.flush()
            self.server.half.set()
            self.server.go.wait(10)
        self.wfile.write(body[self.server.cut :])

    do_GET = do_PUT = do_HEAD = _do  # noqa: N815 - the names of the library

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.go.set()
        made.shutdown()
        thread.join()


def settings(server: Server) -> Settings:
    endpoint = f"127.0.0.1:{server.server_address[1]}"
    return Settings(s3_endpoint=endpoint, s3_access_key="a", s3_secret_key="b", s3_read_s=1)


@pytest.fixture
def bucket(server: Server) -> Iterator[MinioBucket]:
    store = Store(settings(server))
    yield store.bucket("library")
    store.close()


def test_only_our_own_bucket_is_asked_the_quick_way(server: Server) -> None:
    store = Store(settings(server))
    assert isinstance(store.bucket("library"), QuickBucket)
    assert not isinstance(store.bucket("inbox"), QuickBucket)
    store.close()


@pytest.mark.parametrize("key", ["", "a//b", "/a", "a/", "./a", "a/../b", "a\rb", "a\x00"])
def test_what_cannot_be_named(key: str) -> None:
    assert not nameable(key)


@pytest.mark.parametrize("key", ["a", "a/b.jpg", "a b/ümlaut", "100%/a%2Fb", ".hidden/..x", "a=b@c:~"])
def test_what_can(key: str) -> None:
    assert nameable(key)


async def test_variables_of_other_programs_change_nothing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.body = b"here"
    store = Store(settings(server))
    stored = await store.bucket("library").get("k")
    assert stored is not None
    assert stored.body == b"here"
    store.close()


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (404, Missing),
        (405, Missing),
        (409, Exists),
        (412, Exists),
        (403, Unavailable),
        (429, Unavailable),
        (503, Unavailable),
    ],
)
async def test_answers_are_the_ports_errors(
    server: Server, bucket: MinioBucket, tmp_path: Path, status: int, raised: type[Exception]
) -> None:
    server.status, server.body = status, b"<Error><Code>Some</Code></Error>"
    with pytest.raises(raised):
        await bucket.fetch("k", tmp_path / "x", version_id="1")
    assert server.asked == [("GET", "/library/k?versionId=1")]


async def test_what_no_waiting_mends_is_no_outage(server: Server, bucket: MinioBucket) -> None:
    server.status, server.body = 400, b"<Error><Code>KeyTooLongError</Code></Error>"
    with pytest.raises(Exception, match="400") as raised:
        await bucket.put("k", b"x")
    assert not isinstance(raised.value, Unavailable)


@pytest.mark.parametrize("cut", [0, -1])
async def test_a_write_with_a_condition_is_sent_once(server: Server, bucket: MinioBucket, cut: int) -> None:
    """Sent again after a lost answer it would meet what it wrote itself, and say that somebody else was quicker."""
    server.status, server.cut = 503, cut
    with pytest.raises(Unavailable):
        await bucket.put("k", b"x", new=True)
    assert server.asked == [("PUT", "/library/k")]


async def test_a_bucket_that_is_gone_is_no_lost_race(server: Server, bucket: MinioBucket) -> None:
    server.status, server.body = 404, b"<Error><Code>NoSuchBucket</Code></Error>"
    with pytest.raises(Unavailable, match="check its name and keys"):
        await bucket.put("k", b"x", if_match="e")


async def test_a_wrong_clock_of_ours_is_no_fault_of_the_message(server: Server) -> None:
    server.status = 403
    server.body = b"<Error><Code>RequestTimeTooSkewed</Code><Message>Too large a difference.</Message></Error>"
    server.headers = {"Content-Type": "application/xml"}
    store = Store(settings(server))
    for name in ("inbox", "library"):
        with pytest.raises(Unavailable, match=r"RequestTimeTooSkewed|403"):
            await store.bucket(name).get("a.jpg")
    store.close()


async def test_requests_are_signed_for_the_region(server: Server) -> None:
    server.body = b"here"
    store = Store(settings(server).model_copy(update={"s3_region": "eu-central-1"}))
    for name in ("inbox", "library"):
        await store.bucket(name).get("a.jpg")
    store.close()
    assert ["/eu-central-1/s3/" in signed for signed in server.signed] == [True, True]


async def test_a_wrong_region_is_no_fault_of_the_message(server: Server) -> None:
    """As AWS answers; to HEAD without a body, which minio makes into words of its own."""
    server.status = 400
    server.body = b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-central-1</Region></Error>"
    server.headers = {"Content-Type": "application/xml", "x-amz-bucket-region": "eu-central-1"}
    store = Store(settings(server))
    for name in ("inbox", "library"):
        with pytest.raises(Unavailable, match="PACKSHOT_S3_REGION"):
            await store.bucket(name).get("a.jpg")
    with pytest.raises(Unavailable, match="PACKSHOT_S3_REGION"):
        await store.bucket("inbox").head("a.jpg")
    store.close()


async def test_an_odd_key_among_others_is_listed_all_the_same(server: Server, bucket: MinioBucket) -> None:
    keys = ["facets/a/1/file.json", "facets/a//odd.json"]
    server.body = LISTED.format("".join(map(ENTRY.format, keys))).encode()
    assert [info.key for info in await bucket.listing("facets/a/")] == keys
    assert [info.key async for page in bucket.pages("facets/a/") for info in page] == keys


async def test_a_long_listing_comes_in_pages(server: Server, bucket: MinioBucket) -> None:
    keys = ["facets/a/1/file.json", "facets/a/1/tags.json"]
    more = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
    server.body = LISTED.format(more + ENTRY.format(keys[0])).encode()
    server.second = LISTED.format(ENTRY.format(keys[1])).encode()
    assert [info.key for info in await bucket.listing("facets/a/")] == keys
    assert len(server.asked) == 2
    assert [info.key async for page in bucket.pages("facets/a/") for info in page] == keys


async def test_a_cancelled_download_writes_no_more(server: Server, bucket: MinioBucket, tmp_path: Path) -> None:
    server.body, server.cut = bytes(1_000_000), 100_000  # less than a block: the thread waits for more
    path = tmp_path / "input"
    fetching = asyncio.create_task(bucket.fetch("originals/a", path))
    assert await asyncio.to_thread(server.half.wait, 5)
    while not path.exists():  # noqa: ASYNC110 - a file has no event; it would leave by itself before it opens it
        await asyncio.sleep(0.01)
    for _ in range(2):
        fetching.cancel()
        await asyncio.sleep(0.02)
    assert not fetching.done(), "it has left while its thread goes on"
    server.go.set()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    path.write_bytes(b"another job")
    await asyncio.sleep(0.05)
    assert path.read_bytes() == b"another job"
