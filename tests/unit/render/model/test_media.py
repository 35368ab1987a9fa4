"""Real models: each ends as ready or as refused, and what is made of it is right."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from runtime.jobs import Cages
from runtime.refusal import Refused
from services.render.model.container import parse
from tests.golden.golden import similarity
from tests.unit.render.model.conftest import Make, needs_extra, opened, usd_size

pytestmark = [
    pytest.mark.media,
    pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA is not set"),
    pytest.mark.timeout(600),
    needs_extra,
]

STILL = "turntable-1"
"""Drawn in a fifth of the poster's time."""


def files(folder: str) -> list[Path]:
    return sorted(Path(os.environ["PACKSHOT_MEDIA"], folder).iterdir())


async def test_every_broken_model_is_refused_or_made(make: Make, pool: Cages) -> None:
    """Each in ten seconds of CPU, node's among them: the clock would blame a file for a busy machine."""
    refused = 0
    for path in files("broken/gltf"):
        before = pool.cpu_seconds
        try:
            await make(path.read_bytes(), (), ("model", "model-ios"))
        except Refused as refusal:
            assert refusal.cause.endswith(".") and refusal.cure.endswith("."), path.name
            refused += 1
        assert pool.cpu_seconds - before < 10, path.name
    assert refused >= 40


async def test_every_model_is_made_and_made_right(make: Make, tmp_path: Path) -> None:
    from services.render.model import usd_check

    for path in files("models"):
        values, made = await make(path.read_bytes(), (), ("model", "model-ios", "model-report", STILL))
        facts = values[0]["model"]
        # What came in with Draco too: a page that shows models needs one decoder.
        needs = set(parse(made["model"]).document.get("extensionsUsed", []))
        assert needs <= {"EXT_meshopt_compression", "KHR_mesh_quantization", "EXT_texture_webp"}, path.name
        _, again = await make(made["model"], (), (STILL,))
        assert similarity(opened(made[STILL]), opened(again[STILL])) >= 0.95, path.name
        unlike = (opened(made[STILL]).cast("float") - opened(again[STILL]).cast("float")).abs().avg()
        assert unlike < 1.0, path.name  # SSIM forgives a changed hue
        (tmp_path / "made.usdz").write_bytes(made["model-ios"])
        assert usd_check.faults(tmp_path / "made.usdz") == [], path.name
        assert usd_size(tmp_path / "made.usdz") == pytest.approx(facts["size_m"], rel=1e-4), path.name
        with zipfile.ZipFile(tmp_path / "made.usdz") as package:
            pictures = [name for name in package.namelist() if not name.endswith(".usdc")]
        assert len(pictures) == facts["textures"], path.name
        assert json.loads(made["model-report"])["facts"] == facts, path.name
