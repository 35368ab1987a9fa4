"""What broken and hostile files cost: each in the real cage, one after another, with the recipes of the first wave.

    python -m bench.hostile $PACKSHOT_MEDIA/broken $PACKSHOT_MEDIA/documents

Beside the files of the folders: the traps of tests/fakes/traps.py, which ask for hours of work or all memory, and files
that ask for another file of this machine and for an address of the network (tests/fakes/hostile.py). Printed by kind:
seconds of clock (wanted: 10 at p99), how they ended, the highest resident memory (wanted for pictures and documents:
under 1 GB); then whether the other file was read, or anybody came to the address. Exit status 1 where one is missed.

A kind's first file is done twice and counts the second time: to start its cage is not the file's work.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from pathlib import Path

from cli.summary import percentile
from runtime.jobs import WorkFailed, run_twice
from runtime.refusal import Refused
from services.render.image.sniff import sniff_file
from services.render.kinds import job_for, plan_for
from services.render.pools import PICTURES, Pools, pools
from services.render.presets import load_presets
from services.render.recipe import Facts
from tests.fakes.caged import Peaks
from tests.fakes.hostile import planted
from tests.fakes.traps import TRAPS

LONGEST_S, MOST_BYTES = 10.0, 10**9
CAGED_ALIKE = {"document": "image"}
"""Kinds that share another's children."""


@dataclass
class Ends:
    """Of one kind of cage. seconds: by file."""

    seconds: dict[str, float] = field(default_factory=dict)
    how: Counter[str] = field(default_factory=Counter)
    peak: int = 0


class Neighbour:
    """Another file of this machine, and an address; both know whether somebody came."""

    def __init__(self, folder: Path) -> None:
        self.path, self.visits = folder / "neighbour.png", 0
        self.path.write_bytes(b"\x89PNG\r\n\x1a\n")
        self._forget()

    async def listen(self) -> str:
        """Start; gives the address."""
        self._server = await asyncio.start_server(self._come, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"

    async def _come(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()

    def was_read(self) -> bool:
        """Raises RuntimeError where the file system does not keep it."""
        found = self.path.stat().st_atime > 0
        self._forget()
        self.path.read_bytes()
        if not self.path.stat().st_atime > 0:
            raise RuntimeError("this file system does not note who reads a file; set TMPDIR to another")
        return found

    def _forget(self) -> None:
        os.utime(self.path, (0, time.time()))


def files(folders: list[Path], made: Path, neighbour: Neighbour, far: str) -> Iterator[Path]:
    """All of them; ours are written to `made`."""
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    yield from sorted(found)
    for name, data in {**{name: make() for name, make in TRAPS.items()}, **planted(neighbour.path, far)}.items():
        (made / name).write_bytes(data)
        yield made / name


async def end_of(path: Path, running: Pools) -> str:
    """Through the cage of its kind: "ready", or why not."""
    kind = sniff_file(path)
    family = kind.family or "image"
    plan = plan_for(family, f"{family}/{kind.name}", load_presets(), Facts())
    job = {**job_for(family, [one for one in plan if one.wave != "later"]), "input": "input"}

    async def fill(folder: Path) -> None:
        (folder / "input").write_bytes(path.read_bytes())

    try:
        async with aclosing(run_twice(running.pool(family), fill, job)) as values:
            async for _cage, _value in values:
                pass
    except Refused as refusal:
        return f"refused: {refusal.cause}"
    except WorkFailed as failure:
        return f"FAILED: {failure}"
    return "ready"


async def bench(folders: list[Path]) -> int:
    """Run all and print."""
    ends: dict[str, Ends] = {}
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as scratch:
        neighbour = Neighbour(Path(made))
        listed = list(files(folders, Path(made), neighbour, await neighbour.listen()))
        async with pools(Path(scratch), 1, PICTURES) as running, AsyncExitStack() as watching:
            peaks = {
                kind: await watching.enter_async_context(Peaks(cages))
                for kind, cages in running.by_kind.items()
                if kind not in CAGED_ALIKE
            }
            for path in listed:
                family = sniff_file(path).family or "image"
                kind = CAGED_ALIKE.get(family, family)
                if kind not in ends:
                    ends[kind] = Ends()
                    await end_of(path, running)
                began = time.perf_counter()
                how = await end_of(path, running)
                ends[kind].seconds[path.name] = time.perf_counter() - began
                ends[kind].how[how] += 1
            for kind, one in ends.items():
                one.peak = peaks[kind].highest
        return report(ends, neighbour)


def report(ends: dict[str, Ends], neighbour: Neighbour) -> int:
    """Say it; 1 where something was missed."""
    missed = False
    for kind, one in ends.items():
        seconds = list(one.seconds.values())
        p99 = (percentile(seconds, 0.99) or 0) / 1000
        slowest = sorted(one.seconds.items(), key=lambda item: -item[1])[:3]
        missed |= p99 > LONGEST_S or any(how.startswith("FAILED") for how in one.how)
        missed |= kind == "image" and one.peak > MOST_BYTES
        print(f"{kind}: {len(seconds)} files, p50 {percentile(seconds, 0.5)} ms, p99 {1000 * p99:.0f} ms")
        print(f"  slowest: {', '.join(f'{name} {took:.1f} s' for name, took in slowest)}")
        print(f"  highest memory: {one.peak / 1e6:.0f} MB")
        for how, count in one.how.most_common():
            print(f"  {count:4} {how}")
    read = neighbour.was_read()
    print(f"the other file was {'READ' if read else 'not read'}; {neighbour.visits} came to the address")
    return int(missed or read or neighbour.visits > 0)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    return asyncio.run(bench(parser.parse_args().folders))


if __name__ == "__main__":
    sys.exit(main())
