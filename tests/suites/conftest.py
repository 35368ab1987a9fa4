"""The same behaviour on the twins in memory and on the real servers."""

from collections.abc import AsyncIterator

import pytest

from runtime.config import Settings
from tests.suites.labs import KafkaLab, Lab, MemoryLab

BOTH = [pytest.param("memory"), pytest.param("kafka", marks=pytest.mark.broker)]


@pytest.fixture(params=BOTH)
async def lab(request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    """A broker to experiment with."""
    if request.param == "memory":
        yield MemoryLab()
        return
    settings: Settings = request.getfixturevalue("kafka")
    real = KafkaLab(request.getfixturevalue("stack"), settings)
    await real.open()
    try:
        yield real
    finally:
        await real.close()
