"""A bad release must stop by itself, bury no more in its next life, and what it buried is done again."""

import subprocess
import sys
from pathlib import Path

import pytest

from cli.breaking import bad, members
from cli.breaking.ledger import Ledger
from cli.breaking.schedule import SCHEDULE, Fault
from cli.home import CHECKOUT, Home
from cli.servers.stack import Stack
from cli.trouble import Trouble

TOPIC = "asset.ingested.render.dlq"
WIRED = """
import sys
from importlib import import_module
from cli.breaking import bad
import runpy
runpy.run_module = lambda name, **_: print(import_module(name + ".__main__").handle.__module__)
bad.main("render")
"""


@pytest.mark.parametrize("fault", [one for one in SCHEDULE if one.kind in ("more", "clock", "bad")], ids=str)
def test_each_second_process_of_the_schedule_can_be_made(fault: Fault, tmp_path: Path) -> None:
    """With ports of its own, for what it serves beside its health too."""
    home = Home(tmp_path).make()
    one, ports = members.member(home, fault.part), Stack(home.root).ports
    assert not {int(one._settings[name]) for name in one._settings if name.endswith("_PORT")} & set(ports.values())


async def test_its_handler_fails_on_every_message() -> None:
    with pytest.raises(RuntimeError, match=bad.CAUSE):
        [said async for said in bad.handle("event", deps="deps")]


def test_it_is_what_the_service_wires() -> None:
    done = subprocess.run([sys.executable, "-c", WIRED], cwd=CHECKOUT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "cli.breaking.bad", done.stderr


async def released(home: Path, monkeypatch: pytest.MonkeyPatch, buries: list[list[str]]) -> tuple[str, list[str]]:
    """What is told, and what was replayed, of a release that buries these in its lives."""
    ledger, lives, replayed = Ledger("", ""), iter(buries), list[str]()

    async def lived(_one: object) -> None:
        ledger.bad.extend(next(lives))

    async def replay(_settings: object, topics: list[str]) -> None:
        replayed.extend(topics)

    monkeypatch.setattr(members, "_until_stopped", lived)
    monkeypatch.setattr(members, "_replayed", replay)
    monkeypatch.setattr(members, "HEARD_S", 0.0)
    return await members.bad_release(Home(home).make(), "render", ledger), replayed


async def test_what_it_buried_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, replayed = await released(tmp_path, monkeypatch, [[TOPIC] * 30, []])
    assert told == "it buried 30, stopped, and buried none when it was started again"
    assert replayed == [TOPIC]


@pytest.mark.parametrize(
    "buries", [[[TOPIC] * 30, [TOPIC]], [[], []], [[TOPIC] * (members.MOST + 1), []]], ids=["again", "none", "too many"]
)
async def test_whatever_else_it_does_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, buries: list[list[str]]
) -> None:
    with pytest.raises(Trouble, match="had buried"):
        await released(tmp_path, monkeypatch, buries)
