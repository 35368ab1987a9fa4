"""`packshot dlq` on a real broker."""

import argparse
import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import pytest

from cli import dlq
from cli.trouble import Trouble
from runtime import resending
from runtime.bulk import Jobs, standing
from runtime.buried import Buried
from runtime.buried_kafka import KafkaShelf
from runtime.config import Settings
from runtime.groups import behind
from runtime.kafka import KafkaProducer
from runtime.resending import Resending
from runtime.s3_store import Store
from schemas.asset import AssetIngested
from schemas.envelope import event_of
from tests.suites.labs import fresh

pytestmark = pytest.mark.broker
LETTERS, ORIGINAL = "asset.ingested.render.dlq", "asset.ingested"
PURGED = AssetIngested(
    asset_id="018f2c5e-7b1a-7c3d-9e2f-0123456789ab", version=1, sha256="0" * 64, bytes=1, media_type="image/jpeg",
    kind="image", bucket="inbox", key="gone.jpg", arrived=datetime(2026, 11, 28, tzinfo=UTC),
)  # fmt: skip
VALUE = event_of("test", ORIGINAL, PURGED.asset_id, PURGED, id="1").model_dump_json().encode()
"""Of an asset that nobody knows: whoever reads it again has nothing to do."""


async def bury(settings: Settings, key: str, cause: str) -> tuple[int, int]:
    """A dead letter; returns where it lies."""
    told = {"packshot-dlq-group": "render", "packshot-dlq-partition": "3", "packshot-dlq-cause": cause, "ce": "kept"}
    producer = KafkaProducer(settings)
    await producer.start()
    headers = tuple((name, value.encode()) for name, value in told.items())
    place = await producer.send(LETTERS, key=key.encode(), value=VALUE, headers=headers)
    await producer.stop()
    return place


@asynccontextmanager
async def buried_at(settings: Settings) -> AsyncIterator[tuple[KafkaShelf, Buried]]:
    producer = KafkaProducer(settings)
    await producer.start()
    try:
        shelf = KafkaShelf(settings, producer)
        yield shelf, Buried(shelf)
    finally:
        await producer.stop()


@pytest.fixture
def ran(s3: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(dlq, "settings_of", lambda _: s3)
    return s3


async def command(*words: str) -> int:
    """As from the command line; without its event loop, because the test has one."""
    parser = argparse.ArgumentParser()
    dlq.add(parser)
    return await dlq.do(parser.parse_args(words))


async def test_a_dead_letter_is_listed_shown_and_sent_again_once(
    ran: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    key = fresh("dead")
    partition, offset = await bury(ran, key, "cannot do it")
    assert await command("list") == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if key in line]
    assert line == f"{LETTERS} {partition} {offset}  waits  {key}  cannot do it"
    assert await command("show", *line.split()[:3]) == 0
    shown = capsys.readouterr().out
    assert shown.endswith(f"\n{VALUE.decode()}\n") and f"of: picture {key}\n" in shown
    for words, count in (((str(partition), str(offset)), 1), ((), 0)):
        assert await command("replay", LETTERS, *words, "--rate", "100") == 0
        assert re.search(rf"{count} of {count} dead letter", capsys.readouterr().err)
    assert await command("list") == 0
    assert f"{LETTERS} {partition} {offset}  done  {key}" in capsys.readouterr().out
    async with buried_at(ran) as (shelf, _):
        (again,) = [r for r in await shelf.read([ORIGINAL], 0) if r.key == key.encode()]
    assert (again.partition, again.value) == (3, VALUE)
    assert dict(again.headers) == {"ce": b"kept", "packshot-replay-group": b"render"}


async def test_one_is_sent_again_before_those_that_lie_before_it(ran: Settings) -> None:
    key = fresh("dead")
    places = [await bury(ran, key, "cannot do it") for _ in range(2)]
    async with buried_at(ran) as (_, buried):
        before = await buried.waiting()
        assert before == sum(not letter.again for letter in await buried.listed())
        assert await buried.replay(LETTERS, places[1:]) == (1, 1)
        assert await buried.waiting() == before - 1
        told = {place: letter.again for place in places if (letter := await buried.one(LETTERS, *place))}
        assert list(told.values()) == [False, True]
        assert await buried.replay(LETTERS) == (1, 1)
        assert all(letter.again for letter in await buried.listed([LETTERS]))


async def test_only_young_ones_are_counted_by_the_broker_s_times_and_put_away_is_kept(ran: Settings) -> None:
    place = await bury(ran, fresh("dead"), "cannot do it")
    async with buried_at(ran) as (shelf, buried):
        letter = await buried.one(LETTERS, *place)
        assert letter is not None
        at = letter.record.timestamp_ms
        before = (await buried.waiting_by_topic(at))[LETTERS]
        assert before >= 1 and (await buried.waiting_by_topic(at + 60_000))[LETTERS] == 0
        assert await buried.put_away(LETTERS, [place]) == 1
        assert (await buried.waiting_by_topic(at))[LETTERS] == before - 1
        assert all(record.key != letter.record.key for record in await shelf.read([ORIGINAL], 0))


async def test_many_are_a_job_that_the_catalogue_does(
    ran: Settings, s3: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(resending, "MANY", 1)
    key = fresh("dead")
    for _ in range(2):
        await bury(ran, key, "cannot do it")
    assert await command("replay", LETTERS, "--rate", "100") == 0
    found = re.search(r"job (\w+) sends 2 dead letters again", capsys.readouterr().err)
    store = Store(s3)
    try:
        jobs = Jobs(store.bucket(s3.library_bucket))
        [job] = [one for one in await jobs.all() if found and one.id == found[1]]
        async with buried_at(ran) as (_, buried):
            assert await buried.waiting() == 2
            sending = Resending(jobs, buried, partial(behind, ran), lambda: True)
            while await sending.turn():  # noqa: ASYNC110 - its pace is its own
                await asyncio.sleep(0.05)
            assert await buried.waiting() == 0
        [job] = [one for one in await jobs.all() if one.id == job.id]
        assert standing(job, {}, time.time()).state == "done"
    finally:
        store.close()


async def test_what_is_not_there_is_named(ran: Settings) -> None:
    with pytest.raises(Trouble, match="no dead-letter topic wrong"):
        await command("replay", "wrong")
    with pytest.raises(Trouble, match=f"{LETTERS} holds nothing at 0 999"):
        await command("show", LETTERS, "0", "999")
    with pytest.raises(Trouble, match="Give the offset too"):
        await command("replay", LETTERS, "3")
    with pytest.raises(Trouble, match="no pace"):
        await command("replay", LETTERS, "--rate", "-1")
