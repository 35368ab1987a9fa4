"""The record of what a feed gave: an object for each run that gave something else than the one before.

`feeds/<feed>/<time>.jsonl.gz` in the library, never rewritten: a line a SKU, `{"sku", "pictures": [[asset, version,
url], …], "said"}`, and last `{"run": …}` with who asked and how much it was. `said` is a hash of all else that was
told of the SKU. Of an increment whose format cannot say that nothing is given any more, what the channel has from
before stands there, too.
"""

import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import BaseModel, Field

from runtime.objects import Bucket, Exists
from schemas.limits import Audience
from services.catalog.feeds.goods import Goods
from services.catalog.queries import handed

FOLDER = "feeds/"
MOST_NOTES = 100


class Run(BaseModel):
    """One time that a feed gave something else than before."""

    id: str = Field(description="Its time; `since` takes it", examples=["20261129T101500123456Z"])
    feed: str = Field(description="Channel, format and market", examples=["google-merchant.google.de"])
    at: datetime
    by: str = Field(description="Whose key asked", examples=["google"])
    market: str = Field(default="", description="For which market", examples=["de"])
    channel: str = Field(default="", description="For which channel, as limits name it", examples=["marketplace"])
    products: int
    pictures: int
    left_out: int = Field(
        description="Products that are not ready (`GET /v1/readiness` says why) or that its format cannot have (notes)"
    )
    limited: int = Field(
        default=0, description="Pictures that links or rights limit to some markets, in a feed that names no market"
    )
    notes: list[str] = Field(
        default_factory=list,
        description="What is left out by this format and why, limited pictures, and what could not be withdrawn: the "
        f"first {MOST_NOTES}",
        examples=[["靴: it has no handle that is surely its own: …"]],
    )


class Given(NamedTuple):
    """What was given of a SKU: [asset, version, url] of each picture, and a hash of what was said of it, if any."""

    pictures: list[list[object]]
    said: str = ""


class Recorder:
    """Takes what is given while it is sent. said: a hash of what is told of a product beside its pictures.

    begun: before any of it was judged, by default now. What is blocked from then on may have been given.
    """

    def __init__(
        self,
        feed: str,
        by: str,
        audience: Audience,
        said: Callable[[Goods], str] | None = None,
        begun: datetime | None = None,
    ) -> None:
        self.feed, self._by, self.audience, self._said = feed, by, audience, said
        self.begun = begun or datetime.now(UTC)
        self._buffer = io.BytesIO()
        self._lines = gzip.GzipFile(fileobj=self._buffer, mode="wb", mtime=0)
        self.rows: list[tuple[str, str, int]] = []
        self._products = self._left_out = self._limited = 0
        self._notes: list[str] = []

    @property
    def own(self) -> bool:
        """Whether it is what somebody has for themselves."""
        return handed.OWN in self.feed

    def take(
        self, goods: Iterable[Goods], left_out: int, notes: Iterable[str] = (), limited: Sequence[str] = ()
    ) -> None:
        """These go out; so many products do not. limited: a line for each picture that is for some markets alone."""
        for one in goods:
            self._write(one.sku, one.content, self._said(one) if self._said else "")
            self.rows += [(one.sku, picture.asset, picture.version) for picture in one.pictures]
        self._left_out += left_out
        self._limited += len(limited)
        self._note([*notes, *limited])

    def hold(self, there: Mapping[str, Given]) -> None:
        """These it has from before, and was not told that it shall not."""
        for sku, given in there.items():
            self._write(sku, given.pictures, given.said)
            self.rows += [(sku, str(asset), int(str(version))) for asset, version, _ in given.pictures]
            self._note([f"{sku}: it is not given any more, which a whole file alone tells the channel (no `since`)."])

    def _write(self, sku: str, pictures: list[list[object]], said: str) -> None:
        line = {"sku": sku, "pictures": pictures, **({"said": said} if said else {})}
        self._lines.write(json.dumps(line).encode() + b"\n")
        self._products += 1

    def _note(self, notes: Sequence[str]) -> None:
        self._notes += notes[: MOST_NOTES - len(self._notes)]

    async def keep(self, library: Bucket, now: datetime) -> Run:
        """All went out. Writes it where it differs from the last run; may be tried again. Raises Unavailable."""
        run = Run(
            id=f"{now:%Y%m%dT%H%M%S%fZ}",
            feed=self.feed,
            at=self.begun,
            by=self._by,
            market=self.audience.market,
            channel=self.audience.channel,
            products=self._products,
            pictures=len(self.rows),
            left_out=self._left_out,
            limited=self._limited,
            notes=self._notes,
        )
        self._lines.close()
        told = json.dumps({"run": run.model_dump(mode="json")}).encode() + b"\n"
        body = self._buffer.getvalue() + gzip.compress(told, mtime=0)
        before = next(iter(await _bodies(library, self.feed, 1)), b"")
        if before and _lines(before) == _lines(body) and _run(before).notes == run.notes:
            return _run(before)
        try:
            await library.put(_key(self.feed, run.id), body, content_type="application/gzip", new=True)
        except Exists:  # two that ended in one microsecond gave the same
            return run
        return run


async def runs(library: Bucket, feed: str, most: int) -> list[Run]:
    """The last runs, the newest first. Raises Unavailable."""
    return [_run(body) for body in await _bodies(library, feed, most)]


async def feeds(library: Bucket) -> set[str]:
    """Those that were ever given. Raises Unavailable."""
    return {one.key.split("/")[1] for one in await library.listing(FOLDER)}


async def newest(library: Bucket, feed: str) -> Run | None:
    """The last one."""
    return next(iter(await runs(library, feed, 1)), None)


async def given(library: Bucket, feed: str, run: str) -> dict[str, Given] | None:
    """SKU → what that run gave of it; None where there is no such run. Raises Unavailable."""
    stored = await library.get(_key(feed, run))
    if stored is None:
        return None
    said = [json.loads(line) for line in _lines(stored.body)]
    return {one["sku"]: Given(one["pictures"], one.get("said", "")) for one in said}


def _key(feed: str, run: str) -> str:
    return f"{FOLDER}{feed}/{run}.jsonl.gz"


async def _bodies(library: Bucket, feed: str, most: int) -> list[bytes]:
    """Of the last runs, the newest first."""
    keys = sorted((one.key for one in await library.listing(f"{FOLDER}{feed}/")), reverse=True)[:most]
    return [stored.body for key in keys if (stored := await library.get(key))]


def _lines(body: bytes) -> list[bytes]:
    """What was given, without the line about the run itself."""
    return gzip.decompress(body).splitlines()[:-1]


def _run(body: bytes) -> Run:
    return Run.model_validate(json.loads(gzip.decompress(body).splitlines()[-1])["run"])
