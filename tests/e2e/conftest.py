"""One set of servers and services for the whole package; each test has its own folder in the inbox."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.servers.stack import Stack
from tests.e2e import leaks
from tests.e2e.harness import Pipeline, build_models


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The thousand pairs come last: whoever empties the database after them would have a thousand assets to link."""
    items.sort(key=lambda item: item.path.name == "test_meeting.py")


@pytest.fixture(scope="package")
def pipeline() -> Iterator[Pipeline]:
    """Servers of its own: what other tests write must not be in the archive that is compared with the log.

    At its end none of their secrets may stand in any log, or on any topic.
    """
    with tempfile.TemporaryDirectory(prefix="packshot-e2e-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        stack = Stack.spare(Path(folder))
        running = Pipeline(stack)
        try:
            build_models(stack.home.models)
            stack.start()
            asyncio.run(running.begin())
            yield running
            secrets = leaks.secret(stack.secrets)
            leaked = asyncio.run(leaks.said(running.settings, secrets))
        finally:
            running.stop()
            stack.stop()
        leaked += leaks.logged(stack.home.logs, secrets)
        assert not leaked, "secrets of the servers were written down by a test, or by what ran in it"


@pytest.fixture
def prefix(pipeline: Pipeline) -> str:
    """A folder in the inbox that no other test has."""
    return pipeline.prefix()
