"""A PostgreSQL of a benchmark's own, in a folder that goes with it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.servers.stack import Stack


@contextmanager
def spare_database() -> Iterator[str]:
    """Start it; its URL. It is stopped after the block."""
    with tempfile.TemporaryDirectory(prefix="packshot-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        stack = Stack.spare(Path(folder))
        try:
            stack.start(kafka=False, s3=False, postgres=True)
            yield stack.postgres.url
        finally:
            stack.stop()
