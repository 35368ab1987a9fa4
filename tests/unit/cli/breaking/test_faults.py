"""Faults of network and disk are over when `commit` returns, and what cannot be broken here is said."""

import asyncio
import sys
from pathlib import Path

import pytest

from cli.breaking import faults
from cli.breaking.disk import Disk
from cli.breaking.faults import MANNERS, Site, Skipped, commit
from cli.breaking.ledger import Ledger
from cli.breaking.link import GOOD, Link, Manner
from cli.breaking.pim import Pim
from cli.breaking.schedule import Fault, Kind
from cli.home import Home


class Watched(Link):
    """A link that only remembers how it was told to behave."""

    def __init__(self) -> None:
        super().__init__(lambda: 0)
        self.told: list[Manner] = []

    def behave(self, manner: Manner) -> None:
        self.told.append(manner)
        self.cuts += 3 * manner.cut


def site(folder: Path, link: Link | None = None, missing: str = "") -> Site:
    disks = {name: Disk(folder, missing) for name in ("scratch", "kafka")}
    return Site(Home(folder).make(), {"s3": link or Watched()}, disks, Pim(["A"]), Ledger("", ""))


@pytest.mark.parametrize("kind", ["slow", "cut"])
async def test_a_link_is_good_again_afterwards(tmp_path: Path, kind: Kind) -> None:
    told = await commit(site(tmp_path, link := Watched()), Fault(kind, "s3", 0.01), [])
    assert link.told == [MANNERS[kind], GOOD]
    assert told == ("3 connections were reset" if kind == "cut" else "")


async def test_a_link_is_good_again_also_when_we_are_stopped(tmp_path: Path) -> None:
    running = asyncio.create_task(commit(site(tmp_path, link := Watched()), Fault("cut", "s3", 60), []))
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert link.told == [MANNERS["cut"], GOOD]


async def test_a_disk_that_we_cannot_have_is_skipped_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(Skipped, match="only root may"):
        await commit(site(tmp_path, missing="only root may"), Fault("full", "scratch", 0.01), [])


@pytest.mark.parametrize("part", ["scratch", "kafka"])
async def test_a_full_disk_is_freed(part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    freed: list[Disk] = []
    monkeypatch.setattr(Disk, "fill", lambda _: 7_000_000)
    monkeypatch.setattr(Disk, "free", lambda disk: freed.append(disk))
    told = await commit(site(tmp_path), Fault("full", part, 0.01), [])
    assert told == "it took 7 MB" and len(freed) == 1


async def test_a_pim_that_was_mute_answers_again(tmp_path: Path) -> None:
    at = site(tmp_path)
    running = asyncio.create_task(commit(at, Fault("mute", "pim", 0.5), []))
    await asyncio.sleep(0)
    assert at.pim.mute
    at.pim.patched(b'{"uuid": "A", "values": {"second": [{"data": "one"}]}}')
    assert await running == "1 writes were done and not answered" and not at.pim.mute


async def test_who_is_paused_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE)
    monkeypatch.setattr(faults, "_pid", lambda *_: process.pid)
    await commit(site(tmp_path), Fault("pause", "s3", 0.01), [])
    await asyncio.wait_for(process.communicate(b"\n"), 60)
    assert process.returncode == 0
