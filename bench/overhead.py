"""What the pipeline costs beside the work itself: all our processes against a bare loop that makes the same.

    PACKSHOT_TAG_LATER_SLOTS=0 packshot up && python -m bench.overhead FOLDER [--rounds 3]

Overhead = ((all our processes and children) - (bare render loop + bare models)) / (bare render loop + bare models), CPU
seconds, from the first PUT to the last ready, after a warm-up with the same pictures under other bytes. Kafka,
SeaweedFS and PostgreSQL are printed beside it. Only first waves are made meanwhile: the bench leaves out the second one
of renditions, the setting that of tags. The floors are measured in as many processes side by side as there are cores,
each with its share of the files: the pipeline keeps all cores busy too, and two that share a cache take more CPU time
than one alone. They are measured after each round, because machines change their pace; where they do so within a round,
the least of each says more than the median, because what disturbs only ever adds.
Measure on a fresh copy (`PACKSHOT_HOME`): pictures that lie there many times are compared with each other.
"""

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyvips

from bench.first_waves import first_waves_only
from bench.render_floor import Floor
from runtime import pixels


def varied(folder: Path, into: Path) -> Path:
    """The same JPEGs with a few bytes after their end: new work for the pipeline, the same pixels."""
    into.mkdir()
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".jpg", ".jpeg"):
            (into / path.name).write_bytes(path.read_bytes() + secrets.token_bytes(8))
    return into


def drop(folder: Path, *more: str) -> dict[str, Any]:
    """One run of the demo on a running copy, with `more` words behind it; its JSON."""
    command = [sys.executable, "-m", "cli", "demo", str(folder), *more, "--exit", "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ)
    found: dict[str, Any] = json.loads(done.stdout)
    assets = found["assets"]
    assert assets["ready"] == assets["total"], f"not all became ready, so this measures something else: {assets}"
    return found


def render_floor(files: list[Path]) -> float:
    """CPU seconds of one decode, each resize and each encode."""
    floors = [Floor(path) for path in files]
    began = time.process_time()
    for floor in floors:
        floor.run()
    return time.process_time() - began


def models_floor(files: list[Path]) -> float:
    """CPU seconds of opening each picture small and making the same tags from it: models, colours, quality, hash."""
    from runtime.eye import DECODED
    from services.tagger.work import tag

    began = time.process_time()
    for path in files:
        picture = pixels.thumbnail(path, DECODED)
        tag(picture, picture.width, picture.height)
    return time.process_time() - began


class Floors:
    """The bare render loop and the bare models, on all files, with every core at it."""

    def __init__(self, files: list[Path]) -> None:
        self._cores = os.cpu_count() or 1
        self._pool = ProcessPoolExecutor(self._cores, mp_context=get_context("spawn"), initializer=bare)
        self._shares = [files[at :: self._cores] for at in range(self._cores)]
        self.measure()  # loads the models

    def measure(self) -> tuple[float, float]:
        """CPU seconds of both."""
        render, models = (sum(self._pool.map(floor, self._shares)) for floor in (render_floor, models_floor))
        return render, models

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown()


def bare() -> None:
    """libvips as in the cage."""
    pyvips.cache_set_max(0)
    pyvips.concurrency_set(1)


ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1"}
"""As in the cage: with threads the floors would burn CPU that the pipeline does not."""


def main() -> None:
    """Print the figures."""
    if not ONE_THREAD.items() <= os.environ.items():  # libraries read them when they are loaded
        os.execve(sys.executable, [sys.executable, "-m", "bench.overhead", *sys.argv[1:]], os.environ | ONE_THREAD)  # noqa: S606
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, first_waves_only():
        found = list(rounds(args.folder, Path(scratch), args.rounds))
    print(f"median of {len(found)} rounds: {statistics.median(ours / floor for ours, floor in found) - 1:.1%}")
    ours, floor = (sum(seconds) for seconds in zip(*found, strict=True))
    print(f"all rounds together: ours {ours:.2f} s, bare {floor:.2f} s, overhead {ours / floor - 1:.1%}")
    best, bare_best = (min(seconds) for seconds in zip(*found, strict=True))
    print(f"least of each: ours {best:.2f} s, bare {bare_best:.2f} s, overhead {best / bare_best - 1:.1%}")


def rounds(folder: Path, scratch: Path, count: int) -> Iterator[tuple[float, float]]:
    """Print and give the CPU seconds of ours and of the floor, measured one after the other."""
    run = secrets.token_hex(3)  # new names: a second run on the same copy adds no versions to what is there
    drop(warmed := varied(folder, scratch / f"warm-up-{run}"))
    floors = Floors(sorted(warmed.iterdir()))
    try:
        for number in range(count):
            cpu = drop(varied(folder, scratch / f"measured-{run}-{number}"))["cpu_seconds"]
            render, models = floors.measure()
            ours, floor = cpu["pixels"] + cpu["models"] + cpu["services"], render + models
            print(
                f"ours {ours:.2f} s (pixels {cpu['pixels']}, models {cpu['models']}, the rest {cpu['services']})"
                f"   bare {floor:.2f} s (render {render:.2f}, models {models:.2f})   overhead {ours / floor - 1:.1%}"
                f"   beside it: Kafka, SeaweedFS, PostgreSQL {cpu['stack']} s   load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
            yield ours, floor
    finally:
        floors.close()


if __name__ == "__main__":
    main()
