"""What the runtime's tests share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.jobs import Cages, Limits
from tests.fakes.caged import HASTY_S, MIB, PATIENT_S, WORK


@pytest.fixture
async def cages(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Cages]:
    """One child; of tests marked `hasty` with little time."""
    seconds = HASTY_S if request.node.get_closest_marker("hasty") else PATIENT_S
    limits = Limits(seconds=seconds, address_bytes=1024 * MIB, rss_bytes=300 * MIB)
    pool = Cages(WORK, size=1, scratch=tmp_path, limits=limits)
    await pool.start()
    yield pool
    await pool.close()
    assert list(tmp_path.iterdir()) == []
