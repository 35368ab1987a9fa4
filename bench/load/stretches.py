"""Stretches of new photographs, one each so many seconds: how long each takes from its PUT to its thumbnail."""

import asyncio
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from minio import Minio

from bench.first_waves import text
from bench.load.follow import FINAL, Follower
from bench.load.photographs import Photographs
from bench.load.putting import Timed, put, said, settled, thumbnails
from cli.connect import settings_of
from cli.home import Home
from cli.say import say
from runtime.minio_store import client_of
from runtime.s3_store import Store
from services.render.shelf import FRESH_S, KEY

WIDTH = 1200
LIBRARY, LIBRARY_WIDTH = 10**6, 500
"""The first number of a library's photographs, and their width."""
AT_ONCE = 8


class Stretches:
    """Puts into a copy, and waits for what comes of it. `close` at the end."""

    def __init__(self, home: Home, media: Path, follower: Follower) -> None:
        self.settings, self.follower = settings_of(home), follower
        self.files = list[Timed]()
        """All that was put."""
        self._photographs, self._number = Photographs(media / "clothing"), 0
        self.client: Minio = client_of(self.settings)
        self._store = Store(self.settings)
        self.library = self._store.bucket(self.settings.library_bucket)

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    async def presets(self, keep: tuple[str, ...] = ()) -> None:
        """Put these on the shelf (all: none named), and wait until render has looked."""
        body = text(lambda one: not keep or one["name"] in keep).encode()
        await self.library.put(KEY, body, content_type="application/yaml")
        await asyncio.sleep(FRESH_S + 1)

    async def put(self, folder: str, width: int = WIDTH) -> Timed:
        """The next photograph."""
        self._number += 1
        body = await asyncio.to_thread(self._photographs.make, self._number, width=width)
        key = f"{folder}/{self._number:05}.jpg"
        self.files.append(found := await asyncio.to_thread(put, self.client, self.settings.inbox_bucket, key, body))
        return found

    async def fill(self, folder: str, assets: int, twins: int = 1) -> None:
        """So many assets, as fast as the store takes them. twins: names of each photograph, whose work is done once."""
        numbers = range(LIBRARY, LIBRARY + math.ceil(assets / twins))
        bodies = [await asyncio.to_thread(self._photographs.make, number, width=LIBRARY_WIDTH) for number in numbers]

        def single(number: int) -> Timed:
            key = f"{folder}/{number:06}.jpg"
            return put(self.client, self.settings.inbox_bucket, key, bodies[number % len(bodies)])

        def every() -> list[Timed]:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                return list(pool.map(single, range(assets)))

        self.files += await asyncio.to_thread(every)

    async def rest(self) -> None:
        """Until all that was put has come to its end, second waves too."""
        await settled(self.follower, self.files, FINAL)

    async def stretch(self, name: str, files: int, every: float, width: int = WIDTH) -> list[float]:
        """Seconds from PUT to thumbnail of each."""
        put_at, due = list[Timed](), time.monotonic()
        for _ in range(files):
            put_at.append(await self.put(name, width))
            due += every
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        await settled(self.follower, put_at)
        times = thumbnails(self.follower, put_at)
        say(f"{name:14} {said(times)}   load {os.getloadavg()[0]:.1f}")
        return times
