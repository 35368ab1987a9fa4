"""A bucket of somebody else: what fails there ends all of it, and none holds up another's."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from runtime.outage import Unavailable
from services.catalog.drops.model import Drop, ToS3
from services.catalog.drops.places import targets
from services.catalog.drops.s3 import S3Target
from services.catalog.drops.standing import standings
from services.catalog.drops.target import NotTaken

TO = ToS3(url="https://out.example.com", bucket="b", access_key="env:A", secret_key="env:B")


class Slow:
    """A bucket that refuses one name at once and takes another when it is let."""

    def __init__(self) -> None:
        self.may, self.taken = asyncio.Event(), list[str]()

    async def put_file(self, name: str, path: Path, **_: Any) -> None:
        if name == "refused":
            raise Unavailable("it is away")
        await self.may.wait()
        self.taken.append(name)


async def test_no_file_is_still_on_its_way_when_it_says_that_one_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, key = Slow(), dict.fromkeys(("env:A", "env:B"), "x").__getitem__
    with ThreadPoolExecutor(1) as threads:
        target = S3Target(TO, key, threads)
        made: Callable[[], Any] = lambda: bucket  # noqa: E731 - one word for it
        monkeypatch.setattr(target, "_bucket", made)
        put = asyncio.create_task(target.put({"refused": tmp_path, "slow": tmp_path}, []))
        await asyncio.sleep(0.05)
        assert not put.done(), "the other one goes on, so it waits"
        bucket.may.set()
        with pytest.raises(NotTaken, match="it is away"):
            await put
    assert bucket.taken == ["slow"]


def test_each_has_threads_of_its_own() -> None:
    known = standings(Drop(name=name, channel="shopify", format="zip", s3=TO) for name in ("one", "other"))
    one, other = (target for target in targets(known.values(), {}).values())
    assert isinstance(one, S3Target) and isinstance(other, S3Target)
    assert one._threads is not other._threads
