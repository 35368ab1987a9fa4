"""PUTs that are timed, and what came of them."""

import asyncio
import hashlib
import io
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minio import Minio

from bench.load.arithmetic import share
from bench.load.follow import SETTLED, Follower

PATIENCE_S = 900.0
PAUSE_S = 0.2
LOOKED_A_SECOND = 5000
"""Files at the most: to look at tens of thousands takes long enough to be in the way."""


@dataclass(frozen=True)
class Timed:
    """One file. `began`: when its PUT began, seconds since the epoch."""

    key: str
    sha256: str
    began: float

    @property
    def name(self) -> tuple[str, str]:
        """As a `Follower` knows it."""
        return self.key, self.sha256


def put(client: Minio, bucket: str, key: str, body: bytes) -> Timed:
    """Blocks until it is acknowledged."""
    began = time.time()
    client.put_object(bucket, key, io.BytesIO(body), len(body))
    return Timed(key, hashlib.sha256(body).hexdigest(), began)


async def settled(follower: Follower, files: Sequence[Timed], states: Iterable[str] = SETTLED) -> None:
    """Until each is in one of these states. Raises TimeoutError where for long no more of them are."""
    names, final, before = [one.name for one in files], set(states), dict[str, int]()
    while left := {k: n for k, n in follower.states(names).items() if k not in final}:
        if left != before:
            before, end = left, time.monotonic() + PATIENCE_S
        if time.monotonic() > end:
            raise TimeoutError(f"files that never came to an end, by state: {left}")
        await follower.heard(1.0)
        await asyncio.sleep(max(PAUSE_S, len(names) / LOOKED_A_SECOND))


def thumbnails(follower: Follower, files: Iterable[Timed]) -> list[float]:
    """Seconds from the PUT to the first thumbnail. Raises AssertionError where one has none."""
    found = [(one, follower.version(*one.name)) for one in files]
    lacking = [one.key for one, version in found if version is None or version.thumbnail_at is None]
    assert not lacking, f"no thumbnail of {lacking[:3]} ({len(lacking)} in all)"
    return [(version.thumbnail_at or 0.0) - one.began for one, version in found if version]


def said(times: Sequence[float]) -> str:
    """p50 and p95 in words."""
    half, most = (f"{1000 * (share(times, part) or 0):.0f} ms" for part in (0.5, 0.95))
    return f"{len(times)} files, PUT to thumbnail p50 {half}, p95 {most}"
