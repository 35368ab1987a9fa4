"""What broken files cost the good ones: PUT to ready among broken files, and among good ones in their place.

    packshot up && python -m bench.poison $PACKSHOT_MEDIA

Takes the files of `camera/` among those of `broken/`, in a fixed order, drops them through S3 under a fresh prefix,
and follows `asset.metadata` until each good file is ready. Then the same order with a camera file in place of each
broken one, under another fresh prefix; so on, round by round. Every good file gets a few bytes after its end, so that
it is new work each time. Printed: p50 and p95 of the same good files in both orders, and the ratio of the p95, which is
wanted at 1.5 or less.

Without `--every` all is dropped as fast as the store takes it: then the good files mostly wait for each other, and
the second order is the harder one. With `--every 1.5`, say, both orders find an idle pipeline, and what is left of a
difference is due to the broken files themselves.
"""

import argparse
import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli import home as homes
from cli.connect import settings_of
from cli.feed import Put
from cli.summary import percentile
from cli.watch import FINAL, Watch
from runtime.config import Settings
from runtime.s3_store import Store

PATIENCE_S = 1800.0
REST_S = 3.0


@dataclass(frozen=True)
class Drop:
    """One file of an order. `counts`: its latency is compared."""

    name: str
    body: bytes
    counts: bool


def order(media: Path, broken: bool, limit: int) -> list[Drop]:
    """Camera files, evenly among broken ones (or other camera files). Names and places are the same in both."""
    camera = [path for path in sorted((media / "camera").iterdir()) if path.suffix.lower() in (".jpg", ".jpeg")]
    bad = [path for path in sorted((media / "broken").rglob("*")) if path.is_file() and path.stat().st_size][:limit]
    total, drops = len(camera) + len(bad), list[Drop]()
    good, poison = iter(camera), iter(enumerate(bad))
    for at in range(total):
        if (at + 1) * len(camera) // total > at * len(camera) // total:
            drops.append(Drop(f"{at:03}-good.jpg", fresh(next(good)), True))
            continue
        number, path = next(poison)
        body = path.read_bytes() if broken else fresh(camera[number % len(camera)])
        drops.append(Drop(f"{at:03}-{path.name if broken else 'instead.jpg'}", body, False))
    return drops


def fresh(path: Path) -> bytes:
    """The same picture, other bytes."""
    return path.read_bytes() + secrets.token_bytes(8)


async def put(store: Store, bucket: str, prefix: str, drops: Sequence[Drop], every: float) -> list[tuple[Put, bool]]:
    """PUT them one after the other, a beginning each `every` seconds at most."""
    puts, inbox = list[tuple[Put, bool]](), store.bucket(bucket)
    started = time.monotonic()
    for at, one in enumerate(drops):
        await asyncio.sleep(max(0.0, started + at * every - time.monotonic()))
        key, began = f"{prefix}/{one.name}", time.time()
        await inbox.put(key, one.body, content_type="application/octet-stream")
        digest = hashlib.sha256(one.body).hexdigest()
        puts.append((Put(key, Path(one.name), digest, len(one.body), began, time.time()), one.counts))
    return puts


async def settled(watch: Watch, puts: Sequence[Put]) -> None:
    """Wait until each is in a final state. Raises TimeoutError naming one that is not."""
    started = time.monotonic()
    while left := [one for one in puts if watch.state(one) not in FINAL]:
        if time.monotonic() - started > PATIENCE_S:
            raise TimeoutError(f"{len(left)} never settled, among them {left[0].key}, {watch.state(left[0])}")
        await asyncio.sleep(0.1)


async def round_of(settings: Settings, store: Store, watch: Watch, drops: Sequence[Drop], every: float) -> list[float]:
    """One order, from its first PUT until everything is settled; seconds from PUT to ready of what counts."""
    prefix = f"bench-poison-{secrets.token_hex(4)}"
    puts = await put(store, settings.inbox_bucket, prefix, drops, every)
    await settled(watch, [one for one, _ in puts])
    await asyncio.sleep(REST_S)
    good = [one for one, counts in puts if counts]
    seen = [watch.seen(one) for one in good]
    found = [one.ready_after(put.began) for put, one in zip(good, seen, strict=True) if one]
    times = [one for one in found if one is not None]
    assert len(times) == len(good), f"{len(good) - len(times)} good files did not become ready"
    failed = [one.key for one, _ in puts if watch.state(one) == "failed"]
    assert not failed, failed
    return times


async def bench(media: Path, rounds: int, every: float, limit: int) -> None:
    """Both orders in turn, and what they come to."""
    settings = settings_of(homes.current())
    store, watch, stopping = Store(settings), Watch(settings.kafka, settings.inbox_bucket), asyncio.Event()
    follower = asyncio.create_task(watch.follow(stopping))
    among: dict[bool, list[float]] = {True: [], False: []}
    try:
        await round_of(settings, store, watch, order(media, False, 0), 0)  # warms all up
        for at in range(2 * rounds):
            broken = at % 2 == 0
            load = os.getloadavg()[0]
            times = await round_of(settings, store, watch, order(media, broken, limit), every)
            among[broken] += times
            print(
                f"{'broken' if broken else 'good':6} files among: {said(times)}   (load before: {load:.1f})", flush=True
            )
    finally:
        stopping.set()
        await follower
        store.close()
    for broken, what in ((True, "among broken files"), (False, "among good files")):
        print(f"{what:20} {said(among[broken])}")
    ratio = (percentile(among[True], 0.95) or 0) / (percentile(among[False], 0.95) or 1)
    print(f"p95 among broken / p95 among good: {ratio:.2f}")


def said(times: Sequence[float]) -> str:
    """p50 and p95 in words."""
    return f"{len(times)} good files, PUT to ready p50 {percentile(times, 0.5)} ms, p95 {percentile(times, 0.95)} ms"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("media", type=Path)
    parser.add_argument("--rounds", type=int, default=1, help="of both orders (default 1)")
    parser.add_argument("--every", type=float, default=0.0, metavar="S", help="seconds between two PUTs (default 0)")
    parser.add_argument("--limit", type=int, default=1000, help="at most so many broken files")
    args = parser.parse_args()
    asyncio.run(bench(args.media, args.rounds, args.every, args.limit))


if __name__ == "__main__":
    main()
