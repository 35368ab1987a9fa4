"""What bulk work costs new files: PUT to thumbnail while the library is rendered anew, against an idle pipeline.

    PACKSHOT_MEDIA=… python -m bench.bulk [--assets 200] [--twins 1] [--files 25] [--every 4]

On a pipeline of its own, in one run: so many small photographs become assets with two presets only, and have all that
is made of them, second waves too; then all presets are put on the shelf, and new photographs are put, one each
`--every` seconds, first while nothing else is to do, then while `packshot presets apply` back-fills all assets, then
once more after that was cancelled and what it had begun has ended. Printed: p50 and p95 of each stretch, how many cores
render used, and p95 during the back-fill over the p95 of both idle stretches together, wanted at 1.5 or less. A
back-fill that was over before its stretch was measures nothing, and is an error: take more assets.

`--twins` gives each photograph so many names: as many assets, and the longer queue, but what is made of one is made
once. So `--assets 20000 --twins 50` is a library of 20,000 assets that is there in the time of 400 photographs and
20,000 messages a service. Which of them come first is chance: take so many photographs that the stretch does not see
half of them, for what is left then is hardly any work.

Exit status 0 where the ratio is kept, else 1.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from bench.load.arithmetic import ratio, share
from bench.load.copies import running
from bench.load.follow import following
from bench.load.processes import look
from bench.load.putting import said
from bench.load.stretches import Stretches
from cli.connect import settings_of
from cli.home import CHECKOUT, Home
from cli.say import say
from runtime.bulk import Jobs, Standing, standings
from runtime.config import Settings
from runtime.groups import committed
from runtime.objects import Bucket

WANTED = 1.5
FIRST = ("thumbnail", "web")
BEGIN_S = 8.0
"""Until a back-fill is under way, or what was begun of it has ended."""


class BackFill:
    """`packshot presets apply` on a copy, and how far it is."""

    def __init__(self, home: Home, settings: Settings, library: Bucket) -> None:
        self._home, self._settings, self._library = home, settings, library

    async def begin(self) -> Standing:
        """The job, once it is under way."""
        command = [sys.executable, "-m", "cli", "presets", "apply"]
        env = os.environ | {"PACKSHOT_HOME": str(self._home.root)}
        await asyncio.to_thread(subprocess.run, command, check=True, cwd=CHECKOUT, env=env)
        await asyncio.sleep(BEGIN_S)
        return await self.standing()

    async def standing(self) -> Standing:
        """Of the one job there is."""
        [found] = await standings(await Jobs(self._library).all(), self._committed, time.time())
        return found

    async def cancel(self, job: Standing) -> None:
        """End it, and what it had begun."""
        await Jobs(self._library).turn(job.job.id, "cancelled", self._committed)
        await asyncio.sleep(2 * BEGIN_S)

    async def _committed(self, group: str, topic: str) -> dict[int, int]:
        return await committed(self._settings, group, topic)


async def stretch(one: Stretches, home: Home, name: str, args: argparse.Namespace) -> list[float]:
    """The seconds of its files; tells how much work render did beside."""
    before, began = look(home)["render"]["cpu_s"], time.monotonic()
    found = await one.stretch(name, args.files, args.every)
    used = (look(home)["render"]["cpu_s"] - before) / (time.monotonic() - began)
    say(f"{name:14} render used {used:.2f} cores")
    return found


async def filled(one: Stretches, args: argparse.Namespace) -> None:
    """A library that has nothing to do any more, and lacks most presets."""
    await one.presets(FIRST)
    began = time.monotonic()
    await one.fill("library", args.assets, args.twins)
    await one.rest()
    say(f"{args.assets} assets, each photograph {args.twins} times, took {time.monotonic() - began:.0f} s")
    await one.presets()


async def bench(home: Home, settings: Settings, media: Path, args: argparse.Namespace) -> float:
    """Print the figures; returns the ratio."""
    async with following(settings) as follower:
        one = Stretches(home, media, follower)
        try:
            await filled(one, args)
            idle = await stretch(one, home, "idle", args)
            await one.rest()
            job = BackFill(home, settings, one.library)
            before, began = await job.begin(), time.monotonic()
            busy = await stretch(one, home, "back-fill", args)
            after, seconds = await job.standing(), time.monotonic() - began
            assert after.state == "running", f"the back-fill of {after.job.total} was over: take more --assets"
            assert after.done > before.done, "the back-fill did not move: this measures nothing"
            await job.cancel(after)
            await one.rest()
            idle += await stretch(one, home, "idle again", args)
        finally:
            one.close()
    pace = 60 * (after.done - before.done) / seconds
    print(f"idle: {said(idle)}\nduring a back-fill of {after.job.total} assets, {pace:.0f} a minute: {said(busy)}")
    found = ratio(share(busy, 0.95), share(idle, 0.95)) or 0.0
    print(f"p95 during the back-fill / p95 idle: {found:.2f} (wanted: {WANTED} or less)")
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=200, help="that are rendered anew (200)")
    parser.add_argument("--twins", type=int, default=1, help="names of each photograph (1)")
    parser.add_argument("--files", type=int, default=25, help="new files of each stretch (25)")
    parser.add_argument("--every", type=float, default=4.0, metavar="S", help="seconds between two of them (4)")
    args = parser.parse_args()
    with running("bulk", {"PACKSHOT_TEACH_S": "0"}) as home:
        found = asyncio.run(bench(home, settings_of(home), Path(os.environ["PACKSHOT_MEDIA"]), args))
    return 0 if found <= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
