"""The mixed load of a soak: files of several kinds and sizes, replacements, deletions, side-cars, products, poison."""

import asyncio
import hashlib
import io
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from bench.load.follow import SETTLED, Follower
from bench.load.photographs import Photographs
from cli.feed import import_products
from runtime.config import Settings
from runtime.minio_store import client_of
from services.pim.product import Product, ProductList

POISON = 100
"""Each so many-th file is broken."""
PRODUCTS = 60
FOLDERS = 8
WIDTHS = (300, 500, 800, 1200)
SHARES = {"new": 62, "photograph": 6, "document": 2, "film": 1, "again": 12, "gone": 6, "sidecar": 5, "product": 6}
"""Of a hundred actions. `photograph`: a camera's file, whole; `again`: a better shot under the same name."""
ENDINGS = ("jpg",) * 7 + ("png", "webp", "tif")
XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt>
 </dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


@dataclass(frozen=True)
class Sent:
    """One acknowledged PUT of a file that becomes a version. `number`: what it was made of."""

    key: str
    sha256: str
    at: float
    number: int
    poison: bool = False

    @property
    def name(self) -> tuple[str, str]:
        """As a `Follower` knows it."""
        return self.key, self.sha256


class Mix:
    """`act` does the next thing. The same seed does the same things, as far as files are finished in time."""

    def __init__(self, settings: Settings, media: Path, follower: Follower, seed: int = 1) -> None:
        self._settings, self._follower = settings, follower
        self._client, self._bucket = client_of(settings), settings.inbox_bucket
        self._photographs = Photographs(media / "clothing")
        self._camera = sorted((media / "camera").glob("*.jpg"))
        self._broken = [one for one in sorted((media / "broken").glob("*")) if one.is_file()]
        self._films, self._documents = [media / "video" / "luma_fence_4s.mp4"], sorted((media / "documents").glob("*"))
        self._chance, self._number = random.Random(seed), 0
        self.sent: list[Sent] = []
        self._there: list[Sent] = []
        """Names that lie in the inbox, with what was put there last."""
        self.done: dict[str, int] = {}
        self.refused = 0
        """PUTs that the store did not take."""

    async def act(self) -> None:
        """One action. What has nothing to act on yet becomes a new picture."""
        what = self._chance.choices(list(SHARES), list(SHARES.values()))[0]
        act: dict[str, Callable[[], bool]] = {
            "again": self._again, "gone": self._gone, "sidecar": self._sidecar,
            "photograph": lambda: self._whole(self._camera, "jpg"),
            "document": lambda: self._whole(self._documents, "pdf"),
            "film": lambda: self._whole(self._films, "mp4"),
        }  # fmt: skip
        if what == "product":
            await import_products(self._settings, ProductList((self._product(),), ()))
        elif what == "new" or not await asyncio.to_thread(act[what]):
            what = "new"
            await asyncio.to_thread(self._new)
        self.done[what] = self.done.get(what, 0) + 1

    def products(self) -> ProductList:
        """All of them, for the start."""
        return ProductList(tuple(self._named(number, "") for number in range(PRODUCTS)), ())

    def _product(self) -> Product:
        return self._named(self._chance.randrange(PRODUCTS), f", lot {self._chance.randrange(1000)}")

    def _named(self, number: int, more: str) -> Product:
        sku = f"SOAK-{number:03}"
        return Product("csv", "product", sku, sku, name=f"Garment {number}{more}")

    def _new(self) -> bool:
        number = self._next()
        ending, width = self._chance.choice(ENDINGS), self._chance.choice(WIDTHS)
        poison = number % POISON == POISON - 1
        body = self._poison(number) if poison else self._photographs.make(number, ending, width=width)
        return self._put(self._key(number, "jpg" if poison else ending), body, number, poison=poison)

    def _whole(self, paths: list[Path], ending: str) -> bool:
        """A file as it is, but for a few bytes after its end."""
        number = self._next()
        body = self._chance.choice(paths).read_bytes() + number.to_bytes(8, "big")
        return self._put(self._key(number, ending), body, number)

    def _again(self) -> bool:
        old = self._finished()
        if old is None or not old.key.endswith(".jpg"):
            return False
        shade = self._chance.uniform(4, 24)
        return self._put(old.key, self._photographs.make(old.number, shade=shade), old.number)

    def _gone(self) -> bool:
        old = self._finished()
        if old is None:
            return False
        self._client.remove_object(self._bucket, old.key)
        self._there.remove(old)
        return True

    def _sidecar(self) -> bool:
        old = self._finished()
        if old is None:
            return False
        body = XMP.format(title=f"Shot {self._chance.randrange(10**6)}").encode()
        self._client.put_object(self._bucket, f"{old.key}.xmp", io.BytesIO(body), len(body))
        return True

    def _finished(self) -> Sent | None:
        """One that lies there, is no poison, and whose newest bytes have come to an end."""
        for one in self._chance.sample(self._there, min(8, len(self._there))):
            version = self._follower.version(*one.name)
            if not one.poison and version and version.state in SETTLED:
                return one
        return None

    def _poison(self, number: int) -> bytes:
        if number // POISON % 2:
            return self._broken[number // POISON % len(self._broken)].read_bytes() + number.to_bytes(8, "big")
        whole = self._photographs.make(number)
        return whole[: len(whole) // 3]

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _key(self, number: int, ending: str) -> str:
        return f"soak/{number % FOLDERS}/SOAK-{number % PRODUCTS:03}_{number:05}.{ending}"

    def _put(self, key: str, body: bytes, number: int, *, poison: bool = False) -> bool:
        began = time.time()
        try:
            self._client.put_object(self._bucket, key, io.BytesIO(body), len(body))
        except (S3Error, HTTPError, OSError):
            self.refused += 1
            return True
        sent = Sent(key, hashlib.sha256(body).hexdigest(), began, number, poison)
        self._there = [one for one in self._there if one.key != key] + [sent]
        self.sent.append(sent)
        return True
