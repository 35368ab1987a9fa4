"""Sizes that nobody has asked for yet, by their signed addresses, beside bare libvips and thumbor.

    PACKSHOT_ON_THE_FLY=true packshot up && packshot demo FOLDER && python -m bench.delivery_sizes [--thumbor PYTHON]

Of one product's picture, as many different widths as `--sizes` in WebP of quality 80, turn by turn: ours, two children
and four connections, through HTTP, view, cage and bucket; bare libvips in two processes, of the original on disk and of
the rendition that ours would take, which writes nothing; thumbor, two processes and four connections, of the original
on disk. thumbor is not among our dependencies: install it elsewhere and name its Python.
"""

import argparse
import asyncio
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx
import pyvips

from bench.delivery import running
from cli import ports
from cli.connect import settings_as
from cli.home import current
from runtime.database import Database
from runtime.s3_store import Store
from services.delivery.config import DeliverySettings
from services.delivery.signing import signed
from services.delivery.work import WEBP_EFFORT

PROCESSES, CONNECTIONS = 2, 4
"""Of each contender, and to it: while one answer is sent or kept, another is made."""
QUALITY = 80
WIDTHS = range(200, 600)
LARGEST = (
    "SELECT s.sku, o.sha256, o.bytes, f.key FROM delivery.slot s JOIN delivery.head h USING (asset_id) "
    "JOIN delivery.original o ON o.asset_id = h.asset_id AND o.version = h.live "
    "JOIN delivery.file f ON f.asset_id = h.asset_id AND f.version = h.live AND f.preset = 'web' "
    "WHERE s.role = 'main' AND o.media_type = 'image/jpeg' ORDER BY o.bytes DESC LIMIT 1"
)


class Picture(NamedTuple):
    """A product's picture."""

    sku: str
    original: Path
    web: Path


async def fetched(folder: Path) -> Picture:
    """The product's picture with the largest original."""
    settings = settings_as(DeliverySettings, current())
    database, store = Database(settings.database_url), Store(settings)
    async with database.reading() as connection:
        row = await connection.fetchrow(LARGEST)
    await database.close()
    if row is None:
        sys.exit("There is no product with a picture yet: `packshot demo` makes some.")
    picture = Picture(row["sku"], folder / "original.jpg", folder / "web.jpg")
    library = store.bucket(settings.library_bucket)
    await library.fetch(f"originals/{row['sha256']}", picture.original)
    await library.fetch(row["key"], picture.web)
    store.close()
    return picture


def bare(path: str, width: int) -> int:
    """What libvips does by itself, as its documentation advises. Returns bytes."""
    pyvips.cache_set_max(0)
    pyvips.concurrency_set(1)
    image = pyvips.Image.thumbnail(path, width, height=100_000, size="down", fail_on="truncated")
    return len(image.webpsave_buffer(Q=QUALITY, keep="none", effort=WEBP_EFFORT))


def by_libvips(pool: ProcessPoolExecutor, path: Path, widths: Sequence[int]) -> float:
    """Pictures a second."""
    started = time.monotonic()
    list(pool.map(partial(bare, str(path)), widths))
    return len(widths) / (time.monotonic() - started)


async def by_http(urls: Sequence[str]) -> float:
    """Answers a second."""
    waiting, started = iter(urls), time.monotonic()
    async with httpx.AsyncClient(timeout=60) as client:

        async def ask() -> None:
            for url in waiting:
                (await client.get(url)).raise_for_status()

        await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    return len(urls) / (time.monotonic() - started)


@contextmanager
def thumbor(python: str, folder: Path, port: int) -> Iterator[str]:
    """One process of it."""
    (folder / "thumbor.conf").write_text(
        f"LOADER = 'thumbor.loaders.file_loader'\nFILE_LOADER_ROOT_PATH = {str(folder)!r}\nALLOW_UNSAFE_URL = True\n"
        "STORAGE = 'thumbor.storages.no_storage'\nRESULT_STORAGE = None\n"
    )
    started = [python, "-m", "thumbor.server", "-p", str(port), "-c", str(folder / "thumbor.conf"), "-l", "error"]
    with running(started, port):
        yield f"http://127.0.0.1:{port}/unsafe/{{width}}x0/filters:format(webp):quality({QUALITY})/original.jpg"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--thumbor", metavar="PYTHON", help="of an environment that thumbor is installed in")
    args = parser.parse_args()
    settings = settings_as(DeliverySettings, current())
    key = settings.model_copy(update={"on_the_fly": False}).terms.keys[0]
    port = ports.load(current().root / "ports.json", os.environ)["public"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        picture = asyncio.run(fetched(folder))
        header = pyvips.Image.new_from_file(str(picture.original))
        print(f"{picture.sku}: {header.width} x {header.height}, {picture.original.stat().st_size} bytes")
        pool = stack.enter_context(ProcessPoolExecutor(PROCESSES))
        others = (
            [stack.enter_context(thumbor(args.thumbor, folder, 18611 + n)) for n in range(PROCESSES)]
            if args.thumbor
            else []
        )
        found: dict[str, list[float]] = {}
        fresh = random.sample([(w, q) for w in WIDTHS for q in (79, 80, 81)], args.sizes * (args.rounds + 1))
        for number in range(args.rounds + 1):  # the first warms all up
            some = fresh[number * args.sizes : (number + 1) * args.sizes]
            widths = [width for width, _ in some]
            paths = [f"/p/{picture.sku}/main/web/w{width},q{quality}.webp" for width, quality in some]
            told = {
                "packshot": asyncio.run(by_http([f"http://127.0.0.1:{port}{signed(path, key)}" for path in paths])),
                "libvips, original": by_libvips(pool, picture.original, widths),
                "libvips, rendition": by_libvips(pool, picture.web, widths),
            }
            if others:
                urls = [base.format(width=width) for base, width in zip(itertools.cycle(others), widths)]
                told["thumbor"] = asyncio.run(by_http(urls))
            print("   ".join(f"{name} {rate:.1f}/s" for name, rate in told.items()), flush=True)
            for name, rate in told.items() if number else ():
                found.setdefault(name, []).append(rate)
    _compared(found)


def _compared(found: dict[str, list[float]]) -> None:
    """Print ours by each other's, round by round."""
    for name in list(found)[1:]:
        ratios = [one / other for one, other in zip(found["packshot"], found[name], strict=True)]
        print(f"packshot / {name}: median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
