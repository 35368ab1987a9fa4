"""A burst: thousands of small photographs at once. Does memory stay flat, is the pace full, does anybody starve?

    PACKSHOT_MEDIA=… python -m bench.burst [--files 10000] [--minutes 5] [--presets thumbnail web]

On a pipeline of its own: so many photographs, no two of the same bytes, are put into one folder as fast as the store
takes them. Then, until all are ready or `--minutes` are over, each minute is told: how many were taken in, had their
thumbnail and became ready; at the end the most that each part held of memory and scratch against its idle level. Each
20 s from the first PUT on, one photograph is put into another folder: its time from PUT to thumbnail is told beside
that of photographs that were put one by one before the burst, when nothing else was to do.

Exit status 0 when all came to an end in time, no part of ours held `FLAT_MB` more in the last quarter than in the
first, and no file of another folder waited `STARVED_S` for its thumbnail.

`--presets` names what is rendered (all of them: about two CPU seconds a file; the two: about one), so that more files
pass within the time. Pictures are taken from a stock of a thousand, each time with a few bytes after its end.
"""

import argparse
import asyncio
import os
import secrets
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.load.arithmetic import ratio, share
from bench.load.copies import running
from bench.load.follow import Follower, following
from bench.load.paces import Pace, told
from bench.load.peaks import Peaks
from bench.load.photographs import Photographs
from bench.load.putting import Timed, put, said, thumbnails
from bench.load.stretches import Stretches
from cli.connect import settings_of
from cli.home import Home
from cli.say import say

STOCK, WIDTH = 1000, 300
AT_ONCE = 8
OTHER_S = 20.0
OTHERS_END_S = 180.0
STARVED_S = 30.0


def burst(one: Stretches, stock: Sequence[bytes], files: int) -> list[Timed]:
    """Put them all; blocks."""
    run = secrets.token_bytes(4)

    def single(number: int) -> Timed:
        body = stock[number % len(stock)] + run + number.to_bytes(4, "big")
        return put(one.client, one.settings.inbox_bucket, f"flood/{number:06}.jpg", body)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(single, range(files)))


async def others(one: Stretches, over: asyncio.Event) -> list[Timed]:
    """One each so often into a folder that nobody else puts into, until `over`."""
    found = list[Timed]()
    while not over.is_set():
        found.append(await one.put("another", WIDTH))
        try:
            await asyncio.wait_for(over.wait(), OTHER_S)
        except TimeoutError:
            continue
    return found


async def bench(home: Home, media: Path, args: argparse.Namespace) -> list[str]:
    """Print the figures; returns what does not hold."""
    say("making pictures …")
    photographs = Photographs(media / "clothing")
    stock = [photographs.make(10**6 + n, width=WIDTH) for n in range(min(STOCK, args.files))]
    async with following(settings_of(home)) as follower, Peaks(home) as peaks:
        one = Stretches(home, media, follower)
        try:
            await one.presets(tuple(args.presets))
            alone = await one.stretch("alone", 10, 3.0, WIDTH)
            peaks.begin()
            over, began = asyncio.Event(), time.time()
            beside = asyncio.create_task(others(one, over))
            flood = await asyncio.to_thread(burst, one, stock, args.files)
            took = time.time() - began
            say(f"{len(flood)} files put in {took:.0f} s, {len(flood) / took:.0f} a second")
            left = await drained(follower, flood, began + args.minutes * 60)
            over.set()
            few = await beside
            print(told(Pace.of(follower, flood), began, time.time()))
            await arrived(follower, few)
        finally:
            one.close()
    late = thumbnails(follower, few)
    found = ratio(share(late, 0.5), share(alone, 0.5)) or 0.0
    print(f"{peaks.told()}\nbefore the burst: {said(alone)}\nin another folder during the burst: {said(late)}")
    print(f"p50 of these / p50 before: {found:.1f}")
    wrong = peaks.grown() + ([f"{left} files did not come to an end in time"] if left else [])
    starved = len(few) - sum(one < STARVED_S for one in late)
    wrong += [f"{starved} files of another folder waited over {STARVED_S:.0f} s"] if starved else []
    print("\n".join(wrong) or "It holds.")
    return wrong


async def drained(follower: Follower, flood: Sequence[Timed], end: float) -> int:
    """Until all have come to an end, or the time is over; returns how many have not."""
    while True:
        done = follower.states([one.name for one in flood])
        say(f"{dict(done)}   load {os.getloadavg()[0]:.1f}")
        left = sum(count for state, count in done.items() if state not in {"ready", "complete"})
        if not left or time.time() >= end:
            return left
        await asyncio.sleep(min(15.0, max(0.1, end - time.time())))


async def arrived(follower: Follower, few: Sequence[Timed]) -> None:
    """Until the last of another folder have their thumbnails."""
    end = time.time() + OTHERS_END_S
    while time.time() < end:
        versions = [follower.version(*one.name) for one in few]
        if all(version and version.thumbnail_at for version in versions):
            return
        await follower.heard(1.0)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=5.0, help="from the first PUT on (5)")
    parser.add_argument("--presets", nargs="*", default=["thumbnail", "web"], help="names; none: all")
    args = parser.parse_args()
    with running("burst", {"PACKSHOT_TEACH_S": "0"}) as home:
        return 1 if asyncio.run(bench(home, Path(os.environ["PACKSHOT_MEDIA"]), args)) else 0


if __name__ == "__main__":
    sys.exit(main())
