"""What `packshot pim` says, and what it asks for."""

import argparse
from datetime import UTC, datetime

import pytest

from cli import pim
from cli.trouble import Trouble
from runtime.memory_store import MemoryBucket
from schemas.delivery import Conflict, Delivery
from services.pim.config import PimSettings
from services.pim.polled import Held, Polled, asked_object, polled_object
from services.pim.refusals import Refusals
from services.pim.writeback import delivery_object, overwrite_object

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
HELD = Held.of(["A goes", "B goes"], 8)


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
    assert "2 of 8 records would go or lose what their pictures are found by (A goes" in capsys.readouterr().err
    assert await command(bucket, "--confirm-removals") == 0
    stored = await bucket.get(asked_object("akeneo"))
    assert stored and stored.body.decode() == HELD.mark


async def test_everything_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    bucket = await library()
    assert await command(bucket, "--full") == 0
    assert await bucket.get(asked_object("akeneo")) is not None


def test_why_nothing_comes_and_what_was_refused(capsys: pytest.CaptureFixture[str]) -> None:
    refusals = Refusals()
    for cause in ("one", "The signature is not right."):
        refusals("salsify", cause)
    pim.tell_service({"akeneo": "Akeneo answers 403", "akeneo events": None, "refused": refusals.report()})
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith("akeneo: nothing comes: Akeneo answers 403")
    assert "salsify: 2 faults in what it sent, the last at 20" in said[1] and said[1].endswith(
        "The signature is not right."
    )
    pim.tell_service({})
    assert capsys.readouterr().err == ""


def test_signatures_that_do_not_fit_are_no_faults_of_the_pim(capsys: pytest.CaptureFixture[str]) -> None:
    refusals = Refusals()
    refusals("akeneo signatures", "A webhook was refused: The signature is not of PACKSHOT_AKENEO_EVENTS_SECRET.")
    pim.tell_service({"refused": refusals.report()})
    said = capsys.readouterr().err
    assert "akeneo: 1 webhook whose signature did not fit, from whomever" in said and "fault" not in said


@pytest.mark.parametrize("words", [(), ("--full",), ("--confirm-removals",)])
async def test_a_pim_that_is_set_and_was_not_reached_yet_is_not_to_be_set(words: tuple[str, ...]) -> None:
    parser = argparse.ArgumentParser()
    pim.add(parser)
    asked = pim.named(PimSettings.model_construct(akeneo_url="https://pim.example"))
    with pytest.raises(Trouble, match="akeneo: set, but nothing was read from there yet") as found:
        await pim._pim(MemoryBucket("library"), parser.parse_args(words), asked)
    assert "PACKSHOT_AKENEO_URL" not in str(found.value)


async def test_nothing_held_and_no_pim() -> None:
    with pytest.raises(Trouble, match="Nothing is held back"):
        await command(await library(), "--confirm-removals")
    with pytest.raises(Trouble, match="PACKSHOT_AKENEO_URL"):
        await command(MemoryBucket("library"))


def delivery(sku: str, **more: object) -> Delivery:
    return Delivery.model_validate(
        {"target": "akeneo", "entity": sku, "revision": 1, "status": "done", "written": NOON, **more}
    )


def test_what_did_not_get_there(capsys: pytest.CaptureFixture[str]) -> None:
    conflict = Conflict(place="main//", found="x", cause="Somebody changed it.", cure="Leave it so.")
    records = [
        delivery("B", status="conflict", conflicts=[conflict]),
        delivery("A"),
        delivery("C", status="failed", cause="No such attribute.", cure="Compare the mapping."),
    ]
    assert pim.tell_deliveries(records) == 1
    assert capsys.readouterr().err.splitlines() == [
        "packshot: B, main: Somebody changed it. Leave it so.",
        "packshot: C: No such attribute. Compare the mapping.",
        "packshot: 1 conflict, 1 done, 1 failed",
    ]
    assert pim.tell_deliveries([delivery("A")]) == 0


async def test_ours_can_count() -> None:
    bucket = await library()
    with pytest.raises(Trouble, match="Nothing was delivered of A"):
        await pim._overwrite(bucket, ["A"])
    await bucket.put(delivery_object("akeneo", "A"), b"{}")
    assert await pim._overwrite(bucket, ["A"]) == 0
    assert await bucket.get(overwrite_object("akeneo", "A")) is not None
