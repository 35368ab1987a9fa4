"""What the tagger costs: CPU of each wave, model and step at p50 and p95, and the memory of both waves.

    python -m bench.tagger FOLDER [--most 40]

In one process a wave, on one thread, as in the cage. Models are loaded before. The first wave looks at
render's web size of large photographs, as it does in the pipeline; beside it, what it costs where that is not there.
Each model's line is what it takes of a picture that it looks at: faces are looked for only where somebody may be.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from runtime import eye, pixels
from runtime.refusal import Refused
from services.render.image.pipeline import make, prepare
from services.render.presets import load_presets
from services.render.recipe import Facts, plan
from services.tagger.rendered import LARGE

JPEGS = (".jpg", ".jpeg")
PICTURES = (".png", *JPEGS)
WEB = [one for one in plan(load_presets(), Facts()) if one.preset == "web"]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1"}


def first(files: list[Path]) -> dict[str, list[float]]:
    """CPU seconds of each picture."""
    from services.tagger import work

    work.warm()
    every = work.loaded()
    models = [one.model for one in (*filter(lambda one: one.looks, every.sighted), *every.watching)]
    spent: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in files:
            try:
                jobs = {"first wave": rendered(path, folder), "original itself": {"input": str(path)}}
                for wave, job in jobs.items():
                    began = time.process_time()
                    list(work.work(job, folder))
                    looked = time.process_time()
                    picture = pixels.thumbnail(folder / job["input"], eye.DECODED)
                    spent[wave].append(looked - began)
                    spent[f"{wave}: decoding"].append(time.process_time() - looked)
                    for model in models if wave == "first wave" else ():
                        name, took = f"{wave}: {model.card.name}", time.process_time()
                        model.see(eye.on_white(picture))
                        spent[name].append(time.process_time() - took)
            except Refused:
                continue
    return spent


def rendered(path: Path, folder: Path) -> dict[str, Any]:
    """The first wave's job: of a large original with render's web size, made in `folder`. Raises Refused."""
    if path.suffix.lower() not in JPEGS or path.stat().st_size < LARGE:
        return {"input": str(path)}
    source = prepare(path, WEB)
    (made,) = make(source)
    (folder / "web.jpg").write_bytes(made.encoded)
    return {"input": "web.jpg", "size": [source.width, source.height], "head": str(path)}


def second(files: list[Path]) -> dict[str, list[float]]:
    """The same by step; opening and decoding count for the step that needs it first."""
    from services.tagger import later_work
    from services.tagger.look import Look

    pixels.lock_down()
    spent: dict[str, list[float]] = defaultdict(list)
    for path in [files[0], *files]:
        look = Look(path)
        total = time.process_time()
        for step in later_work.STEPS:
            began = time.process_time()
            look.found[step.name] = step.find(look)
            spent[f"later: {step.name}"].append(time.process_time() - began)
        spent["later: all"].append(time.process_time() - total)
    return {name: values[1:] for name, values in spent.items()}  # the first one loads the models


def main() -> None:
    """Print a line a wave and step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=40, help="pictures, spread over the folder")
    parser.add_argument("--wave", choices=("first", "second"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.wave is None:
        for wave in ("first", "second"):
            command = [
                sys.executable,
                "-m",
                "bench.tagger",
                str(asked.folder),
                f"--most={asked.most}",
                f"--wave={wave}",
            ]
            subprocess.run(command, check=True, env=os.environ | ONE_THREAD)
        return
    found = sorted(path for path in asked.folder.rglob("*") if path.suffix.lower() in PICTURES)
    files = [path.absolute() for path in found][:: max(1, len(found) // asked.most)][: asked.most]
    for name, values in (first if asked.wave == "first" else second)(files).items():
        ordered = sorted(values)
        p50, p95 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.95))
        print(f"{name:24} p50 {p50:5.0f} ms   p95 {p95:5.0f} ms   of {len(ordered)} pictures")
    print(f"{asked.wave} wave: peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB", flush=True)


if __name__ == "__main__":
    main()
