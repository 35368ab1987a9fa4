"""A PostgreSQL of a benchmark's own, in a folder that goes with it, or in one that is kept."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from cli.servers.stack import Stack


@contextmanager
def spare_database(kept: Path | None = None) -> Iterator[str]:
    """Start it; its URL. It is stopped after the block. kept: a folder that it stays in."""
    if kept:
        kept = kept.resolve()
        kept.mkdir(parents=True, exist_ok=True)
    scratch = partial(tempfile.TemporaryDirectory, prefix="packshot-bench-", ignore_cleanup_errors=True)
    with nullcontext(str(kept)) if kept else scratch() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        stack = Stack.spare(Path(folder))
        try:
            stack.start(kafka=False, s3=False, postgres=True)
            yield stack.postgres.url
        finally:
            stack.stop()
