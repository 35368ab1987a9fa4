"""What linking costs in a large shop: matching an asset, the view's size, a product change until its links are told.

    python -m bench.link [--skus 1000000] [--assets 50000] [--changes 100] [--nth 20] [--seconds 20]

It starts servers of its own in a temporary folder and puts the products into the linker's view at once, in the rows
that the linker itself makes of them (through the topics each is an object of its own, and the store takes some hundreds
of these a second).
Models have three colours in four sizes; each asset is the main picture of one colour. Then:

- match: `link` of assets by chance, the view and the decision alone (the facet is not written anywhere);
- change: a running linker, while so many products a second change: each nth is a new size of a photographed colour,
  the others are prices, which touch no link. From the new product's record on `pim.products` to the `links` facet that
  holds it, and to the new product's `product.media`; six products' media are made anew behind each.
"""

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

import asyncpg
from aiokafka import AIOKafkaConsumer

from cli.servers.stack import Stack
from runtime.config import PREFIX, Settings
from runtime.database import Database
from runtime.kafka import KafkaProducer
from runtime.memory_store import MemoryBucket
from runtime.publisher import Outgoing, Publisher
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.product import Product
from schemas.topics import ASSET_METADATA, PIM_PRODUCTS, PRODUCT_MEDIA
from schemas.work import LinkRequest
from services.linker.asset_rows import asset_row
from services.linker.ddl import SCHEMA, ddl
from services.linker.evidence import keys_of
from services.linker.filling import evidence_of
from services.linker.handler import Deps, link
from services.linker.product_rows import key_rows, product_row
from services.linker.warm import Warmth

COLOURS, SIZES = ("Black", "Blue", "Red"), ("S", "M", "L", "XL")
FAMILY = 1 + len(COLOURS) * len(SIZES)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
CHUNK = 1000
"""Models whose rows are made at once."""
MATCHED, WARM = 2000, 100
Row = tuple[object, ...]


def product(model: int, colour: str = "", size: str = "") -> Product:
    """A model, or one of its variants. The number tells nothing of its neighbours: they are not one typo apart."""
    sku = f"QR{model * 7919 % 9999991:07}"
    own = {"sku": f"{sku}-{size}-{colour}", "parent": sku, "axes": {"color": colour, "size": size}} if size else {}
    fields = {"system": "csv", "kind": "product" if size else "model", "sku": sku, "revision": 1, "written": NOW, **own}
    return Product.model_validate({**fields, "id": fields["sku"], "name": f"Runner jacket {sku}"})


def products_of(first: int) -> tuple[list[Row], list[Row]]:
    """Rows of `product` and `product_key` of CHUNK models."""
    found: list[Row] = []
    keys: list[Row] = []
    for model in range(first, first + CHUNK):
        for one in (product(model), *(product(model, c, s) for c in COLOURS for s in SIZES)):
            found.append(product_row(one))
            keys += key_rows(one)
    return found, keys


def asset(model: int) -> tuple[str, str]:
    """Id and key of the picture of a model's first colour."""
    return str(uuid5(NAMESPACE_URL, str(model))), f"shoot/{product(model).sku.lower()}_{COLOURS[0].lower()}_main.jpg"


def assets_of(first: int) -> tuple[list[Row], list[Row]]:
    """Rows of `asset` and `asset_key`, a picture a model."""
    found: list[Row] = []
    keys: list[Row] = []
    for model in range(first, first + CHUNK):
        own, key = asset(model)
        file = FileFacet.model_validate({"bucket": "inbox", "key": key, "arrived": NOW})
        said: dict[str, Any] = {"asset_id": own, "version": 1, "facet": "file", "revision": 1, "status": "done"}
        found.append(asset_row(Facet.model_validate({**said, "written": NOW}), file))
        keys += [(word, own, 1, "file") for word in keys_of(evidence_of(file))]
    return found, keys


async def fill(url: str, models: int, assets: int) -> None:
    """The view, as if it had followed the topics."""
    db = await asyncpg.connect(url)
    await db.execute(
        "SET search_path TO linker; ALTER TABLE product_key DROP CONSTRAINT product_key_pkey; "
        "DROP INDEX product_key_owner_idx; ALTER TABLE asset_key DROP CONSTRAINT asset_key_pkey; "
        "DROP INDEX asset_key_asset_id_idx"
    )
    with ProcessPoolExecutor(2) as pool:
        for make, count, tables in (
            (products_of, models, ("product", "product_key")),
            (assets_of, assets, ("asset", "asset_key")),
        ):
            for rows in pool.map(make, range(0, count, CHUNK)):
                for table, records in zip(tables, rows, strict=True):
                    await db.copy_records_to_table(table, schema_name=SCHEMA, records=records)
    await db.execute(
        "SET maintenance_work_mem = '1GB'; ALTER TABLE product_key ADD PRIMARY KEY (key, family, owner); "
        "CREATE INDEX ON product_key (owner); ALTER TABLE asset_key ADD PRIMARY KEY (key, asset_id, version, said); "
        "CREATE INDEX ON asset_key (asset_id)",
        timeout=1800,
    )
    await db.execute("VACUUM ANALYZE", timeout=1800)
    size = await db.fetchval(
        "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'linker' AND c.relkind = 'r'"
    )
    print(f"the view: {float(size) / 1e9:.2f} GB in PostgreSQL", flush=True)
    await db.close()


class Warm:
    """The view is full."""

    async def wait(self) -> None:
        """At once."""


async def matching(database: Database, assets: int) -> None:
    """Print what `link` takes, the facet's writing left out."""
    deps = Deps(database, cast(Warmth, Warm()), MemoryBucket("library"))
    wanted = random.Random(1).sample(range(assets), MATCHED)
    took, cpu, found = [], time.process_time(), 0
    for model in wanted:
        began = time.perf_counter()
        found += len([said async for said in link(LinkRequest(asset_id=asset(model)[0]), deps)])
        took.append((time.perf_counter() - began) * 1000)
    assert found == MATCHED, found
    own = (time.process_time() - cpu) / MATCHED * 1000
    print(f"match: {_told(took)}, of it {own:.2f} ms of our own CPU", flush=True)


def _told(took: Sequence[float]) -> str:
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[18]
    return f"p50 {p50:.2f} ms, p95 {p95:.2f} ms of {len(took)}"


class Heard:
    """New sizes on their way: since when their links and their media are waited for, and how long each took."""

    def __init__(self) -> None:
        self.since: dict[str, dict[str, float]] = {"links": {}, "media": {}}
        self.took: dict[str, list[float]] = {"links": [], "media": []}

    def say(self, model: int, sku: str) -> None:
        """This model gets a new size now."""
        self.since["links"][asset(model)[0]] = self.since["media"][sku] = time.monotonic()

    def hear(self, key: bytes, value: bytes) -> None:
        """A record of `asset.metadata` or `product.media`."""
        own = key.decode().partition("/")[0]
        if key.endswith(b"/links"):
            self._end("links", own, b"-XXL-" in value)
        else:
            self._end("media", own, b"asset_id" in value)

    def _end(self, what: str, own: str, is_there: bool) -> None:
        if is_there and own in self.since[what]:
            self.took[what].append((time.monotonic() - self.since[what].pop(own)) * 1000)

    @property
    def waiting(self) -> int:
        """How many have not come yet."""
        return sum(map(len, self.since.values()))


async def changing(settings: Settings, linker: int, args: argparse.Namespace) -> None:
    """Print how long a new size takes to be linked and shown while others arrive. linker: its process."""
    producer = KafkaProducer(settings)
    await producer.start()
    topics, earliest = (ASSET_METADATA.name, PRODUCT_MEDIA.name), "earliest"
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=settings.kafka, auto_offset_reset=earliest, fetch_max_wait_ms=20
    )
    await consumer.start()
    try:
        publisher = Publisher(producer, "bench")
        first = args.first
        heard = Heard()
        await _heard(consumer, heard, 60.0, asyncio.create_task(_arrive(publisher, heard, WARM, 20.0, first=first)))
        heard, began = Heard(), _cpu_of(linker)
        count = int(args.changes * args.seconds)
        say = asyncio.create_task(_arrive(publisher, heard, count, args.changes, args.nth, first + WARM))
        await _heard(consumer, heard, args.seconds + 60.0, say)
        print(f"at {args.changes:g} changes a second, each {args.nth}th a new size, {heard.waiting} never came:")
        for what, took in heard.took.items():
            print(f"  until its {what} say so: {_told(took)}")
        status = Path(f"/proc/{linker}/status").read_text("ascii")
        memory = " ".join(next(line for line in status.splitlines() if "VmHWM" in line).split())
        print(f"  linker: {_cpu_of(linker) - began:.1f} s of CPU, {memory}", flush=True)
    finally:
        await consumer.stop()
        await producer.stop()


def _cpu_of(process: int) -> float:
    """Seconds of CPU so far."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _arrive(publisher: Publisher, heard: Heard, count: int, rate: float, nth: int = 1, first: int = 0) -> None:
    """Changes of the models from `first` on, so many a second; each nth gives its photographed colour a new size."""
    began = time.monotonic()
    for at, model in enumerate(range(first, first + count)):
        await asyncio.sleep(max(0.0, began + at / rate - time.monotonic()))
        changed = product(model, COLOURS[1], SIZES[0])
        if at % nth:
            changed = changed.model_copy(update={"revision": time.time_ns(), "attributes": {"price": str(at)}})
        else:
            changed = product(model, COLOURS[0], "XXL")
            heard.say(model, changed.sku)
        await publisher.publish(Outgoing(PIM_PRODUCTS, changed.key, changed))


async def _heard(consumer: AIOKafkaConsumer, heard: Heard, patience_s: float, say: asyncio.Task[None]) -> None:
    """Until all that was said has come, or the time is over."""
    end = time.monotonic() + patience_s
    while (heard.waiting or not say.done()) and time.monotonic() < end:
        for batch in (await consumer.getmany(timeout_ms=100)).values():
            for record in batch:
                heard.hear(record.key or b"", record.value or b"")
    await say


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skus", type=int, default=1_000_000)
    parser.add_argument("--assets", type=int, default=50_000)
    parser.add_argument("--changes", type=float, default=100.0)
    parser.add_argument("--nth", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=20.0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="packshot-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        stack = Stack.spare(Path(folder))
        try:
            stack.start(kafka=True, s3=True, postgres=True)
            settings = settings_of(stack)
            asyncio.run(full_view(settings, args))
            linker = subprocess.Popen(
                [sys.executable, "-m", "services.linker"],
                env={**os.environ, **stack.env()},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                asyncio.run(changing(settings, linker.pid, args))
            finally:
                linker.terminate()
                linker.wait()
        finally:
            stack.stop()


def settings_of(stack: Stack) -> Settings:
    """What leads to these servers."""
    values = {name.removeprefix(PREFIX).lower(): value for name, value in stack.env().items()}
    return Settings.model_validate({name: value for name, value in values.items() if name in Settings.model_fields})


async def full_view(settings: Settings, args: argparse.Namespace) -> None:
    """Make it, then match against it."""
    database = Database(settings.database_url)
    await database.make(SCHEMA, ddl())
    began = time.monotonic()
    await fill(settings.database_url, args.skus // FAMILY // CHUNK * CHUNK, args.assets)
    print(f"filled in {time.monotonic() - began:.0f} s", flush=True)
    await matching(database, args.assets)
    await database.close()


if __name__ == "__main__":
    main()
