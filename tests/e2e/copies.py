"""A pipeline with servers of its own, for tests that take something from these, and its webhooks."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from cli.servers.stack import Stack
from tests.e2e.harness import Pipeline


@contextmanager
def copy(models: Path) -> Iterator[Pipeline]:
    """Servers of its own, up, and no service yet (`begin` it first): others follow theirs from the beginning."""
    with tempfile.TemporaryDirectory(prefix="packshot-lost-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        stack = Stack.spare(Path(folder))
        stack.home.models.symlink_to(models)
        own = Pipeline(stack)
        try:
            stack.start()
            yield own
        finally:
            own.stop()
            stack.stop()


def listen(own: Pipeline, url: str) -> None:
    """A webhook for everything."""
    at = f"http://127.0.0.1:{own.member('catalog').http_port}/v1/webhooks"
    headers = {"Authorization": f"Bearer {own.stack.secrets.admin_key}"}
    httpx.post(at, json={"url": url}, headers=headers, timeout=20).raise_for_status()
