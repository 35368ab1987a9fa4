"""Hours of mixed load on a pipeline of its own: does memory creep, do descriptors leak, does anything get slower?

    PACKSHOT_MEDIA=… python -m bench.soak --minutes 120 --out soak.jsonl
    python -m bench.soak --judge soak.jsonl

Every `--every` seconds one thing is done: a picture of one of several kinds and sizes is put, replaced, taken out or
given a side-car, a product changes; one file in a hundred is broken. Searches go through the API beside it. Each 10 s
the memory, descriptors and threads of every process, the lag of every group and what became of the files are written
to `--out`, so that a run that is cut off can be judged too. At the end (`--judge`), after a warm-up that is left out:
the slope of each process's memory by Theil-Sen, in MB a minute (wanted below 1), the growth of its descriptors and
threads (median of the last quarter less that of the first), p99 from PUT to thumbnail and of searches by quarter of the
run, and how many files ended in which state. A part's caged children are judged together (`+children`).

Exit status 0 when no process of ours grows by `LIMIT_MB` a minute or by `LIMIT_FDS` descriptors, every good file ended
ready and every broken one refused or ready, nothing was restarted, no search failed, no PUT was refused, and the two
p99 of the last quarter are at most `STEADY` times those of the first. On a machine that does other things as well,
times say nothing; memory and descriptors do: `--shared` leaves the times out of the judgement.
"""

import argparse
import asyncio
import json
import os
import sys
import time
import urllib.parse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

from bench.load.copies import running
from bench.load.follow import SETTLED, Follower, following
from bench.load.mix import Mix
from bench.load.processes import lags, look, scratch
from bench.load.soaked import judged, told
from cli.api import ask
from cli.connect import settings_of
from cli.feed import import_products
from cli.home import Home
from cli.trouble import Trouble

SAMPLE_S = 10.0
WORDS = ("red shirt", "shoes", "SOAK-01", "blue dress", "hat", "white background", "pants", "black")
DRAIN_S = 900.0
"""So long what was put last may take to end."""


async def soak(home: Home, media: Path, minutes: float, every: float, out: IO[str]) -> None:
    """Load and samples, until the time is over and all has come to an end."""
    settings = settings_of(home)
    async with following(settings) as follower:
        mix = Mix(settings, media, follower)
        await import_products(settings, mix.products())
        say = Diary(out)
        say.write(kind="began", minutes=minutes, every=every, cores=os.cpu_count())
        async with _beside(_sample(home, mix, follower, say), _search(home, every, say)):
            end, due = time.monotonic() + minutes * 60, time.monotonic()
            while time.monotonic() < end:
                await mix.act()
                due += every
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            end = time.monotonic() + DRAIN_S
            while _open(mix, follower) and time.monotonic() < end:
                await follower.heard(1.0)
        _thumbnails(mix, follower, say, len(mix.sent))
        say.write(kind="ended", **_counts(mix, follower), done=mix.done, puts_refused=mix.refused)


class Diary:
    """Lines of JSON, each with the time."""

    def __init__(self, out: IO[str]) -> None:
        self._out, self.told = out, 0

    def write(self, **what: Any) -> None:
        """One line, on disk at once."""
        self._out.write(json.dumps({"at": round(time.time(), 2), **what}) + "\n")
        self._out.flush()


@asynccontextmanager
async def _beside(*work: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _sample(home: Home, mix: Mix, follower: Follower, say: Diary) -> None:
    while True:
        parts, behind = await asyncio.to_thread(look, home), await asyncio.to_thread(lags, home)
        say.write(kind="sample", parts=parts, lag=behind, scratch=scratch(home), load=os.getloadavg()[0])
        _thumbnails(mix, follower, say, len(mix.sent) - 60)
        await asyncio.sleep(SAMPLE_S)


def _thumbnails(mix: Mix, follower: Follower, say: Diary, until: int) -> None:
    """What is known of PUT → thumbnail by now, once for each file; -1 where there was none."""
    while say.told < until:
        one = mix.sent[say.told]
        version = follower.version(*one.name)
        at = version.thumbnail_at if version else None
        took = round(at - one.at, 3) if at else -1
        say.write(kind="thumbnail", put=one.at, seconds=took, poison=one.poison)
        say.told += 1


async def _search(home: Home, every: float, say: Diary) -> None:
    number = 0
    while True:
        words = WORDS[number % len(WORDS)]
        began = time.monotonic()
        try:
            await asyncio.to_thread(ask, home, "GET", f"v1/assets?q={urllib.parse.quote(words)}")
        except Trouble as error:
            say.write(kind="search", error=str(error))
        else:
            say.write(kind="search", seconds=round(time.monotonic() - began, 4))
        number += 1
        await asyncio.sleep(every)


def _open(mix: Mix, follower: Follower) -> int:
    states = follower.states([one.name for one in mix.sent])
    return sum(count for state, count in states.items() if state not in SETTLED)


def _counts(mix: Mix, follower: Follower) -> dict[str, Any]:
    sides: dict[str, dict[str, int]] = {}
    for name, poison in (("good", False), ("poison", True)):
        sides[name] = dict(follower.states([one.name for one in mix.sent if one.poison is poison]))
    return sides


def main() -> int:
    """Run, then judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--every", type=float, default=8.0, metavar="S", help="seconds between two actions (8)")
    parser.add_argument("--warm", type=float, default=20.0, metavar="MINUTES", help="left out at the start (20)")
    parser.add_argument("--out", type=Path, default=Path("soak.jsonl"), help="samples, a JSON object a line")
    parser.add_argument("--judge", type=Path, metavar="FILE", help="only judge what a run wrote")
    parser.add_argument("--shared", action="store_true", help="the machine does other things too: times are told only")
    parser.add_argument("--json", action="store_true", help="the judgement as one JSON object")
    args = parser.parse_args()
    if not args.judge:
        with running("soak") as home, args.out.open("w") as out:
            asyncio.run(soak(home, Path(os.environ["PACKSHOT_MEDIA"]), args.minutes, args.every, out))
    with (args.judge or args.out).open() as lines:
        found = judged([json.loads(line) for line in lines], args.warm * 60, shared=args.shared)
    print(json.dumps(found) if args.json else told(found))
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
