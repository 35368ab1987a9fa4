"""Takes all that a server keeps, one server after the other, and brings it back by the runbook's own commands."""

import asyncio
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.breaking import views
from cli.breaking.pim import Pim
from cli.breaking.receiver import Receiver
from cli.connect import settings_of
from cli.home import CHECKOUT, Home
from cli.say import say
from cli.supervisor import lifecycle
from cli.trouble import Trouble
from runtime.config import Settings
from runtime.database import Database
from runtime.s3_store import Store

COPY = "COPY"
RUNBOOK: Mapping[str, Sequence[Sequence[str]]] = {
    "postgres": (),
    "kafka": (("topics", "restore"),),
    "a volume": (("restore", COPY),),
    "the store": (("restore", COPY),),
}
"""What is lost → what is done then, between `down` and `up`. docs/operations.md says the same."""
START_S = 600.0
"""On a busy machine."""
SAME_S = 300.0
STILL_S = 10.0
"""When all is there again: so long nobody outside may hear of it."""


@dataclass
class Loss:
    """One loss, and what came back. differs: lines of the catalogue and originals, as before and now."""

    what: str
    done_s: float = 0.0
    """What the runbook's commands took."""
    same_s: float = 0.0
    """From the start of `up` until the catalogue was the same."""
    differs: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    """What was sent outside though nothing had changed."""


def lose_all(home: Home, receiver: Receiver, pim: Pim) -> list[Loss]:
    """Of a copy that is up and at rest; it is up again at the end. Raises Trouble where a command does not do it."""
    before, found = asyncio.run(_state(settings_of(home))), []
    kept = home.root / "kept"
    _command(home, "backup", str(kept))  # while all of it runs
    lifecycle.bring_down(home, lambda _: None)
    for what, commands in RUNBOOK.items():
        say(f"losing {what} …")
        sent, one, clock = (receiver.messages, len(pim.writes)), Loss(what), time.monotonic()
        take(home, what)
        for command in commands:
            _command(home, *(str(kept) if word == COPY else word for word in command))
        one.done_s, clock = round(time.monotonic() - clock, 1), time.monotonic()
        lifecycle.bring_up(home, lambda _: None, START_S)
        one.differs = asyncio.run(_until_same(settings_of(home), before))
        one.same_s = round(time.monotonic() - clock, 1)
        time.sleep(STILL_S)
        now = (receiver.messages, len(pim.writes))
        one.sent = [f"{now[0] - sent[0]} webhooks, {now[1] - sent[1]} writes to the PIM"] if now != sent else []
        found.append(one)
        lifecycle.bring_down(home, lambda _: None)
    return found


def take(home: Home, what: str) -> None:
    """What that server keeps, while nothing runs. Raises Trouble where there is nothing."""
    if what == "a volume":
        volumes = sorted((home.data / "seaweed" / "volumes").glob("library_*.dat"), key=lambda one: one.stat().st_size)
        if not volumes:
            raise Trouble("The store has no volume of the library.", "See s3.log of this copy.")
        for part in volumes[-1].parent.glob(f"{volumes[-1].stem}.*"):
            part.unlink()
        return
    folder: Path = home.data / {"the store": "seaweed"}.get(what, what)
    shutil.rmtree(folder)


def _command(home: Home, *words: str) -> None:
    env = {**os.environ, "PACKSHOT_HOME": str(home.root), "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"}
    command = [sys.executable, "-P", "-m", "cli", *words]
    done = subprocess.run(command, env=env, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"`packshot {' '.join(words)}` ended with {done.returncode}.", done.stderr.strip()[-500:])


async def _originals(settings: Settings) -> set[str]:
    """Of those whose bytes are what they are called."""
    store, found = Store(settings), set()
    try:
        library = store.bucket(settings.library_bucket)
        for info in await library.listing("originals/"):
            stored = await library.get(info.key)
            if stored and hashlib.sha256(stored.body).hexdigest() == info.key.removeprefix("originals/"):
                found.add(info.key)
        return found
    finally:
        store.close()


async def _catalogue(settings: Settings) -> set[str]:
    database = Database(settings.database_url)
    try:
        return await views.lines(database)
    finally:
        await database.close()


async def _state(settings: Settings) -> set[str]:
    return await _catalogue(settings) | await _originals(settings)


async def _until_same(settings: Settings, before: set[str]) -> list[str]:
    """What differs still after SAME_S."""
    end = time.monotonic() + SAME_S
    originals = {line for line in before if line.startswith("originals/")}
    while (before - originals) ^ await _catalogue(settings) or originals ^ await _originals(settings):
        if time.monotonic() > end:
            now = await _state(settings)
            gone, new = sorted(before - now), sorted(now - before)
            return [*(f"gone: {line[:200]}" for line in gone), *(f"new: {line[:200]}" for line in new)]
        await asyncio.sleep(0.5)
    return []
