"""Drops pictures as fast as they are finished, some of them again under the same name, and remembers every byte."""

import asyncio
import hashlib
import io
import time
from dataclasses import dataclass, field

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from cli.breaking.ledger import FINAL, Ledger
from cli.breaking.pictures import body, kind
from runtime.config import Settings
from runtime.minio_store import client_of

AT_ONCE = 24
"""So many files are unfinished at a time."""
AGAIN = 5
"""Each so many-th file is dropped again with other bytes once it is finished."""
REST_S = 0.5


@dataclass
class Dropped:
    """One name. `sent`: hash and size of the bytes, oldest first; `at`: when the newest PUT was acknowledged."""

    key: str
    seed: int
    sent: list[tuple[str, int]] = field(default_factory=list)
    at: float = 0.0

    @property
    def kind(self) -> int:
        """What the newest bytes show."""
        return kind(self.seed, len(self.sent))


class Load:
    """`run` until cancelled; then `finished` says whether all has come to an end."""

    def __init__(self, settings: Settings, ledger: Ledger, prefix: str, skus: list[str]) -> None:
        self._client, self._bucket = client_of(settings), settings.inbox_bucket
        self._ledger, self._prefix, self._skus = ledger, prefix, skus
        self.files: dict[str, Dropped] = {}
        self.tries = 0
        """PUTs that the store did not answer and that were made again."""

    async def run(self) -> None:
        """Keep AT_ONCE files in work."""
        number = 0
        while True:
            if len(self.unfinished()) >= AT_ONCE:
                await asyncio.sleep(0.05)
                continue
            await self._drop(Dropped(self._key(number), number))
            if number % AGAIN == 0 and (old := self.files.get(self._key(number - 3 * AGAIN))) and self._done(old):
                await self._drop(old)
            number += 1

    def unfinished(self) -> list[str]:
        """Names whose newest bytes are in no final state yet."""
        return [key for key, file in self.files.items() if not self._done(file)]

    def times(self, since: float, until: float) -> list[float]:
        """When files were finished between these times: each of their versions."""
        found = (at for key in self.files for at in self._done_at(key).values())
        return sorted(at for at in found if since <= at < until)

    def waits(self) -> list[float]:
        """Of each file that is finished, seconds from its newest PUT until then."""
        found = ((file.at, self._done_at(file.key)) for file in self.files.values())
        return [ended - at for at, done in found if done and (ended := done[max(done)]) > at]

    def _done_at(self, key: str) -> dict[int, float]:
        return self._ledger.done_at.get(self._ledger.asset_of.get(key, ""), {})

    def sku(self, file: Dropped) -> str:
        """The product that it shows."""
        return self._skus[file.seed // 2 % len(self._skus)]

    def _key(self, number: int) -> str:
        """Each product has a front and a back."""
        sku = self._skus[number // 2 % len(self._skus)]
        side = "front" if number % 2 == 0 else "back"
        return f"{self._prefix}{number:05}/{sku}_{side}.jpg"

    def _done(self, file: Dropped) -> bool:
        head = self._ledger.head(file.key)
        return head.get("state") in FINAL and head.get("newest") == len(file.sent)

    async def _drop(self, file: Dropped) -> None:
        """A PUT, again until it is acknowledged."""
        content = await asyncio.to_thread(body, file.seed, len(file.sent) + 1)
        while not await asyncio.to_thread(self._put, file.key, content):
            self.tries += 1
            await asyncio.sleep(REST_S)
        file.sent.append((hashlib.sha256(content).hexdigest(), len(content)))
        file.at = time.time()
        self.files[file.key] = file

    def _put(self, key: str, content: bytes) -> bool:
        try:
            self._client.put_object(self._bucket, key, io.BytesIO(content), len(content))
        except (S3Error, HTTPError, OSError):
            return False  # the store is being broken; whoever uploads tries again
        return True
