"""Transfers that are given up: their threads touch no file afterwards. The client is a fake that waits for the test."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from runtime.minio_store import SMALL, MinioBucket


class Slow:
    """A client whose answers, blocks and reads wait for `go`."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()
        self.headers = {"Content-Length": "6"}
        self.in_between = False
        self.sent: list[bytes] = []

    def get_object(self, *_: Any, **__: Any) -> "Slow":
        if not self.in_between:
            self._wait()
        return self

    def stream(self, _size: int) -> Iterator[bytes]:
        yield b"old"
        if self.in_between:
            self._wait()
        yield b"old"

    def put_object(self, _bucket: str, _key: str, file: Any, _size: int, **_: Any) -> None:
        self._wait()
        self.sent.append(file.read(10))

    def _wait(self) -> None:
        self.asked.set()
        assert self.go.wait(10)

    def close(self) -> None:
        """As urllib3's."""

    release_conn = close


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


async def _given_up(client: Slow, transfer: asyncio.Task[Any]) -> None:
    """Cancel it twice in mid-way; it ends only when its thread has."""
    await asyncio.to_thread(client.asked.wait, 10)
    for _ in range(2):
        transfer.cancel()
        await asyncio.sleep(0.02)
    assert not transfer.done(), "it has left while its thread goes on"
    client.go.set()
    with pytest.raises(asyncio.CancelledError):
        await transfer


@pytest.mark.parametrize("in_between", [False, True])
async def test_a_cancelled_download_writes_no_more(
    tmp_path: Path, threads: ThreadPoolExecutor, in_between: bool
) -> None:
    client: Any = Slow()
    client.in_between = in_between
    bucket = MinioBucket(client, "library", threads)
    await _given_up(client, asyncio.create_task(bucket.fetch("originals/a", tmp_path / "input")))
    (tmp_path / "input").write_bytes(b"another job")
    threads.shutdown()
    assert (tmp_path / "input").read_bytes() == b"another job"


async def test_a_cancelled_download_opens_nothing(tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    client: Any = Slow()
    bucket = MinioBucket(client, "library", threads)
    await _given_up(client, asyncio.create_task(bucket.fetch("originals/a", tmp_path / "input")))
    assert not (tmp_path / "input").exists()


async def test_a_cancelled_upload_reads_no_more(tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    client: Any = Slow()
    source = tmp_path / "spooled"
    source.write_bytes(bytes(SMALL + 1))
    bucket = MinioBucket(client, "library", threads)
    await _given_up(client, asyncio.create_task(bucket.put_file("originals/a", source, content_type="image/tiff")))
    assert client.sent == []
