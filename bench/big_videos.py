"""What two 2 GB videos cost new photographs: PUT to thumbnail while they are worked on, against an idle pipeline.

    PACKSHOT_MEDIA=… python -m bench.big_videos [--videos 2] [--gigabytes 2] [--files 25] [--every 4]

On a pipeline of its own, in one run: new photographs are put, one each `--every` seconds, first while nothing else is
to do, then from the moment on at which the videos are being put, all at once. Each video is a short clip of
`PACKSHOT_MEDIA`, followed by a `free` box that fills it up: valid, and every byte of it is uploaded, hashed, stored and
fetched. Printed: p50 and p95 of both stretches and their ratio, the most that each part held of memory and scratch,
and when the videos were ready. A stretch that began after they were ready measures nothing, and is an error.

Exit status 0 when p95 beside them is at most `LIMIT` times the idle one.
"""

import argparse
import asyncio
import hashlib
import os
import shutil
import struct
import sys
import tempfile
import time
from pathlib import Path

from bench.load.arithmetic import ratio, share
from bench.load.copies import running
from bench.load.follow import Follower, following
from bench.load.peaks import Peaks
from bench.load.putting import Timed, said, settled
from bench.load.stretches import Stretches
from cli.connect import settings_of
from cli.home import Home
from cli.say import say

CLIP = Path("video", "luma_fence_4s.mp4")
LIMIT = 1.5
BOX = struct.Struct(">I4sQ")
"""Size 1: the real size follows the name, in 64 bits."""


def padded(clip: Path, into: Path, size: int, number: int) -> Path:
    """The clip, then a box that nobody reads, up to `size` bytes; the file has holes where it is zero."""
    shutil.copyfile(clip, into)
    with into.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(BOX.pack(1, b"free", size - file.tell()) + number.to_bytes(8, "big"))
        file.truncate(size)
    return into


async def put_videos(one: Stretches, paths: list[Path]) -> list[Timed]:
    """All at once, each in parts, as `packshot submit` does."""

    def put(path: Path) -> Timed:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        began = time.time()
        one.client.fput_object(one.settings.inbox_bucket, f"films/{path.name}", str(path))
        say(f"{path.name} is there after {time.time() - began:.0f} s")
        return Timed(f"films/{path.name}", digest, began)

    return await asyncio.gather(*(asyncio.to_thread(put, path) for path in paths))


async def bench(home: Home, media: Path, scratch: Path, args: argparse.Namespace) -> float:
    """Print the figures; returns the ratio."""
    size = int(args.gigabytes * 10**9)
    paths = [padded(media / CLIP, scratch / f"film-{n}.mp4", size, n) for n in range(args.videos)]
    async with following(settings_of(home)) as follower, Peaks(home) as peaks:
        one = Stretches(home, media, follower)
        try:
            await one.stretch("warm-up", 3, args.every)
            idle = await one.stretch("idle", args.files, args.every)
            peaks.begin()
            putting = asyncio.create_task(put_videos(one, paths))
            busy, began = await one.stretch("beside videos", args.files, args.every), time.time()
            videos = await putting
            await settled(follower, videos)
            print(ends(follower, videos, began))
        finally:
            one.close()
    found = ratio(share(busy, 0.95), share(idle, 0.95)) or 0.0
    print(f"{peaks.told()}\nidle: {said(idle)}\nbeside {args.videos} videos of {args.gigabytes} GB: {said(busy)}")
    print(f"p95 beside them / p95 idle: {found:.2f}")
    return found


def ends(follower: Follower, videos: list[Timed], until: float) -> str:
    """When each had its pictures. Raises AssertionError where they were there before the stretch was well begun."""
    found = [(one, follower.version(*one.name)) for one in videos]
    states = {one.key: version.state if version else "absent" for one, version in found}
    assert set(states.values()) <= {"ready", "complete"}, f"not all became ready: {states}"
    times = [(version.times["renditions"], one.began) for one, version in found if version]
    last = max(at for at, _ in times)
    begun = min(began for _, began in times)
    assert last - begun > (until - begun) / 4, "the videos were ready before the stretch was well begun"
    return "videos ready after " + ", ".join(f"{at - began:.0f} s" for at, began in times)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=int, default=2)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    parser.add_argument("--files", type=int, default=25, help="new photographs of each stretch (25)")
    parser.add_argument("--every", type=float, default=4.0, metavar="S", help="seconds between two of them (4)")
    args = parser.parse_args()
    with running("videos", {"PACKSHOT_TEACH_S": "0"}) as home, tempfile.TemporaryDirectory() as scratch:
        found = asyncio.run(bench(home, Path(os.environ["PACKSHOT_MEDIA"]), Path(scratch), args))
    return 0 if found <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
