"""A copy of the real store while it is written to: what was acknowledged when it stood still is there, and whole."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from minio import Minio

from cli import keeping
from cli.servers.server import wait_ready
from cli.servers.stack import Stack
from cli.stillness import suspended
from tests.integration.writers import Put, Writers, kept

pytestmark = [pytest.mark.broker, pytest.mark.timeout(400)]
BUCKET = "library"
BEFORE, MEANWHILE, AFTER = 30, 15, 15


@pytest.fixture
def own() -> Iterator[Stack]:
    """It loses what it keeps. No database."""
    with tempfile.TemporaryDirectory(prefix="packshot-hot-", ignore_cleanup_errors=True) as folder:
        stack = Stack.spare(Path(folder))
        try:
            stack.start(postgres=False)
            yield stack
        finally:
            stack.stop()


def test_what_was_acknowledged_is_in_the_copy(own: Stack, tmp_path: Path) -> None:
    client = Minio(own.s3.address, own.secrets.s3_access_key, own.secrets.s3_secret_key, secure=False)
    then: list[Put] = []
    with Writers(client, BUCKET) as writers:

        @contextmanager
        def still() -> Iterator[None]:
            writers.wait_for(BEFORE + MEANWHILE)
            assert own.s3.pid
            with suspended(own.s3.pid):
                then.extend(writers.acknowledged)
                yield

        writers.wait_for(BEFORE)
        done = keeping.keep(own.home, tmp_path / "kept", still)
        writers.wait_for(len(then) + AFTER)  # it goes on as if nothing had been
    assert not keeping.damaged(done.folder) and done.still_s > 0
    own.s3.stop()
    shutil.rmtree(own.home.data / "seaweed")
    shutil.copytree(done.folder / "data" / "seaweed", own.home.data / "seaweed")
    own.s3.start()
    wait_ready(own.s3)
    found = kept(client, BUCKET)
    assert len(then) >= BEFORE + MEANWHILE and set(then) <= found
    assert len(found) < len(writers.acknowledged), "what came after it is not in it"
