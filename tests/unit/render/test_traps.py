"""Small drawings and documents that ask for hours of work or for all memory: an end with a reason, within bounds.

In the real cage, with the service's own limits and recipes. Time is CPU time: a busy machine fails no test.
"""

from contextlib import aclosing
from pathlib import Path
from typing import NamedTuple

import pytest

from runtime.jobs import Cages, run_twice
from runtime.refusal import Refused
from services.render.kinds import job_for, plan_for
from services.render.pools import PICTURES
from services.render.presets import load_presets
from services.render.recipe import Facts
from tests.fakes.caged import Peaks
from tests.fakes.traps import TRAPS

GIGABYTE = 10**9
CPU_SECONDS = 10.0


class End(NamedTuple):
    """How it ended: `said` is the refusal's cause, None for ready; peak in bytes."""

    said: str | None
    cpu_seconds: float
    peak: int


async def end(tmp_path: Path, data: bytes) -> End:
    kind = "document" if data.startswith(b"%PDF") else "image"
    planned = [one for one in plan_for(kind, "", load_presets(), Facts()) if one.wave != "later"]
    cages = Cages("services.render.work:work", size=1, scratch=tmp_path, limits=PICTURES)
    await cages.start()

    async def fill(folder: Path) -> None:
        (folder / "input").write_bytes(data)

    said = None
    async with Peaks(cages) as peaks:
        try:
            async with aclosing(run_twice(cages, fill, {**job_for(kind, planned), "input": "input"})) as values:
                async for _cage, _value in values:
                    pass
        except Refused as refusal:
            said = refusal.cause
            assert refusal.cure
        finally:
            await cages.close()
    return End(said, cages.cpu_seconds, peaks.highest)


@pytest.mark.parametrize("trap", TRAPS)
async def test_it_ends_within_bounds(trap: str, tmp_path: Path) -> None:
    found = await end(tmp_path, TRAPS[trap]())
    assert found.cpu_seconds < CPU_SECONDS and 0 < found.peak < GIGABYTE, found
    assert found.said is None or "takes too long" in found.said or "memory" in found.said or "crashed" in found.said
