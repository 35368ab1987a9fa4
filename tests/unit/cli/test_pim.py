"""What `packshot pim` says, and what it asks for."""

import argparse
from datetime import UTC, datetime

import pytest

from cli import pim
from cli.trouble import Trouble
from runtime.memory_store import MemoryBucket
from services.pim.polled import Held, Polled, asked_object, polled_object

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
HELD = Held.of(["A", "B"], 8)


async def command(library: MemoryBucket, *words: str) -> int:
    parser = argparse.ArgumentParser()
    pim.add(parser)
    return await pim._pim(library, parser.parse_args(words))


async def library(held: Held | None = None) -> MemoryBucket:
    found = MemoryBucket("library")
    polled = Polled(cursor="2026-11-29T11:00:00+00:00", full=NOON, known=8, held=held, problems=["A has no sku."])
    await found.put(polled_object("akeneo"), polled.model_dump_json().encode())
    return found


async def test_how_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert await command(await library()) == 0
    said = capsys.readouterr().err
    assert "8 records on 29 November 12:00 UTC" in said and "A has no sku." in said


async def test_what_is_held_back_is_one_and_is_let_go_by_its_mark(capsys: pytest.CaptureFixture[str]) -> None:
    bucket = await library(HELD)
    assert await command(bucket) == 1
    assert "2 records are not in the PIM any more, 8 are (A, B)" in capsys.readouterr().err
    assert await command(bucket, "--confirm-removals") == 0
    stored = await bucket.get(asked_object("akeneo"))
    assert stored and stored.body.decode() == HELD.mark


async def test_everything_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    bucket = await library()
    assert await command(bucket, "--full") == 0
    assert await bucket.get(asked_object("akeneo")) is not None


async def test_nothing_held_and_no_pim() -> None:
    with pytest.raises(Trouble, match="Nothing is held back"):
        await command(await library(), "--confirm-removals")
    with pytest.raises(Trouble, match="PACKSHOT_AKENEO_URL"):
        await command(MemoryBucket("library"))
