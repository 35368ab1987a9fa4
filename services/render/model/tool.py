"""Runs the glTF tools (tools/model.mjs) in Node, from inside the cage: the child's bounds bind them as well."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.extra_3d import PACKAGES
from runtime.refusal import Refused
from services.render.model.container import AGAIN
from services.render.model.extra import node

SCRIPT = Path(__file__).with_name("tools") / "model.mjs"
MODEL_AT_FAULT = 3
MEMORY_MB = 1024
SECONDS = 40


class ToolError(RuntimeError):
    """The tools ended in a way that is not the model's fault."""


@dataclass(frozen=True)
class Budget:
    """Of the optimised GLB. triangles: more are simplified, with `error` at most (a share of the model's size)."""

    triangles: int
    error: float = 0.002


def report_and_plain(folder: Path, kind: str, textures: list[dict[str, Any]]) -> dict[str, Any]:
    """Writes `report.json` and `plain.glb` from `source`; returns the report. Raises Refused for a broken model."""
    job = {"kind": kind, "textures": textures, "plain": "plain.glb", "report": "report.json"}
    _run(folder, job)
    report: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
    return report


def optimise(folder: Path, kind: str, textures: list[dict[str, Any]], budget: Budget) -> int:
    """Writes `optimised.glb`; returns its triangles. Raises Refused for a broken model."""
    job = {"kind": kind, "textures": textures, "optimised": "optimised.glb"}
    said = _run(folder, {**job, "triangles": budget.triangles, "error": budget.error})
    return int(json.loads(said)["triangles"])


def _run(folder: Path, job: dict[str, Any]) -> bytes:
    program = node()
    if program is None:
        raise ToolError("there is no node")
    (folder / "job.json").write_text(json.dumps({"input": "source", **job}))
    command = [str(program), f"--max-old-space-size={MEMORY_MB}", str(SCRIPT), str(PACKAGES), "job.json"]
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("The model takes too long to read.", "Export it with fewer triangles and parts.") from error
    if done.returncode == MODEL_AT_FAULT:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise Refused(f"The model cannot be read: {(words or ['its data is broken'])[-1][:160].rstrip('.')}.", AGAIN)
    if done.returncode < 0:
        raise Refused("The model needs more memory than one may have.", "Export it with fewer triangles and parts.")
    if done.returncode:
        raise ToolError(f"node ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout
