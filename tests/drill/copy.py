"""A copy of its own that is up as `packshot up` leaves it, with what the drill can take away from it."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cli import home as homes
from cli import setup_steps
from cli.api import ask
from cli.breaking.disk import Disk, small_disk
from cli.breaking.link import Link, linked
from cli.breaking.receiver import receiving
from cli.connect import admin_key_of, settings_of
from cli.home import CHECKOUT, Home
from cli.say import say
from cli.servers.stack import Stack
from cli.supervisor import status_file
from cli.supervisor.service import SERVICES
from cli.supervisor.status_file import PartStatus
from runtime.config import Settings
from runtime.minio_store import MinioBucket
from runtime.s3_store import Store
from tests.e2e.member import free_port
from tests.fakes.akeneo import FakeAkeneo, served
from tests.fakes.certificates import issued
from tests.prometheus import TARGETS

SHARED = ("models", "kafka", "npm", "venv", "run/stamps")
TRIES = 4
LONG = 400
"""Days that a certificate is good for."""


@dataclass(frozen=True)
class Copy:
    """`links`: before Kafka, the store and PostgreSQL; `pim`: before an Akeneo, `hook`: before a shop's endpoint,
    `drop`: before the place of a drop, which is a folder of our own library."""

    home: Home
    env: Mapping[str, str]
    links: Mapping[str, Link]
    disk: Disk
    certificate: Path
    inbox: MinioBucket
    library: MinioBucket
    beside: int
    """Port of a second process of a service."""

    @property
    def watched(self) -> Path:
        """The file in which Prometheus is told whom to ask."""
        return self.home.root.parent / "prometheus" / TARGETS

    async def run(self, line: str) -> tuple[int, str]:
        """A line of a shell, as people type it beside `./packshot`; exit status, and all that it printed."""
        return await _typed(self.home, self.env, line)

    @property
    def key(self) -> str:
        """Of the admin."""
        return admin_key_of(self.home)

    @property
    def python(self) -> str:
        """The interpreter, for a line."""
        return sys.executable

    async def up(self, prefix: str = "") -> None:
        """Start everything. Raises AssertionError with what was said where that fails and `prefix` is no fault."""
        if prefix:
            await self.run(f"{prefix}./packshot up")
        else:
            await _up(self.home, self.env)

    async def down(self) -> None:
        """End everything."""
        await self.run("./packshot down")

    def part(self, name: str) -> PartStatus:
        """As the supervisor sees it."""
        return next(one for one in status_file.read(self.home) if one.name == name)

    def signal(self, name: str, number: signal.Signals) -> None:
        """To a part's process."""
        pid = self.part(name).pid
        assert pid, f"{name} does not run"
        os.kill(pid, number)

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """The API."""
        return await asyncio.to_thread(ask, self.home, method, path, body)

    async def put(self, files: Mapping[str, bytes]) -> None:
        """Into the inbox."""
        for key, body in files.items():
            await self.inbox.put(key, body, content_type="application/octet-stream")

    def ports(self) -> dict[str, int]:
        """Of all parts."""
        return Stack(self.home.root).ports


async def _typed(home: Home, env: Mapping[str, str], line: str) -> tuple[int, str]:
    told = home.tmp / "typed.log"
    with told.open("wb") as out:  # a pipe would be held open by what the line leaves running
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", line, cwd=home.root / "typed", env=env, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out
        )
        status = await process.wait()
    return status, told.read_text(encoding="utf-8", errors="replace")


async def _up(home: Home, env: Mapping[str, str]) -> None:
    """A busy machine takes longer than one `up` waits; the next one finds the first. Raises AssertionError."""
    for _ in range(TRIES):
        status, told = await _typed(home, env, "./packshot up")
        if status == 0:
            return
    catalog = (home.logs / "catalog.log").read_text(encoding="utf-8", errors="replace")[-2000:]
    raise AssertionError(f"{told}\n{catalog}")


async def until(reached: Callable[[], Any], seconds: float, what: str) -> None:
    """Poll. Raises AssertionError."""
    end = asyncio.get_running_loop().time() + seconds
    while not (await found if asyncio.iscoroutine(found := reached()) else found):
        assert asyncio.get_running_loop().time() < end, f"{what} did not come in {seconds:.0f} s"
        await asyncio.sleep(0.5)


def _made(root: Path) -> Home:
    """A fresh home that shares what set-up made."""
    ours = homes.current().make()
    setup_steps.run_missing(ours, say)
    home = Home(root).make()
    for name in SHARED:
        if (ours.root / name).exists():
            (root / name).symlink_to(ours.root / name)
    typing_in(home)
    return home


def typing_in(home: Home) -> None:
    """A folder in which `./packshot` is this checkout's."""
    typed = home.root / "typed" / "packshot"
    typed.parent.mkdir(exist_ok=True)
    typed.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m cli "$@"\n')
    typed.chmod(0o755)


def renew(certificate: Path, days: int) -> None:
    """Write one that ends in so many days."""
    certificate.write_bytes(issued("drill", days=(-1, days)).pem)


CHANNEL = """channel: drill
title: Drill
rules:
  - since: 2026-01-01
    read: 2026-11
    source: [nowhere]
    slots: [{name: main, roles: [main], least: 1, preset: thumbnail}]
"""
DROP = """drops:
  - name: drill
    channel: drill
    format: zip
    every: 10
    s3:
      url: http://127.0.0.1:{port}
      bucket: {bucket}
      prefix: handed
      access_key: file:{key}
      secret_key: file:{secret}
"""


def _dropping(home: Home, port: int) -> dict[str, str]:
    """A channel that takes any main picture, and a drop for it; its keys are written when the store has them."""
    folder = home.root / "channels"
    folder.mkdir(exist_ok=True)
    (folder / "drill.yaml").write_text(CHANNEL)
    told = {"port": port, "bucket": Settings().library_bucket, "key": home.root / "key", "secret": home.root / "secret"}
    (home.root / "drops.yaml").write_text(DROP.format(**told))
    return {"CHANNELS": str(folder), "DROPS": str(home.root / "drops.yaml")}


def _keys(home: Home, settings: Settings) -> None:
    (home.root / "key").write_text(settings.s3_access_key)
    (home.root / "secret").write_text(settings.s3_secret_key)


def _settings(home: Home, links: Mapping[str, Link], certificate: Path) -> dict[str, str]:
    pim = f"http://127.0.0.1:{links['pim'].port}"
    own = {
        "HOME": str(home.root), "SWEEP_S": "3", "SWEEP_GRACE_S": "5", "SWEEP_DEEP_S": "6", "TEACH_S": "0",
        "SESSION_TIMEOUT_S": "6", "WEBHOOK_PRIVATE": "true", "DEAD_LETTER_PAUSE_S": "1",
        "AKENEO_EVENTS_CA": str(certificate), "AKENEO_URL": pim,
        "AKENEO_CLIENT_ID": "client", "AKENEO_SECRET": "secret", "AKENEO_USER": "packshot_0001",
        "AKENEO_PASSWORD": "pass", "AKENEO_POLL_S": "2", "RENDER_MEMORY": "300000000",
        **_dropping(home, links["drop"].port),
    }  # fmt: skip
    given = {f"PACKSHOT_{name}": value for name, value in own.items()}
    return {**os.environ, **given, "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"}


@asynccontextmanager
async def _between(home: Home) -> AsyncIterator[tuple[dict[str, Link], Disk]]:
    """Links before our servers, before a PIM and before an endpoint; and a small disk for scratch files.

    A link has a loop of its own, which starts and ends in no thread that runs one.
    """
    async with served(FakeAkeneo()) as login:
        with ExitStack() as stack:
            receiver = stack.enter_context(receiving())
            disk = stack.enter_context(small_disk(home.tmp / "spool"))
            links = await asyncio.to_thread(stack.enter_context, linked(home))
            places: dict[str, Callable[[], int]]
            places = {"pim": partial(port_of, login.url), "hook": partial(port_of, receiver.url)}
            places["drop"] = lambda: Stack(home.root).ports["s3"]
            for name, port in places.items():
                link = Link(port).listening()
                links[name] = await asyncio.to_thread(stack.enter_context, link)
            try:
                yield links, disk
            finally:
                await asyncio.to_thread(stack.close)


def port_of(url: str) -> int:
    """Of an address on this machine."""
    return urlsplit(url).port or 80


@contextmanager
def _buckets(root: Path, settings: Settings) -> Iterator[tuple[MinioBucket, MinioBucket]]:
    """Inbox and library, past the links."""
    straight = settings.model_copy(update={"s3_endpoint": f"127.0.0.1:{Stack(root).ports['s3']}"})
    store = Store(straight)
    try:
        yield store.bucket(settings.inbox_bucket), store.bucket(settings.library_bucket)
    finally:
        store.close()


@asynccontextmanager
async def running(root: Path) -> AsyncIterator[Copy]:
    """A copy in this folder, up; it is ended, and the folder removed, with the block."""
    home = await asyncio.to_thread(_made, root)
    certificate = root / "authority.pem"
    renew(certificate, LONG)
    async with _between(home) as (links, disk):
        env = _settings(home, links, certificate)
        try:
            await _up(home, env)
            settings = await asyncio.to_thread(settings_of, home)
            _keys(home, settings)
            with _buckets(root, settings) as (inbox, library):
                yield Copy(home, env, links, disk, certificate, inbox, library, free_port())
        finally:
            await _typed(home, env, "./packshot down")
    shutil.rmtree(root, ignore_errors=True)


def targets(copy: Copy) -> dict[str, str]:
    """Service → where its metrics are."""
    ports = copy.ports()
    return {name: f"127.0.0.1:{ports[name]}" for name in SERVICES}
