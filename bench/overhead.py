"""What the pipeline costs beside the work itself: all our processes against a bare loop that makes the same.

    PACKSHOT_TAG_LATER_SLOTS=0 packshot up && python -m bench.overhead FOLDER

Overhead = ((all our processes and children) - (bare render loop + bare models)) / (bare render loop + bare models), CPU
seconds, from the first PUT to the last ready, after a warm-up with the same pictures under other bytes. Kafka,
SeaweedFS and PostgreSQL are printed beside it. Only first waves are made meanwhile: the bench leaves out the second one
of renditions, the setting that of tags. The floors are measured in as many processes side by side as there are cores,
each with its share of the files, best of three rounds: the pipeline keeps all cores busy too, and two that share a
cache take more CPU time than one alone.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
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


def drop(folder: Path) -> dict[str, Any]:
    """One run of the demo on a running copy; its JSON."""
    command = [sys.executable, "-m", "cli", "demo", str(folder), "--exit", "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ)
    found: dict[str, Any] = json.loads(done.stdout)
    assets = found["assets"]
    assert assets["ready"] == assets["total"], f"not all became ready, so this measures something else: {assets}"
    return found


def render_floor(files: list[Path]) -> float:
    """CPU seconds of one decode, each resize and each encode, per file the best of three."""
    total = 0.0
    for path in files:
        floor = Floor(path)
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            floor.run()
            best = min(best, time.process_time() - began)
        total += best
    return total


def models_floor(files: list[Path]) -> float:
    """CPU seconds of opening each picture small and making the same tags from it: models, colours, quality, hash."""
    from services.tagger.work import DECODED, tag

    total = 0.0
    for path in files:
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            picture = pixels.thumbnail(path, DECODED)
            tag(picture, picture.width, picture.height)
            best = min(best, time.process_time() - began)
        total += best
    return total


def floors(files: list[Path]) -> tuple[float, float]:
    """CPU seconds of the bare render loop and of the bare models on all files, with every core at it."""
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=bare) as pool:
        shares = [files[at::cores] for at in range(cores)]
        return sum(pool.map(render_floor, shares)), sum(pool.map(models_floor, shares))


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
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as scratch, first_waves_only():
        run = secrets.token_hex(3)  # new names: a second run on the same copy adds no versions to what is there
        drop(varied(folder, Path(scratch, f"warm-up-{run}")))
        measured = varied(folder, Path(scratch, f"measured-{run}"))
        found = drop(measured)
        files = sorted(measured.iterdir())
        render, models = floors(files)
    cpu = found["cpu_seconds"]
    ours = cpu["pixels"] + cpu["models"] + cpu["services"]
    bare = render + models
    print(f"files {len(files)}   assets {found['assets']}   load average {os.getloadavg()[0]:.1f}")
    print(f"bare render loop {render:.2f} s   bare models {models:.2f} s")
    print(f"ours {ours:.2f} s  (pixels {cpu['pixels']}, models {cpu['models']}, the rest {cpu['services']})")
    print(f"overhead {(ours - bare) / bare:.1%}   beside it: Kafka, SeaweedFS, PostgreSQL {cpu['stack']} s")


if __name__ == "__main__":
    main()
