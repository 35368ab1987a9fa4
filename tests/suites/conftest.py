"""The same behaviour on the twins in memory and on the real servers."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from runtime.config import Settings
from runtime.memory_broker import MemoryBroker
from runtime.memory_store import MemoryBucket
from runtime.s3_store import Store
from tests.suites.archives import Place
from tests.suites.labs import Lab, MemoryLab, opened

BOTH = [pytest.param("memory"), pytest.param("kafka", marks=pytest.mark.broker)]


@pytest.fixture(params=BOTH)
async def lab(request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    """A broker to experiment with."""
    if request.param == "memory":
        yield MemoryLab()
        return
    settings: Settings = request.getfixturevalue("kafka")
    async with opened(request.getfixturevalue("stack"), settings) as real:
        yield real


@pytest.fixture(params=[pytest.param("memory"), pytest.param("seaweed", marks=pytest.mark.broker)])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """Where records are kept."""
    if request.param == "memory":
        yield Place(MemoryBucket("library"), MemoryBroker())
        return
    store = Store(request.getfixturevalue("s3"))
    try:
        yield Place(store.bucket("library"), MemoryBroker())
    finally:
        store.close()


@pytest.fixture
def asset() -> str:
    """A new asset's id."""
    return str(uuid4())
