"""Work for the tests of the cage that loads what the workers load, before it is locked in."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnxruntime
import pyvips

STATE: dict[str, Any] = {}


def warm() -> None:
    STATE["version"] = onnxruntime.__version__
    # Makes libvips start its worker threads, which live on for a while.
    STATE["mean"] = pyvips.Image.black(2000, 2000).avg()
    STATE["model"] = Path(os.environ["TEST_MODEL"]).read_bytes() if "TEST_MODEL" in os.environ else b""


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    threads = {}
    for task in Path("/proc/self/task").iterdir():
        lines = dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)
        threads[task.name] = [lines["NoNewPrivs"].strip(), lines["Seccomp"].strip()]
    yield {"threads": threads, "mean": STATE["mean"], "model": len(STATE["model"])}
