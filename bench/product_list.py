"""From a product list to linkable: how long a first import takes, and where the time goes.

    python -m bench.product_list [--skus 100000]

It starts servers of its own in a temporary folder with `pim`, `linker` and `catalog` beside them, writes a list of
models with twelve variants each, and imports it as `packshot submit` does. Told are the times until the list is read,
sent and acknowledged, archived and on `pim.products`, in the linker's view and in the catalogue; and the CPU of each
process since they were ready.
"""

import argparse
import asyncio
import csv
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from bench.link import COLOURS, FAMILY, SIZES, product, settings_of
from cli.cpu import tree_seconds
from cli.lists import read_list
from cli.product_lists import Asked, import_list
from cli.servers.stack import Stack
from runtime import groups
from runtime.config import Settings
from schemas.topics import PIM_EVENTS

SERVICES = ("pim", "linker", "catalog")
LOOK_S = 0.5


def write_list(path: Path, skus: int) -> int:
    """Returns how many products it has."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("sku", "type", "parent", "name", "color", "size", "price", "description"))
        models = skus // FAMILY
        for number in range(models):
            for one in (product(number), *(product(number, c, s) for c in COLOURS for s in SIZES)):
                kind = "configurable" if one.kind == "model" else "simple"
                look = one.axes.get("color", ""), one.axes.get("size", "")
                text = f"Light jacket for runs in the rain, model {one.parent or one.sku}"
                rows.writerow((one.sku, kind, one.parent, one.name, *look, "59.90", text))
    return models * FAMILY


@contextmanager
def services(stack: Stack) -> Iterator[dict[str, int]]:
    """Their process ids, once all are ready."""
    own, ports = {"PACKSHOT_LOG_LEVEL": "ERROR"}, {name: free_port() for name in SERVICES}
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", f"services.{name}"],
            env={**os.environ, **stack.env(), **own, "PACKSHOT_METRICS_PORT": str(port), "PACKSHOT_HTTP_PORT": "0"},
        )
        for name, port in ports.items()
    }
    try:
        for port in ports.values():
            ready(port)
        yield {name: one.pid for name, one in running.items()}
    finally:
        for one in running.values():
            one.terminate()
        for one in running.values():
            one.wait()


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(port: int) -> None:
    """Wait until it says so there."""
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2).close()
        except OSError:
            time.sleep(LOOK_S)
        else:
            return


async def measure(settings: Settings, path: Path, count: int, own: dict[str, int]) -> None:
    """Print the times since the beginning, and then the CPU."""
    before = {name: tree_seconds(pid) for name, pid in own.items()}
    own_before, began = time.process_time(), time.monotonic()

    def tell(what: str) -> None:
        took = time.monotonic() - began
        print(f"{what:<34} {took:7.1f} s   {count / took:7.0f} a second", flush=True)

    listed = read_list(path)
    tell("read")
    await import_list(settings, listed, Asked())
    tell("sent and acknowledged")
    await _until(lambda: _is_published(settings))
    tell("archived and on pim.products")
    db = await asyncpg.connect(settings.database_url)
    await _until(lambda: _is_linkable(db, count))
    tell("linkable")
    await _until(lambda: _is_shown(db, count))
    tell("in the catalogue")
    await db.close()
    used = {name: tree_seconds(pid) - before[name] for name, pid in own.items()}
    used["import"] = time.process_time() - own_before
    for name, seconds in used.items():
        print(f"  {name:<10} {seconds:7.1f} s of CPU, {seconds / count * 1e3:.2f} ms a product")


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    while not await is_so():  # noqa: ASYNC110 - other processes do it: no event
        await asyncio.sleep(LOOK_S)


async def _is_published(settings: Settings) -> bool:
    return await groups.behind(settings, "pim", PIM_EVENTS.name) == 0


async def _is_linkable(db: asyncpg.Connection, count: int) -> bool:
    """In the view, and asked about."""
    query = "SELECT (SELECT count(*) FROM linker.product) = $1 AND NOT EXISTS (SELECT FROM linker.todo)"
    return bool(await db.fetchval(query, count))


async def _is_shown(db: asyncpg.Connection, count: int) -> bool:
    return bool(await db.fetchval("SELECT count(*) = $1 FROM catalog.product", count))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skus", type=int, default=100_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="packshot-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        path, stack = Path(folder, "products.csv"), Stack.spare(Path(folder))
        count = write_list(path, args.skus)
        try:
            stack.start()
            with services(stack) as running:
                servers = {"kafka": stack.kafka.pid, "store": stack.s3.pid, "database": stack.postgres.pid}
                own = {**running, **{name: pid for name, pid in servers.items() if pid}}
                asyncio.run(measure(settings_of(stack), path, count, own))
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
